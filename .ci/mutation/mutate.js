/**
 * Mutation testing of one folder or file: `npm run mutate -- [--in-process [--again]] <folder or file> [test file or folder ...]`.
 *
 * Every mutant that the tests do not notice is a survivor and is listed, unless a file of survivors/ explains it. The score is
 * killed / (killed + survived + not covered + timed out): a mutant that only ran into the time limit was not noticed by an assertion and counts against
 * the tests. Mutants that do not compile or do not load are no mutants of the program and are counted apart.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { tryMutants } from './in-process.js';
import { explanationsIn, formatFolder, scoreOf } from './score.js';

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
const CONFIG = '.ci/mutation/stryker.config.json';
const EXPLANATIONS = path.join(projectRoot, '.ci', 'mutation', 'survivors');
const OUTPUT = path.join(projectRoot, 'runs', 'mutation');
const EXIT_FAILED = 3;
const EXIT_USAGE = 4;

/** Unit tests besides those of the folder itself that judge its code. */
const TESTS_ELSEWHERE = [
  { below: 'harness/wire', tests: 'harness/wire' },
  { below: 'suites', tests: 'suites' },
];

/**
 * Tests that notice most changes at little cost: they run before the others, as the first test that fails ends the run
 * of a mutant.
 */
const FIRST = ['suites/render-rules.test.ts', 'suites/catalogue.test.ts', 'suites/findings.test.ts'];

/** @param {string} folder relative to the project @returns {string[]} its unit tests */
function unitTestsIn(folder) {
  const absolute = path.join(projectRoot, folder);
  if (!statSync(absolute).isDirectory()) return [folder];
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.endsWith('.peer.test.ts'))
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/')))
    .sort();
}

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** @param {string} text @returns {never} */
function usage(text) {
  console.error(
    `${text}. Use: npm run mutate -- [--in-process [--again]] <folder or file> [test file or folder ...] (ERR_USAGE)`,
  );
  process.exit(EXIT_USAGE);
}

/** @param {string} given @returns {string} relative to the project, forward slashes, no slash at the end */
function checkedPath(given) {
  const relative = path.relative(projectRoot, path.resolve(projectRoot, given)).split(path.sep).join('/');
  if (relative === '' || relative.startsWith('..') || !existsSync(path.join(projectRoot, relative)))
    usage(`"${given}" is no folder or file of the project`);
  return relative;
}

/** @param {string} file relative to the project */
const isMutated = (file) => file.endsWith('.ts') && !/\.test\.ts$|\/testing\/|^suites\/.*\.suite\.ts$/.test(file);

/** @param {string} where folder or file relative to the project @returns {string[]} its files that are changed */
function mutatedFilesIn(where) {
  if (statSync(path.join(projectRoot, where)).isFile()) return [where];
  return readdirSync(path.join(projectRoot, where), { recursive: true, encoding: 'utf8' })
    .map((file) => path.posix.join(where, file.split(path.sep).join('/')))
    .filter(isMutated)
    .sort();
}

/** By Stryker itself, in a copy of the project and a process for each static mutant. @returns {object} its report */
function stryker(name, mutate, spec) {
  const report = path.join(OUTPUT, `${name}.json`);
  const config = readJson(path.join(projectRoot, CONFIG));
  const own = path.join(OUTPUT, `${name}.config.json`);
  rmSync(report, { force: true });
  const mochaOptions = { ...config.mochaOptions, spec };
  writeFileSync(own, JSON.stringify({ ...config, mutate, mochaOptions, jsonReporter: { fileName: report } }));
  const { status } = spawnSync(process.execPath, ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run', own], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  if (existsSync(report)) return readJson(report);
  console.error(`there is no result; Stryker ended with ${String(status)} (ERR_INTERNAL)`);
  process.exit(EXIT_FAILED);
}

/** In one process: see in-process.js. @returns {Promise<object>} a report of the same form */
async function inProcess(name, mutate, spec) {
  const report = path.join(OUTPUT, `${name}.json`);
  if (isAgain && !existsSync(report)) usage(`"${folder}" was not tried before: --again is about what survived`);
  const earlier = isAgain ? readJson(report).files : {};
  const reportOf = (files) => ({ schemaVersion: '2', thresholds: { high: 95, low: 85 }, files });
  const save = (files) => writeFileSync(report, JSON.stringify(reportOf(files)));
  return reportOf(await tryMutants({ root: projectRoot, files: mutate, tests: spec, earlier, save }));
}

const isInProcess = process.argv[2] === '--in-process';
const isAgain = isInProcess && process.argv[3] === '--again';
const [given, ...givenTests] = process.argv.slice(2 + Number(isInProcess) + Number(isAgain));
if (given === undefined) usage('A folder is missing');
const folder = checkedPath(given);
const isFile = statSync(path.join(projectRoot, folder)).isFile();
const elsewhere = TESTS_ELSEWHERE.filter(({ below }) => folder.startsWith(below)).map(({ tests }) => tests);
const from =
  givenTests.length > 0 ? givenTests.map(checkedPath) : [isFile ? path.posix.dirname(folder) : folder, ...elsewhere];
const found = new Set(from.flatMap(unitTestsIn));
const spec = [...FIRST.filter((file) => found.has(file)), ...[...found].filter((file) => !FIRST.includes(file))];
if (spec.length === 0) usage(`there is no unit test for "${folder}"; name some`);

mkdirSync(OUTPUT, { recursive: true });
console.log(`mutants of ${folder}, judged by ${spec.length} test files`);
const run = isInProcess ? inProcess : stryker;
const { files } = await run(folder.replaceAll('/', '-'), mutatedFilesIn(folder), spec);
for (const line of formatFolder(folder, scoreOf(files, explanationsIn(EXPLANATIONS)))) console.log(line);
