import type { EvidenceKind, StimulusId } from '#evidence/model.js';
import type { CatalogueEntry } from '#judge/catalogue.js';
import { catalogueDigest, profileDigest } from '#judge/digests.js';
import { OBSERVED_KINDS, scopeKinds, type BaseScope } from '#judge/scope.js';
import { plannedParts } from '#lab/bench/parts.js';
import { scenariosOf } from '#lab/bench/scripted-session.js';
import { formatSeed } from '#reference/seed.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { stimuliOf } from './campaign.js';
import type { JudgingOptions } from './judge-evidence.js';
import { PLAN_VERSION, type RunPlan } from './run-plan.js';
import { parseScope, planned } from './selection.js';
import type { SummaryFileOptions } from './summary-files.js';
import { targetOf, type Target, type TargetOptions } from './target.js';
import type { Terminal } from './terminal.js';
import { tool } from './version.js';

export interface RunOptions extends JudgingOptions, Omit<TargetOptions, 'bench'>, SummaryFileOptions {
  /** Wired when absent, or that of the run that is taken up. */
  readonly bench?: TargetOptions['bench'];
  readonly out?: string;
  readonly dryRun?: boolean;
  /** False: without the Allure page. */
  readonly html?: boolean;
  /** Folder with the history of earlier reports. */
  readonly history?: string;
  /** Scripted Registrars, too. */
  readonly campaign?: boolean;
  /** A device that is known to be good, for a health check of the bench before. */
  readonly golden?: string;
  /** Folder of a run that was cut, to go on with. */
  readonly resume?: string;
  /** What of a run is repeated. */
  readonly rerun?: 'failed';
}

/** A run as it is carried out. */
export interface RunJob {
  readonly target: Target;
  readonly scope: BaseScope;
  readonly kinds: readonly EvidenceKind[];
  readonly sessions: number;
  readonly stimuli: readonly StimulusId[];
  /** The rules that will be judged. */
  readonly rules: readonly CatalogueEntry[];
  /** The same for its folder. */
  readonly plan: RunPlan;
}

/** What the options come to. Throws RallyError ERR_USAGE, ERR_NOTHING_SELECTED, and what a profile is refused with. */
export async function runJob(options: RunOptions, terminal: Terminal): Promise<RunJob> {
  const { bench = 'wired', select, campaign = false } = options;
  const scope = options.scope === undefined ? bench : parseScope(options.scope);
  const target = await targetOf({ ...options, bench }, terminal);
  const isObserved = bench === 'radio' && target.profile.ixit.radio?.observe !== undefined;
  const shown = isObserved ? OBSERVED_KINDS : [...scopeKinds(bench, { kinds: [], sessions: 0 })];
  // Whatever the bench shows, a person beside the device can be asked; only the whole of it asks one. A reference device
  // of the loopback bench answers by itself.
  const isAsked = scope === 'full' || bench === 'loopback';
  const kinds = [...new Set<EvidenceKind>(isAsked ? [...shown, 'operator'] : shown)];
  const { sessions } = target.profile.ixit;
  const stimuli = campaign ? stimuliOf(target, { kinds, sessions }, { scope, select }) : [];
  const run = { ...target, sessions, stimuli };
  const rules = planned(CATALOGUE, { kinds, sessions, scenarios: scenariosOf(run) }, { scope, select });
  const { reference } = target;
  return {
    ...{ target, scope, kinds, sessions, stimuli, rules },
    plan: {
      planVersion: PLAN_VERSION,
      tool: tool(),
      catalogueDigest: catalogueDigest(CATALOGUE),
      profileDigest: profileDigest(target.profile) ?? '',
      bench,
      place: target.place,
      scope,
      select,
      strict: options.strict === true,
      campaign,
      sessions,
      parts: plannedParts(run).map(({ id }) => id),
      ...(options.golden === undefined ? {} : { golden: options.golden }),
      ...(reference === undefined ? {} : { reference }),
    },
  };
}

/** What is not said when a run is taken up is as it was when it was begun. */
export function asBegun(begun: RunPlan, options: RunOptions): RunOptions {
  const { bench, place, scope, select, strict, campaign, sessions, golden, reference } = begun;
  const device =
    reference === undefined || (options.bench ?? bench) !== 'loopback'
      ? { place }
      : {
          device: reference.model,
          seed: formatSeed(reference.seed),
          sessions: String(sessions),
        };
  const fault = options.fault === undefined || options.fault.length === 0 ? (reference?.faults ?? []) : options.fault;
  return {
    ...{ bench, scope, strict, campaign },
    ...(golden === undefined ? {} : { golden }),
    ...device,
    ...options,
    fault,
    select: options.select.length > 0 ? options.select : select,
  };
}
