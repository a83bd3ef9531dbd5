import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isRallyError } from '#base/error.js';
import { defaultRunFolder, prepareResultsFolder, prepareRunFolder } from './run-folder.js';

describe('run folder', () => {
  let base = '';

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'rally-run-folder-'));
  });

  afterEach(() => {
    rmSync(base, { recursive: true, force: true });
  });

  const refusal = async (path: string): Promise<unknown> =>
    prepareRunFolder(path).then(
      () => null,
      (e: unknown) => e,
    );

  it('is made with its parents', async () => {
    const folder = await prepareRunFolder(join(base, 'a', 'b'));
    expect(existsSync(join(base, 'a', 'b'))).to.equal(true);
    expect(folder.bundle).to.equal(join(base, 'a', 'b', 'bundle'));
  });

  it('of an earlier run is emptied', async () => {
    mkdirSync(join(base, 'bundle'));
    writeFileSync(join(base, 'bundle', 'run.json'), '{}');
    writeFileSync(join(base, 'report.html'), 'old');
    await prepareRunFolder(base);
    expect(existsSync(join(base, 'bundle'))).to.equal(false);
    expect(existsSync(join(base, 'report.html'))).to.equal(false);
  });

  it('of a run that ended before anything was recorded is used again', async () => {
    mkdirSync(join(base, 'bundle'));
    await prepareRunFolder(base);
    expect(existsSync(join(base, 'bundle'))).to.equal(false);
  });

  it('that holds anything else is refused and left as it is', async () => {
    mkdirSync(join(base, 'bundle'));
    writeFileSync(join(base, 'bundle', 'of-somebody.txt'), 'dear');
    expect(isRallyError(await refusal(base), 'ERR_OUTPUT_EXISTS')).to.equal(true);
    writeFileSync(join(base, 'bundle', 'run.json'), '{}');
    writeFileSync(join(base, 'thesis.tex'), 'dear');
    expect(isRallyError(await refusal(base), 'ERR_OUTPUT_EXISTS')).to.equal(true);
    expect(existsSync(join(base, 'bundle', 'run.json'))).to.equal(true);
  });

  it('keeps its bundle when that is judged again, and takes no other evidence', async () => {
    mkdirSync(join(base, 'bundle'));
    writeFileSync(join(base, 'bundle', 'run.json'), '{}');
    writeFileSync(join(base, 'verdicts.json'), 'old');
    const other = await prepareResultsFolder(base, 'elsewhere').then(
      () => null,
      (error: unknown) => error,
    );
    expect(isRallyError(other, 'ERR_OUTPUT_EXISTS')).to.equal(true);
    await prepareResultsFolder(base, join(base, 'bundle'));
    expect(existsSync(join(base, 'bundle', 'run.json'))).to.equal(true);
    expect(existsSync(join(base, 'verdicts.json'))).to.equal(false);
  });

  it('that cannot be made is an error with a reason', async () => {
    writeFileSync(join(base, 'file'), '');
    const error = await refusal(join(base, 'file', 'below'));
    expect(isRallyError(error, 'ERR_DISK')).to.equal(true);
  });

  it('is named after the device and the time', () => {
    expect(defaultRunFolder('My Printer/../2', Date.UTC(2026, 10, 20, 22, 5, 9))).to.equal(
      join('runs', 'my-printer-2-20261120T220509Z'),
    );
    expect(defaultRunFolder('打印机', 0)).to.equal(join('runs', 'device-19700101T000000Z'));
  });
});
