/**
 * Lists what import-ladder.json allows and no file uses. Exit 1 when there is such a grant. Grants to or from a room
 * that has no files yet are waited for, not stale.
 */
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { importLadder, ladder, projectRoot, seenUses } from './ladder.js';

const PATTERNS = ['harness/**/*.{ts,js}', 'suites/**/*.ts', 'reports/**/*.ts'];

const eslint = new ESLint({
  cwd: projectRoot,
  overrideConfigFile: true,
  errorOnUnmatchedPattern: false,
  overrideConfig: [
    { ignores: ['dist/', 'reports/out/'] },
    {
      files: ['**/*.ts', '**/*.js'],
      languageOptions: { parser: tseslint.parser },
      linterOptions: { reportUnusedDisableDirectives: 'off' },
      plugins: { house: { rules: { 'import-ladder': importLadder } } },
      rules: { 'house/import-ladder': 'error' },
    },
  ],
});
await eslint.lintFiles(PATTERNS);

/** @param {string} column @param {string} value @param {{room: string, [column: string]: unknown}} row */
function isStale(row, column, value) {
  const uses = seenUses.get(row.room);
  if (uses === undefined || (column === 'imports' && !seenUses.has(value))) return false;
  if (value === '*') return ![...uses].some((use) => use.startsWith(`${column}:`));
  return !uses.has(`${column}:${value}`);
}

const stale = ladder.rooms.flatMap((row) =>
  ['imports', 'node', 'packages', 'ambient'].flatMap((column) =>
    row[column].filter((value) => isStale(row, column, value)).map((value) => `${row.room}: ${column} "${value}"`),
  ),
);
for (const line of stale) console.log(`stale in import-ladder.json: ${line} is used by no file`);
process.exitCode = stale.length === 0 ? 0 : 1;
