import { spawn } from 'node:child_process';
import { access, constants, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { RallyError } from '#base/error.js';
import { diskError } from './allure-disk.js';
import { historyIn } from './allure-history.js';
import { DESCRIPTION_STYLE } from './allure-style.js';

export interface HtmlOptions {
  /** Name in the head of the report. */
  readonly name?: string;
  /** Java is killed after this time. */
  readonly limitMs?: number;
  readonly signal?: AbortSignal;
  /** Where Java is looked for: JAVA_HOME, then PATH. */
  readonly env?: NodeJS.ProcessEnv;
}

const DEFAULT_LIMIT_MS = 120_000;
/** Most bytes kept of what Java prints. */
const MAX_OUTPUT_BYTES = 16_384;

/**
 * Generate the single-file Allure report of results folders, one each device, with the allure-commandline package. The page
 * is made in a folder beside `htmlFile` and moved into place when it is whole. Throws RallyError ERR_JAVA_MISSING, ERR_DISK,
 * ERR_REPORT (with what Java said), ERR_ABORTED.
 *
 * @returns the history it leaves for the next report, by file name
 */
export async function generateHtml(
  results: readonly string[],
  htmlFile: string,
  options: HtmlOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const env = options.env ?? process.env;
  const java = await findJava(env);
  const home = allureHome();
  let workDir: string;
  try {
    workDir = await mkdtemp(path.join(path.dirname(path.resolve(htmlFile)), '.report-'));
  } catch (cause) {
    throw diskError(cause, `The report cannot be written to ${htmlFile}`);
  }
  try {
    const classPath = [path.join(home, 'lib', '*'), path.join(home, 'lib', 'config')].join(path.delimiter);
    const args = [
      // No file in the temporary folder, which a kill would leave behind.
      '-XX:-UsePerfData',
      '-XX:TieredStopAtLevel=1',
      '-Djava.awt.headless=true',
      '-Dfile.encoding=UTF-8',
      '-classpath',
      classPath,
      'io.qameta.allure.CommandLine',
      'generate',
      '--single-file',
      '--clean',
      ...(options.name === undefined ? [] : ['--name', options.name]),
      '--output',
      workDir,
      ...results,
    ];
    const ended = await runJava(java, args, { ...env, APP_HOME: home, ALLURE_NO_ANALYTICS: 'true' }, options);
    return await finish(path.join(workDir, 'index.html'), htmlFile, ended);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** Folder of the Allure distribution inside its package, wherever npm put that. */
function allureHome(): string {
  const require = createRequire(import.meta.url);
  return path.join(path.dirname(require.resolve('allure-commandline/package.json')), 'dist');
}

async function findJava(env: NodeJS.ProcessEnv): Promise<string> {
  const javaHome = env['JAVA_HOME'] ?? '';
  const found = await findProgram('java', javaHome === '' ? (env['PATH'] ?? '') : path.join(javaHome, 'bin'));
  if (found !== null) return found;
  const where = javaHome === '' ? 'PATH' : `JAVA_HOME (${javaHome})`;
  throw new RallyError('ERR_JAVA_MISSING', `No java program in ${where}: the Allure HTML was not written`);
}

async function findProgram(name: string, searchPath: string): Promise<string | null> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const folder of searchPath.split(path.delimiter)) {
    if (folder === '') continue;
    const file = path.join(folder, `${name}${suffix}`);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // Not here: the next folder of the path.
    }
  }
  return null;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what was printed on both streams. */
  readonly output: string;
}

async function runJava(java: string, args: string[], env: NodeJS.ProcessEnv, options: HtmlOptions): Promise<Ended> {
  const limitMs = options.limitMs ?? DEFAULT_LIMIT_MS;
  // A process group of its own is killed as a whole; setpriv lets the kernel kill Java when this process is killed.
  const guard = process.platform === 'linux' ? await findProgram('setpriv', env['PATH'] ?? '') : null;
  const argv = guard === null ? args : ['--pdeathsig', 'KILL', java, ...args];
  const child = spawn(guard ?? java, argv, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-MAX_OUTPUT_BYTES);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const stopped: { why: 'limit' | 'abort' | null } = { why: null };
  const stop = (why: 'limit' | 'abort'): void => {
    stopped.why ??= why;
    killGroup(child.pid);
  };
  const onAbort = (): void => stop('abort');
  const timer = setTimeout(() => stop('limit'), limitMs);
  options.signal?.addEventListener('abort', onAbort);
  if (options.signal?.aborted === true) onAbort();
  try {
    const ended = await new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, output }));
    });
    if (stopped.why === 'abort') throw new RallyError('ERR_ABORTED', 'Writing the Allure HTML was aborted');
    if (stopped.why === 'limit') {
      throw new RallyError('ERR_REPORT', `allure-commandline was not done after ${limitMs / 1000} s and was stopped`);
    }
    return ended;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

async function finish(page: string, htmlFile: string, ended: Ended): Promise<Map<string, string>> {
  if (/No space left on device|Disk quota exceeded/.test(ended.output)) {
    throw new RallyError('ERR_DISK', `The report cannot be written to ${htmlFile}: the disk is full`);
  }
  if (ended.code !== 0) {
    const how = ended.code === null ? `was killed by ${ended.signal ?? 'a signal'}` : `ended with code ${ended.code}`;
    throw new RallyError('ERR_REPORT', `allure-commandline ${how}: ${ended.output.trim()}`);
  }
  try {
    const text = await readFile(page, 'utf8');
    if (!text.trimEnd().endsWith('</html>')) {
      throw new RallyError('ERR_REPORT', 'allure-commandline wrote a page that is cut short');
    }
    const headEnd = text.indexOf('</head>');
    const styled =
      headEnd === -1 ? text : `${text.slice(0, headEnd)}<style>${DESCRIPTION_STYLE}</style>${text.slice(headEnd)}`;
    await writeFile(page, styled);
    await rename(page, htmlFile);
    return historyIn(text);
  } catch (cause) {
    throw diskError(cause, `The report cannot be written to ${htmlFile}`);
  }
}
