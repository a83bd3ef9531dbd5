/**
 * The import ladder as a lint rule. The table is import-ladder.json: rooms from low to high, each with what its files
 * may use. A file belongs to the last row whose patterns match it, so a later row can single out the few files of a
 * folder that may do more (bundle files, suite files, report writers).
 *
 * Columns: `imports` rooms ("*" is every lower one), `node` built-in modules ("*" is all), `packages` npm packages, `ambient` groups of globals
 * that make a result depend on more than its arguments. A room may always import itself.
 * Tests: a unit test may use what its room may, any room of its row or a lower one, and the `unit` extras; peer tests
 * and `testing/` folders have the `peer` extras. Nothing else may import a test or a `testing/` folder.
 */
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
export const ladder = JSON.parse(readFileSync(new URL('./import-ladder.json', import.meta.url), 'utf8'));

const rows = ladder.rooms.map((row, level) => ({ ...row, level, patterns: row.files.map(globToRegExp) }));
const topFolders = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')).imports;

/** Folders in which every file belongs to a room. */
const HOUSE = /^(?:harness|suites|reports)\//;

const AMBIENT = {
  clock: new Set([
    'performance',
    'setTimeout',
    'setInterval',
    'setImmediate',
    'clearTimeout',
    'clearInterval',
    'clearImmediate',
  ]),
  random: new Set(['crypto']),
  process: new Set(['process', 'globalThis', 'global']),
  console: new Set(['console']),
  network: new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']),
};
const RANDOM_FROM_CRYPTO = new Set([
  'randomBytes',
  'randomFill',
  'randomFillSync',
  'randomInt',
  'randomUUID',
  'webcrypto',
  'getRandomValues',
]);

/** What each room was seen to use in non-test files: Map room -> Set of "column:value"; filled while linting. */
export const seenUses = new Map();

function globToRegExp(glob) {
  const source = glob
    .split('**')
    .map((part) => part.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*'))
    .join('.*');
  return new RegExp(`^${source}$`);
}

/** Row of a file (path relative to the project root, forward slashes), or undefined outside the house. */
export function rowOf(file) {
  return rows.findLast((row) => row.patterns.some((pattern) => pattern.test(file)));
}

function kindOf(file) {
  if (/\.peer\.test\.[jt]s$/.test(file) || /(^|\/)testing\//.test(file)) return 'peer';
  return /\.test\.[jt]s$/.test(file) ? 'unit' : 'product';
}

/** Source file (relative to the root) that `#room/x.js` or `./x.js` names, or undefined for a package. */
function targetFile(specifier, file) {
  if (specifier.startsWith('.')) {
    return path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier)).replace(/\.js$/, '.ts');
  }
  if (!specifier.startsWith('#')) return undefined;
  const room = specifier.slice(0, specifier.indexOf('/'));
  const mapping = topFolders[`${room}/*.js`]?.source;
  if (mapping === undefined) return specifier;
  return mapping
    .replace(/^\.\//, '')
    .replace(/\*.*$/, '')
    .concat(specifier.slice(room.length + 1).replace(/\.js$/, '.ts'));
}

/** Folder that a `#room/` specifier stands for; relative imports must stay inside it. */
function houseFolder(file) {
  const folders = Object.values(topFolders).map((mapping) => mapping.source.replace(/^\.\//, '').replace(/\*.*$/, ''));
  return folders.find((folder) => file.startsWith(folder)) ?? `${path.posix.dirname(file)}/`;
}

function packageName(specifier) {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

export const importLadder = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = path.relative(projectRoot, context.filename).split(path.sep).join('/');
    const row = rowOf(file);
    if (row === undefined) {
      if (!HOUSE.test(file)) return {};
      return { Program: (node) => context.report({ node, message: 'this file is in no room of import-ladder.json' }) };
    }
    const kind = kindOf(file);
    const extras = kind === 'product' ? { node: [], packages: [], ambient: [] } : ladder.tests[kind];

    if (kind === 'product' && !seenUses.has(row.room)) seenUses.set(row.room, new Set());
    const note = (column, value) => {
      if (kind === 'product') seenUses.get(row.room).add(`${column}:${value}`);
    };
    const report = (node, message) => context.report({ node, message });
    const granted = (column, value) =>
      [row[column], extras[column]].some((list) => list.includes('*') || list.includes(value));

    function checkRoom(node, specifier, target) {
      const other = rowOf(target);
      if (other === undefined || specifier === target) {
        report(node, `"${specifier}" names no room of the house`);
        return;
      }
      if (specifier.startsWith('.') && !target.startsWith(houseFolder(file))) {
        report(node, `relative import leaves the room: write "#room/file.js" instead of "${specifier}"`);
        return;
      }
      if (kind === 'product' && kindOf(target) !== 'product') {
        report(node, `"${specifier}" is for tests only`);
        return;
      }
      if (other.room === row.room) return;
      note('imports', other.room);
      const everyLower = row.imports.includes('*') || kind !== 'product';
      const allowed = row.imports.includes(other.room) || (everyLower && other.level <= row.level);
      if (!allowed) report(node, `room "${row.room}" may not import room "${other.room}"`);
    }

    function checkBuiltin(node, specifier, names) {
      if (!specifier.startsWith('node:')) {
        report(node, `write "node:${specifier}"`);
        return;
      }
      note('node', specifier);
      if (!granted('node', specifier)) report(node, `room "${row.room}" may not import "${specifier}"`);
      if (specifier === 'node:crypto' && names.some((name) => RANDOM_FROM_CRYPTO.has(name)))
        ambient(node, 'random', names);
      if (specifier === 'node:perf_hooks' || specifier.startsWith('node:timers')) ambient(node, 'clock', names);
    }

    function checkImport(node, names = []) {
      const source = node.source ?? node.argument;
      const literal = source?.type === 'TSLiteralType' ? source.literal : source;
      if (typeof literal?.value !== 'string') {
        report(node, 'the name of an imported module must be a literal, so that the ladder can be checked');
        return;
      }
      const specifier = literal.value;
      const target = targetFile(specifier, file);
      if (target !== undefined) checkRoom(literal, specifier, target);
      else if (isBuiltin(specifier)) checkBuiltin(literal, specifier, names);
      else {
        const name = packageName(specifier);
        note('packages', name);
        if (!granted('packages', name)) report(literal, `room "${row.room}" may not import package "${name}"`);
      }
    }

    function ambient(node, group, names) {
      note('ambient', group);
      if (!granted('ambient', group)) {
        report(node, `room "${row.room}" may not use ${names.join(', ')} (${group}): take it as an argument`);
      }
    }

    function checkGlobal(identifier) {
      const { name, parent } = identifier;
      if (name === 'Date') {
        const now = parent.type === 'MemberExpression' && parent.property.name === 'now';
        const current = parent.type === 'NewExpression' && parent.arguments.length === 0;
        const text = parent.type === 'CallExpression' && parent.callee === identifier;
        if (now || current || text) ambient(identifier, 'clock', ['the current date']);
        return;
      }
      if (name === 'Math') {
        if (parent.type === 'MemberExpression' && parent.property.name === 'random') {
          ambient(identifier, 'random', ['Math.random']);
        }
        return;
      }
      for (const [group, members] of Object.entries(AMBIENT)) {
        if (members.has(name)) ambient(identifier, group, [name]);
      }
    }

    return {
      ImportDeclaration: (node) =>
        checkImport(
          node,
          node.specifiers.map((specifier) => specifier.imported?.name ?? specifier.local.name),
        ),
      ExportNamedDeclaration: (node) => {
        if (node.source) checkImport(node);
      },
      ExportAllDeclaration: (node) => checkImport(node),
      ImportExpression: (node) => checkImport(node),
      TSImportType: (node) => checkImport(node),
      'Program:exit': () => {
        const globalScope = context.sourceCode.scopeManager.globalScope;
        const references = [
          ...globalScope.through,
          ...globalScope.variables
            .filter((variable) => variable.defs.length === 0)
            .flatMap((variable) => variable.references),
        ];
        for (const reference of new Set(references)) {
          if (reference.isValueReference !== false) checkGlobal(reference.identifier);
        }
      },
    };
  },
};
