import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Figure } from './figure.js';

const MAIN = path.join(import.meta.dirname, '..', '..', 'dist', 'harness', 'speed', 'main.js');
const run = promisify(execFile);
const LIMIT_MS = 120_000;
/** A run in the virtual machine; 25 s on a machine that does nothing else. */
const VM_LIMIT_MS = 300_000;

async function speed(...options: readonly string[]): Promise<string> {
  expect(existsSync(MAIN), 'npm run build comes first').to.equal(true);
  return (await run(process.execPath, [MAIN, '--quick', ...options], { timeout: LIMIT_MS })).stdout;
}

function leftBehind(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('rally-speed-'));
}

/** Figures of small sizes say nothing about speed, so only their shape is looked at. */
describe('npm run speed -- --quick', () => {
  it('measures everything beside its peer, and leaves nothing behind', async () => {
    const before = leftBehind();
    const figures = JSON.parse(await speed('--json')) as Figure[];
    expect(figures.map(({ unit, aim }) => [unit, aim !== null])).to.deep.equal([
      ['frames/s', true],
      ['frames/s', true],
      ['MiB', true],
      ['frames/s', true],
      ['frames/s', true],
      ['MiB', true],
      ['exchanges/s', false],
      ['ms', true],
    ]);
    for (const figure of figures) {
      expect(figure).to.have.all.keys('name', 'ours', 'peer', 'ratio', 'unit', 'aim', 'met');
      expect(figure.ours, figure.name).to.be.greaterThan(0);
      const alone = figure.unit === 'exchanges/s';
      if (!alone) expect(figure.peer, figure.name).to.be.greaterThan(0);
      expect(figure.ratio === null, figure.name).to.equal(alone);
      expect(figure.met === null, figure.name).to.equal(figure.aim === null);
    }
    expect(leftBehind()).to.deep.equal(before);
  }).timeout(150_000);

  it('prints a table, here of the memory a stream takes', async () => {
    const lines = (await speed('--memory')).trimEnd().split('\n');
    expect(lines).to.have.length(4);
    expect(lines[2]).to.match(/^10 MB from standard input: peak memory +\d[\d.]* +- +- +MiB +at most 32 more: met$/);
  }).timeout(60_000);

  it('measures a run in the virtual machine beside the waits of protocol and device', async () => {
    const { stdout } = await run(process.execPath, [MAIN, '--vm', '--json'], { timeout: VM_LIMIT_MS });
    const [figure, ...others] = JSON.parse(stdout) as Figure[];
    expect(others).to.deep.equal([]);
    expect(figure).to.include({ unit: 's', aim: null, met: null });
    expect(figure?.ours).to.be.greaterThan(figure?.peer ?? 0);
    expect(figure?.peer).to.be.greaterThan(0);
  }).timeout(VM_LIMIT_MS);

  it('leaves that run out, and says why, where there is no QEMU', async () => {
    const env = { ...process.env, PATH: '/nonexistent' };
    const { stdout, stderr } = await run(process.execPath, [MAIN, '--vm', '--json'], { timeout: LIMIT_MS, env });
    expect(JSON.parse(stdout)).to.deep.equal([]);
    expect(stderr).to.match(/a run in the virtual machine is left out: qemu-system-x86_64 is not installed/);
  }).timeout(LIMIT_MS);
});
