import { release } from 'node:os';
import { Recorder } from '#evidence/recorder.js';
import { BUNDLE_VERSION, type RunJson } from '#evidence/run-json.js';
import { withoutSecrets } from '#profile/secrets.js';
import { runWiredBench } from './bench/wired.js';
import { wiredPlan } from './bench/wired-plan.js';
import { systemClock } from './clock.js';
import { asRallyError } from './failure.js';
import type { RecordJob, RecordResult } from './job.js';
import { runProgram } from './process.js';
import { requireProgram } from './programs.js';

const VERSION_LIMIT_MS = 5000;

/** Record in this process, in the namespaces it is in. Never rejects. */
export async function recordHere(job: RecordJob): Promise<RecordResult> {
  let recorder: Recorder;
  try {
    recorder = Recorder.create(job.bundleDir, await describeRun(job), {
      clock: systemClock,
      capture: { linkType: 'ethernet', filter: 'ether proto 0x888e' },
    });
  } catch (error) {
    return failed(error);
  }
  try {
    await runWiredBench(job, recorder, systemClock);
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

async function describeRun(job: RecordJob): Promise<RunJson> {
  const { profile, scope, kinds, sessions, bench, place, toolVersion } = job;
  const plan = wiredPlan(profile, place);
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
      ...(plan.kind === 'port' ? {} : { wpa_supplicant: await supplicantVersion() }),
    },
    plan: { scope, kinds, sessions, dutMac: plan.mac },
    profile: withoutSecrets(profile),
  };
}

/** First line of what it says of itself, e.g. `wpa_supplicant v2.10`. */
async function supplicantVersion(): Promise<string> {
  const said = await runProgram(requireProgram('wpa_supplicant'), ['-v'], VERSION_LIMIT_MS);
  return said.split('\n')[0]?.trim() ?? '';
}
