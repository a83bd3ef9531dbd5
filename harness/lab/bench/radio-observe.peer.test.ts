import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readBundle } from '#evidence/bundle-read.js';
import { judge } from '#judge/judge.js';
import { OBSERVED_KINDS } from '#judge/scope.js';
import { parseProfile } from '#profile/load.js';
import type { Profile } from '#profile/schema.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { notRunOffNetwork } from '#suites/testing/verdicts.js';
import { recordInVm } from '../place/vm.js';
import { foreignAccessPoint } from '../testing/foreign-access-point.js';

const PROFILE = new URL('../../../fixtures/profiles/radio-reference-none.yaml', import.meta.url);
const COMPILED = [fileURLToPath(new URL('../../../dist/harness/lab/place/inner.js', import.meta.url))];
/** Booting and two registrations take 40 s on an idle machine of two cores, three times that on a busy one. */
const LIMIT_MS = 420_000;
/** What the first radio of the virtual machine is called in the air. */
const BSSID = '02:00:00:00:00:00';
const SESSIONS = 2;

/** What only session keys show, and what an encrypted network hides. */
const INCONCLUSIVE = [
  ...['RVP-WSC-09', 'RVP-WSC-10', 'RVP-WSC-11', 'RVP-SEC-01', 'RVP-SEC-02'],
  ...['RVP-JOIN-02', 'RVP-JOIN-03'],
];
/** What needs more sessions. */
const NOT_RUN = ['RVP-SEC-04'];
/** What only frames in the air show. */
const BY_AIR = ['RVP-UID-02', 'RVP-IEX-01', 'RVP-IEX-02', 'RVP-IEX-03', 'RVP-WSC-12', 'RVP-WSC-13', 'RVP-JOIN-01'];

describe('observing stock hostapd and stock wpa_supplicant', function () {
  this.timeout(LIMIT_MS);
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-observe-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  function observingProfile(): Profile {
    const whole = parseProfile(readFileSync(PROFILE, 'utf8'), 'profile');
    const { radio, pin, ...ixit } = whole.ixit;
    if (radio === undefined || pin === undefined) throw new Error('the profile has both');
    const { ap, ...others } = radio;
    expect(ap).to.equal('wlan0');
    return {
      ...whole,
      ixit: {
        ...ixit,
        method: 'pbc',
        methods: ['pbc'],
        limits: { ...ixit.limits, startMs: 60_000 },
        radio: { ...others, observe: { bssid: BSSID } },
      },
    };
  }

  it('judges what the air shows, and names what it does not', async () => {
    const profile = observingProfile();
    const bundleDir = join(folder, 'bundle');
    const result = await recordInVm(
      {
        bench: 'radio',
        place: 'vm',
        profile,
        bundleDir,
        sessions: SESSIONS,
        scope: 'radio',
        kinds: OBSERVED_KINDS,
        toolVersion: '0.0.0',
        signal: new AbortController().signal,
        onProgress: () => undefined,
      },
      {
        inner: COMPILED,
        beside: foreignAccessPoint({
          interfaceName: 'wlan0',
          ssid: 'foreign',
          uuid: '12345678-9abc-4def-8012-3456789abcde',
          eventsFile: join(bundleDir, 'events.jsonl'),
          pushAt: [1, 2].map((session) => `"kind":"observe-start","session":${session}`),
        }),
      },
    );
    expect(result.ended, `${result.error?.message ?? ''}\n${result.errorOutput}`).to.equal('complete');
    const { evidence } = await readBundle(bundleDir);
    expect(evidence.losses).to.deep.equal([]);
    const verdicts = judge(CATALOGUE, profile, evidence, { scope: 'radio', strict: false });
    const { results } = verdicts;
    const having = (wanted: string): string[] =>
      results.filter(({ verdict }) => verdict === wanted).map(({ id }) => id);
    expect(having('fail')).to.deep.equal([]);
    expect(having('error')).to.deep.equal([]);
    // What is said on the network behind the access point is encrypted in the air.
    expect(notRunOffNetwork(verdicts).map((id) => `RVP-${id}`)).to.deep.equal(NOT_RUN);
    expect(having('inconclusive')).to.have.members(INCONCLUSIVE);
    expect(having('pass')).to.include.members(BY_AIR);
    expect(evidence.exchanges.map(({ closing }) => closing)).to.deep.equal(['done', 'done']);
  });
});
