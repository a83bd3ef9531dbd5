import { concat } from '#base/bytes.js';
import { Assembler } from '#evidence/assemble.js';
import type { Ability, Evidence } from '#evidence/model.js';
import { parseEvents } from '#evidence/run-json.js';
import { canonicalJson } from '#judge/canonical.js';
import { judge } from '#judge/judge.js';
import { parseRecord } from '#cli/record-parse.js';
import { LOOPBACK_KINDS } from '#lab/bench/loopback-evidence.js';
import { formatSummary } from '#reports/console.js';
import { junitXml } from '#reports/junit.js';
import { statementHtml } from '#reports/statement-html.js';
import { statementOf } from '#reports/statement.js';
import { traceSvg } from '#reports/trace-svg.js';
import type { RunView } from '#reports/view.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { traceOf } from '#suites/trace.js';
import { CaptureReader } from '#wire/pcap/reader.js';
import { decodeTlvs, encodeTlv, type TlvSource } from '#wire/tlv.js';
import { parseXml } from '#wire/xml.js';
import type { Dice } from '../dice.js';
import { editDatagram } from '../mutate/datagram.js';
import type { Edit } from '../mutate/edit.js';
import { editFrame } from '../mutate/frame.js';
import { editMarkup } from '../mutate/markup.js';
import { editText } from '../mutate/text.js';
import { captureOf, recordedRun, type RecordedRun } from '../runs.js';
import { changed, ensure, refusing, type Target } from '../target.js';

/**
 * Input: one byte that names the run, then what stands in the place of its parts, as a list of TLVs. The type says of
 * which part and of which one of them, from 0; every value of one stands there, an empty one takes it away.
 */
export const PART = { document: 0x1000, event: 0x2000, frame: 0x3000 } as const;

const INFO: RunView['info'] = {
  bundleVersion: 1,
  tool: { name: 'rally-conformance', version: '0.1.0' },
  startedAt: '2026-11-20T00:00:00.000Z',
  bench: 'loopback',
  place: 'here',
  environment: {},
};
const ABILITY: Ability = { kinds: LOOPBACK_KINDS, sessions: 1 };
/** What our own XML may hold: every finding of every rule. */
const REPORT_LIMITS = { maxBytes: 1 << 25, maxDepth: 64, maxElements: 1e6, maxTextBytes: 1 << 25 };
/** What no report may show as it came: it ends a terminal's line, turns its colours, or writes backwards. */
const UNPRINTABLE = ['\u0000', '\u0007', '\u001b', '\u202e'];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function edited(run: RecordedRun, dice: Dice): Uint8Array {
  const of = (part: number, number: number, value: Uint8Array): Uint8Array =>
    encodeTlv({ type: part | number, value: value.subarray(0, 0xffff) });
  const part = dice.oneOf([PART.document, PART.document, PART.frame, PART.frame, PART.event]);
  if (part === PART.event) {
    const number = dice.below(run.events.length);
    return of(part, number, changed(encoder.encode(run.events[number]), dice, editText));
  }
  if (part === PART.document && run.documents.length > 0) {
    const number = dice.below(run.documents.length);
    const [, bytes = new Uint8Array(0)] = run.documents[number] ?? [];
    return of(part, number, changed(bytes, dice, editMarkup));
  }
  const number = dice.below(run.frames.length);
  const { bytes = new Uint8Array(0), interfaceId = 0 } = run.frames[number] ?? {};
  const linkType = interfaceId === 1 ? 'dot11' : 'ethernet';
  const edit: Edit = interfaceId === 2 ? editDatagram : (frame, own) => editFrame(linkType, frame, own);
  const value = dice.onceIn(8) ? new Uint8Array(0) : changed(bytes, dice, edit);
  return concat(of(PART.frame, number, value), dice.onceIn(8) ? of(PART.frame, number, bytes) : new Uint8Array(0));
}

/** The parts of one kind, with what stands in their places. */
function standing<T>(
  part: number,
  own: readonly T[],
  changes: readonly TlvSource[],
  as: (value: Uint8Array, own: T) => T,
) {
  return own.flatMap((each, number) => {
    const instead = changes.filter(({ type }) => type === (part | number));
    if (instead.length === 0) return [each];
    return instead.filter(({ value }) => value.length > 0).map(({ value }) => as(value, each));
  });
}

function evidenceOf(run: RecordedRun, changes: readonly TlvSource[]): Evidence {
  const events = standing(PART.event, run.events, changes, (value) => decoder.decode(value));
  const documents = standing(PART.document, run.documents, changes, (value, [name]) => [name, value] as const);
  const frames = standing(PART.frame, run.frames, changes, (bytes, frame) => ({ ...frame, bytes }));
  const assembler = new Assembler({
    keys: run.keys,
    run: {
      dutMac: run.device.mac,
      ability: ABILITY,
      events: parseEvents(events.join('\n')),
      documents: new Map(documents),
    },
  });
  const reader = new CaptureReader(assembler);
  for (const block of captureOf(frames)) reader.push(block);
  const [evidence] = assembler.finish(reader.finish());
  ensure(evidence !== undefined, 'a run without evidence');
  return evidence;
}

/** What the whole catalogue says of the run that an input stands for. */
export function judgedRun(
  input: Uint8Array,
): Omit<RunView, 'bundleDir'> & Required<Pick<RunView, 'evidence' | 'trace'>> {
  const recorded = recordedRun(input[0] ?? 0);
  const evidence = evidenceOf(recorded, decodeTlvs(input.subarray(1)).nodes);
  const verdicts = judge(CATALOGUE, recorded.profile, evidence, { scope: 'loopback', strict: false });
  return { info: INFO, verdicts, evidence, trace: traceOf(evidence) };
}

const run: Target = {
  name: 'run',
  deadlineMs: 2000,
  generate: (dice) => {
    const number = dice.below(256);
    const recorded = recordedRun(number);
    return concat(Uint8Array.of(number), ...Array.from({ length: 1 + dice.below(3) }, () => edited(recorded, dice)));
  },
  check: (input) => {
    const view = { ...judgedRun(input), bundleDir: 'bundle' };
    const { verdicts, evidence } = view;
    const error = verdicts.results.find(({ verdict }) => verdict === 'error');
    // A bench that failed is said to have failed.
    ensure(error === undefined || evidence.benchFailure !== null, `${error?.id ?? ''} errs: ${error?.reason ?? ''}`);
    ensure(canonicalJson(verdicts).length > 0, 'no record');
    checkReports(view);
  },
};

/** What is written without a file must be well-formed, and show nothing as it came. */
function checkReports(view: RunView): void {
  const picture = view.trace === undefined ? '<svg/>' : traceSvg(view.trace, view.verdicts.dut.name);
  for (const [name, text] of [
    ['JUnit', junitXml([view])],
    ['the picture', picture],
  ] as const) {
    const { root, issues } = parseXml(encoder.encode(text), REPORT_LIMITS);
    ensure(root !== null && issues.length === 0, `${name} is no XML: ${issues[0]?.code ?? ''}`);
  }
  const written =
    picture + statementHtml(statementOf(view)) + formatSummary(view, { color: false, width: 100, files: [] });
  ensure(!UNPRINTABLE.some((character) => written.includes(character)), 'a report shows what is not to be printed');
}

/** The record of a run, as a report is written from it again. */
const record: Target = {
  name: 'record',
  deadlineMs: 1000,
  generate: (dice) => {
    const { info, verdicts, trace } = judgedRun(Uint8Array.of(dice.below(256)));
    const results = verdicts.results.filter(() => dice.onceIn(8));
    const text = JSON.stringify({ info, verdicts: { ...verdicts, results }, trace }, null, 1);
    return changed(encoder.encode(text), dice, editText);
  },
  check: (input) => {
    const read = refusing(['ERR_BUNDLE_DAMAGED', 'ERR_BUNDLE_FORMAT'], () =>
      parseRecord(decoder.decode(input), 'record'),
    );
    if (read !== null) checkReports({ ...read, bundleDir: 'bundle' });
  },
};

/** Everything a bundle holds, to the verdicts and the reports; and what reports are written from again. */
export const RUNS: readonly Target[] = [run, record];
