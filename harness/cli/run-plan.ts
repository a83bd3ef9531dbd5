import { z } from 'zod';
import { RallyError } from '#base/error.js';
import { canonicalJson } from '#judge/canonical.js';
import { BASE_SCOPES, type BaseScope } from '#judge/scope.js';
import type { RecordPlan } from '#lab/job.js';
import { readTextFile, writeWhole } from './files.js';

/** Version of the shape of `plan.json`. */
export const PLAN_VERSION = 1;

/** What a run set out to do, so that it can be taken up again as the same run. Nothing secret is in it. */
export interface RunPlan {
  readonly planVersion: typeof PLAN_VERSION;
  readonly tool: { readonly name: string; readonly version: string };
  /** Which rules there were. */
  readonly catalogueDigest: string;
  /** Of the profile without its secrets. */
  readonly profileDigest: string;
  readonly bench: RecordPlan['bench'];
  readonly place: RecordPlan['place'];
  readonly scope: BaseScope;
  readonly select: readonly string[];
  readonly strict: boolean;
  readonly campaign: boolean;
  /** Ids of the parts, in their order. */
  readonly parts: readonly string[];
  /** The reference device of the loopback bench; absent: another bench. */
  readonly reference?: RecordPlan['reference'];
}

/** A plan is a page of text. */
const MAX_PLAN_BYTES = 4 * 1024 * 1024;

const text = z.string();
const shape = z.strictObject({
  planVersion: z.literal(PLAN_VERSION),
  tool: z.strictObject({ name: text, version: text }),
  catalogueDigest: text,
  profileDigest: text,
  bench: z.enum(['wired', 'radio', 'loopback']),
  place: z.enum(['sandbox', 'vm', 'here']),
  scope: z.enum(BASE_SCOPES),
  select: z.array(text),
  strict: z.boolean(),
  campaign: z.boolean(),
  parts: z.array(text),
  reference: z.strictObject({ model: text, faults: z.array(text), seed: z.number() }).optional(),
});

/** Write `plan.json`. Throws RallyError ERR_DISK. */
export async function writeRunPlan(file: string, plan: RunPlan): Promise<void> {
  await writeWhole(file, canonicalJson(plan));
}

/** Read `plan.json`. Throws RallyError ERR_FILE_UNREADABLE, ERR_NOT_RESUMABLE. */
export async function readRunPlan(file: string): Promise<RunPlan> {
  const content = await readTextFile(file, MAX_PLAN_BYTES);
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new RallyError('ERR_NOT_RESUMABLE', `${file} is not JSON`, { cause });
  }
  const version = z.object({ planVersion: z.number() }).safeParse(value).data?.planVersion;
  if (version !== undefined && version > PLAN_VERSION)
    throw new RallyError('ERR_NOT_RESUMABLE', `${file} has version ${version}; this tool knows ${PLAN_VERSION}`, {
      remedy: 'Use the version of the tool that began the run.',
    });
  const read = shape.safeParse(value);
  if (read.success) return value as RunPlan;
  const [issue] = read.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : `, at ${issue.path.map(String).join('.')}`;
  throw new RallyError('ERR_NOT_RESUMABLE', `${file} is not the plan of a run${place}`);
}

const NAMES: Readonly<Record<keyof RunPlan, string>> = {
  planVersion: 'the version of the plan',
  tool: 'the version of the tool',
  catalogueDigest: 'the rules',
  profileDigest: 'the profile',
  bench: 'the bench',
  place: 'the place',
  scope: 'the scope',
  select: 'the selection',
  strict: 'strictness',
  campaign: 'the campaign',
  parts: 'the parts',
  reference: 'the reference device',
};

/** Told by what it follows from. */
const FOLLOWING: readonly (keyof RunPlan)[] = ['catalogueDigest', 'parts'];

/**
 * Refuse to go on with a run as another one than it was begun as. Throws RallyError ERR_RESUME_DIFFERS, which names what
 * is different.
 */
export function requireSamePlan(begun: RunPlan, now: RunPlan): void {
  const keys = Object.keys(NAMES) as (keyof RunPlan)[];
  const different = keys.filter((key) => canonicalJson({ it: begun[key] }) !== canonicalJson({ it: now[key] }));
  const causes = different.filter((key) => !FOLLOWING.includes(key));
  const named = (causes.length > 0 ? causes : different).map((key) => NAMES[key]);
  if (named.length === 0) return;
  const remedy =
    begun.tool.version === now.tool.version
      ? 'Give the options and the profile the run was begun with, or begin a new run.'
      : `Use version ${begun.tool.version} of the tool, which began the run, or begin a new run.`;
  throw new RallyError('ERR_RESUME_DIFFERS', `The run was begun otherwise: ${named.join(', ')} differ`, { remedy });
}
