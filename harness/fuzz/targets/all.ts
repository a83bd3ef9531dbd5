import { nearest } from '#base/nearest.js';
import { RallyError } from '#base/error.js';
import type { Target } from '../target.js';
import { AIR } from './air.js';
import { CAPTURES } from './captures.js';
import { DECODERS } from './decoders.js';
import { DISCOVERY } from './discovery.js';
import { DISCOVERY_ENGINES } from './discovery-engines.js';
import { ENGINES } from './engines.js';
import { RUNS } from './runs.js';
import { TEXTS } from './texts.js';

/** Everything that is fuzzed, in the order of the ladder. */
export const TARGETS: readonly Target[] = [
  ...DECODERS,
  ...DISCOVERY,
  ...CAPTURES,
  ...AIR,
  ...ENGINES,
  ...DISCOVERY_ENGINES,
  ...TEXTS,
  ...RUNS,
];

/** The target of this name. Throws RallyError ERR_USAGE, which names the nearest. */
export function requireTarget(name: string): Target {
  const names = TARGETS.map((target) => target.name);
  const found = TARGETS.find((target) => target.name === name);
  if (found !== undefined) return found;
  const hint = nearest(name, names);
  throw new RallyError('ERR_USAGE', `There is no target "${name}"`, {
    remedy: `${hint === null ? '' : `Did you mean "${hint}"? `}Targets: ${names.join(', ')}.`,
  });
}
