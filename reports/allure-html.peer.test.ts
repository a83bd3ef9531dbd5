import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isRallyError } from '#base/error.js';
import { generateHtml, type HtmlOptions } from './allure-html.js';
import { writeAllure } from './allure.js';
import { exampleView } from './testing/view.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A process of its own for what would hit the test as well (a kill, a full disk): prints an error's code, or `done`. */
const GENERATE = [
  process.execPath,
  '--conditions=source',
  '--import',
  'tsx',
  '--input-type=module',
  '--eval',
  `import { writeAllure } from '#reports/allure.js';
   import { generateHtml } from '#reports/allure-html.js';
   import { exampleView } from '#reports/testing/view.js';
   const [results, html] = process.argv.slice(1);
   try {
     writeAllure(exampleView(), results);
     await generateHtml([results], html);
     console.log('done');
   } catch (error) {
     console.log(error.code ?? error);
   }`,
] as const;

describe('generating the Allure HTML', function () {
  this.timeout(60_000);
  let dir = '';
  let results = '';
  let html = '';

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'rally-html-'));
    results = path.join(dir, 'allure-results');
    html = path.join(dir, 'report.html');
    writeAllure(exampleView(), results);
  });
  afterEach(async () => {
    await rm(dir, { recursive: true });
  });

  /** Code and text of the error that the options lead to. */
  async function failure(options: HtmlOptions): Promise<{ code: string; text: string }> {
    try {
      await generateHtml([results], html, options);
    } catch (error) {
      if (isRallyError(error)) return { code: error.code, text: error.message };
      throw error;
    }
    throw new Error('the HTML was generated');
  }

  /** Environment in which `java` is a shell script. */
  async function fakeJava(script: string): Promise<NodeJS.ProcessEnv> {
    const bin = path.join(dir, 'jre', 'bin');
    await mkdir(bin, { recursive: true });
    await writeFile(path.join(bin, 'java'), `#!/bin/sh\n${script}\n`);
    await chmod(path.join(bin, 'java'), 0o755);
    return { ...process.env, JAVA_HOME: path.join(dir, 'jre') };
  }

  async function pidFrom(file: string): Promise<number> {
    for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 50) {
      const text = await readFile(file, 'utf8').catch(() => '');
      if (text.endsWith('\n')) return Number(text);
      await delay(50);
    }
    throw new Error(`${file} was not written`);
  }

  async function hasEnded(pid: number): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < 2_000; waitedMs += 50) {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
      // A zombie has ended; who reaps it is not our business.
      if (stat === null || / Z /.test(stat)) return true;
      await delay(50);
    }
    return false;
  }

  const left = async (): Promise<string[]> => (await readdir(dir)).filter((name) => name.startsWith('.report-'));

  it('says that Java is missing when it is not on PATH', async () => {
    const { code, text } = await failure({ env: { PATH: dir } });
    expect(code).to.equal('ERR_JAVA_MISSING');
    expect(text).to.contain('No java program in PATH');
    expect(await left()).to.deep.equal([]);
  });

  it('says that Java is missing when JAVA_HOME has none', async () => {
    const { code, text } = await failure({ env: { ...process.env, JAVA_HOME: dir } });
    expect(code).to.equal('ERR_JAVA_MISSING');
    expect(text).to.contain(`JAVA_HOME (${dir})`);
  });

  it('repeats what a failing Java says, and leaves the report before it alone', async () => {
    await writeFile(html, 'the report before');
    const env = await fakeJava('echo "Error: could not reserve memory" >&2\nexit 3');
    const { code, text } = await failure({ env });
    expect(code).to.equal('ERR_REPORT');
    expect(text).to.contain('ended with code 3: Error: could not reserve memory');
    expect(await readFile(html, 'utf8')).to.equal('the report before');
    expect(await left()).to.deep.equal([]);
  });

  it('refuses a page that is cut short', async () => {
    // The folder to write to follows --output.
    const env = await fakeJava(
      'while [ "$1" != --output ]; do shift; done\nprintf "<html><head></head>" >"$2/index.html"',
    );
    expect(await failure({ env })).to.deep.include({ code: 'ERR_REPORT' });
    await access(html).then(
      () => expect.fail('the page was kept'),
      () => undefined,
    );
  });

  it('stops a Java that does not end, and what it started', async () => {
    const pidFile = path.join(dir, 'pid');
    const env = await fakeJava(`sleep 300 &\necho $! >${pidFile}\nwait`);
    const { code, text } = await failure({ env, limitMs: 1000 });
    expect(code).to.equal('ERR_REPORT');
    expect(text).to.contain('not done after 1 s');
    expect(await hasEnded(await pidFrom(pidFile))).to.equal(true);
    expect(await left()).to.deep.equal([]);
  });

  it('stops when it is aborted', async () => {
    const pidFile = path.join(dir, 'pid');
    const env = await fakeJava(`sleep 300 &\necho $! >${pidFile}\nwait`);
    const aborting = new AbortController();
    const ended = failure({ env, signal: aborting.signal });
    const pid = await pidFrom(pidFile);
    aborting.abort();
    expect((await ended).code).to.equal('ERR_ABORTED');
    expect(await hasEnded(pid)).to.equal(true);
  });

  it('leaves no Java behind when it is killed itself', async () => {
    const pidFile = path.join(dir, 'pid');
    const env = await fakeJava(`echo $$ >${pidFile}\nexec sleep 300`);
    const [node, ...generate] = GENERATE;
    const child = spawn(node, [...generate, results, html], { cwd: ROOT, env });
    const pid = await pidFrom(pidFile);
    child.kill('SIGKILL');
    expect(await hasEnded(pid)).to.equal(true);
  });

  for (const [what, size] of [
    ['page', '1m'],
    ['results', '16k'],
  ] as const) {
    it(`says that the disk is full while the ${what} is written`, async () => {
      const disk = path.join(dir, 'disk');
      await mkdir(disk);
      // A small disk of its own, in namespaces that vanish with the shell.
      const script = 'mount -t tmpfs -o size="$1" small "$2" && shift 2 && exec "$@"';
      const args = ['-Urm', 'sh', '-c', script, 'sh', size, disk, ...GENERATE];
      const output = await outputOf('unshare', [...args, path.join(disk, 'results'), path.join(disk, 'report.html')]);
      expect(output).to.equal('ERR_DISK\n');
    });
  }
});

async function outputOf(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  return output;
}
