import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { formatUuid } from '#base/uuid.js';
import { fromHex } from '#base/bytes.js';
import { record } from '#lab/session.js';
import { UUID_E, wiredProfile } from '#lab/testing/profile.js';
import { planFor } from '#lab/testing/recording.js';
import { VARIANTS, type Variant } from '#lab/testing/variants.js';
import { verdictsOf } from '#lab/testing/verdicts.js';
import type { RuleId } from '#judge/rule.js';
import { sessionsNeeded } from '#judge/scope.js';
import type { Profile } from '#profile/schema.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { BROKEN, NEVER_PASSED } from '#suites/other-makers.js';

const MOST_SESSIONS = Math.max(...CATALOGUE.map(({ rule }) => sessionsNeeded(rule)));

const isRight = ({ fails, warns = [] }: Variant): boolean => fails.length + warns.length === 0;

/** A profile that knows under what the device is found, so that the rules about it can be judged without discovery. */
function profileOf({ extension, transports }: Variant, sessions: number): Profile {
  const own = /10020010([0-9a-f]{32})/.exec(extension ?? '')?.[1];
  const uuid = own === undefined ? UUID_E : formatUuid(fromHex(own));
  const profile = wiredProfile({ extension, transports, sessions });
  return { ...profile, ixit: { ...profile.ixit, identities: { upnp: `uuid:${uuid}`, dpws: `urn:uuid:${uuid}` } } };
}

describe('devices of other makers', function () {
  this.timeout(60_000);

  it('pass every rule of scope wired that is not said to be untried', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rally-makers-'));
    const passed = new Set<RuleId>();
    const inScope = new Set<RuleId>();
    try {
      for (const [index, variant] of VARIANTS.filter(isRight).entries()) {
        // The first run holds as many sessions as any rule needs.
        const profile = profileOf(variant, index === 0 ? MOST_SESSIONS : 2);
        const bundleDir = path.join(folder, String(index));
        const result = await record({
          ...planFor(profile, bundleDir),
          signal: new AbortController().signal,
          onProgress: () => undefined,
        });
        expect(result).to.deep.equal({ ended: 'complete' });
        for (const result of (await verdictsOf(bundleDir, profile)).results) {
          if (result.inScope) inScope.add(result.id);
          if (result.verdict === 'pass') passed.add(result.id);
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect([...inScope].filter((id) => !passed.has(id)).sort()).to.deep.equal([...NEVER_PASSED.keys()].sort());
  });

  it('were made to break the rules that are said to be', () => {
    const broken = new Set(VARIANTS.flatMap(({ fails, warns = [] }) => [...fails, ...warns]));
    expect([...broken].sort()).to.deep.equal([...BROKEN].sort());
  });
});
