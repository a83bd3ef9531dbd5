import { release } from 'node:os';
import { toHex } from '#base/bytes.js';
import { Recorder, type CaptureInterface } from '#evidence/recorder.js';
import { BUNDLE_VERSION, type RunJson } from '#evidence/run-json.js';
import { withoutSecrets } from '#profile/secrets.js';
import { adapterText, requireAdapter } from './bench/radio-adapters.js';
import { scenariosOf } from './bench/scripted-session.js';
import { radioPlan } from './bench/radio-plan.js';
import { wiredPlan } from './bench/wired-plan.js';
import { systemClock } from './clock.js';
import { operationalInterface } from './daemon/hostapd.js';
import { asRallyError } from './failure.js';
import type { RecordJob, RecordResult } from './job.js';
import { runProgram } from './process.js';
import { requireProgram, type Program } from './programs.js';

const VERSION_LIMIT_MS = 20_000;

/** Record in this process, in the namespaces it is in. Never rejects. */
export async function recordHere(job: RecordJob): Promise<RecordResult> {
  let recorder: Recorder;
  try {
    recorder = Recorder.create(job.bundleDir, await describeRun(job), {
      clock: systemClock,
      capture: captureOf(job),
    });
  } catch (error) {
    return failed(error);
  }
  try {
    // Each bench is loaded when it is needed: an emulated machine takes seconds for one.
    if (job.bench === 'radio') await (await import('./bench/radio.js')).runRadioBench(job, recorder, systemClock);
    else await (await import('./bench/wired.js')).runWiredBench(job, recorder, systemClock);
    recorder.close();
    return { ended: 'complete' };
  } catch (error) {
    return closeAfter(recorder, failed(error));
  }
}

function failed(cause: unknown): RecordResult & { error: NonNullable<RecordResult['error']> } {
  const error = asRallyError(cause);
  return { ended: error.code === 'ERR_ABORTED' ? 'aborted' : 'failed', error };
}

/** Say in the bundle what became of the bench, so that the device is not blamed for what is missing. */
function closeAfter(recorder: Recorder, result: ReturnType<typeof failed>): RecordResult {
  try {
    recorder.event('bench-failure', { code: result.error.code, text: result.error.message });
    recorder.close();
  } catch {
    // The first failure is the one to tell; a disk that is full has noted itself.
  }
  return result;
}

const EAPOL: CaptureInterface = { linkType: 'ethernet', filter: 'ether proto 0x888e' };

/** Interfaces of the capture; the radio bench names them by their places. */
function captureOf({ bench, profile }: RecordJob): readonly CaptureInterface[] {
  if (bench !== 'radio') return [EAPOL];
  const { accessPoint, radio } = radioPlan(profile);
  const air: CaptureInterface = { linkType: 'dot11-radiotap', interfaceName: radio.monitor };
  if (accessPoint.kind === 'observed') return [air];
  const { ap } = accessPoint.radio;
  const network: CaptureInterface = { linkType: 'ethernet', interfaceName: operationalInterface(ap) };
  return [{ ...EAPOL, interfaceName: ap }, air, network];
}

function isObserved({ bench, profile }: RecordJob): boolean {
  return bench === 'radio' && radioPlan(profile).accessPoint.kind === 'observed';
}

/** What the run says of the device, and the programs that take part. */
async function partsOf({
  bench,
  place,
  profile,
}: RecordJob): Promise<{ mac: string | null; programs: readonly Program[] }> {
  if (bench === 'radio') {
    const { mac, station, accessPoint } = radioPlan(profile);
    const ours: readonly Program[] = accessPoint.kind === 'own' ? ['hostapd'] : [];
    if (station === null) return { mac, programs: ours };
    const adapter = await requireAdapter(station.interfaceName, 'ixit.dut.interface');
    return { mac: toHex(adapter.mac, ':'), programs: [...ours, 'wpa_supplicant'] };
  }
  const plan = wiredPlan(profile, place);
  return { mac: plan.mac, programs: plan.kind === 'port' ? [] : ['wpa_supplicant'] };
}

async function describeRun(job: RecordJob): Promise<RunJson> {
  const { profile, scope, kinds, sessions, bench, place, toolVersion } = job;
  const { mac, programs } = await partsOf(job);
  const versions: Record<string, string> = {};
  for (const program of programs) versions[program] = await versionOf(program);
  return {
    bundleVersion: BUNDLE_VERSION,
    tool: { name: 'rally-conformance', version: toolVersion },
    startedAt: new Date(systemClock.wallMs()).toISOString(),
    bench,
    place,
    environment: {
      node: process.version,
      kernel: release(),
      architecture: process.arch,
      ...versions,
      ...adaptersOf(job),
    },
    plan: {
      scope,
      kinds,
      sessions,
      scenarios: scenariosOf(job),
      dutMac: mac,
      ...(isObserved(job) ? { observed: true } : {}),
    },
    profile: withoutSecrets(profile),
  };
}

/** The adapters of the radio bench with their radios and drivers, by their part. */
function adaptersOf({ bench, profile }: RecordJob): Record<string, string> {
  if (bench !== 'radio') return {};
  const { accessPoint, radio } = radioPlan(profile);
  const parts =
    accessPoint.kind === 'own'
      ? { 'access point': accessPoint.radio.ap, monitor: radio.monitor }
      : { monitor: radio.monitor };
  return Object.fromEntries(
    Object.entries(parts).map(([part, name]) => [
      `adapter: ${part}`,
      [name, adapterText(name)].filter(Boolean).join(', '),
    ]),
  );
}

/** First line of what a program says of itself, e.g. `wpa_supplicant v2.10`. */
async function versionOf(program: Program): Promise<string> {
  // hostapd calls its own answer a failure.
  const script = '"$0" -v 2>&1 || true';
  const said = await runProgram(requireProgram('sh'), ['-c', script, requireProgram(program)], VERSION_LIMIT_MS);
  return said.split('\n')[0]?.trim() ?? '';
}
