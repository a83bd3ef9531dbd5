import { expect } from 'chai';
import fc from 'fast-check';
import { concat, equal, fromHex, toHex } from '#base/bytes.js';
import { MAX_FRAGMENTS, WscReassembler, type Reassembly } from './eap-wsc.js';

const M1 = fromHex('104a000110 1022000104');
const START = M1.subarray(0, 5);
const REST = M1.subarray(5);

/** Payload `opCode flags [length] data`, the head in hex. */
const packet = (head: string, data: Uint8Array = new Uint8Array(0)): Uint8Array => concat(fromHex(head), data);

function pushAll(...payloads: Uint8Array[]): Reassembly[] {
  const reassembler = new WscReassembler();
  return payloads.map((payload, index) => reassembler.push(payload, index));
}

const codes = (results: readonly Reassembly[]): string[][] =>
  results.map((result) => result.issues.map((issue) => issue.code));

function lastMessage(results: readonly Reassembly[]): Extract<Reassembly, { kind: 'message' }> {
  const last = results[results.length - 1];
  if (last?.kind !== 'message') throw new Error(`no message but ${String(last?.kind)}`);
  return last;
}

describe('WscReassembler', () => {
  it('delivers an unfragmented message', () => {
    const results = pushAll(packet('0400', M1));
    expect(lastMessage(results).wsc.name).to.equal('M1');
    expect(lastMessage(results).parts).to.deep.equal([
      { packet: 0, payloadOffset: 2, messageOffset: 0, lengthBytes: 10 },
    ]);
    expect(codes(results)).to.deep.equal([[]]);
  });

  it('takes a true length field on an unfragmented message', () => {
    expect(codes(pushAll(packet('0402000a', M1)))).to.deep.equal([[]]);
  });

  it('puts fragments together and says where each stretch comes from', () => {
    const results = pushAll(packet('0403000a', START), packet('0400', REST));
    expect(results.map((result) => result.kind)).to.deep.equal(['pending', 'message']);
    expect(toHex(lastMessage(results).wsc.bytes)).to.equal(toHex(M1));
    expect(lastMessage(results).parts).to.deep.equal([
      { packet: 0, payloadOffset: 4, messageOffset: 0, lengthBytes: 5 },
      { packet: 1, payloadOffset: 2, messageOffset: 5, lengthBytes: 5 },
    ]);
    expect(codes(results)).to.deep.equal([[], []]);
  });

  it('begins a new message after a complete one', () => {
    const results = pushAll(packet('0403000a', START), packet('0400', REST), packet('0400', M1));
    expect(toHex(lastMessage(results).wsc.bytes)).to.equal(toHex(M1));
  });

  it('names each way a length field can be wrong', () => {
    const first = packet('0403000a', START);
    expect(codes(pushAll(packet('0402000b', M1)))).to.deep.equal([['length-field-wrong']]);
    expect(codes(pushAll(packet('04030004', START), packet('0400', REST)))).to.deep.equal([['length-field-wrong'], []]);
    expect(codes(pushAll(packet('0401', START), packet('0400', REST)))).to.deep.equal([
      ['fragment-without-length'],
      [],
    ]);
    expect(codes(pushAll(first, packet('0402000a', REST)))).to.deep.equal([[], ['length-field-on-later-fragment']]);
    expect(codes(pushAll(first, packet('0400', REST.subarray(1))))).to.deep.equal([[], ['fewer-than-announced']]);
    expect(codes(pushAll(packet('0403ffff', START), packet('0400', REST)))).to.deep.equal([
      [],
      ['fewer-than-announced'],
    ]);
  });

  it('says once that more came than was announced, and where it begins', () => {
    const results = pushAll(packet('04030008', START), packet('0401', REST), packet('0400', REST));
    expect(codes(results)).to.deep.equal([[], ['more-than-announced'], []]);
    expect(results[1]?.issues[0]).to.deep.include({ at: { start: 5, end: 7 }, packet: 1 });
    expect(lastMessage(results).wsc.bytes.length).to.equal(15);
  });

  it('keeps the first op-code when a later fragment changes it', () => {
    const results = pushAll(packet('0403000a', START), packet('0500', REST));
    expect(codes(results)).to.deep.equal([[], ['opcode-changed']]);
    expect(lastMessage(results).opCode).to.equal(4);
  });

  it('remarks a message under the wrong op-code', () => {
    expect(codes(pushAll(packet('0500', M1)))).to.deep.equal([['opcode-mismatch']]);
  });

  it('tells FRAG_ACK from messages', () => {
    expect(pushAll(packet('0600'))).to.deep.equal([{ kind: 'frag-ack', issues: [] }]);
    expect(codes(pushAll(packet('0600', M1)))).to.deep.equal([['frag-ack-not-empty']]);
    expect(codes(pushAll(packet('0601')))).to.deep.equal([['frag-ack-not-empty']]);
  });

  it('rejects what has no header', () => {
    expect(pushAll(packet('04'))[0]?.kind).to.equal('rejected');
  });

  it('bounds fragments without end by bytes', () => {
    const reassembler = new WscReassembler();
    const fragment = packet('0401', new Uint8Array(1400));
    let last: Reassembly = reassembler.push(packet('0403ffff', new Uint8Array(1400)), 0);
    let count = 1;
    while (last.kind === 'pending' && count < 1000) last = reassembler.push(fragment, count++);
    expect(last.kind).to.equal('rejected');
    expect(last.issues.map((issue) => issue.code)).to.deep.equal(['message-too-long']);
    expect(count).to.equal(47);
    expect(reassembler.push(packet('0400', M1), 99).kind).to.equal('message');
  });

  it('bounds fragments without end by number, empty ones too', () => {
    const reassembler = new WscReassembler();
    let last: Reassembly = reassembler.push(packet('04030001'), 0);
    expect(last.issues.map((issue) => issue.code)).to.deep.equal(['empty-fragment']);
    let count = 1;
    while (last.kind === 'pending' && count < 2 * MAX_FRAGMENTS) last = reassembler.push(packet('0401'), count++);
    expect(last.issues.map((issue) => issue.code)).to.include('fragments-without-end');
    expect(count).to.equal(MAX_FRAGMENTS + 1);
  });

  it('gives back any message cut anywhere, without remarks but on op-code', () => {
    const cases = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 900 }), fc.integer({ min: 1, max: 300 }));
    fc.assert(
      fc.property(cases, ([message, size]) => {
        const reassembler = new WscReassembler();
        for (let at = 0; at < message.length; at += size) {
          const data = message.subarray(at, at + size);
          const more = at + size < message.length;
          const flags = (more ? 1 : 0) | (more && at === 0 ? 2 : 0);
          const length = (flags & 2) === 0 ? [] : [message.length >> 8, message.length & 0xff];
          const result = reassembler.push(Uint8Array.from([4, flags, ...length, ...data]), at);
          expect(result.issues.filter((issue) => issue.code !== 'opcode-mismatch')).to.deep.equal([]);
          if (more) expect(result.kind).to.equal('pending');
          else expect(result.kind === 'message' && equal(result.wsc.bytes, message)).to.equal(true);
        }
      }),
    );
  });

  it('never throws, whatever is pushed', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 20 }), (payloads) => {
        expect(pushAll(...payloads)).to.have.length(payloads.length);
      }),
    );
  });
});
