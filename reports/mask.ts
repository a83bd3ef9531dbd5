import { ascii, toHex } from '#base/bytes.js';
import type { Evidence } from '#evidence/model.js';
import type { RuleResult, Verdicts, Waived, Waivers } from '#judge/record.js';
import type { Finding, Location } from '#judge/rule.js';
import type { Trace } from '#judge/trace.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attributesOf, decodeWsc } from '#wire/wps/message.js';
import type { RunView } from './view.js';

/** What a masked secret is replaced by. */
export const MASK = '[masked]';

/**
 * The verdicts without any secret of the run: PIN, session keys, network keys. Rules never write one down; this is the
 * second line of defence, so that a mistake in one rule does not publish a PIN.
 */
export function maskVerdicts(verdicts: Verdicts, evidence: Evidence | undefined): Verdicts {
  const pattern = secretPattern(evidence);
  if (pattern === null) return verdicts;
  const mask = (text: string): string => text.replace(pattern, MASK);
  return {
    ...verdicts,
    dut: { ...verdicts.dut, name: mask(verdicts.dut.name) },
    sentence: mask(verdicts.sentence),
    results: verdicts.results.map((result) => maskResult(result, mask)),
    ...(verdicts.waivers === undefined ? {} : { waivers: maskWaivers(verdicts.waivers, mask) }),
  };
}

/** Takes the secrets of a run out of a text: what the evidence itself says is not masked beforehand. */
export function secretMask(evidence: Evidence | undefined): (text: string) => string {
  const pattern = secretPattern(evidence);
  return pattern === null ? (text) => text : (text) => text.replace(pattern, MASK);
}

/** What a report is written from, without any secret of the run. */
export function maskView<T extends Pick<RunView, 'verdicts' | 'evidence' | 'trace'>>(view: T): T {
  const { verdicts, evidence, trace } = view;
  return {
    ...view,
    verdicts: maskVerdicts(verdicts, evidence),
    ...(trace === undefined ? {} : { trace: maskTrace(trace, evidence) }),
  };
}

/** The trace without any secret of the run: a device can send anything as its identity. */
export function maskTrace(trace: Trace, evidence: Evidence | undefined): Trace {
  const pattern = secretPattern(evidence);
  if (pattern === null) return trace;
  const mask = (text: string): string => text.replace(pattern, MASK);
  return {
    ...trace,
    rows: trace.rows.map((row) => ({
      ...row,
      sent: mask(row.sent),
      uuid: row.uuid === null || mask(row.uuid) !== row.uuid ? null : row.uuid,
      at: maskLocation(row.at, mask),
    })),
  };
}

function maskLocation(at: Location, mask: (text: string) => string): Location {
  return { ...at, hex: mask(at.hex) === at.hex ? at.hex : '' };
}

function maskResult(result: RuleResult, mask: (text: string) => string): RuleResult {
  return {
    ...result,
    reason: mask(result.reason),
    ...(result.waived === undefined ? {} : { waived: maskWaived(result.waived, mask) }),
    findings: result.findings.map((finding) => maskFinding(finding, mask)),
  };
}

function maskWaivers({ asOf, list }: Waivers, mask: (text: string) => string): Waivers {
  return { asOf, list: list.map((waiver) => maskWaived(waiver, mask)) };
}

function maskWaived<T extends Waived>(waived: T, mask: (text: string) => string): T {
  return { ...waived, reason: mask(waived.reason), owner: mask(waived.owner) };
}

function maskFinding(finding: Finding, mask: (text: string) => string): Finding {
  const { expected, actual, remedy, at } = finding;
  return {
    ...finding,
    text: mask(finding.text),
    ...(expected === undefined ? {} : { expected: mask(expected) }),
    ...(actual === undefined ? {} : { actual: mask(actual) }),
    ...(remedy === undefined ? {} : { remedy: mask(remedy) }),
    ...(at === undefined ? {} : { at: maskLocation(at, mask) }),
  };
}

/** Of each evidence once: a report asks for every case that failed. */
const PATTERNS = new WeakMap<Evidence, { readonly pattern: RegExp | null }>();

function secretPattern(evidence: Evidence | undefined): RegExp | null {
  if (evidence === undefined) return null;
  const known = PATTERNS.get(evidence);
  if (known !== undefined) return known.pattern;
  const pattern = patternOf(evidence);
  PATTERNS.set(evidence, { pattern });
  return pattern;
}

function patternOf(evidence: Evidence): RegExp | null {
  const alternatives = new Set<string>();
  const addBytes = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    alternatives.add(toHex(bytes));
  };
  for (const exchange of evidence.exchanges) {
    // The PIN of the push button method is a constant of the specification.
    if (exchange.pin !== null && /^[0-9]+$/.test(exchange.pin) && exchange.pin !== '00000000') {
      alternatives.add(`(?<![0-9a-z])${exchange.pin}(?![0-9a-z])`);
      addBytes(ascii(exchange.pin));
    }
    if (exchange.keys !== null) {
      addBytes(exchange.keys.authKey);
      addBytes(exchange.keys.keyWrapKey);
    }
    for (const message of exchange.messages) {
      for (const credential of attributesOf(message.settings?.plain ?? { attributes: [] }, ATTRIBUTE.Credential)) {
        for (const key of attributesOf(decodeWsc(credential.value), ATTRIBUTE.NetworkKey)) {
          addBytes(key.value);
          const text = Array.from(key.value, (byte) => String.fromCharCode(byte)).join('');
          // A network key has 8 characters or more; anything shorter would blank out ordinary words.
          if (text.length >= 8) alternatives.add(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
        }
      }
    }
  }
  if (alternatives.size === 0) return null;
  return new RegExp([...alternatives].sort((a, b) => b.length - a.length).join('|'), 'gi');
}
