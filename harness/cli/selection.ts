import { nearest } from '#base/nearest.js';
import { RallyError } from '#base/error.js';
import type { Ability } from '#evidence/model.js';
import type { CatalogueEntry } from '#judge/catalogue.js';
import { plan } from '#judge/judge.js';
import type { Rule } from '#judge/rule.js';
import { BASE_SCOPES, selected, type BaseScope } from '#judge/scope.js';

/** The scope a person named. Throws RallyError ERR_USAGE with the nearest known one. */
export function parseScope(name: string): BaseScope {
  const scope = BASE_SCOPES.find((known) => known === name);
  if (scope !== undefined) return scope;
  const remedy = didYouMean(nearest(name, BASE_SCOPES), `Scopes: ${BASE_SCOPES.join(', ')}.`);
  throw new RallyError('ERR_USAGE', `There is no scope ${name}`, { remedy });
}

/** Throws RallyError ERR_NOTHING_SELECTED for a pattern that names no rule, with the nearest name there is. */
export function checkSelection(catalogue: readonly CatalogueEntry[], patterns: readonly string[]): void {
  for (const pattern of patterns) {
    if (catalogue.some((entry) => selected(entry, [pattern]))) continue;
    const names = catalogue.flatMap(({ rule, area, clause }) => [...idsOf(rule), area, clause]);
    const meant = nearest(pattern, new Set(names));
    throw new RallyError('ERR_NOTHING_SELECTED', `No rule, area or clause matches ${pattern}`, {
      ...(meant === null ? {} : { remedy: didYouMean(meant, '') }),
    });
  }
}

/** The rules that will be judged. Throws RallyError ERR_NOTHING_SELECTED when there are none. */
export function planned(
  catalogue: readonly CatalogueEntry[],
  ability: Ability,
  options: { readonly scope: BaseScope; readonly select: readonly string[] },
): readonly CatalogueEntry[] {
  checkSelection(catalogue, options.select);
  const entries = plan(catalogue, ability, options);
  if (entries.length > 0) return entries;
  throw new RallyError('ERR_NOTHING_SELECTED', `Scope ${options.scope} holds none of the selected rules`, {
    remedy: 'Select other rules, or judge another scope with --scope.',
  });
}

/** The rule with this id, or known as it. Throws RallyError ERR_USAGE with the nearest known id. */
export function requireRule(catalogue: readonly CatalogueEntry[], id: string): CatalogueEntry {
  const entry = catalogue.find(({ rule }) => idsOf(rule).some((each) => each.toUpperCase() === id.toUpperCase()));
  if (entry !== undefined) return entry;
  const meant = nearest(
    id,
    catalogue.flatMap(({ rule }) => idsOf(rule)),
  );
  throw new RallyError('ERR_USAGE', `There is no rule ${id}`, {
    remedy: didYouMean(meant, 'See rally-conformance list for the ids.'),
  });
}

function idsOf({ id, alsoKnownAs = [] }: Rule): readonly string[] {
  return [id, ...alsoKnownAs];
}

function didYouMean(meant: string | null, otherwise: string): string {
  return meant === null ? otherwise : `Did you mean ${meant}?`;
}
