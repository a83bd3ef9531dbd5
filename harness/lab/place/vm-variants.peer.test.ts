import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { toHex } from '#base/bytes.js';
import { readBundle } from '#evidence/bundle-read.js';
import type { Evidence } from '#evidence/model.js';
import { judge } from '#judge/judge.js';
import type { Verdicts } from '#judge/record.js';
import { parseProfile } from '#profile/load.js';
import type { Profile } from '#profile/schema.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { vendorExtensions } from '#wire/wps/vendor-extension.js';
import type { RecordJob } from '../job.js';
import { processesOf } from '../testing/left-behind.js';
import { VARIANTS, type Variant } from '../testing/variants.js';
import { complaints } from '../testing/verdicts.js';
import { openVm, type VmPlace } from './vm.js';

const PROFILE = new URL('../../../fixtures/profiles/radio-reference-none.yaml', import.meta.url);
const COMPILED = [fileURLToPath(new URL('../../../dist/harness/lab/place/inner.js', import.meta.url))];
/** A conformant one, and one of each kind of fault; all of them go by wire elsewhere. */
const CHOSEN = [
  'a device that does not pair',
  'no vendor extension',
  'two bytes left after the last TLV',
  'a reserved transport',
  'the Transport UUID before its VPI',
  'a UUID-E of the documentation',
];
const LIMIT_MS = 300_000;
const MARK = 'RALLY_TEST_RUN';
/** Short, because a hung job is noticed by its silence: the sum of these and half a minute. */
const LIMITS = { startMs: 15_000, sessionMs: 8000 };
const JOIN_MS = 2000;
const HUNG_LIMIT_MS = LIMITS.startMs + LIMITS.sessionMs + JOIN_MS + 30_000;
/** Killing a machine that hangs. */
const KILL_MS = 10_000;

describe('one boot of the virtual machine', function () {
  this.timeout(LIMIT_MS);
  const run = `vm-variants-${process.pid}`;
  let folder: string;
  let vm: VmPlace;

  before(async () => {
    process.env[MARK] = run;
    folder = mkdtempSync(join(tmpdir(), 'rally-vm-variants-'));
    vm = await openVm({ folder, inner: COMPILED });
  });

  after(async () => {
    await vm.close();
    Reflect.deleteProperty(process.env, MARK);
    expect(processesOf(run)).to.deep.equal([]);
    rmSync(folder, { recursive: true });
  });

  function profileOf({ extension, transports, uuidE }: Variant): Profile {
    const { ixit, ...rest } = parseProfile(readFileSync(PROFILE, 'utf8'), 'profile');
    if (ixit.dut?.kind !== 'wpa_supplicant') throw new Error('the profile has a device');
    const dut = { ...ixit.dut };
    Reflect.deleteProperty(dut, 'vendorExtensionM1');
    return {
      ...rest,
      ics: { ...rest.ics, transports },
      ixit: {
        ...ixit,
        methods: ['pbc'],
        sessions: 1,
        dut: {
          ...dut,
          ...(uuidE === undefined ? {} : { uuid: uuidE }),
          ...(extension === null ? {} : { vendorExtensionM1: extension }),
        },
      },
    };
  }

  function jobOf(profile: Profile, onStep: (step: string) => void = () => undefined): RecordJob {
    return {
      bench: 'radio',
      place: 'vm',
      profile,
      bundleDir: mkdtempSync(join(folder, 'bundle-')),
      sessions: profile.ixit.sessions,
      scope: 'radio',
      kinds: ['m1', 'exchange', 'keys', 'frames', 'association', 'join', 'profile'],
      toolVersion: '0.0.0',
      signal: new AbortController().signal,
      onProgress: ({ step }) => {
        onStep(step);
      },
    };
  }

  async function judged({ bundleDir, profile }: RecordJob): Promise<{ evidence: Evidence; verdicts: Verdicts }> {
    const { evidence } = await readBundle(bundleDir);
    return { evidence, verdicts: judge(CATALOGUE, profile, evidence, { scope: 'radio', strict: false }) };
  }

  for (const name of CHOSEN) {
    const variant = VARIANTS.find((each) => each.name === name);
    it(`fails exactly what M1 over the air breaks: ${name}: ${variant?.fails.join(', ') || 'nothing'}`, async () => {
      if (variant === undefined) throw new Error('there is no such variant');
      const job = jobOf(profileOf(variant));
      const { ended, errorOutput } = await vm.record(job);
      expect(ended, errorOutput).to.equal('complete');
      const { evidence, verdicts } = await judged(job);
      const m1 = evidence.exchanges[0]?.messages.find(({ wsc }) => wsc.name === 'M1');
      const sent = m1 === undefined ? null : vendorExtensions(m1.wsc).filter(({ vendor }) => vendor !== 'wfa');
      expect(sent?.map(({ node }) => toHex(node.value))).to.deep.equal(
        variant.extension === null ? [] : [variant.extension],
      );
      expect(complaints(verdicts)).to.deep.equal({ fails: [...variant.fails].sort(), warns: [] });
    });
  }

  it('ends in time when the machine hangs after M3, and blames nobody for what is missing', async () => {
    const [conformant] = VARIANTS;
    if (conformant === undefined) throw new Error('there is a variant');
    const { ixit, ...rest } = profileOf(conformant);
    const radio = ixit.radio === undefined ? {} : { radio: { ...ixit.radio, joinMs: JOIN_MS } };
    const profile: Profile = {
      ...rest,
      ixit: { ...ixit, ...radio, sessions: 4, limits: { ...ixit.limits, ...LIMITS } },
    };
    let frozenMs = 0;
    const job = jobOf(profile, (step) => {
      if (step !== 'M3 received' || frozenMs > 0) return;
      frozenMs = performance.now();
      for (const { pid, name } of processesOf(run)) if (name.startsWith('qemu')) process.kill(pid, 'SIGSTOP');
    });
    const { ended, error } = await vm.record(job);
    expect(frozenMs, error?.message).to.be.above(0);
    expect(performance.now() - frozenMs).to.be.below(HUNG_LIMIT_MS + KILL_MS);
    expect(ended).to.equal('failed');
    expect(error?.code).to.equal('ERR_TIMEOUT');
    expect(processesOf(run)).to.deep.equal([]);
    const { evidence, verdicts } = await judged(job);
    expect(evidence.benchFailure?.code).to.equal('ERR_BENCH_DIED');
    expect(evidence.events.map(({ detail }) => detail['step'])).to.include('M3 received');
    expect(complaints(verdicts).fails).to.deep.equal([]);
    expect(verdicts.exitCode).to.equal(3);
  });
});
