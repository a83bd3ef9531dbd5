import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RallyError } from '#base/error.js';

export interface Tool {
  readonly name: string;
  readonly version: string;
}

let known: Tool | null = null;

/** Name and version of the package this file belongs to, compiled or not. */
export function tool(): Tool {
  known ??= readTool();
  return known;
}

function readTool(): Tool {
  const file = join(packageRoot(), 'package.json');
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Tool;
  return { name, version };
}

function packageRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  throw new RallyError('ERR_INTERNAL', 'The package.json of this tool was not found');
}
