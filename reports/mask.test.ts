import { expect } from 'chai';
import { ascii, concat } from '#base/bytes.js';
import type { Evidence } from '#evidence/model.js';
import type { Verdicts } from '#judge/record.js';
import { encodeTlv } from '#wire/tlv.js';
import { decodeWsc } from '#wire/wps/message.js';
import { MASK, maskVerdicts } from './mask.js';
import { exampleEvidence } from './testing/m1.js';
import { exampleVerdicts } from './testing/view.js';

const AUTH_KEY = 'a1'.repeat(32);
const PASSPHRASE = 'correct horse (battery)';

/** The example evidence with a Credential in the opened settings of its message. */
function evidence(): Evidence {
  const base = exampleEvidence();
  const credential = encodeTlv({ type: 0x1027, value: ascii(PASSPHRASE) });
  const plain = decodeWsc(concat(encodeTlv({ type: 0x100e, value: credential })));
  return {
    ...base,
    exchanges: base.exchanges.map((exchange) => ({
      ...exchange,
      messages: exchange.messages.map((message) => ({ ...message, settings: { plain, problem: null, detail: '' } })),
    })),
  };
}

/** Verdicts of which every text says `said`. */
function saying(said: string, hex = ''): Verdicts {
  const [first] = exampleVerdicts().results;
  if (first === undefined) throw new Error('the example has no result');
  const at = { path: 'm7', message: 'M7', messageOffset: 0, lengthBytes: hex.length / 2, hex };
  const finding = { verdict: 'fail', text: said, expected: said, actual: said, remedy: said, at } as const;
  return exampleVerdicts({
    dut: { name: said, mac: null },
    sentence: said,
    results: [{ ...first, verdict: 'fail', reason: said, findings: [finding] }],
  });
}

describe('secrets in a report', () => {
  const SECRETS = [
    ['the PIN', '12345670'],
    ['the PIN as ASCII bytes', '3132333435363730'],
    ['AuthKey', AUTH_KEY],
    ['AuthKey in capitals', AUTH_KEY.toUpperCase()],
    ['KeyWrapKey', 'b2'.repeat(16)],
    ['the network key', PASSPHRASE],
    ['the network key as bytes', Buffer.from(PASSPHRASE).toString('hex')],
  ] as const;
  for (const [what, secret] of SECRETS) {
    it(`masks ${what} wherever a device or a rule may have put it`, () => {
      const text = JSON.stringify(maskVerdicts(saying(`was ${secret}.`), evidence()));
      expect(text).not.to.contain(secret);
      expect(text.split(MASK)).to.have.length(8);
    });
  }

  it('drops bytes that are a secret', () => {
    const masked = maskVerdicts(saying('x', `00${AUTH_KEY}00`), evidence());
    expect(masked.results[0]?.findings[0]?.at?.hex).to.equal('');
  });

  it('leaves a longer number alone that contains the digits of the PIN', () => {
    const verdicts = saying('serial 9912345670123');
    expect(maskVerdicts(verdicts, evidence())).to.deep.equal(verdicts);
  });

  it('changes nothing without evidence', () => {
    const verdicts = saying('12345670');
    expect(maskVerdicts(verdicts, undefined)).to.equal(verdicts);
  });
});
