import type { Discovery } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { notHeard, PROMISE_BLOCKERS, wayName, type FoundBy } from '../discovery.js';
import { blocked, fail, inconclusive, note, notApplicable, notRun, pass } from '../finding.js';
import { IDENTITY_OWNERS, identitiesInRun, isFinding } from '../identity.js';
import { DPWS, REQ, spec, UDA } from '../sources.js';
import { sightings } from '../sightings.js';

const uid09: Rule = {
  id: 'RVP-UID-09',
  title: 'Report whether the identities are aligned',
  source: [spec('WCN-NET protocol', 10), spec('UUID values', 161), REQ],
  requirement: 'Every transport that M1 declares is found under the identity M1 gives for it.',
  why: 'This is what vertical pairing rests on: the identity in M1 is the one Windows then looks for.',
  level: 'INFO',
  revision: 1,
  needs: ['m1', 'ssdp', 'wsd'],
  uses: ['description', 'metadata'],
  remedy: 'See the rules on each identity.',
  blockedBy: [...PROMISE_BLOCKERS, ...IDENTITY_OWNERS],
  check: (evidence, profile) => {
    const found = identitiesInRun(evidence, profile);
    if (found.length === 0) return [notApplicable('M1 declares no transport')];
    return found.flatMap(({ by, identity }) => {
      if (isFinding(identity)) return [identity];
      const { wrong, expected } = identity;
      if (wrong.length === 0)
        return [note(`${wayName(by)}: aligned, the device is ${expected} in M1 and on the network`)];
      return wrong.map(({ owner, sighting, what }) => blocked(owner, `${wayName(by)}: ${sighting.text} ${what}`));
    });
  },
};

const uid10: Rule = {
  id: 'RVP-UID-10',
  title: 'Keep the identities over a restart',
  source: [UDA, DPWS],
  requirement: 'After the device was switched off and on it is found under the same identities as before.',
  why: 'Windows knows the installed device by its identity; with another one it is a new device each time.',
  level: 'MUST',
  revision: 1,
  needs: ['ssdp', 'wsd'],
  remedy: 'Store the UUIDs once and use them after every start.',
  blockedBy: ['RVP-DISC-01'],
  check: (evidence, profile) => {
    const { discovery } = evidence;
    const ways = identitiesInRun(evidence, profile).map(({ by }) => by);
    if (ways.length === 0) return [notApplicable('no transport is declared')];
    const restart = discovery?.stimuli.find(({ kind }) => kind === 'power-cycle');
    if (discovery === undefined || restart === undefined) return [notRun('the device was not switched off and on')];
    if (restart.failed !== null) return [notRun(`the device was not switched off and on: ${restart.failed}`)];
    return ways.map((by) => judgeRestart(evidence, discovery, by, restart.timeMs));
  },
};

function judgeRestart(evidence: Evidence, discovery: Discovery, by: FoundBy, restartMs: number): Finding {
  const found = sightings(evidence, by);
  const before = found.filter(({ timeMs }) => timeMs < restartMs);
  const after = found.filter(({ timeMs }) => timeMs >= restartMs);
  const [earlier] = before;
  const [later] = after;
  if (earlier === undefined || later === undefined) {
    const when = earlier === undefined ? 'before' : 'after';
    const what = `the device by ${wayName(by)} ${when} the restart`;
    return notHeard(discovery, evidence, what) ?? inconclusive(`${what} was not seen`);
  }
  const other = after.find(({ text }) => !before.some((each) => each.text === text));
  if (other === undefined) return pass(`${earlier.text} is the identity before and after the restart`, later.at);
  return fail(`${wayName(by)}: after the restart the device is found as ${other.text}`, {
    expected: earlier.text,
    actual: other.text,
    at: other.at,
    remedy: `Keep ${earlier.text} in memory that survives a restart, and use it after every start.`,
  });
}

export const alignmentRules: readonly Rule[] = [uid09, uid10];
