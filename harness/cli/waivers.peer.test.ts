import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import type { Verdicts } from '#judge/record.js';
import { call, callWith, type Ended } from './testing/call.js';

/** Java takes seconds, and is not what is looked at here. */
const NO_JAVA = { env: { PATH: dirname(process.execPath), JAVA_HOME: '' } };
const RULE = 'RVP-VPI-04';

describe('waivers on the command line', function () {
  this.timeout(120_000);
  let base = '';
  const below = (...names: string[]): string => join(base, ...names);
  const verdictsIn = (folder: string): Verdicts =>
    JSON.parse(readFileSync(below(folder, 'verdicts.json'), 'utf8')) as Verdicts;

  before('record a device with one fault', async () => {
    base = mkdtempSync(join(tmpdir(), 'rally-waivers-'));
    const run = await callWith(
      NO_JAVA,
      ...['run', '--bench', 'loopback', '--device', 'dpws-printer', '--fault', 'profile-not-requested'],
      ...['--out', below('run')],
    );
    expect(run.exitCode, run.errors).to.equal(1);
    expect(
      verdictsIn('run')
        .results.filter(({ verdict }) => verdict === 'fail')
        .map(({ id }) => id),
    ).to.deep.equal([RULE]);
  });

  after('leave nothing', () => {
    rmSync(base, { recursive: true, force: true });
  });

  /** The profile of the run with waivers: JSON is YAML too. Days are counted from that of the run. */
  function profileWith(...waivers: readonly { readonly rule: string; readonly days: number }[]): string {
    const { profile, startedAt } = JSON.parse(readFileSync(below('run', 'bundle', 'run.json'), 'utf8')) as {
      profile: { ixit: object };
      startedAt: string;
    };
    const list = waivers.map(({ rule, days }) => {
      const expires = new Date(Date.parse(startedAt) + days * 86_400_000).toISOString().slice(0, 10);
      return { rule, reason: 'mask ROM', owner: 'QA', expires };
    });
    const file = below(`profile-${waivers.map(({ rule, days }) => `${rule}${days}`).join('-')}.yaml`);
    const ixit = { ...profile.ixit, pin: '12345670' };
    writeFileSync(file, JSON.stringify({ ...profile, ixit, waivers: list }, null, 2));
    return file;
  }

  const judge = (profile: string, out: string): Promise<Ended> =>
    callWith(NO_JAVA, 'judge', below('run'), '--profile', profile, '--out', below(out));

  it('turn a failure into neither a failure nor a pass, and judging again gives the same bytes', async () => {
    const profile = profileWith({ rule: RULE, days: 0 });
    const first = await judge(profile, 'waived');
    expect(first.exitCode, first.errors).to.equal(0);
    expect(first.output).to.match(new RegExp(`^WAIVED ${RULE} `, 'm'));
    expect(first.output).to.match(/passes scope loopback with 1 waiver: /);
    const { results, sentence, totals } = verdictsIn('waived');
    expect(results.find(({ id }) => id === RULE)).to.deep.include({ verdict: 'fail' });
    expect(totals).to.include({ fail: 0, waived: 1 });
    expect(sentence)
      .to.include(`waived ${RULE}`)
      .and.to.not.match(/conformant/);
    const again = await call('judge', below('run'), '--profile', profile, '--json');
    expect(again.output).to.equal(readFileSync(below('waived', 'verdicts.json'), 'utf8'));
  });

  it('fail the run when their last day is before its own, and name themselves', async () => {
    const file = profileWith({ rule: RULE, days: 9 }, { rule: 'RVP-VX-01', days: -1 });
    const junit = below('expired.xml');
    const { exitCode, output, errors } = await call('judge', below('run'), '--profile', file, '--junit', junit);
    expect(exitCode).to.equal(1);
    expect(output).to.match(/fails scope loopback: 1 waiver expired \(RVP-VX-01 after \d{4}-\d\d-\d\d\);/);
    expect(errors).to.match(/^warning: .* waivers\[1\]\.expires the waiver of RVP-VX-01 expired after /m);
    expect(readFileSync(junit, 'utf8')).to.include('The waiver of RVP-VX-01 holds');
  });

  it('are refused before anything is judged or started when no rule has that id', async () => {
    const file = profileWith({ rule: 'RVP-VPI-4', days: 9 });
    for (const command of [
      ['judge', below('run'), '--profile', file, '--out', below('refused')],
      ['run', '--profile', file, '--out', below('refused')],
      ['profile', 'check', file],
    ]) {
      const { exitCode, errors } = await call(...command);
      expect(exitCode, command[0]).to.equal(4);
      expect(errors).to.match(/waivers\[0\]\.rule is not a rule of this version[^]*Did you mean RVP-VPI-04\?/);
    }
    expect(() => verdictsIn('refused')).to.throw();
  });

  it('are part of what is compared and verified', async () => {
    const compared = await call('compare', below('run'), below('waived'));
    expect(compared.exitCode, compared.errors).to.equal(0);
    expect(compared.output).to.include('Failing as before, waived now (1)');
    expect(compared.output).to.match(new RegExp(`added ${RULE}, until \\d{4}-\\d\\d-\\d\\d by QA: mask ROM`));
    // The verdicts with their waivers, beside the evidence they were drawn from.
    cpSync(below('run', 'bundle'), below('waived', 'bundle'), { recursive: true });
    expect((await call('seal', below('waived'))).exitCode).to.equal(0);
    const profile = profileWith({ rule: RULE, days: 0 });
    const verified = await call('verify', below('waived'), '--profile', profile);
    expect(verified.exitCode, verified.output).to.equal(0);
  });

  it('and the rest of a profile are held against a run of the device', async () => {
    const right = profileWith();
    const checked = await call('profile', 'check', right, '--from', below('run'));
    expect(checked.exitCode, checked.errors).to.equal(0);
    expect(checked.output).to.not.match(/^warning: .* (ics\.transports|ixit\.identities)/m);
    const wrong = below('wrong.yaml');
    writeFileSync(wrong, readFileSync(right, 'utf8').replace('"dpws"', '"upnp"'));
    const { output } = await call('profile', 'check', wrong, '--from', below('run'));
    expect(output).to.include('says upnp, but M1 declares DPWS');
    expect(output).to.include('the device was found by DPWS, which is not named');
    expect(output).to.include('names UPnP, but the device was not found by it');
  });
});
