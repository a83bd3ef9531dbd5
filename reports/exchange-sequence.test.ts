import { expect } from 'chai';
import { fromHex } from '#base/bytes.js';
import type { JoinFact } from '#evidence/model.js';
import type { Finding, Location } from '#judge/rule.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import { encodeTlv } from '#wire/tlv.js';
import { exchangeSequence, exchangesOf, type Marking } from './exchange-sequence.js';
import { MAX_ROWS, type SequenceMessage, type SequenceRow } from './sequence.js';
import { sequenceSvg } from './sequence-svg.js';
import {
  barePacket,
  BEGIN_NS,
  evidenceOf,
  exchangeOf,
  failurePacket,
  identityPacket,
  wscPacket,
} from './testing/exchange.js';
import { parseXml, type XmlElement } from './testing/xml.js';

const HOSTILE = '</text><script>alert(1)</script>\u202Egnp';
const M1 = wscPacket('enrollee', 'M1', 3);
const M2 = wscPacket('registrar', 'M2', 4);
const NORMAL = [
  identityPacket('WFA-SimpleConfig-Enrollee-1-0', 1),
  barePacket('registrar', OP_CODE.Start, 2),
  M1,
  M2,
  wscPacket('enrollee', 'WSC_DONE', 5, OP_CODE.Done),
  failurePacket(6),
];

const keep = (text: string): string => text;
const messages = (rows: readonly SequenceRow[]): SequenceMessage[] =>
  rows.filter((row): row is SequenceMessage => row.kind === 'message');
const notes = (rows: readonly SequenceRow[]): string[] =>
  rows.flatMap((row) => (row.kind === 'note' ? [row.text] : []));
const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/gs)].map(([, content = '']) => content);

function place(more: Partial<Location>): Location {
  return { path: 'm1', message: 'M1', messageOffset: 0, lengthBytes: 1, hex: '10', ...more };
}

function failed(id: Marking[number]['id'], at?: Location, more: Partial<Marking[number]> = {}): Marking[number] {
  const finding: Finding = { verdict: 'fail', text: `${id} is broken`, ...(at === undefined ? {} : { at }) };
  return { id, verdict: 'fail', warning: false, findings: [finding], ...more };
}

describe('message sequence of an exchange', () => {
  it('has every packet in order, with its time, its frame, its sides and its name', () => {
    const exchange = exchangeOf(NORMAL, { starts: [{ number: 9, timeNs: BEGIN_NS }] }, 10);
    const { rows, lanes, unplaced, title, outcome } = exchangeSequence(exchange, evidenceOf([exchange]), [], keep);
    expect(messages(rows).map(({ from, name, frames }) => [from, name, ...frames])).to.deep.equal([
      ['dut', 'EAPOL-Start', 9],
      ['dut', 'EAP-Response/Identity "WFA-SimpleConfig-Enrollee-1-0"', 10],
      ['registrar', 'WSC_Start', 11],
      ['dut', 'M1', 12],
      ['registrar', 'M2', 13],
      ['dut', 'WSC_Done', 14],
      ['registrar', 'EAP-Failure', 15],
    ]);
    expect(messages(rows).every(({ from, to }) => from !== to)).to.equal(true);
    expect(lanes.map(({ label, detail }) => `${label} ${detail}`)).to.deep.equal([
      'DUT 02:00:5e:10:20:30',
      'Registrar 02:00:5e:00:00:01',
    ]);
    expect(unplaced).to.deep.equal([]);
    expect(notes(rows)).to.deep.equal([]);
    expect(title).to.equal('Exchange 1 of 1, PIN');
    expect(outcome).to.match(/^The device took its credential/);
  });

  it('shows refusals with their reason, repetitions, pauses, timeouts and losses', () => {
    const error = encodeTlv({ type: 0x1009, value: fromHex('0012') });
    const again = { ...M1, atMs: 5000 };
    const said = [M1, again, wscPacket('registrar', 'WSC_NACK', 5001, OP_CODE.Nack, error)];
    const timeout = exchangeOf(said, { closing: 'timeout', silenceMs: 30_000, lossy: true });
    const { rows } = exchangeSequence(timeout, evidenceOf([timeout]), [], keep);
    expect(messages(rows).map(({ name, look }) => `${look}: ${name}`)).to.deep.equal([
      'plain: M1',
      'again: M1',
      'refusal: WSC_NACK, Configuration Error 0x0012 (Device password authentication failure)',
    ]);
    expect(notes(rows)).to.deep.equal([
      '5.0 s without a message',
      'Timeout: nothing from the device for 30.0 s',
      'Frames of this exchange may be missing from the capture',
    ]);
    for (const [closing, text] of [
      ['failed', 'Ended without WSC_Done'],
      ['open', 'The recording shows no end of this exchange'],
    ] as const) {
      const ended = exchangeOf([M1], { closing });
      expect(notes(exchangeSequence(ended, evidenceOf([ended]), [], keep).rows)).to.deep.equal([text]);
    }
  });

  it('marks the message a finding points at, by its frame or else by its name, in that exchange alone', () => {
    const [one, two] = [exchangeOf(NORMAL), exchangeOf(NORMAL, { number: 2 }, 20)];
    const evidence = evidenceOf([one, two]);
    const marking = [
      failed('RVP-VPI-02', place({ exchange: 2, frame: 22 })),
      failed('RVP-WSC-03', place({ exchange: 2, message: 'M2' })),
      failed('RVP-VX-01', place({ exchange: 1, frame: 3 }), { verdict: 'pass' }),
    ];
    const marked = (exchange: typeof one): string[] =>
      messages(exchangeSequence(exchange, evidence, marking, keep).rows).flatMap(({ name, marks }) =>
        marks.map(({ id }) => `${name} ${id}`),
      );
    expect(marked(two)).to.deep.equal(['M1 RVP-VPI-02', 'M2 RVP-WSC-03']);
    expect(marked(one)).to.deep.equal([]);
    expect(exchangesOf(failed('RVP-VPI-02', place({ exchange: 2 })), evidence)).to.deep.equal([two]);
  });

  it('tells what points at no message above the chart of the exchange that was not finished', () => {
    const one = exchangeOf([M1], { closing: 'timeout', silenceMs: 1000 });
    const two = exchangeOf(NORMAL, { number: 2 }, 20);
    const evidence = evidenceOf([one, two]);
    const marking = [failed('RVP-WSC-13'), failed('RVP-SSDP-001')];
    const idsOf = (exchange: typeof one): string[] =>
      exchangeSequence(exchange, evidence, marking, keep).unplaced.map(({ id }) => id);
    expect(idsOf(one)).to.deep.equal(['RVP-WSC-13']);
    expect(idsOf(two)).to.deep.equal([]);
    const svg = sequenceSvg(exchangeSequence(one, evidence, marking, keep));
    expect(texts(svg)).to.include('RVP-WSC-13: RVP-WSC-13 is broken');
  });

  it('takes secrets out of what the device says', () => {
    const exchange = exchangeOf([identityPacket('PIN 12345670', 1)]);
    const { rows } = exchangeSequence(exchange, evidenceOf([exchange]), [], (text) =>
      text.replace('12345670', '[masked]'),
    );
    expect(messages(rows)[0]?.name).to.equal('EAP-Response/Identity "PIN [masked]"');
  });

  it('has a lane for the access point where 802.11 was seen, and each step in the exchange it belongs to', () => {
    const one = exchangeOf(NORMAL);
    const later = NORMAL.map((said) => ({ ...said, atMs: said.atMs + 10_000 }));
    const two = exchangeOf(later, { number: 2 }, 60);
    const beginMs = Number(BEGIN_NS / 1_000_000n);
    const fact = (state: JoinFact['state'], atMs: number, frame: number, more: Partial<JoinFact> = {}): JoinFact => ({
      state,
      timeMs: beginMs + atMs,
      source: 'frames',
      frame,
      ...more,
    });
    const join = [
      fact('registering', -5, 30),
      fact('left', 100, 31, { reasonCode: 3 }),
      fact('requested', 200, 32, { isSecured: true }),
      fact('key-message', 210, 33, { keyMessage: 1 }),
      { state: 'address', timeMs: beginMs + 300, source: 'bench', address: '192.0.2.9' } as const,
      fact('registering', 9000, 34),
    ];
    const evidence = evidenceOf([one, two], { join });
    const told = (exchange: typeof one): (string | number)[][] =>
      messages(exchangeSequence(exchange, evidence, [], keep).rows)
        .filter(({ from, to }) => from === 'access-point' || to === 'access-point')
        .map(({ from, name, frames }) => [from, name, ...frames]);
    expect(told(one)).to.deep.equal([
      ['dut', 'Association Request with a WPS IE', 30],
      ['dut', 'takes its leave, reason code 3', 31],
      ['dut', 'Association Request, protected network', 32],
      ['access-point', '4-way handshake, message 1', 33],
      ['dut', 'speaks from its address 192.0.2.9'],
    ]);
    expect(told(two)).to.deep.equal([['dut', 'Association Request with a WPS IE', 34]]);
    expect(exchangeSequence(two, evidence, [], keep).lanes.map(({ key }) => key)).to.deep.equal([
      'dut',
      'access-point',
      'registrar',
    ]);
  });
});

describe('picture of a message sequence', () => {
  const elements = (node: XmlElement): XmlElement[] => [node, ...node.children.flatMap(elements)];

  it('boxes the marked message, breaks the line of a repetition, and writes times and frames', () => {
    const exchange = exchangeOf([M1, { ...M1, atMs: 7 }, M2]);
    const marking = [failed('RVP-VPI-02', place({ exchange: 1, frame: 1 }))];
    const svg = sequenceSvg(exchangeSequence(exchange, evidenceOf([exchange]), marking, keep));
    expect(svg.match(/class="box bad"/g)).to.have.length(1);
    expect(svg.match(/class="arrow quiet broken"/g)).to.have.length(1);
    expect(texts(svg)).to.include.members(['+0.000000', '+0.004000', '#1', '#3', 'M1', 'M1 (again)', 'M2']);
    expect(texts(svg)).to.include('RVP-VPI-02: RVP-VPI-02 is broken');
  });

  it('is well-formed with device strings as text, and refers to nothing', () => {
    const exchange = exchangeOf([identityPacket(HOSTILE, 1)]);
    const marking = [failed('RVP-WSC-01', place({ exchange: 1, frame: 1 }), {})];
    const hostile = marking.map((each) => ({
      ...each,
      findings: each.findings.map((finding) => ({ ...finding, text: HOSTILE })),
    }));
    const svg = sequenceSvg(exchangeSequence(exchange, evidenceOf([exchange]), hostile, keep));
    const names = new Set(elements(parseXml(svg)).map(({ name }) => name));
    expect([...names].sort()).to.deep.equal(['desc', 'path', 'rect', 'style', 'svg', 'text', 'title']);
    for (const raw of ['<script', '\u202E', 'href', 'url(', '@import']) expect(svg).not.to.contain(raw);
    expect(svg.match(/https?:[^"]*/g)).to.deep.equal(['http://www.w3.org/2000/svg']);
  });

  for (const count of [0, 3, 200, 3000]) {
    it(`holds ${count} packets, and says how many it leaves out`, () => {
      const said = Array.from({ length: count }, (_unused, index) =>
        wscPacket(index % 2 === 0 ? 'enrollee' : 'registrar', index % 2 === 0 ? 'M3' : 'M4', index),
      );
      const exchange = exchangeOf(said);
      const middle = Math.floor(count / 2);
      const marking = count === 0 ? [] : [failed('RVP-WSC-05', place({ exchange: 1, frame: middle + 1 }))];
      const { rows } = exchangeSequence(exchange, evidenceOf([exchange]), marking, keep);
      const hidden = rows.reduce((sum, row) => sum + (row.kind === 'fold' ? row.count : 0), 0);
      expect(messages(rows).length + hidden).to.equal(count);
      expect(rows.length).to.be.at.most(MAX_ROWS);
      expect(hidden > 0).to.equal(count > MAX_ROWS);
      expect(messages(rows).filter(({ marks }) => marks.length > 0)).to.have.length(count === 0 ? 0 : 1);
      expect(parseXml(sequenceSvg(exchangeSequence(exchange, evidenceOf([exchange]), marking, keep))).name).to.equal(
        'svg',
      );
    });
  }

  it('stays within its bounds when every message is marked, and counts the marks it leaves out', () => {
    const said = Array.from({ length: 900 }, (_unused, index) => wscPacket('enrollee', 'M3', index));
    const exchange = exchangeOf(said);
    const marking = said.map((_unused, index) => failed('RVP-WSC-05', place({ exchange: 1, frame: index + 1 })));
    const { rows } = exchangeSequence(exchange, evidenceOf([exchange]), marking, keep);
    expect(rows.length).to.be.at.most(MAX_ROWS);
    const folds = rows.flatMap((row) => (row.kind === 'fold' ? [row.text] : []));
    expect(folds.join()).to.match(/not shown, frames \d+ to \d+, \d+ of them marked/);
  });

  it('folds a message that is repeated for ever', () => {
    const exchange = exchangeOf([
      M1,
      ...Array.from({ length: 40 }, (_unused, index) => ({ ...M1, atMs: 10 + index })),
      M2,
    ]);
    const { rows } = exchangeSequence(exchange, evidenceOf([exchange]), [], keep);
    const shown = rows.map((row) => (row.kind === 'message' ? row.name : row.text));
    expect(shown).to.deep.equal(['M1', 'M1', '39 repetitions of the same message, frames 3 to 41', 'M2']);
  });
});
