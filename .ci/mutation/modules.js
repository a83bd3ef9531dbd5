/**
 * Loads the project's TypeScript so that what a mutant can be in is loaded anew for each mutant, within one process.
 *
 * Modules that import a mutated file, and so on up to the tests, are translated once to functions that are called with
 * a `require`; each fresh load calls them again. All others are imported by Node once and shared: they are the same
 * program for every mutant.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const COMPILER_OPTIONS = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, isolatedModules: true };

/**
 * @typedef {{code: string, imports: Map<string, string>}} Translated `imports`: specifier to path within the project,
 *   or to itself where it names something else
 */

/** @param {string} importer @param {string} specifier */
const besides = (importer, specifier) => path.posix.join(path.posix.dirname(importer), specifier);

/** `#judge/rule.js` as `harness/judge/rule.js`. @param {string[][]} mapping @param {string} specifier */
const mapped = ([[before], [folder]], specifier) => path.posix.join(folder, specifier.slice(before.length));

export class Modules {
  /** @type {Map<string, Translated>} */
  #translated = new Map();
  /** @type {Map<string, Function>} */
  #functions = new Map();
  /** @type {Map<string, unknown>} */
  #shared = new Map();
  #root;
  #mutated;
  #mappings;

  /**
   * @param {string} root absolute
   * @param {Readonly<Record<string, string>>} mutated instrumented code by path relative to the root
   */
  constructor(root, mutated) {
    this.#root = root;
    this.#mutated = mutated;
    const { imports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    this.#mappings = Object.entries(imports).map(([name, { source }]) => [name, source].map((text) => text.split('*')));
  }

  /** Translate what the entries load and import what all mutants share. @param {readonly string[]} entries */
  async prepare(entries) {
    for (const entry of entries) this.#translate(entry);
    const anew = this.#importersOfMutated();
    for (const name of this.#translated.keys()) {
      if (anew.has(name)) this.#functions.set(name, this.#functionOf(name));
      else this.#translated.delete(name);
    }
    for (const { imports } of this.#translated.values())
      for (const target of imports.values()) if (!anew.has(target)) await this.#import(target);
  }

  /** @returns {(name: string) => unknown} loads a module by its path; modules are those of this load alone */
  freshLoad() {
    const loaded = new Map();
    const load = (name) => {
      const known = loaded.get(name);
      if (known !== undefined) return known.exports;
      const make = this.#functions.get(name);
      if (make === undefined) return this.#shared.get(name);
      const module = { exports: {} };
      loaded.set(name, module);
      const { imports } = this.#translated.get(name);
      make(
        module.exports,
        (specifier) => load(imports.get(specifier)),
        pathToFileURL(path.join(this.#root, name)).href,
      );
      return module.exports;
    };
    return load;
  }

  /** @param {string} name */
  #translate(name) {
    if (this.#translated.has(name)) return;
    const source = this.#mutated[name] ?? readFileSync(path.join(this.#root, name), 'utf8');
    const text = source.replaceAll('import.meta.url', '__moduleUrl');
    const code = ts.transpileModule(text, { compilerOptions: COMPILER_OPTIONS, fileName: name }).outputText;
    const specifiers = [...code.matchAll(/\brequire\("([^"\n]+)"\)/g)].map(([, specifier]) => specifier);
    const imports = new Map(specifiers.map((specifier) => [specifier, this.#targetOf(specifier, name)]));
    this.#translated.set(name, { code, imports });
    for (const target of imports.values()) if (target.endsWith('.ts')) this.#translate(target);
  }

  /** @param {string} specifier @param {string} importer @returns {string} path in the project, or the package */
  #targetOf(specifier, importer) {
    const mapping = this.#mappings.find(([[before]]) => specifier.startsWith(before));
    if (mapping === undefined && !specifier.startsWith('.')) return specifier;
    const named = mapping === undefined ? besides(importer, specifier) : mapped(mapping, specifier);
    const file = named.replace(/\.js$/, '.ts');
    return existsSync(path.join(this.#root, file)) ? file : named;
  }

  /** @returns {Set<string>} the mutated files that are loaded, and what imports them, however far up */
  #importersOfMutated() {
    const anew = new Set([...this.#translated.keys()].filter((name) => Object.hasOwn(this.#mutated, name)));
    for (let before = -1; before !== anew.size;) {
      before = anew.size;
      for (const [name, { imports }] of this.#translated)
        if ([...imports.values()].some((target) => anew.has(target))) anew.add(name);
    }
    return anew;
  }

  /** @param {string} name */
  #functionOf(name) {
    const { code } = this.#translated.get(name);
    return new Function('exports', 'require', '__moduleUrl', `${code}\n//# sourceURL=${name}`);
  }

  /** @param {string} target */
  async #import(target) {
    if (this.#shared.has(target)) return;
    const file = path.join(this.#root, target);
    this.#shared.set(target, await import(existsSync(file) ? pathToFileURL(file).href : target));
  }
}
