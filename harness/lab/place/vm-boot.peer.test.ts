import { spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { expect } from 'chai';
import { RallyError } from '#base/error.js';
import { PlaceProcess } from './place-process.js';
import { comeUp, type CameUp } from './vm-boot.js';

const LIMIT_MS = 60_000;
/** A shell has begun within this time. */
const QUIET_MS = 2000;

/** What a machine does, as a shell script: its console is standard output, its channel descriptor 3. */
const READY = `echo 'rally: the kernel is up'; echo '{"kind":"ready"}' >&3; exec sleep 600`;
const QUIET = `echo 'rally: the kernel is up'; echo 'rally: the modules are loaded'; exec sleep 600`;
const ENDS = `echo 'rally: cannot mount the root of the host'; exit 7`;

function machine(script: string): PlaceProcess {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const channel = child.stdio[3] as Duplex;
  return new PlaceProcess({
    name: 'the virtual machine',
    child,
    input: channel,
    output: channel,
    errors: [child.stdout as Readable, child.stderr as Readable],
    readyLimitMs: LIMIT_MS,
    stopLimitMs: LIMIT_MS,
    letGo: () => {
      channel.destroy();
    },
    explain: (said) => new RallyError('ERR_INTERNAL', said),
  });
}

describe('a machine that comes up', function () {
  this.timeout(LIMIT_MS);
  const started: PlaceProcess[] = [];
  let steps: string[];

  beforeEach(() => {
    steps = [];
  });

  afterEach(async () => {
    for (const each of started.splice(0)) {
      each.kill();
      await each.ended;
    }
  });

  function startOf(scripts: readonly string[]): PlaceProcess {
    const script = scripts[started.length];
    if (script === undefined) throw new Error('no machine is left');
    const place = machine(script);
    started.push(place);
    return place;
  }

  function boot(scripts: readonly string[], options: { signal?: AbortSignal; limitMs?: number } = {}): Promise<CameUp> {
    return comeUp({
      machine: startOf(scripts),
      again: () => startOf(scripts),
      quietMs: QUIET_MS,
      limitMs: options.limitMs ?? LIMIT_MS,
      signal: options.signal ?? new AbortController().signal,
      onProgress: ({ step }) => {
        steps.push(step);
      },
    });
  }

  it('is taken as it is when it is ready, and what its console said is no news', async () => {
    const { machine: up, error, console } = await boot([READY]);
    expect(error).to.equal(null);
    expect([up.ready, up.alive, console, steps]).to.deep.equal([true, true, '', []]);
    expect(up.takeErrorOutput()).to.equal('');
  });

  it('is replaced once when it says nothing; what it said is kept', async () => {
    const { machine: up, error, console } = await boot([QUIET, READY]);
    expect(error).to.equal(null);
    expect(up).to.equal(started[1]);
    expect(started[0]?.alive).to.equal(false);
    expect(console).to.include('the modules are loaded');
    expect(steps.join()).to.match(/^the virtual machine said nothing for \d+ ms .*: booting it once more$/);
  });

  it('is given up when the second says nothing too: the error has its last words', async () => {
    const { error } = await boot([QUIET, QUIET]);
    expect(error?.code).to.equal('ERR_TIMEOUT');
    expect(error?.message).to.include('its console said last: rally: the modules are loaded');
    expect(error?.context['console']).to.deep.equal(['rally: the kernel is up', 'rally: the modules are loaded']);
    expect(started.map(({ alive }) => alive)).to.deep.equal([false, false]);
  });

  it('is given up when the second ends too', async () => {
    const { error, console } = await boot([ENDS, ENDS]);
    expect(error?.code).to.equal('ERR_BENCH_DIED');
    expect(error?.message).to.include('did not come up (exit 7), twice');
    expect(console.match(/cannot mount the root/g)).to.have.lengthOf(2);
    expect(steps.join()).to.equal('the virtual machine did not come up (exit 7): booting it once more');
  });

  it('has an end to its time, whatever it says', async () => {
    const talks = 'while :; do echo again; sleep 0.1; done';
    const { error } = await boot([talks, talks], { limitMs: QUIET_MS });
    expect(error?.code).to.equal('ERR_TIMEOUT');
    expect(error?.message).to.include(`was not ready within ${QUIET_MS} ms`);
  });

  it('is ended when the run is aborted, and not replaced', async () => {
    const abort = new AbortController();
    const coming = boot([QUIET, READY], { signal: abort.signal });
    abort.abort();
    const { error } = await coming;
    expect(error?.code).to.equal('ERR_ABORTED');
    expect(started.map(({ alive }) => alive)).to.deep.equal([false]);
  });
});
