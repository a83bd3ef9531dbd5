import { expect } from 'chai';
import { isRallyError, RallyError } from '#base/error.js';
import { systemClock } from './clock.js';
import { boundedLog, ManagedProcess, runProgram } from './process.js';
import { requireProgram } from './programs.js';
import { processesOf } from './testing/left-behind.js';

const sh = requireProgram('sh');
/** A shell with a child that ignores SIGTERM, both holding the output pipe. */
const STUBBORN = "trap '' TERM; sleep 30 & trap '' TERM; sleep 30";

async function failure(work: Promise<unknown>): Promise<RallyError> {
  try {
    await work;
  } catch (error) {
    if (isRallyError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

function start(script: string): ManagedProcess {
  return ManagedProcess.start({ name: 'daemon', file: sh, args: ['-c', script], onOutput: () => undefined });
}

describe('processes', () => {
  it('return the output of a program', async () => {
    expect(await runProgram(sh, ['-c', 'echo out; echo err >&2'], 5000)).to.equal('out\nerr\n');
  });

  it('turn a failing program into its last words', async () => {
    const error = await failure(runProgram(sh, ['-c', 'echo no such device >&2; exit 3'], 5000));
    expect(error).to.include({ code: 'ERR_DAEMON' });
    expect(error.message).to.include('no such device');
    expect(error.context).to.include({ code: 3 });
  });

  it('say that a program cannot be started', async () => {
    const error = await failure(runProgram('/nowhere/program', [], 5000));
    expect(error).to.include({ code: 'ERR_DAEMON' });
    expect(error.message).to.include('ENOENT');
  });

  it('go with everything they started, whatever that makes of SIGTERM', async () => {
    process.env['RALLY_TEST_RUN'] = 'process';
    try {
      const child = start(STUBBORN);
      const endMs = systemClock.monotonicMs() + 5000;
      while (processesOf('process').length < 3 && systemClock.monotonicMs() < endMs) await systemClock.sleep(10);
      // The shell, and two that sleep.
      expect(processesOf('process')).to.have.length(3);
      const startMs = systemClock.monotonicMs();
      await child.stop(200);
      expect(systemClock.monotonicMs() - startMs).to.be.within(190, 2000);
      expect(child.running).to.equal(false);
      expect(processesOf('process')).to.deep.equal([]);
    } finally {
      delete process.env['RALLY_TEST_RUN'];
    }
  });

  it('are stopped at the limit of a program that does not end', async () => {
    const startMs = systemClock.monotonicMs();
    expect(await failure(runProgram(sh, ['-c', 'sleep 30'], 100))).to.include({ code: 'ERR_TIMEOUT' });
    expect(systemClock.monotonicMs() - startMs).to.be.below(2000);
  });

  it('fail a wait by their end, by its limit or by the abort, whichever comes first', async () => {
    const never = new Promise<never>(() => undefined);
    const { signal } = new AbortController();
    const dead = start('echo cannot bind; exit 1');
    const died = await failure(dead.until('its socket', never, 5000, signal));
    expect(died).to.include({ code: 'ERR_DAEMON' });
    expect(died.message).to.include('cannot bind');

    const alive = start('exec sleep 30');
    try {
      expect(await alive.until('its answer', Promise.resolve('PONG'), 5000, signal)).to.equal('PONG');
      expect(await failure(alive.until('its socket', never, 50, signal))).to.include({ code: 'ERR_TIMEOUT' });
      const aborted = AbortSignal.abort(new RallyError('ERR_ABORTED', 'enough'));
      expect(await failure(alive.until('its socket', never, 5000, aborted))).to.include({ code: 'ERR_ABORTED' });
    } finally {
      await alive.stop(0);
    }
  });

  it('have a log that ends at its limit and says so', () => {
    let text = '';
    const log = boundedLog((chunk) => {
      text += Buffer.from(chunk).toString();
    }, 10);
    for (const word of ['12345', '67890', 'never']) log(Buffer.from(word));
    expect(text).to.match(/^1234567890\n\[.*cut.*\]\n$/);
  });
});
