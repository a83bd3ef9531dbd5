import type { LineCounter } from 'yaml';
import { isMap, isScalar, type Document, type Node } from 'yaml';
import type { z } from 'zod';
import { nearest } from '#base/nearest.js';
import { profileSchemaJson } from './schema.js';

/** One thing that is wrong, at its place in the file. Line and column count from 1. */
export interface Mistake {
  readonly line: number;
  readonly column: number;
  /** e.g. `ixit.dut.configMethods[0]`; `profile` for the whole. */
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
}

type Path = readonly PropertyKey[];

const MISSING = 'is missing';

/** A mistake, and for an unknown key the path of the key that was probably meant. */
type LocatedIssue = Mistake & { readonly meantPath?: string };

/** Turns schema issues and remarks into mistakes with places. */
export class Locator {
  constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  /** A mistake at the node of `path`, or at its nearest ancestor when it is missing. */
  at(path: Path, reason: string, remedy: string): Mistake {
    return { ...this.position(path), path: pathText(path), reason, remedy };
  }

  /** What the schema refuses. A key that is missing because it was mistyped is one mistake, not two. */
  ofIssues(issues: readonly z.core.$ZodIssue[]): Mistake[] {
    const mistakes = issues.flatMap((issue) => this.ofIssue(issue));
    const meant = new Set(mistakes.map(({ meantPath }) => meantPath));
    return mistakes
      .filter(({ reason, path }) => !(reason === MISSING && meant.has(path)))
      .map(({ line, column, path, reason, remedy }) => ({ line, column, path, reason, remedy }));
  }

  private ofIssue(issue: z.core.$ZodIssue): LocatedIssue[] {
    const { path } = issue;
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => this.unknownKey(path, key));
      case 'invalid_type':
        return [this.wrongType(path, issue.expected)];
      case 'invalid_value': {
        const values = issue.values.map(String).join(', ');
        if (this.isMissing(path)) return [this.missing(path)];
        return [
          this.at(
            path,
            `has a value that is not allowed${this.suggestion(path, issue.values)}`,
            `Write one of: ${values}.`,
          ),
        ];
      }
      case 'invalid_union':
        return [this.unknownKind(path)];
      case 'invalid_format':
        return [this.at(path, 'has the wrong form', issue.message)];
      case 'too_small':
        return [this.at(path, 'is too small or empty', `Give at least ${String(issue.minimum)}.`)];
      case 'too_big':
        return [this.at(path, 'is too large', `Give at most ${String(issue.maximum)}.`)];
      default:
        return [this.at(path, issue.message, 'Correct the value.')];
    }
  }

  /** The key that says which of several maps it is says none of them. */
  private unknownKind(path: Path): LocatedIssue {
    if (this.isMissing(path)) return this.missing(path);
    const values = constantsAt(path);
    const reason = `has a value that is not allowed${this.suggestion(path, values)}`;
    return this.at(path, reason, `Write one of: ${values.join(', ')}.`);
  }

  private unknownKey(path: Path, key: string): LocatedIssue {
    const known = knownKeys(path);
    const meant = nearest(key, known);
    return {
      ...this.keyPosition(path, key),
      path: pathText([...path, key]),
      reason: 'is not a key of a profile',
      ...(meant === null
        ? { remedy: `Known here: ${known.join(', ')}.` }
        : { remedy: `Did you mean ${meant}?`, meantPath: pathText([...path, meant]) }),
    };
  }

  private wrongType(path: Path, expected: string): Mistake {
    if (this.isMissing(path)) return this.missing(path);
    const node = this.node(path);
    const actual = isScalar(node) ? scalarKind(node.value) : isMap(node) ? 'a map' : 'a list';
    if (expected === 'string' && isScalar(node) && node.value !== null) {
      // Never the value itself: it may be the PIN.
      return this.at(path, `is ${actual}, but must be text`, 'Put it in quotes: YAML changes unquoted digits.');
    }
    return this.at(path, `is ${actual}, but must be ${TYPE_NAMES[expected] ?? expected}`, 'Change it to that.');
  }

  private missing(path: Path): Mistake {
    return this.at(path, MISSING, `Add ${String(path.at(-1) ?? 'a profile')}.`);
  }

  private suggestion(path: Path, values: readonly unknown[]): string {
    const node = this.node(path);
    const meant = isScalar(node) ? nearest(String(node.value), values.map(String)) : null;
    return meant === null ? '' : ` (did you mean ${meant}?)`;
  }

  private isMissing(path: Path): boolean {
    return path.length > 0 && !this.document.hasIn(path);
  }

  private node(path: Path): unknown {
    return path.length === 0 ? this.document.contents : this.document.getIn(path, true);
  }

  private position(path: Path): { line: number; column: number } {
    for (let length = path.length; length > 0; length--) {
      const node = this.node(path.slice(0, length));
      const key = path[length - 1];
      // A map or list that lacks something is found at its key, a wrong value at the value.
      if (length < path.length && key !== undefined) return this.keyPosition(path.slice(0, length - 1), key);
      const offset = (node as Node | undefined)?.range?.[0];
      if (offset !== undefined) return this.fromOffset(offset);
    }
    return { line: 1, column: 1 };
  }

  private keyPosition(path: Path, key: PropertyKey): { line: number; column: number } {
    const owner = this.node(path);
    const pair = isMap(owner) ? owner.items.find((item) => keyText(item.key) === String(key)) : undefined;
    const offset = (pair?.key as Node | undefined)?.range?.[0];
    return offset === undefined ? this.position(path) : this.fromOffset(offset);
  }

  private fromOffset(offset: number): { line: number; column: number } {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a map of keys',
  array: 'a list',
  number: 'a number',
  int: 'a whole number',
};

function scalarKind(value: unknown): string {
  if (value === null) return 'empty';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

/** `a.b[0].c` */
function pathText(path: Path): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text === '' ? 'profile' : text.replace(/^\./, '');
}

type Schema = z.core.JSONSchema.JSONSchema;

/** Keys the schema knows in the map at `path`; of a map of several kinds, those of all. */
function knownKeys(path: Path): string[] {
  return [...new Set(schemasAt(path).flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** The values that tell the kinds of a map from each other. */
function constantsAt(path: Path): string[] {
  return schemasAt(path).flatMap((schema) => (typeof schema.const === 'string' ? [schema.const] : []));
}

function schemasAt(path: Path): Schema[] {
  return path.reduce<Schema[]>(
    (schemas, key) =>
      schemas.flatMap(({ properties, items }) => {
        const next = typeof key === 'number' ? items : properties?.[String(key)];
        return typeof next === 'object' && !Array.isArray(next) ? kindsOf(next) : [];
      }),
    [profileSchemaJson()],
  );
}

function kindsOf(schema: Schema): Schema[] {
  const kinds = schema.oneOf ?? schema.anyOf ?? [schema];
  return kinds.flatMap((each) => (typeof each === 'object' ? [each] : []));
}
