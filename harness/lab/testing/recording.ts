import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Profile } from '#profile/schema.js';
import type { RecordPlan } from '../job.js';
import { SOURCE_NODE } from './in-namespace.js';
import { lineSplitter, type ErrorData } from '../place/messages.js';

const RECORD_CLI = fileURLToPath(new URL('./record-cli.ts', import.meta.url));

export interface RecordingOptions {
  /** A command in front: `node ...` is appended to it. */
  readonly prefix?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly onProgress?: (step: string) => void;
}

/** What a recording process printed last. */
export interface RecordingEnd {
  readonly ended: 'complete' | 'aborted' | 'failed';
  readonly error?: ErrorData;
}

export interface Recording {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  /** Null when the process ended without a result; its standard error then says why. */
  readonly end: Promise<RecordingEnd | null>;
  readonly errorOutput: () => string;
}

export function planFor(profile: Profile, bundleDir: string, place: RecordPlan['place'] = 'sandbox'): RecordPlan {
  return {
    bench: 'wired',
    place,
    profile,
    bundleDir,
    sessions: profile.ixit.sessions,
    scope: 'wired',
    kinds: ['m1', 'exchange', 'keys', 'profile', 'sessions'],
    toolVersion: '0.0.0',
  };
}

/** Record in a process of its own, from sources. */
export function startRecording(plan: RecordPlan, options: RecordingOptions = {}): Recording {
  const node = [...SOURCE_NODE, RECORD_CLI];
  const command = [...(options.prefix ?? []), ...node, JSON.stringify(plan)];
  const child = spawn(command[0] ?? '', command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  let end: RecordingEnd | null = null;
  let errors = '';
  child.stdout.on(
    'data',
    lineSplitter((line) => {
      const said = JSON.parse(line) as RecordingEnd | { readonly step: string };
      if ('ended' in said) end = said;
      else options.onProgress?.(said.step);
    }),
  );
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return {
    process: child,
    errorOutput: () => errors,
    end: new Promise((resolve) => {
      child.on('close', () => {
        resolve(end);
      });
    }),
  };
}
