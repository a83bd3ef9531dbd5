import { repeatedText } from '#judge/repeats.js';
import { outcomeOf, waiversIn, type Outcome } from '#judge/waivers.js';
import { findingText } from './finding-text.js';
import { maskVerdicts } from './mask.js';
import { markup, markupLines, visible } from './text.js';
import { waivedText } from './waiver-words.js';
import { groupBy, leadingFindings, reasonOf, reported, sentenceOf, type JudgedResult, type RunView } from './view.js';

/**
 * JUnit XML of one or several runs: one testsuite an area and device. It keeps to what the strict schemas in use (Ant's
 * and that of the Jenkins xUnit plugin) both take: no properties inside a testcase, so level, clause and revision of
 * each rule stand in the properties of its suite under the rule's id.
 *
 * fail: failure. error: error. inconclusive: error of type `inconclusive`. not-applicable, not-run: skipped, the
 * latter's message beginning with NOTRUN. A waived failure: skipped too, its message beginning with WAIVED: it neither
 * breaks a job nor counts as passed. A waiver that has expired: a failure in a suite of its own, for the run fails. What became
 * of each waiver stands in the properties of every suite. A warning is a passed case, told in system-out of the suite, as is
 * what a repeat of the run said.
 */
export function junitXml(views: readonly RunView[]): string {
  const suites = views.flatMap((view) => {
    const verdicts = maskVerdicts(view.verdicts, view.evidence);
    const masked = { ...view, verdicts };
    return [
      ...[...groupBy(reported(verdicts), (result) => result.area)].map(
        ([area, results]) =>
          (id: number): string =>
            suiteXml(id, area, results, masked),
      ),
      ...(waiversIn(verdicts, 'expired').length === 0 ? [] : [(id: number): string => expiredXml(id, masked)]),
    ];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...suites.map((suite, id) => suite(id)),
    '</testsuites>',
    '',
  ].join('\n');
}

/** One failure for each waiver that holds no longer, whatever its rule says. */
function expiredXml(id: number, view: RunView): string {
  const expired = waiversIn(view.verdicts, 'expired');
  return wrapped(
    { id, area: WAIVERS, counts: [expired.length, expired.length, 0, 0], view },
    {
      properties: properties([], view),
      cases: expired.map((waiver) => {
        const name = attribute('name', `The waiver of ${waiver.rule} holds`);
        const failure = `<failure ${attribute('type', 'waiver')} ${attribute('message', waivedText(waiver))}/>`;
        return `<testcase ${classname(view, WAIVERS)} ${name} ${attribute('time', '0')}>${failure}</testcase>`;
      }),
      out: '',
    },
  );
}

const WAIVERS = 'waivers';

function suiteXml(id: number, area: string, results: readonly JudgedResult[], view: RunView): string {
  const outcomes = results.map(outcomeOf);
  const count = (...counted: readonly Outcome[]): number =>
    outcomes.filter((outcome) => outcome !== undefined && counted.includes(outcome)).length;
  const counts = [
    results.length,
    count('fail'),
    count('error', 'inconclusive'),
    count('not-applicable', 'not-run', 'waived'),
  ] as const;
  return wrapped(
    { id, area, counts, view },
    {
      properties: properties(results, view),
      cases: results.map((result) => caseXml(result, view)),
      out: markupLines(`${warnings(results, view)}${repeats(results)}`),
    },
  );
}

interface Suite {
  readonly id: number;
  readonly area: string;
  readonly counts: readonly [tests: number, failures: number, errors: number, skipped: number];
  readonly view: RunView;
}

interface SuiteBody {
  readonly properties: readonly (readonly [name: string, value: string])[];
  readonly cases: readonly string[];
  /** Markup already. */
  readonly out: string;
}

function wrapped({ id, area, counts, view }: Suite, { properties: named, cases, out }: SuiteBody): string {
  const [tests, failures, errors, skipped] = counts;
  const attributes = [
    attribute('id', String(id)),
    attribute('name', area),
    attribute('package', deviceName(view)),
    // The file says nothing of the machine it was made on.
    attribute('hostname', 'localhost'),
    attribute('timestamp', view.info.startedAt.slice(0, 19)),
    attribute('tests', String(tests)),
    attribute('failures', String(failures)),
    attribute('errors', String(errors)),
    attribute('skipped', String(skipped)),
    attribute('time', '0'),
  ];
  return [
    `<testsuite ${attributes.join(' ')}>`,
    '<properties>',
    ...named.map(([name, value]) => `<property ${attribute('name', name)} ${attribute('value', value)}/>`),
    '</properties>',
    ...cases,
    `<system-out>${out}</system-out>`,
    '<system-err></system-err>',
    '</testsuite>',
  ].join('\n');
}

function properties(results: readonly JudgedResult[], view: RunView): [name: string, value: string][] {
  const { info, verdicts } = view;
  return [
    ['dut', verdicts.dut.name],
    ['mac', verdicts.dut.mac ?? 'unknown'],
    ['scope', verdicts.scope],
    ['strict', String(verdicts.strict)],
    ['result', sentenceOf(verdicts)],
    ['bench', info.bench],
    ['place', info.place],
    ['tool', `${info.tool.name} ${info.tool.version}`],
    ['catalogue', verdicts.catalogueDigest],
    ['profile', verdicts.profileDigest ?? 'none'],
    ...(verdicts.waivers?.list ?? []).map((waiver): [string, string] => [
      `waiver ${waiver.rule}`,
      `${waiver.state}, ${waivedText(waiver)}`,
    ]),
    ...results.map((result): [string, string] => [
      result.id,
      `level ${result.level}, clause ${result.clause}, revision ${result.revision}${repeatedSuffix(result)}`,
    ]),
  ];
}

function caseXml(result: JudgedResult, view: RunView): string {
  const attributes = [
    classname(view, result.area, result.clause),
    attribute('name', `${result.id} ${result.title}`),
    attribute('time', '0'),
  ].join(' ');
  const outcome = outcomeXml(result, view);
  return outcome === '' ? `<testcase ${attributes}/>` : `<testcase ${attributes}>${outcome}</testcase>`;
}

function classname(view: RunView, ...levels: readonly string[]): string {
  return attribute('classname', [slug(deviceName(view)), ...levels].join('.'));
}

function outcomeXml(result: JudgedResult, view: RunView): string {
  const message = attribute('message', reasonOf(result));
  if (result.waived !== undefined && outcomeOf(result) === 'waived') {
    const told = `WAIVED ${waivedText(result.waived)}; the rule fails: ${reasonOf(result)}`;
    return `<skipped ${attribute('message', told)}/>`;
  }
  switch (result.verdict) {
    case 'pass':
      return '';
    case 'fail':
      return `<failure ${attribute('type', result.warning ? 'SHOULD' : result.level)} ${message}>${body(result, view)}</failure>`;
    case 'error':
    case 'inconclusive':
      return `<error ${attribute('type', result.verdict)} ${message}/>`;
    case 'not-applicable':
      return `<skipped ${message}/>`;
    case 'not-run':
      return `<skipped ${attribute('message', `NOTRUN: ${reasonOf(result)}`)}/>`;
  }
}

function body(result: JudgedResult, view: RunView): string {
  const said = leadingFindings(result).map((finding) =>
    findingText(finding, finding.remedy ?? result.remedy, view.evidence),
  );
  return markupLines([`Requirement: ${visible(result.requirement)}`, ...said].join('\n\n'));
}

function warnings(results: readonly JudgedResult[], view: RunView): string {
  return results
    .filter((result) => result.verdict === 'pass' && result.warning)
    .map((result) => `WARN ${result.id} ${result.title}\n${firstFinding(result, view)}\n`)
    .join('\n');
}

function repeats(results: readonly JudgedResult[]): string {
  return results
    .filter(({ repeated }) => repeated !== undefined)
    .map((result) => `REPEATED ${result.id} ${result.title}: ${repeatedText(result)}\n`)
    .join('');
}

function repeatedSuffix(result: JudgedResult): string {
  return result.repeated === undefined ? '' : `, repeated: ${repeatedText(result)}`;
}

function firstFinding(result: JudgedResult, view: RunView): string {
  const [first] = leadingFindings(result);
  return first === undefined ? result.reason : findingText(first, first.remedy ?? result.remedy, view.evidence);
}

function deviceName(view: RunView): string {
  const { name, mac } = view.verdicts.dut;
  return mac === null ? name : `${name} (${mac})`;
}

/** One level of a class name: dots would split it. */
function slug(name: string): string {
  return visible(name).replace(/[^\p{L}\p{N}-]+/gu, '_');
}

/** A tab or line end in an attribute would be lost, so {@link markup} spells it out. */
function attribute(name: string, value: string): string {
  return `${name}="${markup(value)}"`;
}
