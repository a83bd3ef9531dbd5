import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Node arguments of a program of this project: from sources with the loader that runs these sources, else plain.
 *
 * @param self `import.meta.url` of the module that names it
 * @param path of the program from there, without its ending: `./inner`
 */
export function nodeProgram(self: string, path: string): string[] {
  if (!self.endsWith('.ts')) return [fileURLToPath(new URL(`${path}.js`, self))];
  const loader = createRequire(self).resolve('tsx');
  return ['--conditions=source', `--import=${loader}`, fileURLToPath(new URL(`${path}.ts`, self))];
}
