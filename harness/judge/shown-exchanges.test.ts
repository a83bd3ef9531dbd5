import { expect } from 'chai';
import type { EapPacket, Evidence, Exchange, ExchangeMessage, Scenario, Side } from '#evidence/model.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { byteAttribute } from '#wire/wps/build.js';
import { decodeWsc, MESSAGE_TYPE, type MessageName } from '#wire/wps/message.js';
import { shownTo } from './shown-exchanges.js';
import { evidence } from './testing/samples.js';

const NONE = new Uint8Array(0);

function packet(from: Side, number: number): EapPacket {
  const frame = { number, timeNs: 0n, linkType: 'ethernet', bytes: NONE, wireLength: 0 } as const;
  const span = { start: 0, end: 0 };
  return { frame, from, span, bytes: NONE, code: 2, identifier: 0, type: 254, retransmission: false };
}

function message(from: Side, name: MessageName, packets: readonly EapPacket[]): ExchangeMessage {
  const wsc = decodeWsc(byteAttribute(ATTRIBUTE.MessageType, MESSAGE_TYPE[name]));
  return { from, opCode: 4, wsc, parts: [], packets, timeNs: 0n };
}

/** Messages of one packet each, between an identity and an end; M1 of the Enrollee of three. */
function exchange(number: number, names: readonly (readonly [Side, MessageName])[], script?: Scenario): Exchange {
  const messages = names.map(([from, name], index) => {
    const parts = from === 'enrollee' && name === 'M1' ? [0, 1, 2] : [0];
    return message(
      from,
      name,
      parts.map((part) => packet(from, 10 * (index + 1) + part)),
    );
  });
  return {
    number,
    enrolleeMac: NONE,
    registrarMac: null,
    packets: [packet('enrollee', 1), ...messages.flatMap(({ packets }) => packets), packet('registrar', 99)],
    messages,
    identities: [],
    framing: [],
    closing: 'timeout',
    method: 'pin',
    keys: null,
    pin: null,
    lossy: true,
    ...(script === undefined ? {} : { script }),
  };
}

const COURSE = [
  ['enrollee', 'M2'],
  ['registrar', 'M1'],
  ['enrollee', 'M1'],
  ['registrar', 'M2'],
  ['enrollee', 'M1'],
] as const;
const usual = exchange(1, COURSE);
const windows = exchange(2, COURSE, 'm2d-windows');
const broken = exchange(3, COURSE, 'reg-05');
const early = exchange(4, [['registrar', 'M2']], 'reg-01');
const all = evidence({ exchanges: [usual, windows, broken, early] });

const numbersIn = ({ exchanges }: Evidence): number[] => exchanges.map(({ number }) => number);

describe('what a rule is shown of exchanges', () => {
  it('is everything where no stimulus broke one', () => {
    const unbroken = evidence({ exchanges: [usual, windows] });
    for (const rule of [{}, { underStimuli: 'm1' }, { underStimuli: 'whole' }] as const)
      expect(shownTo(rule, unbroken)).to.equal(unbroken);
  });

  it('is everything to a rule about stimuli', () => {
    expect(shownTo({ underStimuli: 'whole' }, all)).to.equal(all);
  });

  it('is nothing of a broken one to a rule that does not ask', () => {
    const shown = shownTo({}, all);
    expect(numbersIn(shown)).to.deep.equal([1, 2]);
    expect(shown).to.deep.equal({ ...all, exchanges: [usual, windows] });
  });

  it('is a broken one up to the first M1 of the device, as if it had failed there, to a rule about M1', () => {
    const { exchanges } = shownTo({ underStimuli: 'm1' }, all);
    const [first, second, third] = exchanges;
    expect(exchanges).to.have.length(3);
    expect([first, second]).to.deep.equal([usual, windows]);
    expect(third).to.deep.include({ number: 3, closing: 'failed', lossy: false, method: 'pin', script: 'reg-05' });
    expect(third?.messages).to.deep.equal(broken.messages.slice(0, 3));
    expect(third?.packets.map(({ frame }) => frame.number)).to.deep.equal([1, 10, 20, 30, 31, 32]);
  });

  it('is the same object every time, and another to a rule that is shown more', () => {
    const less = shownTo({}, all);
    const more = shownTo({ underStimuli: 'm1' }, all);
    expect(shownTo({}, all)).to.equal(less).and.not.equal(more);
    expect(shownTo({ underStimuli: 'm1' }, all)).to.equal(more);
    expect(shownTo({}, { ...all })).to.not.equal(less);
  });
});
