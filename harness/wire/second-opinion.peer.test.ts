import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { concat, fromHex, toHex } from '#base/bytes.js';
import { decodeEap, EAP_CODE, eapPacket, expandedBody } from './eap/eap.js';
import { decodeEapol, eapolPacket } from './eap/eapol.js';
import { FLAG, OP_CODE, opCodeOf, WscReassembler } from './eap/eap-wsc.js';
import { WSC_METHOD, wscCarrier } from './eap/wsc-carrier.js';
import { decodeEthernet } from './ethernet.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from './pcap/pcapng-write.js';
import { readAll } from './pcap/testing/capture-files.js';
import { recordLiveExchange, type LiveExchange } from './testing/live-exchange.js';
import { disagreements, opinionsOn, type Opinions } from './testing/second-opinion.js';
import { ATTRIBUTES } from './wps/attributes.js';
import { byteAttribute, encodeAttribute, vendorExtensionAttribute, wfaExtension } from './wps/build.js';
import { MESSAGE_TYPE, type WscMessage } from './wps/message.js';
import { ATTRIBUTE_VALUES, SUBELEMENT_VALUES } from './wps/value-tables.js';

/** VPI (DPWS, Profile Request 1) and its Transport UUID. */
const MICROSOFT = '000137100100020101100200107c2e6c0a1f1d5b0e9c57020000000100';
const REGISTRATION = ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'WSC_DONE'];
const ADDRESSES = fromHex('020000000200 020000000100 888e');

describe('tshark as a second opinion', function () {
  this.timeout(60_000);
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'second-opinion-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const agree = (opinions: readonly Opinions[]): void => {
    expect(opinions.flatMap(disagreements).join('\n')).to.equal('');
  };
  const messagesIn = (opinions: readonly Opinions[]): string[] =>
    opinions.flatMap(({ tshark }) => tshark.filter((line) => line.startsWith('message ')).map((line) => line.slice(8)));
  const record = async (exchange: Omit<LiveExchange, 'vendorExtension'>): Promise<[string, string[]]> => {
    const { captureFile } = await recordLiveExchange({ ...exchange, vendorExtension: MICROSOFT }, folder);
    return [captureFile, readAll(readFileSync(captureFile)).packets.map(({ hex }) => hex)];
  };
  /** Messages in frames that our own encoders and our own capture writer make. */
  const write = (messages: readonly (readonly [opCode: number, bytes: Uint8Array])[]): [string, string[]] => {
    const frames = messages.map(([opCode, bytes], index) => {
      const body = expandedBody(WSC_METHOD, concat(Uint8Array.of(opCode, 0), bytes));
      return concat(ADDRESSES, eapolPacket(0, eapPacket(EAP_CODE.Response, index & 0xff, body)));
    });
    const blocks = [
      sectionHeader({ application: 'test' }),
      interfaceDescription({ linkType: 'ethernet', snapLengthBytes: 0 }),
      ...frames.map((bytes, index) => enhancedPacket({ interfaceId: 0, timeNs: BigInt(index), bytes })),
    ];
    const file = join(folder, 'written.pcapng');
    writeFileSync(file, concat(...blocks));
    return [file, frames.map((frame) => toHex(frame))];
  };

  for (const method of ['pin', 'pbc'] as const) {
    it(`agrees on every field of a recorded registration by ${method}`, async () => {
      const opinions = opinionsOn(...(await record({ method })));
      agree(opinions);
      expect(messagesIn(opinions)).to.deep.equal(REGISTRATION);
      const attributes = opinions.flatMap(({ ours }) => ours.filter((line) => line.startsWith('attribute ')));
      expect(attributes).to.have.length.above(80);
      expect(opinions.flatMap(({ ours }) => ours).filter((line) => /^vendor id .* 000137$/.test(line))).to.have.length(
        1,
      );
    });
  }

  it('agrees on what we reassemble of a fragmented registration', async () => {
    const [, frames] = await record({ method: 'pin', fragmentBytes: 100 });
    const messages = reassembled(frames);
    expect(messages.map(({ name }) => name)).to.deep.equal(REGISTRATION);
    // tshark does not put EAP-WSC fragments together: it is shown the whole messages.
    const opinions = opinionsOn(...write(messages.map((wsc) => [opCodeOf(wsc.messageType) ?? 0, wsc.bytes])));
    agree(opinions);
    expect(messagesIn(opinions)).to.deep.equal(REGISTRATION);
  });

  it('agrees on the name of every attribute, subelement and message type', () => {
    const types = byteAttribute.bind(null, 0x1022);
    const attributes = [...ATTRIBUTES.keys()].map((id): [number, Uint8Array] => {
      const { least = 4 } = ATTRIBUTE_VALUES.get(id) ?? {};
      return [OP_CODE.Msg, encodeAttribute(id, new Uint8Array(Math.max(1, least)).fill(1))];
    });
    const subelements = [...SUBELEMENT_VALUES].map(([type, { least }]): [number, Uint8Array] => {
      return [OP_CODE.Msg, wfaExtension({ type, value: new Uint8Array(Math.max(1, least)).fill(1) })];
    });
    const messages = Object.values(MESSAGE_TYPE).map((type): [number, Uint8Array] => [OP_CODE.Msg, types(type)]);
    agree(opinionsOn(...write([...attributes, ...subelements, ...messages])));
  });

  it('is noticed when it differs, in either direction', () => {
    const [file, frames] = write([
      [OP_CODE.Msg, vendorExtensionAttribute(fromHex('000137'), fromHex('10010002 0101'))],
    ]);
    const [right = ''] = frames;
    const changed = (from: string, to: string): string[] =>
      opinionsOn(file, [right.replace(from, to)]).flatMap(disagreements);
    expect(changed('10490009', '10490009')).to.deep.equal([]);
    expect(changed('000137', '000138').join('\n')).to.match(/ours only: vendor id .* 000138\n.*tshark only: /s);
    expect(changed('10490009', '10490008')).to.have.length.above(1);
    expect(opinionsOn(file, []).flatMap(disagreements)).to.include('frame 1 - ours only: no such frame');
  });
});

function reassembled(frames: readonly string[]): WscMessage[] {
  const reassemblers = { enrollee: new WscReassembler(), registrar: new WscReassembler() };
  const messages: WscMessage[] = [];
  let fragments = 0;
  frames.forEach((hex, index) => {
    const eap = decodeEap(decodeEapol(decodeEthernet(fromHex(hex))?.payload ?? new Uint8Array(0)).body);
    const { payload } = wscCarrier(eap);
    if (payload === null) return;
    if (((payload[1] ?? 0) & FLAG.MoreFragments) !== 0) fragments++;
    const side = eap.header?.code === EAP_CODE.Response ? 'enrollee' : 'registrar';
    const result = reassemblers[side].push(payload, index);
    expect(result.issues).to.deep.equal([]);
    if (result.kind === 'message' && result.wsc.bytes.length > 0) messages.push(result.wsc);
  });
  expect(fragments).to.be.above(3);
  return messages;
}
