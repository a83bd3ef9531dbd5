import { INSTALL_STEPS, type InstallStepTable, type StepId } from './install-steps.js';
import type { RuleResult, Verdicts } from './record.js';
import type { Finding, RuleId, Verdict } from './rule.js';
import type { Trace, TracePromise, TraceWay } from './trace.js';

/**
 * `done`: nothing stops Windows. `at-risk`: nothing stops it for certain, but a rule of the step does not hold. `stops`:
 * it goes no further. `not-known`: the evidence does not tell. `not-judged`: that is up to the host. `not-reached`: a
 * step before stops it. `not-taken`: the device declares no transport.
 */
export type StepState = 'done' | 'at-risk' | 'stops' | 'not-known' | 'not-judged' | 'not-reached' | 'not-taken';

export interface InstallStep {
  readonly id: StepId;
  /** From 1. */
  readonly number: number;
  /** What Windows does, after `Windows`: `waits for SSDP under exactly that UUID`. */
  readonly title: string;
  readonly state: StepState;
  /** What speaks for the state: rules that fail, are at risk or cannot be judged; empty for the other states. */
  readonly because: readonly InstallReason[];
}

export interface InstallReason {
  readonly id: RuleId;
  readonly reason: string;
  readonly source: RuleResult['source'];
}

/** The way of one transport, from M1 to the installed device. */
export type InstallPath = InstallEnd & {
  /** `UPnP`; null where no transport to be found by is known. */
  readonly transport: string | null;
  /** `uuid:...` that Windows waits for; null when it cannot be told. */
  readonly expected: string | null;
  readonly steps: readonly InstallStep[];
};

/** `installs`: every step is taken. `none`: no pairing is asked for. `at`: the step that stops, or the first not known. */
type InstallEnd =
  | { readonly end: 'installs'; readonly at: null }
  | { readonly end: 'stops'; readonly at: InstallStep }
  | { readonly end: 'not-known'; readonly at: InstallStep }
  | { readonly end: 'none'; readonly at: null };

/** What Windows would do with the device, drawn from the verdicts: a retelling, never a verdict of its own. */
export interface Install {
  /** One a declared transport; exactly one where none is. */
  readonly paths: readonly InstallPath[];
  /** `Windows would stop at step 6, ...`: one line. */
  readonly sentence: string;
}

/** Each step as the verdicts show it. Pure: the same record gives the same. */
export function installOf({ results }: Pick<Verdicts, 'results'>, trace: Trace | undefined): Install {
  const known = new Map(results.map((result) => [result.id, result]));
  const promises = trace?.promises ?? [];
  const paths =
    promises.length > 0
      ? promises.map((own) => pathOf(known, { own, promises }))
      : [pathWithout(known, trace?.declares === 'none')];
  return { paths, sentence: sentenceOf(paths) };
}

type Results = ReadonlyMap<RuleId, RuleResult>;

/** The transport a way is of, among all that are declared. */
interface Subject {
  readonly own: TracePromise;
  readonly promises: readonly TracePromise[];
}

function pathOf(results: Results, subject: Subject): InstallPath {
  const { transport, expected } = subject.own;
  const steps = INSTALL_STEPS.map((step, index) => stepOf(results, step, index + 1, subject));
  return { transport, expected, ...walk(steps, false) };
}

/** The way of a device without a transport that is known: what is common to all, the rest is not taken or not known. */
function pathWithout(results: Results, isNone: boolean): InstallPath {
  const steps = INSTALL_STEPS.map((step, index): InstallStep => {
    if (!step.isPairing) return stepOf(results, step, index + 1, null);
    const state = isNone ? 'not-taken' : 'not-known';
    return { id: step.id, number: index + 1, title: step.title, state, because: [] };
  });
  return { transport: null, expected: null, ...walk(steps, isNone) };
}

/** What comes after a step that stops is not reached, and says nothing. Knowing it again is no part of installing it. */
function walk(steps: readonly InstallStep[], isNone: boolean): Pick<InstallPath, 'steps'> & InstallEnd {
  const installing = steps.filter(({ id }) => id !== 'again');
  const stop = installing.find(({ state }) => state === 'stops') ?? null;
  const unknown = installing.find(({ state }) => state === 'not-known') ?? null;
  const walked = steps.map((step): InstallStep =>
    stop !== null && step.number > stop.number ? { ...step, state: 'not-reached', because: [] } : step,
  );
  if (stop !== null) return { steps: walked, end: 'stops', at: stop };
  if (isNone) return { steps: walked, end: 'none', at: null };
  if (unknown === null) return { steps: walked, end: 'installs', at: null };
  return { steps: walked, end: 'not-known', at: unknown };
}

function stepOf(results: Results, step: InstallStepTable, number: number, subject: Subject | null): InstallStep {
  const looked = (ids: readonly RuleId[]): Looked[] => ids.map((id) => lookAt(id, results.get(id), subject));
  const ofWay = (rules: Readonly<Record<TraceWay, readonly RuleId[]>>): readonly RuleId[] =>
    subject === null ? [] : rules[subject.own.way];
  const isUuidE = subject?.own.origin === 'uuid-e';
  const stops = looked([...step.stops, ...(isUuidE ? step.stopsUuidE : []), ...ofWay(step.stopsBy)]);
  const risks = looked([...step.risks, ...ofWay(step.risksBy)]);
  const { state, because } = stateOf(stops, risks, step.id === 'driver');
  return { id: step.id, number, title: titleOf(step, subject), state, because: because.map(({ reason }) => reason) };
}

function titleOf({ title, titleBy }: InstallStepTable, subject: Subject | null): string {
  return subject === null ? title : (titleBy?.[subject.own.way] ?? title);
}

function stateOf(
  stops: readonly Looked[],
  risks: readonly Looked[],
  isHost: boolean,
): { readonly state: StepState; readonly because: readonly Looked[] } {
  const which = (looked: readonly Looked[], outcome: Looked['outcome']): Looked[] =>
    looked.filter((each) => each.outcome === outcome);
  const broken = which(stops, 'broken');
  if (broken.length > 0) return { state: 'stops', because: broken };
  const open = which(stops, 'open');
  // What hides a rule that would stop Windows stops it as well, where it is of this step.
  const hiding = which(risks, 'broken').filter(({ reason: { id } }) => open.some(({ blockedBy }) => blockedBy === id));
  if (hiding.length > 0) return { state: 'stops', because: hiding };
  if (open.length > 0) return { state: 'not-known', because: open };
  const shaky = [...which(stops, 'warned'), ...which(risks, 'broken'), ...which(risks, 'warned')];
  if (shaky.length > 0) return { state: 'at-risk', because: shaky };
  // A step that nothing stops is known by its other rules.
  if (stops.length === 0 && which(risks, 'open').length > 0 && which(risks, 'holds').length === 0)
    return { state: 'not-known', because: which(risks, 'open') };
  return { state: isHost ? 'not-judged' : 'done', because: [] };
}

interface Looked {
  /** `warned`: a recommendation does not hold. `open`: not judged, or not judgeable. */
  readonly outcome: 'holds' | 'broken' | 'warned' | 'open';
  readonly reason: InstallReason;
  /** With `open`: the failed rule that hides it. */
  readonly blockedBy?: RuleId | undefined;
}

/** One rule as far as it speaks of this transport. */
function lookAt(id: RuleId, result: RuleResult | undefined, subject: Subject | null): Looked {
  if (result === undefined)
    return { outcome: 'open', reason: { id, reason: 'the record does not have this rule', source: [] } };
  const { verdict, warning, level, source } = result;
  const told = (outcome: Looked['outcome'], reason = result.reason): Looked => {
    return { outcome, reason: { id, reason, source } };
  };
  if (verdict === 'pass' && !warning) return told('holds');
  if (verdict === 'error' || result.findings.length === 0) return told('open');
  const own = result.findings.filter((finding) => subject === null || !isOfOther(finding, subject));
  const failed = own.filter((finding) => finding.verdict === 'fail');
  const binding = level === 'MUST' ? failed.find((finding) => finding.level !== 'SHOULD') : undefined;
  if (binding !== undefined) return told('broken', binding.text);
  const [advised] = failed;
  if (advised !== undefined) return told('warned', advised.text);
  const open = own.find((finding) => OPEN.includes(finding.verdict));
  if (open === undefined) return told('holds');
  return { ...told('open', open.text), blockedBy: open.blockedBy };
}

const OPEN: readonly Verdict[] = ['inconclusive', 'not-run', 'error'];

const WORDS: Readonly<Record<TraceWay, RegExp>> = {
  upnp: /\b(UPnP|SSDP|M-SEARCH|GET)\b|(?<!urn:)\buuid:/,
  dpws: /\b(DPWS|WS-Discovery|Resolve|Probe|Hello|POST|ThisModel|ThisDevice|Hosted)\b|urn:uuid:/,
};

/** True for a finding about another transport alone: by its place in M1, else by its words and its document. */
function isOfOther({ text, at }: Finding, { own, promises }: Subject): boolean {
  const isThere = ({ paths }: TracePromise): boolean => paths.some((path) => path === at?.path);
  if (isThere(own)) return false;
  if (promises.some(isThere)) return true;
  const words = [text, at?.message].join(' ');
  return !WORDS[own.way].test(words) && promises.some(({ way }) => WORDS[way].test(words));
}

/** The whole of it in one line. */
function sentenceOf(paths: readonly InstallPath[]): string {
  const stopped = paths.filter((path) => path.end === 'stops');
  if (stopped.length > 0) return stopSentence(paths, stopped);
  const open = stepsWith(paths, 'not-known').filter(({ id }) => id !== 'again');
  const rest = `${openText(open)}${risksText(paths)}`;
  if (paths.some(({ end }) => end === 'none'))
    return `Windows would not pair with the device, and is not expected to: it declares no transport${rest}`;
  const by = paths.flatMap(({ transport }) => (transport === null ? [] : ` by ${transport}`)).join(' and');
  return `${open.length === 0 ? 'Windows would install it' : 'Nothing seen would stop Windows'}${by}${rest}`;
}

function openText(open: readonly InstallStep[]): string {
  if (open.length === 0) return '';
  const named = open.map(({ number, title }) => `step ${number} (${title})`).join(' and ');
  return `; not known: ${open.length < 3 ? named : numbers(open)}`;
}

type Stopped = InstallPath & { readonly end: 'stops' };

/** Ways that stop at the same step for the same rules are said once; there are two ways at most. */
function stopSentence(paths: readonly InstallPath[], stopped: readonly Stopped[]): string {
  const firsts = stopped.filter(
    (path, index) => stopped.findIndex((other) => placeOf(other) === placeOf(path)) === index,
  );
  const places = firsts.map((first) => {
    const names = stopped.filter((path) => placeOf(path) === placeOf(first)).map(({ transport }) => transport);
    const by = names.length === paths.length ? '' : ` by ${names.join()}`;
    return `${stopText(first, names.length > 1)}${by}`;
  });
  const rest = paths.flatMap(({ end, transport }) => {
    if (end === 'stops') return [];
    return [[end === 'installs' ? 'it would install it' : 'nothing seen would stop it', transport].join(' by ')];
  });
  return [`Windows would stop at ${places.join(', and at ')}`, ...rest].join('; ');
}

function placeOf({ at }: Stopped): string {
  return JSON.stringify([at.number, at.because.map(({ id }) => id)]);
}

function stopText({ at, steps }: Stopped, isShared: boolean): string {
  // What comes after the step is not reached: a step that is not known comes before it.
  const isLatest = steps.some(({ state }) => state === 'not-known');
  const ids = at.because.map(({ id }) => id);
  const more = ids.length > 2 ? ` and ${ids.length - 2} more` : '';
  const shared = INSTALL_STEPS.filter(({ id }) => id === at.id).map(({ title }) => title);
  const title = isShared ? shared.join() : at.title;
  return `step ${at.number}${isLatest ? ' at the latest' : ''}, where it ${title} (${ids.slice(0, 2).join(', ')}${more})`;
}

function risksText(paths: readonly InstallPath[]): string {
  const risky = stepsWith(paths, 'at-risk');
  return risky.length === 0 ? '' : `; at risk: ${numbers(risky)}`;
}

/** Steps in this state on any way, each number once, in order. */
function stepsWith(paths: readonly InstallPath[], state: StepState): InstallStep[] {
  const steps = paths.flatMap((path) => path.steps.filter((step) => step.state === state));
  return steps
    .filter(({ number }, index) => steps.findIndex((each) => each.number === number) === index)
    .sort((a, b) => a.number - b.number);
}

/** `step 5`, `steps 3, 5 to 8`. */
function numbers(steps: readonly InstallStep[]): string {
  const runs: [first: number, last: number][] = [];
  for (const { number } of steps) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  const texts = runs.flatMap(([first, last]) =>
    last - first > 1 ? `${first} to ${last}` : [...new Set([first, last])].join(', '),
  );
  return `step${steps.length > 1 ? 's' : ''} ${texts.join(', ')}`;
}
