import { expect } from 'chai';
import type { EapPacket, Evidence, Exchange } from '#evidence/model.js';
import type { Finding } from '#judge/rule.js';
import { retransmissionRules } from './reg/retransmission.rules.js';
import { SENSOR } from './testing/devices.js';
import { evidenceOf } from './testing/evidence.js';
import { buildExchange, type Script } from './testing/exchange.js';

/** An exchange in which M2 is sent twice, and what the device says to each. */
function repeated(answers: readonly ('same' | 'other')[], script: Script = {}): Exchange {
  const exchange: Exchange = { ...buildExchange(SENSOR, script, { number: 1, method: 'pin' }), script: 'reg-37b' };
  const m2 = exchange.messages.find(({ wsc }) => wsc.name === 'M2')?.packets[0];
  const m3 = exchange.messages.find(({ wsc }) => wsc.name === 'M3')?.packets[0];
  if (m2 === undefined || m3 === undefined) throw new Error('no M2 and M3');
  const at = exchange.packets.indexOf(m3) + 1;
  const other: EapPacket = { ...m3, bytes: m3.bytes.map((byte, index) => (index === 20 ? byte ^ 1 : byte)) };
  const again = answers.map((each) => (each === 'same' ? m3 : other));
  return { ...exchange, packets: exchange.packets.toSpliced(at, 0, m2, ...again) };
}

function judged(exchange: Exchange): Finding | undefined {
  const evidence: Evidence = evidenceOf(SENSOR, [exchange]);
  return retransmissionRules.find(({ id }) => id === 'RVP-REG-37b')?.check(evidence, null)[0];
}

describe('a request that comes once more', () => {
  it('has the same answer again', () => {
    expect(judged(repeated(['same']))?.verdict).to.equal('pass');
  });

  it('has no other answer, and none besides', () => {
    for (const answers of [['other'], ['same', 'other']] as const) {
      const finding = judged(repeated(answers));
      expect(finding).to.deep.include({
        verdict: 'fail',
        text: 'the device answers a repeated M2 with other bytes than before',
      });
      expect(finding?.at?.message).to.equal('EAP-Response');
    }
  });

  it('has an answer, also where the exchange comes to its end without', () => {
    expect(judged(repeated([]))).to.deep.include({
      verdict: 'fail',
      text: 'the device says nothing when M2 is repeated',
      actual: 'no answer',
    });
  });

  it('is not known to have none before the end was seen, nor where frames are missing', () => {
    expect(judged(repeated([], { last: 'M3', closing: 'open' }))?.verdict).to.equal('inconclusive');
    expect(judged({ ...repeated([]), lossy: true })?.verdict).to.equal('inconclusive');
  });

  it('is like any other where it came only once', () => {
    const once: Exchange = { ...buildExchange(SENSOR, {}, { number: 1, method: 'pin' }), script: 'reg-37b' };
    expect(judged(once)?.verdict).to.equal('pass');
  });
});
