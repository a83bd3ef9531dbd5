import { expect } from 'chai';
import { fromHex, toHex } from '#base/bytes.js';
import { EAPOL_TYPE, eapolPacket } from '#wire/eap/eapol.js';
import type { Evidence } from './model.js';
import { buildExchange, type Sent } from './testing/exchange.js';
import { assemble, ethernet, framesOf } from './testing/frames.js';

const { sent } = buildExchange();

/** The exchange with `eapol` of the Enrollee after its M1, `times` in a row. */
function withAnswer(eapol: Uint8Array, times = 1): Evidence | undefined {
  const at = sent.findIndex(({ what }) => what === 'M1') + 1;
  const answer: Sent = { from: 'enrollee', what: 'odd', eapol };
  const all = [...sent.slice(0, at), ...Array.from({ length: times }, () => answer), ...sent.slice(at)];
  return assemble('ethernet', framesOf(all, ethernet()))[0];
}

const framingOf = (evidence: Evidence | undefined): unknown[] =>
  (evidence?.exchanges[0]?.framing ?? []).map(({ packet, code, at, expected, actual }) => {
    return [code, packet.frame.number, at, expected, actual];
  });

describe('an answer without a whole EAP header', () => {
  it('is remarked where it stands, and changes nothing else', () => {
    const odd = withAnswer(eapolPacket(EAPOL_TYPE.EapPacket, fromHex('0205')));
    expect(framingOf(odd)).to.deep.equal([['eap-header-cut', 6, { start: 0, end: 2 }, '4 bytes of header', '2']]);
    const packet = odd?.exchanges[0]?.framing[0]?.packet;
    expect(toHex(packet?.frame.bytes.subarray(packet.span.start, packet.span.end) ?? fromHex(''))).to.equal('0205');
    const right = assemble('ethernet', framesOf(sent, ethernet()))[0];
    const shape = (evidence: Evidence | undefined): unknown =>
      evidence?.exchanges.map(({ closing, packets, messages, lossy }) => [
        closing,
        packets.length,
        messages.length,
        lossy,
      ]);
    expect(shape(odd)).to.deep.equal(shape(right));
    expect(odd?.losses).to.deep.equal([]);
    expect(framingOf(right)).to.deep.equal([]);
  });

  it('is remarked when it is empty, or no whole EAPOL header', () => {
    expect(framingOf(withAnswer(eapolPacket(EAPOL_TYPE.EapPacket)))).to.deep.equal([
      ['eap-header-cut', 6, { start: 0, end: 0 }, '4 bytes of header', '0'],
    ]);
    for (const bytes of ['', '02', '020000'])
      expect(framingOf(withAnswer(fromHex(bytes)))).to.deep.equal([
        ['eapol-header-cut', 6, { start: 0, end: 0 }, '4 bytes of header', String(bytes.length / 2)],
      ]);
  });

  it('is remarked for its EAPOL length too', () => {
    expect(framingOf(withAnswer(fromHex('02000005 0205')))).to.deep.equal([
      ['eapol-length-past-end', 6, { start: 0, end: 0 }, '2 bytes', '5 bytes'],
      ['eap-header-cut', 6, { start: 0, end: 2 }, '4 bytes of header', '2'],
    ]);
  });

  it('is remarked once when it is repeated', () => {
    expect(framingOf(withAnswer(eapolPacket(EAPOL_TYPE.EapPacket, fromHex('0205')), 3))).to.have.length(1);
  });

  it('is no fault of the device where the capture cut it, or nobody is known to speak', () => {
    const frames = framesOf(sent, ethernet());
    const [first, ...rest] = frames;
    if (first === undefined) throw new Error('nothing was sent');
    const odd = { bytes: first.bytes.subarray(0, 16) };
    const cut = assemble('ethernet', [first, { ...odd, wireLength: 18 }, ...rest])[0];
    expect(framingOf(cut)).to.deep.equal([]);
    expect(cut?.exchanges[0]?.lossy).to.equal(true);
    expect(assemble('ethernet', [odd])).to.deep.equal([]);
  });

  it('is remarked for an EAPOL type that there is not, whatever is in it', () => {
    const m3 = sent.find(({ what }) => what === 'M3')?.eapol ?? fromHex('');
    expect(framingOf(withAnswer(m3.with(1, 0xff)))).to.deep.equal([
      ['eapol-type-unknown', 6, { start: 0, end: 0 }, '0x00 for an EAP packet', '0xff'],
    ]);
    // A key frame or an announcement is none of ours.
    for (const type of [2, 3, 5]) expect(framingOf(withAnswer(m3.with(1, type)))).to.deep.equal([]);
  });
});

describe('an answer that looks like the begin of something else', () => {
  const IN_EAP = 4;
  /** The exchange with one byte of the packet `what` changed; the offset counts in its EAP packet. */
  const changed = (what: string, offset: number, value: number): Evidence[] =>
    assemble(
      'ethernet',
      framesOf(
        sent.map((packet) =>
          packet.what === what ? { ...packet, eapol: packet.eapol.with(IN_EAP + offset, value) } : packet,
        ),
        ethernet(),
      ),
    );
  const exchangesOf = ([evidence]: readonly Evidence[]): unknown[] =>
    (evidence?.exchanges ?? []).map(({ closing, packets, lossy }) => [closing, packets.length, lossy]);
  const WHOLE = ['done', sent.length - 1, false];

  for (const [what, offset, value, fault] of [
    ['M3', 12, 1, 'the op-code of WSC_Start'],
    ['M7', 12, 1, 'the op-code of WSC_Start'],
    ['M5', 4, 1, 'the type of an identity'],
    ['Identity', 4, 25, 'the type of another method'],
  ] as const) {
    it(`stays in its exchange: ${what} with ${fault}`, () => {
      expect(exchangesOf(changed(what, offset, value))).to.deep.equal([WHOLE]);
    });
  }

  it('still begins a new one where the authenticator says so', () => {
    const again = assemble('ethernet', framesOf([...sent.slice(0, 8), ...sent.slice(1)], ethernet()));
    expect(exchangesOf(again)).to.deep.equal([['open', 7, false], WHOLE]);
  });
});
