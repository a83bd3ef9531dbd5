import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Failure } from './run.js';

/** Inputs that are kept, one folder a target: each failed once, or is one a decoder has to get right. */
export const CORPUS = fileURLToPath(new URL('../../fixtures/corpus/', import.meta.url));

export interface Kept {
  /** What it is, in the words of its file name. */
  readonly name: string;
  readonly input: Uint8Array;
}

/** The kept inputs of a target, by name; none where nothing was kept. */
export function keptInputs(target: string, corpus = CORPUS): Kept[] {
  const folder = path.join(corpus, target);
  return namesIn(folder).map((name) => ({ name, input: new Uint8Array(readFileSync(path.join(folder, name))) }));
}

/** Names of the targets that have a folder. */
export function keptTargets(corpus = CORPUS): string[] {
  return namesIn(corpus).filter((name) => !name.endsWith('.md'));
}

/** Keep the minimised input of a failure, named by what failed; an input of that name is overwritten. Returns the file. */
export function keep(target: string, failure: Failure, corpus = CORPUS): string {
  const folder = path.join(corpus, target);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${failure.kind}.bin`);
  writeFileSync(file, failure.minimised);
  return file;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
