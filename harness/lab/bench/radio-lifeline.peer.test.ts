import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { SOURCE_NODE } from '../testing/in-namespace.js';
import { markedEnvironment, processesOf } from '../testing/left-behind.js';

const LIMIT_MS = 120_000;
const POLL_MS = 50;
const LIFELINE = new URL('./radio-lifeline.ts', import.meta.url).href;
const PROCESS = new URL('../process.ts', import.meta.url).href;

describe('lifeline of a bench', function () {
  this.timeout(LIMIT_MS);
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-lifeline-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** A program with a lifeline of three commands, then `end`. Resolves when nothing of it is left. */
  async function ended(name: string, end: string): Promise<string> {
    const file = join(folder, name);
    const program = `
      import { Lifeline } from '${LIFELINE}';
      import { ManagedProcess } from '${PROCESS}';
      const lifeline = Lifeline.start();
      lifeline.add("echo first >>'${file}'");
      lifeline.add('false; no-such-program');
      lifeline.add("echo last >>'${file}'");
      ${end}`;
    const run = `lifeline-${name}-${process.pid}`;
    const child = spawn(SOURCE_NODE[0] ?? '', [...SOURCE_NODE.slice(1), '--input-type=module', '--eval', program], {
      stdio: 'inherit',
      env: { ...process.env, ...markedEnvironment(run) },
    });
    await new Promise((resolve) => child.on('close', resolve));
    while (processesOf(run).length > 0) await delay(POLL_MS);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  it('puts back in the opposite order what a killed process has changed, whatever fails of it', async () => {
    const said = await ended('killed', 'setImmediate(() => process.kill(process.pid, "SIGKILL"));');
    expect(said).to.equal('last\nfirst\n');
  });

  it('leaves no program of a killed process that was to end with it', async () => {
    const said = await ended(
      'program',
      `ManagedProcess.start({
        name: 'sleep',
        file: '/bin/sh',
        args: ['-c', 'echo up; exec sleep 3600'],
        endsWithUs: true,
        onOutput: () => process.kill(process.pid, 'SIGKILL'),
      });`,
    );
    expect(said).to.equal('last\nfirst\n');
  });

  it('puts back for one that ends by itself without a word', async () => {
    expect(await ended('left', 'process.exitCode = 1; setTimeout(() => process.exit(1), 100);')).to.equal(
      'last\nfirst\n',
    );
  });

  it('does nothing where all was put back', async () => {
    expect(await ended('released', 'await lifeline.release();')).to.equal('');
  });
});
