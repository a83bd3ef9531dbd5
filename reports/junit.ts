import { repeatedText } from '#judge/repeats.js';
import { findingText } from './finding-text.js';
import { maskVerdicts } from './mask.js';
import { markup, markupLines, visible } from './text.js';
import { groupBy, leadingFindings, reasonOf, reported, sentenceOf, type JudgedResult, type RunView } from './view.js';

/**
 * JUnit XML of one or several runs: one testsuite an area and device. It keeps to what the strict schemas in use (Ant's
 * and that of the Jenkins xUnit plugin) both take: no properties inside a testcase, so level, clause and revision of
 * each rule stand in the properties of its suite under the rule's id.
 *
 * fail: failure. error: error. inconclusive: error of type `inconclusive`. not-applicable, not-run: skipped, the
 * latter's message beginning with NOTRUN. A warning is a passed case, told in system-out of the suite, as is what a repeat
 * of the run said.
 */
export function junitXml(views: readonly RunView[]): string {
  const suites = views.flatMap((view) => {
    const verdicts = maskVerdicts(view.verdicts, view.evidence);
    const masked = { ...view, verdicts };
    return [...groupBy(reported(verdicts), (result) => result.area)].map(
      ([area, results]) =>
        (id: number): string =>
          suiteXml(id, area, results, masked),
    );
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...suites.map((suite, id) => suite(id)),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteXml(id: number, area: string, results: readonly JudgedResult[], view: RunView): string {
  const count = (...verdicts: readonly JudgedResult['verdict'][]): number =>
    results.filter((result) => verdicts.includes(result.verdict)).length;
  const attributes = [
    attribute('id', String(id)),
    attribute('name', area),
    attribute('package', deviceName(view)),
    // The file says nothing of the machine it was made on.
    attribute('hostname', 'localhost'),
    attribute('timestamp', view.info.startedAt.slice(0, 19)),
    attribute('tests', String(results.length)),
    attribute('failures', String(count('fail'))),
    attribute('errors', String(count('error', 'inconclusive'))),
    attribute('skipped', String(count('not-applicable', 'not-run'))),
    attribute('time', '0'),
  ];
  return [
    `<testsuite ${attributes.join(' ')}>`,
    '<properties>',
    ...properties(results, view).map(
      ([name, value]) => `<property ${attribute('name', name)} ${attribute('value', value)}/>`,
    ),
    '</properties>',
    ...results.map((result) => caseXml(result, view)),
    `<system-out>${markupLines(`${warnings(results, view)}${repeats(results)}`)}</system-out>`,
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
    ...results.map((result): [string, string] => [
      result.id,
      `level ${result.level}, clause ${result.clause}, revision ${result.revision}${repeatedSuffix(result)}`,
    ]),
  ];
}

function caseXml(result: JudgedResult, view: RunView): string {
  const attributes = [
    attribute('classname', `${slug(deviceName(view))}.${result.area}.${result.clause}`),
    attribute('name', `${result.id} ${result.title}`),
    attribute('time', '0'),
  ].join(' ');
  const outcome = outcomeXml(result, view);
  return outcome === '' ? `<testcase ${attributes}/>` : `<testcase ${attributes}>${outcome}</testcase>`;
}

function outcomeXml(result: JudgedResult, view: RunView): string {
  const message = attribute('message', reasonOf(result));
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
