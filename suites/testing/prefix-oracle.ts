import { Assembler } from '#evidence/assemble.js';
import { NO_KEYS, type KeyRing } from '#evidence/keys.js';
import type { Ability, BenchEvent, Evidence } from '#evidence/model.js';
import type { CatalogueEntry } from '#judge/catalogue.js';
import { judge } from '#judge/judge.js';
import type { Verdicts } from '#judge/record.js';
import type { RuleId } from '#judge/rule.js';
import type { BaseScope } from '#judge/scope.js';
import type { Profile } from '#profile/schema.js';
import { EAP_CODE } from '#wire/eap/eap.js';
import type { CaptureLinkType } from '#wire/pcap/blocks.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';
import { CaptureReader } from '#wire/pcap/reader.js';
import { CATALOGUE } from '../catalogue.js';

/** Rules on the whole of an exchange: they say nothing final before its closing frame. */
export const EXCHANGE_WIDE: readonly RuleId[] = [
  ...(['RVP-VX-10', 'RVP-VPI-09', 'RVP-TUU-11', 'RVP-WSC-02', 'RVP-WSC-05', 'RVP-WSC-06', 'RVP-WSC-09'] as const),
  ...(['RVP-WSC-10', 'RVP-WSC-11', 'RVP-WSC-12', 'RVP-WSC-13', 'RVP-SEC-01', 'RVP-SEC-02'] as const),
  ...(['RVP-JOIN-01', 'RVP-JOIN-02', 'RVP-JOIN-03', 'RVP-PIN-03', 'RVP-REG-50'] as const),
  // What a device makes of a stimulus is known when the exchange is over.
  ...CATALOGUE.filter(({ rule }) => rule.underStimuli === 'whole').map(({ rule }) => rule.id),
];
/** Rules that look at the exchange and are done with the messages or packets they speak of, however many follow. */
export const SEEN_AT_ONCE: readonly RuleId[] = ['RVP-WSC-01', 'RVP-WSC-07', 'RVP-WSC-14', 'RVP-SEC-04', 'RVP-PIN-01'];

export interface RecordedFrame {
  readonly bytes: Uint8Array;
  readonly timeNs: bigint;
  /** Place among the recording's interfaces. */
  readonly interfaceId: number;
}

/** A recording in memory, as a bench or a capture file gives it. */
export interface Recording {
  readonly interfaces: readonly CaptureLinkType[];
  readonly frames: readonly RecordedFrame[];
  /** What the bench said, with the wall time it said it at; null for a capture of somebody else's. */
  readonly run: {
    readonly dutMac: Uint8Array;
    readonly ability: Ability;
    /** The bench only listened. */
    readonly observed?: boolean;
    readonly events: readonly (BenchEvent & { readonly timeNs: bigint })[];
    /** What was fetched, by its name in the bundle. */
    readonly documents?: ReadonlyMap<string, Uint8Array>;
  } | null;
  readonly keys: KeyRing;
  readonly profile: Profile | null;
  readonly scope: BaseScope;
}

/** The recording as a capture that somebody mails: without what the bench said, and without its keys unless given. */
export function asCapture(recording: Recording, keys: KeyRing = NO_KEYS): Recording {
  return { ...recording, run: null, keys, scope: 'capture' };
}

/**
 * Cut a conformant recording after every frame, from none to all but the last, and judge each part. Returns what must
 * not be: a rule that fails or warns, an error of ours (but for what the bench itself did not get to), an
 * exchange-wide rule that passes or is ruled out before the closing frame of an exchange. Throws when the whole
 * recording is not conformant, or holds no exchange that ends: nothing could be said of its parts.
 *
 * @param catalogue the rules; all of them when absent
 */
export function prefixViolations(recording: Recording, catalogue: readonly CatalogueEntry[] = CATALOGUE): string[] {
  const [whole, ...others] = prefixEvidence(recording, recording.frames.length);
  if (whole === undefined || others.length > 0) throw new Error('the recording is not of one device');
  const faults = faultsOf(judged(recording, whole, catalogue));
  if (faults.length > 0) throw new Error(`the recording is not conformant: ${faults.join('; ')}`);
  const open = openSpans(whole);
  const violations: string[] = [];
  for (let count = 0; count < recording.frames.length; count++) {
    const isOpen = open.some(({ from, to }) => from <= count && count < to);
    for (const evidence of prefixEvidence(recording, count)) {
      const verdicts = judged(recording, evidence, catalogue);
      const early = isOpen ? tooEarly(verdicts) : [];
      const errors = evidence.benchFailure === null ? errorsOf(verdicts) : [];
      violations.push(...[...faultsOf(verdicts), ...errors, ...early].map((text) => `after frame ${count}: ${text}`));
    }
  }
  return violations;
}

/**
 * The same of a recording of a conformant device that something really cut, with what was made of it: a rule that fails
 * or warns, an exchange-wide rule that passes or is ruled out although an exchange was not seen to its end. Errors of
 * ours may be in it.
 */
export function cutViolations({ exchanges }: Evidence, verdicts: Verdicts): string[] {
  const isOpen = exchanges.length === 0 || exchanges.some(({ closing }) => closing === 'open');
  return [...faultsOf(verdicts), ...(isOpen ? tooEarly(verdicts) : [])];
}

/** The evidence of the first `count` frames, and of what the bench had said by then. */
export function prefixEvidence(recording: Recording, count: number): Evidence[] {
  const { interfaces, frames, run, keys } = recording;
  const part = frames.slice(0, count);
  const untilNs = count < frames.length ? (part.at(-1)?.timeNs ?? 0n) : null;
  const assembler = new Assembler({
    keys,
    ...(run === null
      ? {}
      : { run: { ...run, events: run.events.filter(({ timeNs }) => untilNs === null || timeNs <= untilNs) } }),
  });
  const reader = new CaptureReader(assembler);
  reader.push(sectionHeader({ application: 'test' }));
  for (const linkType of interfaces) reader.push(interfaceDescription({ linkType, snapLengthBytes: 0 }));
  for (const frame of part) reader.push(enhancedPacket(frame));
  return assembler.finish(reader.finish());
}

function judged({ profile, scope }: Recording, evidence: Evidence, catalogue: readonly CatalogueEntry[]): Verdicts {
  return judge(catalogue, profile, evidence, { scope, strict: false });
}

/** From the frame by which an exchange is known to be one of WPS to the one that closes it. */
function openSpans({ exchanges }: Evidence): { from: number; to: number }[] {
  if (exchanges.length === 0) throw new Error('the recording holds no exchange');
  return exchanges.map(({ number, identities, packets, closing }) => {
    const from = identities[0]?.frame.number;
    const to = packets.findLast(({ code }) => code === EAP_CODE.Failure)?.frame.number;
    if (closing !== 'done' || from === undefined || to === undefined) throw new Error(`exchange ${number} has no end`);
    return { from, to };
  });
}

function faultsOf({ results }: Verdicts): string[] {
  return results
    .filter(({ verdict, warning }) => verdict === 'fail' || warning)
    .map(({ id, verdict, reason }) => `${id} ${verdict === 'fail' ? 'fails' : 'warns'}: ${reason}`);
}

function errorsOf({ results }: Verdicts): string[] {
  return results.filter(({ verdict }) => verdict === 'error').map(({ id, reason }) => `${id} errs: ${reason}`);
}

function tooEarly({ results }: Verdicts): string[] {
  return results
    .filter(({ id, verdict }) => EXCHANGE_WIDE.includes(id) && (verdict === 'pass' || verdict === 'not-applicable'))
    .map(({ id, verdict }) => `${id} is ${verdict ?? ''} before the exchange ends`);
}
