import { expect } from 'chai';
import type { CatalogueEntry } from '#judge/catalogue.js';
import { judge } from '#judge/judge.js';
import type { RuleResult, Verdicts } from '#judge/record.js';
import type { Rule } from '#judge/rule.js';
import { loopbackEvidence } from '#lab/bench/loopback-evidence.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import { makeDevice } from '#reference/device.js';
import { DISCOVERY_FAULTS } from '#reference/discovery/faults.js';
import type { Fault } from '#reference/fault.js';
import type { Model } from '#reference/model.js';
import { MODELS } from '#reference/models.js';
import { documentRules } from '#suites/desc/document.rules.js';
import { httpRules } from '#suites/desc/http.rules.js';
import { announcementRules } from '#suites/ssdp/announcement.rules.js';
import { durationRules } from '#suites/ssdp/duration.rules.js';
import { leavingRules } from '#suites/ssdp/leaving.rules.js';
import { messageRules } from '#suites/ssdp/message.rules.js';
import { searchRules } from '#suites/ssdp/search.rules.js';
import { setRules } from '#suites/ssdp/set.rules.js';

const SEED = 1;
const TIMEOUT_MS = 30_000;

const entriesOf = (area: string, ...lists: (readonly Rule[])[]): CatalogueEntry[] =>
  lists.flat().map((rule) => ({ rule, area, clause: area }));
const ENTRIES = [
  ...entriesOf('ssdp', messageRules, announcementRules, setRules, durationRules, leavingRules, searchRules),
  ...entriesOf('desc', httpRules, documentRules),
];
const RULES = ENTRIES.map(({ rule }) => rule);
const known = (ids: readonly string[]): string[] => ids.filter((id) => RULES.some((rule) => rule.id === id)).sort();
const byUpnp = MODELS.filter(({ transports }) => transports.some(({ transport }) => transport === 'upnp'));
const PAIRS = byUpnp.flatMap((model) =>
  DISCOVERY_FAULTS.filter(
    (fault) => fault.refuses(model) === null && known([...fault.fails, ...fault.warns]).length > 0,
  ).map((fault) => ({ model, fault })),
);

function judged(model: Model, fault: Fault | null): Verdicts {
  const device = makeDevice(model, SEED);
  const faults = fault === null ? [] : [fault.behaviour(device)];
  const evidence = loopbackEvidence({ device, faults, sessions: 1 });
  return judge(ENTRIES, loopbackProfile(device, faults, 1), evidence, { scope: 'loopback', strict: false });
}

/** Ids of the results that match, each with its reason. */
function told({ results }: Verdicts, matches: (result: RuleResult) => boolean): string[] {
  return results.filter(matches).map(({ id, verdict, reason }) => `${id} ${verdict ?? ''}: ${reason}`);
}

function idsOf({ results }: Verdicts, matches: (result: RuleResult) => boolean): string[] {
  return results
    .filter(matches)
    .map(({ id }) => id)
    .sort();
}

describe('UPnP fault matrix', function () {
  this.timeout(TIMEOUT_MS);

  for (const model of byUpnp) {
    it(`${model.id}: every applicable rule passes, none waits for anything`, () => {
      const verdicts = judged(model, null);
      const isOdd = ({ verdict, warning }: RuleResult): boolean =>
        warning || !['pass', 'not-applicable'].includes(verdict ?? '');
      expect(told(verdicts, isOdd)).to.deep.equal([]);
    });
  }

  for (const { model, fault } of PAIRS) {
    it(`${model.id} with ${fault.id}`, () => {
      const verdicts = judged(model, fault);
      expect({
        fails: idsOf(verdicts, ({ verdict }) => verdict === 'fail'),
        warns: idsOf(verdicts, ({ warning }) => warning),
        errors: told(verdicts, ({ verdict }) => verdict === 'error'),
      }).to.deep.equal({ fails: known(fault.fails), warns: known(fault.warns), errors: [] });
      for (const { id, blockedBy, findings } of verdicts.results) {
        const declared: readonly string[] = RULES.find((rule) => rule.id === id)?.blockedBy ?? [];
        expect(declared, `what blocks ${id}`).to.include.members([...blockedBy]);
        for (const finding of findings.filter(({ verdict }) => verdict === 'fail'))
          expect(finding, id).to.include.keys('expected', 'actual', 'at', 'remedy');
      }
    });
  }
});
