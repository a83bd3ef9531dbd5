import { expect } from 'chai';
import { buildExchange as builtExchange, ENROLLEE } from '#evidence/testing/exchange.js';
import { assemble, dot11, framesOf, radiotap } from '#evidence/testing/frames.js';
import type { Evidence, JoinFact } from '#evidence/model.js';
import { associationRequest, overTheAir, probeRequest, step, wholeJoin } from './testing/air.js';
import { FAULT_CASES } from './testing/cases.js';
import { DPWS_PRINTER, OLD_DEVICE, SENSOR, vpi } from './testing/devices.js';
import { REGISTRAR_MAC } from './testing/exchange.js';
import {
  ACCESS_POINT_RULES,
  AIR_RULES,
  broken,
  judgeAll,
  LONG_RUN_RULES,
  notRunOffNetwork,
  reasonOf,
  verdictOf,
  withVerdict,
} from './testing/verdicts.js';

const DIED = { code: 'ERR_BENCH_DIED', text: 'the recording ends without its last record' };
const { profile } = SENSOR;

/** The same as somebody's capture: no bench, no sessions. */
function asCapture(evidence: Evidence, join: readonly JoinFact[] = []): Evidence {
  return { ...evidence, source: 'capture', events: [], join };
}

const framesFact = (session: number, afterMs: number, state: JoinFact['state'], more: Partial<JoinFact> = {}) =>
  step(session, afterMs, state, { source: 'frames', frame: 7, accessPoint: REGISTRAR_MAC, ...more });

/** What the air shows of a join. */
function heard(session: number): JoinFact[] {
  return [
    framesFact(session, 100, 'left'),
    framesFact(session, 300, 'requested', { isSecured: true }),
    framesFact(session, 310, 'associated'),
    framesFact(session, 400, 'key-message', { keyMessage: 4 }),
    framesFact(session, 400, 'handshake'),
  ];
}

describe('rules on a join that is cut short', () => {
  it('nothing fails at whatever step the bench dies, and nothing passes before its step', () => {
    const facts = [...wholeJoin(1), ...wholeJoin(2)];
    for (let count = 0; count < facts.length; count++) {
      const evidence = { ...overTheAir(SENSOR), join: facts.slice(0, count), benchFailure: DIED };
      const verdicts = judgeAll(profile, evidence);
      expect(broken(verdicts), `after ${count}`).to.deep.equal({ fails: [], warns: [] });
      expect(verdictOf(verdicts, 'JOIN-01'), `after ${count}`).to.equal(count < 4 ? 'error' : 'pass');
      expect(verdictOf(verdicts, 'JOIN-02'), `after ${count}`).to.equal('error');
      expect(verdictOf(verdicts, 'JOIN-03'), `after ${count}`).to.equal(count < 5 ? 'error' : 'pass');
    }
  });

  it('what the device was given no time for is inconclusive, with the time', () => {
    const evidence = overTheAir(SENSOR, { join: () => [] });
    const events = evidence.events.map((event) => {
      return event.kind === 'end' ? { ...event, monotonicMs: 230_000 } : event;
    });
    const [first] = evidence.exchanges;
    const verdicts = judgeAll(profile, { ...evidence, events, exchanges: evidence.exchanges.slice(1) });
    expect(first?.closing).to.equal('done');
    expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
    expect(reasonOf(verdicts, 'JOIN-01')).to.match(
      /^an association was not seen after exchange 2 within 29\.\d+ s of 60 s$/,
    );
    expect(verdictOf(verdicts, 'JOIN-02')).to.equal('inconclusive');
  });

  it('a shorter limit of the profile counts', () => {
    const radio = { ap: 'wlan0', monitor: 'mon0', channel: 6, band: '2.4', joinMs: 1500 } as const;
    const hasty = { ...profile, ixit: { ...profile.ixit, radio } };
    const verdicts = judgeAll(hasty, overTheAir(SENSOR));
    expect(broken(verdicts).fails).to.deep.equal(['JOIN-02']);
    expect(reasonOf(verdicts, 'JOIN-02')).to.match(/^the device has 10\.83\.0\.10 1\.\d+ s after the WSC_Done/);
  });

  it('a link-local address is one', () => {
    const local = (session: number) => [step(session, 900, 'address', { address: '169.254.7.7', family: 'ipv4' })];
    expect(withVerdict(judgeAll(profile, overTheAir(SENSOR, { join: local })), 'pass')).to.include('JOIN-02');
  });
});

describe('rules on a join that was only heard', () => {
  it('frames show the association and the key, never an address', () => {
    const evidence = asCapture(overTheAir(SENSOR), [...heard(1), ...heard(2)]);
    const verdicts = judgeAll(profile, evidence);
    expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
    expect(withVerdict(verdicts, 'pass')).to.include.members(['JOIN-01', 'JOIN-03']);
    expect(reasonOf(verdicts, 'JOIN-02')).to.equal(
      'an IP address was not seen after exchange 1, which the air alone does not disprove',
    );
  });

  it('whatever is missing, nothing fails for it', () => {
    const facts = [...heard(1), ...heard(2)];
    for (let mask = 0; mask < 2 ** facts.length; mask += 7) {
      const join = facts.filter((_, index) => (mask & (1 << index)) !== 0);
      const evidence = asCapture({ ...overTheAir(SENSOR), management: [] }, join);
      expect(broken(judgeAll(profile, evidence)), `facts ${mask}`).to.deep.equal({ fails: [], warns: [] });
    }
  });

  it('an open network is not the one of the credential', () => {
    const open = [framesFact(1, 300, 'requested', { isSecured: false }), framesFact(1, 310, 'associated')];
    expect(verdictOf(judgeAll(profile, asCapture(overTheAir(SENSOR), open)), 'JOIN-01')).to.equal('inconclusive');
  });
});

describe('rules on the form of the key', () => {
  it('one form alone: not run', () => {
    for (const key of ['a secret key', 'f'.repeat(64)]) {
      const verdicts = judgeAll(profile, overTheAir(SENSOR, { networkKeys: [key, key] }));
      expect(notRunOffNetwork(verdicts)).to.deep.equal(['JOIN-03', ...ACCESS_POINT_RULES, ...LONG_RUN_RULES].sort());
      expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
    }
  });

  it('without session keys: inconclusive', () => {
    const evidence = overTheAir(SENSOR);
    const exchanges = evidence.exchanges.map((exchange) => ({
      ...exchange,
      keys: null,
      messages: exchange.messages.map(({ from, opCode, wsc, parts, packets, timeNs }) => {
        return { from, opCode, wsc, parts, packets, timeNs };
      }),
    }));
    expect(verdictOf(judgeAll(profile, { ...evidence, exchanges }), 'JOIN-03')).to.equal('inconclusive');
  });
});

describe('rules on 802.11 frames', () => {
  it('none heard: inconclusive, and our bench failed: error', () => {
    const silent = overTheAir(SENSOR, { management: [] });
    const frameRules = AIR_RULES.filter((id) => !id.startsWith('JOIN') && !ACCESS_POINT_RULES.includes(id));
    expect(withVerdict(judgeAll(profile, silent), 'inconclusive')).to.deep.equal(frameRules);
    expect(withVerdict(judgeAll(profile, { ...silent, benchFailure: DIED }), 'error')).to.deep.equal(frameRules);
  });

  it('of the access point or of a stranger are not those of the device', () => {
    const stranger = Uint8Array.of(0x00, 1, 2, 3, 4, 5);
    const long = [vpi(2), { type: 0x2002, value: new Uint8Array(243) }];
    const own = overTheAir(SENSOR);
    const foreign = [REGISTRAR_MAC, stranger].map((transmitter) =>
      probeRequest(SENSOR, long, SENSOR.uuidE, { transmitter }),
    );
    const verdicts = judgeAll(profile, { ...own, management: [...own.management, ...foreign] });
    expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
  });

  it('an Association Request without WPS element is lawful for WSC 1.0, and nothing where frames are missing', () => {
    const each = FAULT_CASES.find(({ name }) => name.endsWith('no WPS element in the Association Request'));
    const evidence = each?.evidence();
    if (evidence === undefined) throw new Error('no such case');
    expect(verdictOf(judgeAll(OLD_DEVICE.profile, evidence), 'IEX-02')).to.equal('not-applicable');
    const losses = [{ source: 'sequence', count: 1, text: 'one frame' }] as const;
    expect(verdictOf(judgeAll(profile, { ...evidence, losses }), 'IEX-02')).to.equal('inconclusive');
  });

  it('a request for the network of the credential needs no WPS element', () => {
    const evidence = overTheAir(DPWS_PRINTER);
    const join = [...(evidence.join ?? []), framesFact(2, -1, 'requested', { isSecured: true })];
    expect(broken(judgeAll(DPWS_PRINTER.profile, { ...evidence, join })).fails).to.deep.equal([]);
    const alone = { ...evidence, management: [associationRequest(DPWS_PRINTER)] };
    expect(verdictOf(judgeAll(DPWS_PRINTER.profile, alone), 'IEX-02')).to.equal('pass');
  });

  it('M1 names the transmitter of its frame', () => {
    const { sent } = builtExchange();
    for (const [transmitter, verdict] of [
      [ENROLLEE, 'pass'],
      [Uint8Array.of(2, 0, 0, 0, 1, 1), 'fail'],
    ] as const) {
      const [evidence] = assemble('dot11-radiotap', framesOf(sent, radiotap(dot11({ qos: true }, transmitter))));
      if (evidence === undefined) throw new Error('no evidence');
      expect(verdictOf(judgeAll(null, evidence), 'WSC-07')).to.equal(verdict);
    }
  });
});
