import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readBundle } from '#evidence/bundle-read.js';
import type { Exchange } from '#evidence/model.js';
import { Recorder } from '#evidence/recorder.js';
import { judge } from '#judge/judge.js';
import type { BaseScope } from '#judge/scope.js';
import type { Verdicts } from '#judge/record.js';
import { storedProfile } from '#profile/load.js';
import { withoutSecrets } from '#profile/secrets.js';
import { attribute } from '#wire/wps/message.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { CATALOGUE } from './catalogue.js';
import { shown } from './conform.js';
import {
  DPWS_PRINTER,
  SENSOR,
  transportUuid,
  vpi,
  microsoftExtension,
  DPWS_UUID,
  type SampleDevice,
} from './testing/devices.js';
import { append, replaceMicrosoft, setValue } from './testing/edits.js';
import { twoSessions } from './testing/evidence.js';
import type { Script } from './testing/exchange.js';
import { broken } from './testing/verdicts.js';

const PROJECT = fileURLToPath(new URL('../', import.meta.url));
const CLOCK = { monotonicMs: () => 1, wallMs: () => 1, sleep: () => Promise.resolve() };

/** What mocha's JSON reporter says of one test. */
interface ReportedTest {
  readonly title: string;
  readonly fullTitle: string;
  readonly err: { readonly message?: string; readonly expected?: string; readonly actual?: string };
}

interface Report {
  readonly passes: readonly ReportedTest[];
  readonly pending: readonly ReportedTest[];
  readonly failures: readonly ReportedTest[];
}

describe('suites as the view of a stored run', function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-suites-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('a conformant device: every rule as it was judged', async () => {
    record(SENSOR, {}, folder);
    const verdicts = await judged(folder);
    expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
    const { status, report } = view(folder);
    expect(status).to.equal(0);
    expectShown(report, verdicts);
    expect(report.failures).to.deep.equal([]);
  });

  it('a warning as a pass, a waived failure as not run, on the day the waiver ends', async () => {
    const waiver = { rule: 'RVP-WSC-05', reason: 'ROM', owner: 'QA', expires: '2026-01-01' };
    const attributes = {
      M1: setValue(ATTRIBUTE.WPSState, Uint8Array.of(3)),
      M7: append(microsoftExtension([vpi(2)])),
    };
    record({ ...SENSOR, profile: { ...SENSOR.profile, waivers: [waiver] } }, { attributes }, folder);
    const verdicts = await judged(folder);
    expect(broken(verdicts)).to.deep.equal({ fails: ['WSC-05'], warns: ['VX-10'] });
    const { status, report } = view(folder);
    expect(status).to.equal(0);
    expectShown(report, verdicts);
    expect(report.passes.filter(({ title }) => /^RVP-VX-10 .*\(warning: /.test(title))).to.have.length(1);
    expect(report.pending.filter(({ title }) => /^RVP-WSC-05 .*\(waived until /.test(title))).to.have.length(1);
  });

  it('a run of a scope that is not known: every rule', async () => {
    record(SENSOR, {}, folder, 'of another version');
    expectShown(view(folder).report, await judged(folder, 'full'));
  });

  it('one fault: exactly one assertion, with expected and actual', async () => {
    const swapped = microsoftExtension([transportUuid(DPWS_UUID), vpi(1)]);
    record(DPWS_PRINTER, { attributes: { M1: replaceMicrosoft(swapped) } }, folder);
    expect(broken(await judged(folder))).to.deep.equal({ fails: ['TUU-02'], warns: [] });
    const { status, report } = view(folder);
    expect(status).to.not.equal(0);
    const assertions = report.failures.filter(({ err }) => err.expected !== undefined);
    expect(assertions.map(({ title }) => title)).to.deep.equal([
      'RVP-TUU-02 Put each Transport UUID directly after its VPI',
    ]);
    expect(assertions[0]?.err.actual).to.match(/first TLV of its extension/);
    const waiting = report.failures.filter(({ err }) => err.expected === undefined);
    expect(waiting.every(({ err }) => /waits for RVP-/.test(err.message ?? ''))).to.equal(true);
  });

  it('verdicts handed in by the program that runs mocha', async () => {
    record(SENSOR, {}, folder);
    const verdicts = await judged(folder);
    writeFileSync(join(folder, 'handed.json'), JSON.stringify(verdicts));
    const script = `
      import { readFileSync } from 'node:fs';
      import Mocha from 'mocha';
      import { setJudged } from '#suites/hooks.js';
      setJudged(JSON.parse(readFileSync(process.argv[1], 'utf8')));
      const mocha = new Mocha({ reporter: 'json', color: false });
      mocha.addFile('suites/vx/vendor-extension.suite.ts');
      await mocha.loadFilesAsync();
      mocha.run((failures) => { process.exitCode = failures; });
    `;
    const flags = ['--conditions=source', '--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, join(folder, 'handed.json')], {
      cwd: PROJECT,
      encoding: 'utf8',
    });
    expect(stderr).to.equal('');
    const expected = verdicts.results.filter(({ clause }) => clause === 'vendor-extension');
    expect(titles(JSON.parse(stdout) as Report)).to.deep.equal(expected.map((each) => shown(each)?.title).sort());
  });

  it('without evidence: says what to set', () => {
    for (const folderNamed of ['', undefined]) {
      const { status, stderr } = mocha(folderNamed);
      expect(status).to.not.equal(0);
      for (const text of ['ERR_USAGE', 'The suites show a stored run, and none is named', 'Set RALLY_EVIDENCE to'])
        expect(stderr).to.contain(text);
    }
  });
});

/** Record the exchanges of a device as a bench would. */
function record(device: SampleDevice, script: Script, dir: string, scope = 'wired'): void {
  const { exchanges, ability } = twoSessions(device, script);
  const recorder = Recorder.create(
    dir,
    {
      bundleVersion: 1,
      tool: { name: 'rally-conformance', version: '0.0.0' },
      startedAt: '2026-01-01T00:00:00.000Z',
      bench: 'wired',
      place: 'sandbox',
      environment: {},
      plan: { scope, ...ability, dutMac: null },
      profile: withoutSecrets(device.profile),
    },
    { clock: CLOCK },
  );
  recorder.secret('pin', device.pin);
  for (const exchange of exchanges) recordExchange(recorder, exchange);
  recorder.close();
}

function recordExchange(recorder: Recorder, exchange: Exchange): void {
  const { number, packets, messages, keys } = exchange;
  const wallMs = (packet: (typeof packets)[number] | undefined) => Number((packet?.frame.timeNs ?? 0n) / 1_000_000n);
  recorder.event('session-start', { session: number, method: 'pin', wallMs: wallMs(packets[0]) });
  for (const { frame, from } of packets)
    recorder.frame(frame.bytes, frame.timeNs, { direction: from === 'enrollee' ? 'in' : 'out' });
  recorder.event('session-end', { session: number, outcome: 'done', text: '', wallMs: wallMs(packets.at(-1)) });
  const nonce = (id: number) => {
    for (const { wsc } of messages) {
      const node = attribute(wsc, id);
      if (node !== null) return node.value;
    }
    return new Uint8Array(16);
  };
  if (keys !== null)
    recorder.keys({
      ...keys,
      enrolleeNonce: nonce(ATTRIBUTE.EnrolleeNonce),
      registrarNonce: nonce(ATTRIBUTE.RegistrarNonce),
    });
}

async function judged(dir: string, scope: BaseScope = 'wired'): Promise<Verdicts> {
  const { evidence, profile } = await readBundle(dir);
  return judge(CATALOGUE, storedProfile(profile), evidence, { scope, strict: false, asOf: '2026-01-01' });
}

/** Every rule in scope stands below its clause, in the state it was judged to have. */
function expectShown({ passes, pending, failures }: Report, { results }: Verdicts): void {
  const stated = { passed: passes, pending, failed: failures };
  for (const [state, tests] of Object.entries(stated)) {
    const expected = results.flatMap((result) => {
      const test = shown(result);
      return test?.state === state ? `${result.area}: ${result.clause} ${test.title}` : [];
    });
    expect(tests.map(({ fullTitle }) => fullTitle).sort(), state).to.deep.equal(expected.sort());
  }
}

/** `evidence` undefined: the variable that names it is not set. */
function mocha(evidence: string | undefined): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['node_modules/mocha/bin/mocha.js', '--reporter', 'json'], {
    cwd: PROJECT,
    encoding: 'utf8',
    env: { ...process.env, RALLY_EVIDENCE: evidence },
    maxBuffer: 64 * 1024 * 1024,
  });
}

function view(evidence: string): { status: number | null; report: Report } {
  const { status, stdout } = mocha(evidence);
  return { status, report: JSON.parse(stdout) as Report };
}

function titles({ passes, pending, failures }: Report): string[] {
  return [...passes, ...pending, ...failures].map(({ title }) => title).sort();
}
