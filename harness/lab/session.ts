import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { asRallyError } from './failure.js';
import type { RecordJob, RecordResult } from './job.js';

/**
 * Record evidence of the device a profile describes, at the place and bench the job names, into `job.bundleDir`. What
 * the device does wrong is evidence, not failure. Never rejects: `ended` and `error` say how the bench fared, and
 * whatever was recorded until then can be judged.
 */
export async function record(job: RecordJob): Promise<RecordResult> {
  const absolute: RecordJob = { ...job, bundleDir: resolve(job.bundleDir) };
  try {
    // Each bench is loaded only when it is used: loopback must run where there are no native modules and no processes.
    if (job.bench === 'loopback') return (await import('./record-loopback.js')).recordLoopback(absolute);
    if (job.place === 'here') return await (await import('./record-here.js')).recordHere(absolute);
    const { errorOutput, ...result } = await recordElsewhere(absolute);
    if (errorOutput !== '') keepErrorOutput(absolute.bundleDir, errorOutput);
    return result;
  } catch (error) {
    return { ended: 'failed', error: asRallyError(error) };
  }
}

/** `errorOutput`: what the place wrote besides its reports. */
async function recordElsewhere(job: RecordJob): Promise<RecordResult & { readonly errorOutput: string }> {
  if (job.place === 'vm') return (await import('./place/vm.js')).recordInVm(job);
  return (await import('./place/sandbox.js')).recordInSandbox(job);
}

function keepErrorOutput(bundleDir: string, text: string): void {
  // A place that never came to record leaves no bundle, not even a folder.
  if (!existsSync(bundleDir)) return;
  try {
    mkdirSync(join(bundleDir, 'logs'), { recursive: true });
    appendFileSync(join(bundleDir, 'logs', 'bench.log'), `${text}\n`);
  } catch {
    // The result says what went wrong; a full disk must not hide it.
  }
}
