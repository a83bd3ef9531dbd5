import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Node arguments of the program inside a place: from sources with the loader that runs these sources, else plain. */
export function innerArguments(): string[] {
  const self = import.meta.url;
  if (!self.endsWith('.ts')) return [fileURLToPath(new URL('./inner.js', self))];
  const loader = createRequire(self).resolve('tsx');
  return ['--conditions=source', `--import=${loader}`, fileURLToPath(new URL('./inner.ts', self))];
}
