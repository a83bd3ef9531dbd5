import { expect } from 'chai';
import { isStimulus } from '#evidence/model.js';
import { INSTALL_STEPS } from '#judge/install-steps.js';
import type { RuleId } from '#judge/rule.js';
import type { TraceWay } from '#judge/trace.js';
import { CATALOGUE } from './catalogue.js';

const WAYS: readonly TraceWay[] = ['upnp', 'dpws'];

/** Every rule of the table with its step and the ways it counts for. */
const PLACES = INSTALL_STEPS.flatMap(({ id, stops, stopsBy, risks, risksBy }) => [
  ...[...stops, ...risks].map((rule) => ({ rule, step: id, ways: WAYS })),
  ...WAYS.flatMap((way) => [...stopsBy[way], ...risksBy[way]].map((rule) => ({ rule, step: id, ways: [way] }))),
]);

describe('steps of an installation', () => {
  it('name rules of the catalogue only, each at one step', () => {
    const known = new Set<RuleId>(CATALOGUE.map(({ rule }) => rule.id));
    const named = [...PLACES.map(({ rule }) => rule), ...INSTALL_STEPS.flatMap(({ stopsUuidE }) => stopsUuidE)];
    expect(named.filter((id) => !known.has(id))).to.deep.equal([]);
    const twice = PLACES.filter((place, index) =>
      PLACES.slice(0, index).some(
        ({ rule, ways }) => rule === place.rule && ways.some((way) => place.ways.includes(way)),
      ),
    );
    expect(twice).to.deep.equal([]);
  });

  it('have every rule that can fail or warn where nobody departs from the protocol', () => {
    const placed = new Set(PLACES.map(({ rule }) => rule));
    // Windows gives no stimuli: what a device makes of one is no step of its installation.
    const isOrdinary = ({ rule: { scenarios = [] } }: (typeof CATALOGUE)[number]): boolean =>
      !scenarios.some(isStimulus);
    const missing = CATALOGUE.filter(isOrdinary).filter(
      ({ rule: { id, level } }) => level !== 'INFO' && !placed.has(id),
    );
    expect(missing.map(({ rule }) => rule.id)).to.deep.equal([]);
  });

  it('are stopped by MUST rules only', () => {
    const levels = new Map(CATALOGUE.map(({ rule }) => [rule.id, rule.level]));
    const stopping = INSTALL_STEPS.flatMap(({ stops, stopsUuidE, stopsBy }) => [
      ...stops,
      ...stopsUuidE,
      ...WAYS.flatMap((way) => stopsBy[way]),
    ]);
    expect(stopping.filter((id) => levels.get(id) !== 'MUST')).to.deep.equal([]);
  });

  it('count rules about one way for that way alone', () => {
    const foreign = PLACES.filter(({ rule, ways }) => {
      const area = rule.split('-')[1] ?? '';
      if (ways.length === 2) return ['SSDP', 'DESC', 'WSD', 'MEX'].includes(area);
      return ways[0] === 'upnp' ? ['WSD', 'MEX'].includes(area) : ['SSDP', 'DESC'].includes(area);
    });
    expect(foreign).to.deep.equal([]);
  });
});
