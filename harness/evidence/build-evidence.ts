import { millisecondsOf } from '#base/nanoseconds.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute, MESSAGE_TYPE } from '#wire/wps/message.js';
import { buildExchange } from './build-exchange.js';
import { buildDiscovery } from './build-discovery.js';
import type { DatagramIndex } from './datagram-index.js';
import type { DatagramStore } from './datagrams.js';
import { discoveryEventsOf } from './discovery-events.js';
import type { Discovery } from './discovery-model.js';
import { missingFrames } from './exchange-loss.js';
import { joinFactsOf } from './join-events.js';
import type { JoinStore } from './join-frames.js';
import type { KeyRing } from './keys.js';
import { macBytes, type MacKey } from './mac-key.js';
import type { ManagementStore } from './management.js';
import type {
  Ability,
  BenchEvent,
  Evidence,
  EvidenceKind,
  Exchange,
  JoinFact,
  Loss,
  ManagementFrame,
} from './model.js';
import type { RawExchange } from './raw-exchange.js';
import { operatorAnswersOf } from './operator-events.js';
import { benchFailureOf, lossesOf, sessionAt, sessionsOf, type Session } from './sessions.js';

/** What a recording of our own says besides its capture. */
export interface RunFacts {
  /** Address of the DUT; null: the first Enrollee that is seen. */
  readonly dutMac: Uint8Array | null;
  readonly ability: Ability;
  readonly events: readonly BenchEvent[];
  /** The bench only listened: what it did not hear may have been there all the same. Absent: it took part. */
  readonly observed?: boolean;
  /** Documents that were fetched, by their name in the bundle. */
  readonly documents?: ReadonlyMap<string, Uint8Array>;
}

/** Everything the Evidence of one Enrollee is made of. */
export interface EvidenceSources {
  /** Null for a DUT of which nothing was seen. */
  readonly enrollee: MacKey | null;
  /** Its exchanges, in capture order. */
  readonly exchanges: readonly RawExchange[];
  readonly management: ManagementStore;
  readonly joins: JoinStore;
  readonly datagrams: DatagramStore;
  /** Of a capture that is not a run's own. */
  readonly datagramIndex: DatagramIndex | null;
  /** Time of the capture's last frame, milliseconds since 1970. */
  readonly lastFrameMs: number;
  readonly ring: KeyRing;
  readonly run: RunFacts | null;
  /** Lost packets by the packets' own count, and by that of the interfaces. */
  readonly packetDrops: number;
  readonly interfaceDrops: number;
  /** Where the capture file was cut off; null when it was not. */
  readonly cut: { readonly offset: number; readonly haveBytes: number } | null;
  readonly sawDot11: boolean;
  /** Exchanges of the same capture that are numbered before its own. */
  readonly exchangesBefore: number;
}

/** Decode and put together what is known of one Enrollee. */
export function buildEvidence(sources: EvidenceSources): Evidence {
  const { enrollee, run } = sources;
  const events = run?.events ?? [];
  const losses = [...wholeLosses(sources, events), ...ownLosses(sources)];
  const exchanges = buildExchanges(sources, sessionsOf(events), losses);
  const management = enrollee === null ? [] : managementOf(enrollee, exchanges, sources);
  const join = [...(enrollee === null ? [] : sources.joins.of(enrollee)), ...joinFactsOf(events)];
  join.sort((a, b) => a.timeMs - b.timeMs);
  const discovery = discoveryOf(sources, events);
  const heard = discovery?.datagrams.some(({ sender }) => sender === 'dut') === true;
  const operator = operatorAnswersOf(events);
  const seen = exchanges.length > 0 || management.length > 0 || heard;
  return {
    dutMac: enrollee !== null && seen ? macBytes(enrollee) : null,
    source: run === null ? 'capture' : 'run',
    ability: run?.ability ?? captureAbility(exchanges, sources.sawDot11, join, discovery),
    exchanges,
    management,
    join,
    ...(discovery === null ? {} : { discovery }),
    ...(operator.length === 0 ? {} : { operator }),
    losses,
    events,
    benchFailure: run === null ? null : benchFailureOf(events),
  };
}

function buildExchanges(sources: EvidenceSources, sessions: readonly Session[], losses: Loss[]): Exchange[] {
  const { exchanges, ring, run, exchangesBefore } = sources;
  const isObserved = run?.observed === true;
  // Where the bench took part, its own copy stands in for what its monitor did not hear.
  const harmful: readonly Loss['source'][] = isObserved
    ? ['kernel', 'interface', 'sequence', 'limit']
    : ['kernel', 'interface'];
  const anywhere = losses.some(({ source }) => harmful.includes(source));
  const placed = sources.packetDrops >= sources.interfaceDrops && lossesOf(run?.events ?? []).length === 0;
  return exchanges.map((raw, index) => {
    const session = sessionAt(sessions, raw.firstTimeNs);
    const number = exchangesBefore + index + 1;
    const next = exchanges[index + 1];
    const isLast = next === undefined || sessionAt(sessions, next.firstTimeNs) !== session;
    const missing = run === null || isObserved ? missingFrames(raw) : [];
    if (missing.length > 0) {
      const text = `exchange ${number}: ${missing.join('; ')}`;
      losses.push({ source: 'sequence', count: missing.length, text });
    }
    const dropped = anywhere && (!placed || (raw.dropsAfter ?? sources.packetDrops) > raw.dropsBefore);
    const cutOff = sources.cut !== null && !raw.closed;
    return buildExchange(raw, number, {
      ring,
      method: session?.method ?? null,
      silenceMs: isLast ? (session?.silenceMs ?? null) : null,
      lossy: dropped || cutOff || missing.length > 0 || raw.damagedFrames > 0,
      script: session?.script ?? null,
      recovers: session?.recovers ?? null,
    });
  });
}

function discoveryOf(sources: EvidenceSources, events: readonly BenchEvent[]): Discovery | null {
  const { enrollee, run, datagrams, datagramIndex, lastFrameMs } = sources;
  const told = discoveryEventsOf(events, run?.documents ?? new Map());
  return buildDiscovery({ dut: enrollee, store: datagrams, index: datagramIndex, events: told, lastFrameMs });
}

/** Losses of the whole recording. */
function wholeLosses({ packetDrops, interfaceDrops, cut }: EvidenceSources, events: readonly BenchEvent[]): Loss[] {
  const losses = lossesOf(events);
  const count = Math.max(packetDrops, interfaceDrops);
  if (count > 0) losses.push({ source: 'kernel', count, text: `the capture counts ${count} lost packets` });
  if (cut !== null) {
    const text = `the capture file ends within the block at offset ${cut.offset}, after ${cut.haveBytes} bytes of it`;
    losses.push({ source: 'truncated-file', count: 1, text });
  }
  return losses;
}

/** Frames of the Enrollee that the capture cut. */
function ownLosses({ enrollee, exchanges, management }: EvidenceSources): Loss[] {
  const inExchanges = exchanges.reduce((sum, { damagedFrames }) => sum + damagedFrames, 0);
  const count = inExchanges + (enrollee === null ? 0 : management.cutFramesOf(enrollee));
  if (count === 0) return [];
  return [{ source: 'cut-frame', count, text: `${count} frames are cut short in the capture` }];
}

/** WPS IEs of the Enrollee, and of the access points it registers with. */
function managementOf(
  enrollee: MacKey,
  exchanges: readonly Exchange[],
  { management, exchanges: raws }: EvidenceSources,
): ManagementFrame[] {
  const registrars = new Set(raws.map(({ registrar }) => registrar));
  const frames = new Map<number, ManagementFrame>();
  const add = (frame: ManagementFrame): unknown => frames.set(frame.frame.number, frame);
  management.of(enrollee).forEach(add);
  for (const registrar of registrars) if (registrar !== null) management.of(registrar).forEach(add);
  for (const uuidE of uuidsOf(exchanges)) management.probesOf(uuidE).forEach(add);
  return [...frames.values()].sort((a, b) => a.frame.number - b.frame.number);
}

function uuidsOf(exchanges: readonly Exchange[]): Uint8Array[] {
  return exchanges.flatMap(({ messages }) => {
    const m1 = messages.find(({ wsc }) => wsc.messageType === MESSAGE_TYPE.M1);
    const uuid = m1 === undefined ? null : attribute(m1.wsc, ATTRIBUTE.UuidE);
    return uuid === null ? [] : [uuid.value];
  });
}

/** What a capture can show at all. */
function captureAbility(
  exchanges: readonly Exchange[],
  sawDot11: boolean,
  join: readonly JoinFact[],
  discovery: Discovery | null,
): Ability {
  const said = discovery?.datagrams.filter(({ sender }) => sender === 'dut') ?? [];
  const kinds: EvidenceKind[] = exchanges.length === 0 && said.length > 0 ? [] : ['m1', 'exchange'];
  for (const protocol of ['ssdp', 'wsd'] as const)
    if (said.some((each) => each.protocol === protocol)) kinds.push(protocol);
  if (sawDot11) kinds.push('frames');
  if (join.some(({ state }) => state === 'registering' || state === 'requested')) kinds.push('association');
  if (holdsJoin(exchanges, join)) kinds.push('join');
  if (exchanges.some(({ keys }) => keys !== null)) kinds.push('keys');
  if (exchanges.length > 1) kinds.push('sessions');
  return {
    kinds,
    sessions: exchanges.length,
    ...(exchanges.some(goesOnAfterM2d) ? { scenarios: ['m2d-windows'] } : {}),
  };
}

/** Whoever sends it and whatever its name: a device has to answer M2D alike, and the M2 that follows. */
function goesOnAfterM2d({ messages }: Exchange): boolean {
  const at = messages.findIndex(({ wsc }) => wsc.messageType === MESSAGE_TYPE.M2D);
  return at >= 0 && messages.slice(at).some(({ wsc }) => wsc.messageType === MESSAGE_TYPE.M2);
}

/** Whether a step onto a network follows an exchange: a capture may end with WSC, and then it shows no join. */
function holdsJoin(exchanges: readonly Exchange[], join: readonly JoinFact[]): boolean {
  const ended = exchanges.find(({ closing }) => closing === 'done');
  const last = ended?.packets.at(-1);
  const endMs = last === undefined ? Infinity : millisecondsOf(last.frame.timeNs);
  return join.some(({ state, timeMs }) => timeMs > endMs && state !== 'left' && state !== 'registering');
}
