import { toHex } from '#base/bytes.js';
import type { Closing, EapPacket, Evidence, Exchange } from '#evidence/model.js';
import { EAP_CODE } from '#wire/eap/eap.js';
import { accessPointRows, type ExchangeLane, type TimedRow } from './exchange-join.js';
import { packetNames } from './packet-names.js';
import {
  bounded,
  type MessageLook,
  type Sequence,
  type SequenceLane,
  type SequenceMark,
  type SequenceMessage,
  type SequenceNote,
  type SequenceRow,
} from './sequence.js';
import { leadingFindings, type JudgedResult } from './view.js';

/** A pause that gets a row of its own, nanoseconds. */
const PAUSE_NS = 1_000_000_000n;
/** Rules on a registration: what they say of no message in particular is said of the whole. */
const ON_EXCHANGES = /^RVP-(?:VX|VPI|TUU|WSC|SEC|PIN|IEX)-/;

/** Results whose findings a chart marks; only those that fail or warn do. */
export type Marking = readonly Pick<JudgedResult, 'id' | 'verdict' | 'warning' | 'findings'>[];

/**
 * The sequence of one exchange: each EAP packet, repetitions included, and what passed between the DUT and the access
 * point around it where that was seen. What the device says stands in it as it was sent, but for secrets.
 *
 * @param mask takes the secrets of the run out of a text
 */
export function exchangeSequence(
  exchange: Exchange,
  evidence: Evidence,
  marking: Marking,
  mask: (text: string) => string,
): Sequence<ExchangeLane> {
  const access = accessPointRows(exchange, evidence);
  const rows = inTime(packetRows(exchange, mask), access);
  const { byFrame, unplaced } = marksOf(marking, exchange, evidence, rows);
  const marked = rows.map((row) =>
    row.kind === 'note' ? row : { ...row, marks: row.frames.flatMap((frame) => byFrame.get(frame) ?? []) },
  );
  return {
    title: titleOf(exchange, evidence),
    outcome: outcomeOf(exchange),
    lanes: lanesOf(exchange, access.length > 0),
    rows: bounded([...withPauses(marked), ...remarks(exchange)]),
    unplaced,
  };
}

/** Exchanges a result points into; where it points into none and is on exchanges, the last that was not finished. */
export function exchangesOf(result: Marking[number], evidence: Evidence): Exchange[] {
  const places = failing(result).flatMap(({ at }) => (at === undefined ? [] : [at]));
  const pointed = evidence.exchanges.filter((exchange) =>
    places.some((at) =>
      at.exchange === undefined
        ? exchange.packets.some(({ frame }) => frame.number === at.frame)
        : at.exchange === exchange.number,
    ),
  );
  if (pointed.length > 0 || !ON_EXCHANGES.test(result.id) || failing(result).length === 0) return pointed;
  const unfinished = evidence.exchanges.findLast(({ closing }) => closing !== 'done') ?? evidence.exchanges.at(-1);
  return unfinished === undefined ? [] : [unfinished];
}

/** `Exchange 2 of 3, PIN`. */
export function titleOf({ number, method, script }: Exchange, { exchanges }: Evidence): string {
  const how = method === null ? '' : method === 'pin' ? ', PIN' : ', push button';
  const scripted = script === undefined ? '' : `, scripted: ${script}`;
  return `Exchange ${number} of ${exchanges.length}${how}${scripted}`;
}

/** How an exchange ended, one sentence without its full stop. */
export function outcomeOf({ closing, silenceMs }: Exchange): string {
  switch (closing) {
    case 'done':
      return 'The device took its credential: WSC_Done, then EAP-Failure, with which every registration ends';
    case 'failed':
      return 'The registration failed: it ended without WSC_Done';
    case 'timeout':
      return `The device said nothing for ${seconds(silenceMs ?? 0)}, and the bench waited no longer`;
    case 'open':
      return 'What was recorded ends before the end of the exchange';
  }
}

function failing(result: Marking[number]): JudgedResult['findings'] {
  if (result.verdict !== 'fail' && !result.warning) return [];
  return leadingFindings(result).filter(({ verdict }) => verdict === 'fail');
}

interface Marks {
  readonly byFrame: ReadonlyMap<number, readonly SequenceMark[]>;
  readonly unplaced: readonly SequenceMark[];
}

function marksOf(marking: Marking, exchange: Exchange, evidence: Evidence, rows: readonly TimedRow[]): Marks {
  const frames = new Set(rows.flatMap((row) => (row.kind === 'message' ? row.frames : [])));
  const byFrame = new Map<number, SequenceMark[]>();
  const unplaced: SequenceMark[] = [];
  for (const result of marking) {
    const isOn = exchangesOf(result, evidence).includes(exchange);
    for (const { text, at } of failing(result)) {
      if (at?.exchange !== undefined && at.exchange !== exchange.number) continue;
      const carrier = exchange.messages.find(({ wsc }) => at?.exchange !== undefined && wsc.name === at.message);
      const frame = at?.frame ?? carrier?.parts[0]?.frame.number;
      const mark = { id: result.id, text };
      if (frame !== undefined && frames.has(frame)) byFrame.set(frame, [...(byFrame.get(frame) ?? []), mark]);
      else if (isOn && (at === undefined || at.exchange === exchange.number)) unplaced.push(mark);
    }
  }
  return { byFrame, unplaced };
}

type PacketRow = SequenceMessage<ExchangeLane>;

function packetRows(exchange: Exchange, mask: (text: string) => string): PacketRow[] {
  const names = packetNames(exchange);
  const starts = (exchange.starts ?? []).map(({ number, timeNs }, index): PacketRow => ({
    kind: 'message',
    timeNs,
    from: 'dut',
    to: 'registrar',
    name: 'EAPOL-Start',
    frames: [number],
    look: index === 0 ? 'plain' : 'again',
    marks: [],
  }));
  const packets = exchange.packets.map((packet): PacketRow => {
    const { name, isRefusal } = names.get(packet) ?? { name: '', isRefusal: false };
    const isOfDut = packet.from === 'enrollee';
    return {
      kind: 'message',
      timeNs: packet.frame.timeNs,
      from: isOfDut ? 'dut' : 'registrar',
      to: isOfDut ? 'registrar' : 'dut',
      name: mask(name),
      frames: [packet.frame.number],
      look: lookOf(packet, isRefusal),
      marks: [],
    };
  });
  // In the order of the capture, whatever its time stamps say.
  return [...starts, ...packets].sort((a, b) => (a.frames[0] ?? 0) - (b.frames[0] ?? 0));
}

function lookOf({ retransmission, code }: EapPacket, isRefusal: boolean): MessageLook {
  if (retransmission) return 'again';
  if (isRefusal) return 'refusal';
  return code === EAP_CODE.Failure || code === EAP_CODE.Success ? 'end' : 'plain';
}

/** `others` put in by their times; `rows` keep their order, whatever their times say. */
function inTime(rows: readonly TimedRow[], others: readonly TimedRow[]): TimedRow[] {
  const out: TimedRow[] = [];
  let taken = 0;
  for (const row of rows) {
    for (let other = others[taken]; other !== undefined && other.timeNs < row.timeNs; other = others[taken]) {
      out.push(other);
      taken += 1;
    }
    out.push(row);
  }
  return [...out, ...others.slice(taken)];
}

function withPauses(rows: readonly TimedRow[]): SequenceRow<ExchangeLane>[] {
  return rows.flatMap((row, index): SequenceRow<ExchangeLane>[] => {
    const before = rows[index - 1];
    const pauseNs = before === undefined ? 0n : row.timeNs - before.timeNs;
    if (pauseNs < PAUSE_NS) return [row];
    return [{ kind: 'note', text: `${seconds(Number(pauseNs / 1_000_000n))} without a message`, tone: 'muted' }, row];
  });
}

/** What stands below the last message: that it was not the last to be expected, or not all there was. */
function remarks({ closing, silenceMs, lossy }: Exchange): SequenceRow<ExchangeLane>[] {
  const ends: Readonly<Record<Closing, readonly SequenceNote[]>> = {
    done: [],
    failed: [{ kind: 'note', text: 'Ended without WSC_Done', tone: 'bad' }],
    timeout: [{ kind: 'note', text: `Timeout: nothing from the device for ${seconds(silenceMs ?? 0)}`, tone: 'bad' }],
    open: [{ kind: 'note', text: 'The recording shows no end of this exchange', tone: 'muted' }],
  };
  const loss: SequenceNote = {
    kind: 'note',
    text: 'Frames of this exchange may be missing from the capture',
    tone: 'bad',
  };
  return [...ends[closing], ...(lossy ? [loss] : [])];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function lanesOf(exchange: Exchange, hasAccessPoint: boolean): SequenceLane<ExchangeLane>[] {
  const { enrolleeMac, registrarMac } = exchange;
  const registrar = registrarMac === null ? '' : toHex(registrarMac, ':');
  const accessPoint: SequenceLane<ExchangeLane> = { key: 'access-point', label: 'Access point', detail: '802.11' };
  return [
    { key: 'dut', label: 'DUT', detail: toHex(enrolleeMac, ':') },
    ...(hasAccessPoint ? [accessPoint] : []),
    { key: 'registrar', label: 'Registrar', detail: registrar },
  ];
}
