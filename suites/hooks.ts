import { RallyError } from '#base/error.js';
import { readBundle } from '#evidence/bundle-read.js';
import { judgeRun } from '#judge/repeats.js';
import type { Verdicts } from '#judge/record.js';
import { BASE_SCOPES } from '#judge/scope.js';
import { storedProfile } from '#profile/load.js';
import { CATALOGUE } from './catalogue.js';
import { shown } from './conform.js';

/** What the suites show: handed in by the program that runs them, else judged from the bundle RALLY_EVIDENCE names. */
let judged: Promise<Verdicts> | null = null;

/** Let the suites show these verdicts. To be called before the suite files are loaded. */
export function setJudged(verdicts: Verdicts): void {
  judged = Promise.resolve(verdicts);
}

async function readJudged(): Promise<Verdicts> {
  const folder = process.env['RALLY_EVIDENCE'];
  if (folder === undefined || folder === '')
    throw new RallyError('ERR_USAGE', 'The suites show a stored run, and none is named', {
      remedy: 'Set RALLY_EVIDENCE to a run folder or an evidence bundle.',
    });
  const bundle = await readBundle(folder);
  const { run, profile } = bundle;
  const scope = BASE_SCOPES.find((known) => known === run.plan.scope) ?? 'full';
  return judgeRun(CATALOGUE, storedProfile(profile), bundle, {
    scope,
    strict: false,
    asOf: run.startedAt.slice(0, 10),
  });
}

/**
 * Define the mocha suite of one clause: one `it` for each of its rules in scope. The verdicts are known before the
 * tests are defined, so that reasons can stand in titles.
 */
export async function defineClause(area: string, clause: string): Promise<void> {
  const { results } = await (judged ??= readJudged());
  const tests = results
    .filter((result) => result.area === area && result.clause === clause)
    .flatMap((result) => shown(result) ?? []);
  describe(`${area}: ${clause}`, () => {
    for (const { title, state, error } of tests) {
      it(title, function () {
        // The reason stands in the title: mocha keeps none for a test that is skipped.
        if (state === 'pending') this.skip();
        if (error !== null) throw error;
      });
    }
  });
}
