import { expect } from 'chai';
import { judge } from '#judge/judge.js';
import type { RuleResult } from '#judge/record.js';
import { loopbackRun } from '#lab/bench/loopback-evidence.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import { makeDevice } from '#reference/device.js';
import type { Fault } from '#reference/fault.js';
import { FAULTS } from '#reference/faults.js';
import type { Model } from '#reference/model.js';
import { MODELS, requireModel } from '#reference/models.js';
import { CATALOGUE } from '#suites/catalogue.js';

const SEED = 1;
const AREAS = ['ssdp', 'wsd'];
const RULES = CATALOGUE.filter(({ area }) => AREAS.includes(area));

/**
 * Rules about which a capture may say less than the run it is of, and why. All others say the same.
 */
const LESS = new Map<string, string>([
  ...['SSDP-005', 'SSDP-016', 'SSDP-020', 'SSDP-033'].map(
    (id) =>
      [id, 'where SERVER does not tell which UPnP it is, the description does, and no capture holds that'] as const,
  ),
  ['SSDP-017', 'nobody tried whether something listens there'],
  ['SSDP-021', 'when the device had its address is not known'],
  ...['SSDP-022', 'SSDP-023', 'SSDP-047', 'SSDP-048', 'WSD-010a', 'WSD-013', 'WSD-017'].map(
    (id) => [id, 'what was not seen may have come after the end of the capture'] as const,
  ),
  ...['SSDP-030', 'SSDP-031', 'WSD-004'].map((id) => [id, 'nothing tells that the device was told to leave'] as const),
  ['WSD-005', 'nothing tells that the device was switched off and on'],
  ['WSD-015', 'what was said by HTTP is not read'],
  ['WSD-022', 'no connection was tried'],
]);

interface Told {
  readonly id: string;
  readonly run: string;
  readonly capture: string;
}

const verdictOf = ({ verdict, warning }: RuleResult): string => `${verdict ?? ''}${warning ? ' with a warning' : ''}`;

/** What the rules of SSDP and WS-Discovery say of a run and of its capture alone, as far as both are in scope. */
function toldOf(model: Model, fault: Fault | null): Told[] {
  const device = makeDevice(model, SEED);
  const faults = fault === null ? [] : [fault.behaviour(device)];
  const { evidence, captured } = loopbackRun({ device, faults, sessions: 1 });
  const profile = loopbackProfile(device, faults, 1);
  const run = judge(RULES, profile, evidence, { scope: 'loopback', strict: false });
  const capture = judge(RULES, profile, captured(), { scope: 'capture', strict: false });
  return capture.results
    .filter(({ inScope }) => inScope)
    .flatMap((result) => {
      const same = run.results.find(({ id, inScope }) => id === result.id && inScope);
      if (same === undefined) return [];
      return [{ id: result.id.replace('RVP-', ''), run: verdictOf(same), capture: verdictOf(result) }];
    });
}

/** Each fault on the first model that can have it. */
const PAIRS = FAULTS.filter(({ fails, warns }) =>
  RULES.some(({ rule }) => [...fails, ...warns].includes(rule.id)),
).flatMap((fault) =>
  MODELS.filter((model) => fault.refuses(model) === null).flatMap((model, index) =>
    index === 0 ? [{ model, fault }] : [],
  ),
);

describe('a capture alone', () => {
  const less = new Set<string>();

  function check(model: Model, fault: Fault | null): void {
    for (const { id, run, capture } of toldOf(model, fault)) {
      if (run === capture) continue;
      less.add(id);
      expect(LESS.has(id) ? capture : `${id} ${capture}`, `${id}: ${run}`).to.be.oneOf(['inconclusive', 'not-run']);
    }
  }

  for (const id of ['upnp-renderer', 'dpws-printer', 'all-in-one', 'secure-scanner'])
    it(`says of ${id} what the run says, or less for a reason`, () => {
      check(requireModel(id), null);
    });

  for (const { model, fault } of PAIRS)
    it(`says of ${model.id} with ${fault.id} what the run says, or less for a reason`, () => {
      check(model, fault);
    });

  it('shows what most rules judge', () => {
    expect([...less].sort()).to.deep.equal([...LESS.keys()].sort());
    const own = toldOf(requireModel('all-in-one'), null);
    expect(own.filter(({ capture }) => capture === 'pass').length).to.be.greaterThan(35);
  });
});
