import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { toHex } from '#base/bytes.js';
import { captureEvidence } from '#evidence/bundle-capture.js';
import type { Evidence } from '#evidence/model.js';
import { BUNDLE_FILES } from '#evidence/run-json.js';
import { judge } from '#judge/judge.js';
import type { Profile } from '#profile/schema.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { vendorExtensions } from '#wire/wps/vendor-extension.js';
import { record } from '../session.js';
import { wiredProfile } from '../testing/profile.js';
import { planFor } from '../testing/recording.js';
import { ALL_VARIANTS, brokenBy, NOT_BY_ONE_EXTENSION, type KnownVariant } from '../testing/variant-coverage.js';
import { complaints, verdictsOf } from '../testing/verdicts.js';

/** Recording is mostly waiting for processes to start: a few at a time. */
const LANES = 3;
const AREAS = ['vx', 'vpi', 'tuu'];

interface Judgements {
  /** Values of the vendor extensions of M1 that are not the Wi-Fi Alliance's, hex. */
  readonly sent: readonly string[];
  readonly live: ReturnType<typeof complaints>;
  readonly capture: ReturnType<typeof complaints>;
}

function profileOf({ extension, transports, uuidE, identities }: KnownVariant): Profile {
  const profile = wiredProfile({ extension, transports, ...(uuidE === undefined ? {} : { uuid: uuidE }) });
  return identities === undefined ? profile : { ...profile, ixit: { ...profile.ixit, identities } };
}

function sentExtensions({ exchanges }: Evidence): string[] {
  const m1 = exchanges[0]?.messages.find(({ wsc }) => wsc.name === 'M1');
  if (m1 === undefined) throw new Error('there is no M1');
  return vendorExtensions(m1.wsc)
    .filter(({ vendor }) => vendor !== 'wfa')
    .map(({ node }) => toHex(node.value));
}

describe('vendor extensions for a real Enrollee', () => {
  it('break each rule that one extension can break; for the others it is said why not', () => {
    const broken = new Set(ALL_VARIANTS.flatMap(brokenBy));
    const uncovered = CATALOGUE.filter(({ rule, area }) => AREAS.includes(area) && rule.level !== 'INFO')
      .map(({ rule }) => rule.id)
      .filter((id) => !broken.has(id));
    expect(uncovered.sort()).to.deep.equal([...NOT_BY_ONE_EXTENSION.keys()].sort());
  });
});

/** Each goes through a real wpa_supplicant; run and capture are judged to exactly what the rules say. */
describe('vendor extensions through a real Enrollee, from the run and from its capture', function () {
  this.timeout(30_000);
  let folder: string;
  const judgements = new Map<KnownVariant, Promise<Judgements>>();

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-variants-'));
    const lanes: Promise<unknown>[] = [];
    ALL_VARIANTS.forEach((variant, index) => {
      const lane = index % LANES;
      const judgement = (lanes[lane] ?? Promise.resolve()).then(() => judged(variant));
      judgements.set(variant, judgement);
      lanes[lane] = judgement.catch(() => undefined);
    });
  });

  after(async () => {
    await Promise.allSettled(judgements.values());
    rmSync(folder, { recursive: true });
  });

  async function judged(variant: KnownVariant): Promise<Judgements> {
    const profile = profileOf(variant);
    const bundleDir = mkdtempSync(join(folder, 'bundle-'));
    const result = await record({
      ...planFor(profile, bundleDir),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    expect(result).to.deep.equal({ ended: 'complete' });
    const { evidence } = await captureEvidence(join(bundleDir, BUNDLE_FILES.capture));
    const [device] = evidence;
    if (device === undefined || evidence.length > 1) throw new Error('the capture is not of one device');
    const capture = judge(CATALOGUE, profile, device, { scope: 'capture', strict: false });
    return {
      sent: sentExtensions(device),
      live: complaints(await verdictsOf(bundleDir, profile)),
      capture: complaints(capture),
    };
  }

  for (const variant of ALL_VARIANTS) {
    it(`${variant.name}: ${brokenBy(variant).join(', ') || 'nothing'}`, async () => {
      const { sent, live, capture } = (await judgements.get(variant)) ?? {};
      const expected = { fails: [...variant.fails].sort(), warns: [...(variant.warns ?? [])].sort() };
      expect(sent, 'what M1 carries').to.deep.equal(variant.extension === null ? [] : [variant.extension]);
      expect(live, 'from the run').to.deep.equal(expected);
      expect(capture, 'from its capture').to.deep.equal(expected);
    });
  }
});
