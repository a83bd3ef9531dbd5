import { z } from 'zod';

/**
 * How the bench handles the device where no person does (IXIT): each action by its serial console, an HTTP interface, a
 * local program or a prompt to the operator, or not at all.
 */

/** Names of the actions, as profiles write them. */
export const CONTROL_ACTIONS = ['powerCycle', 'factoryReset', 'readPin', 'pressButton', 'log'] as const;

const MAX_LIMIT_MS = 3_600_000;
const MAX_PATTERN_CHARACTERS = 500;
const MAX_TEXT_CHARACTERS = 2000;
const MAX_STEPS = 100;

const line = z
  .string()
  .max(MAX_TEXT_CHARACTERS)
  .regex(/^\P{Cc}*$/u, 'Write it on one line, without control characters.');

const limitMs = (defaultMs: number, what: string): z.ZodDefault<z.ZodInt> =>
  z.int().min(1).max(MAX_LIMIT_MS).default(defaultMs).describe(what);

const pattern = z
  .string()
  .min(1)
  .max(MAX_PATTERN_CHARACTERS)
  .refine(isPattern, 'is not a regular expression')
  .describe('JavaScript regular expression, matched against one line; a group (?<pin>...) holds the PIN');

const serialStep = z
  .strictObject({
    send: line.describe('Line that is sent, its end added').exactOptional(),
    isSecret: z.boolean().default(false).describe('What is sent is kept out of logs and reports'),
    expect: pattern.describe('A line has to match it; a group (?<pin>...) holds the PIN').exactOptional(),
    failsOn: pattern.describe('A line by which the device says that it will not come to that').exactOptional(),
    isPrompt: z
      .boolean()
      .default(false)
      .describe('What is expected is no whole line, but a prompt after which nothing comes'),
    limitMs: limitMs(10_000, 'Until what is expected has come'),
  })
  .refine(({ send, expect }) => send !== undefined || expect !== undefined, 'neither sends nor expects anything');

const bySerial = z.strictObject({
  by: z.literal('serial').describe('On the serial console'),
  steps: z.array(serialStep).min(1).max(MAX_STEPS).describe('Carried out in turn on the console'),
});

const byHttp = z.strictObject({
  by: z.literal('http').describe('By an HTTP request'),
  method: z.enum(['GET', 'POST']).default('GET').describe('Of the request'),
  url: z
    .string()
    .max(MAX_TEXT_CHARACTERS)
    .regex(
      /^https?:\/\/(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?(?:[/?][\x21-\x7e]*)?$/,
      'Write http:// or https:// with an IP address: no host name, no user name, no blank.',
    )
    .describe('Of the device or of what controls it, by IP address'),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]+$/), line)
    .default({})
    .describe('Header fields, e.g. Authorization; kept out of bundles and reports'),
  body: z.string().max(MAX_TEXT_CHARACTERS).describe('Kept out of bundles and reports').exactOptional(),
  expect: pattern.describe('A line of the answer has to match it; a group (?<pin>...) holds the PIN').exactOptional(),
  limitMs: limitMs(10_000, 'Until the answer is complete'),
});

const byProcess = z.strictObject({
  by: z.literal('process').describe('By a program of this machine'),
  argv: z
    .array(line)
    .min(1)
    .max(MAX_STEPS)
    .refine(([program]) => program !== '', 'names no program')
    .describe('Program and arguments; no shell looks at them'),
  expect: pattern.describe('A line of its output has to match it; a group (?<pin>...) holds the PIN').exactOptional(),
  limitMs: limitMs(30_000, 'Until it has ended; then it is killed with all it has started'),
});

const byPrompt = z.strictObject({
  by: z.literal('prompt').describe('By the operator'),
  text: line.min(1).describe('What the operator is asked to do'),
  limitMs: limitMs(120_000, 'Until the operator has answered'),
});

const byNone = z.strictObject({ by: z.literal('none').describe('The device does it by itself') });

const action = z.discriminatedUnion('by', [bySerial, byHttp, byProcess, byPrompt, byNone]);

const consolePort = z.strictObject({
  path: z
    .string()
    .regex(/^\/[^\p{Cc}\s]{1,254}$/u, 'Write the whole path of the port, e.g. /dev/serial/by-id/usb-...')
    .describe('Serial port of the console'),
  baudRate: z.int().min(50).max(4_000_000).default(115_200).describe('Bits a second'),
  dataBits: z.literal([5, 6, 7, 8]).default(8).describe('Bits of a character'),
  parity: z.enum(['none', 'even', 'odd']).default('none').describe('Parity bit of a character'),
  stopBits: z.literal([1, 2]).default(1).describe('Stop bits of a character'),
  flow: z.enum(['none', 'rtscts', 'xonxoff']).default('none').describe('Flow control'),
  lineEnd: z.enum(['lf', 'cr', 'crlf']).default('lf').describe('What ends a line that is sent'),
  comesAndGoes: z
    .boolean()
    .default(false)
    .describe('The port is part of the device: it is gone while the device restarts, and is opened again'),
});

export const controlSchema = z.strictObject({
  console: consolePort.exactOptional(),
  powerCycle: action.describe('Switch it off and on; done when it runs again').exactOptional(),
  factoryReset: action.describe('Make it forget every network').exactOptional(),
  startWps: z
    .strictObject({ pin: action.exactOptional(), pbc: action.exactOptional() })
    .describe('Begin WPS, by method')
    .exactOptional(),
  readPin: action.describe('Tell the PIN it has now').exactOptional(),
  pressButton: action
    .describe('Push its WPS button; what begins WPS by pbc where startWps does not say')
    .exactOptional(),
  log: action.describe('Fetch its own log, after each session').exactOptional(),
  betweenSessions: z
    .array(z.enum(['powerCycle', 'factoryReset']))
    .max(2)
    .describe(
      'What is done before each session but the first, in this order; default: factoryReset where it is declared',
    )
    .exactOptional(),
});

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

export type ControlPlan = DeepReadonly<z.output<typeof controlSchema>>;
export type ConsolePort = NonNullable<ControlPlan['console']>;
export type ControlAction = NonNullable<ControlPlan['readPin']>;
export type SerialStep = Extract<ControlAction, { by: 'serial' }>['steps'][number];
export type ControlActionName = (typeof CONTROL_ACTIONS)[number] | 'startWps';

/** An action as it is declared, with its path within `ixit.control`. */
export interface DeclaredAction {
  readonly name: ControlActionName;
  readonly path: readonly string[];
  readonly action: ControlAction;
}

/** Every action that is declared. */
export function declaredActions(control: ControlPlan): DeclaredAction[] {
  const { startWps = {} } = control;
  return [
    ...CONTROL_ACTIONS.map((name) => ({ name, path: [name], action: control[name] })),
    ...(['pin', 'pbc'] as const).map((method) => ({
      name: 'startWps' as const,
      path: ['startWps', method],
      action: startWps[method],
    })),
  ].flatMap(({ action: declared, ...rest }) => (declared === undefined ? [] : [{ ...rest, action: declared }]));
}

/** What begins WPS by a method: startWps, or for pbc the push button; undefined where a person has to see to it. */
export function startActionOf(control: ControlPlan, method: 'pin' | 'pbc'): ControlAction | undefined {
  return control.startWps?.[method] ?? (method === 'pbc' ? control.pressButton : undefined);
}

/** True where the bench learns the PIN of the device from its control. */
export function controlTellsPin({ readPin, startWps }: ControlPlan): boolean {
  if (readPin !== undefined && readPin.by !== 'none') return true;
  return startWps?.pin !== undefined && patternsOf(startWps.pin).some(holdsPin);
}

/** Every pattern of an action in which a PIN may stand. */
export function patternsOf(declared: ControlAction): readonly string[] {
  if (declared.by === 'serial') return declared.steps.flatMap(({ expect }) => expect ?? []);
  return (declared.by === 'http' || declared.by === 'process') && declared.expect !== undefined
    ? [declared.expect]
    : [];
}

/** True for a pattern with a group for the PIN. */
export function holdsPin(source: string): boolean {
  return source.includes('(?<pin>');
}

/** The same plan without what nobody else is to read: header fields, bodies, lines marked as secret. */
export function withoutControlSecrets(control: ControlPlan): ControlPlan {
  const { startWps, ...rest } = control;
  const stripped = Object.fromEntries(
    CONTROL_ACTIONS.flatMap((name) => {
      const declared = rest[name];
      return declared === undefined ? [] : [[name, withoutSecrets(declared)]];
    }),
  );
  const start =
    startWps === undefined
      ? {}
      : {
          startWps: {
            ...(startWps.pin === undefined ? {} : { pin: withoutSecrets(startWps.pin) }),
            ...(startWps.pbc === undefined ? {} : { pbc: withoutSecrets(startWps.pbc) }),
          },
        };
  return { ...rest, ...stripped, ...start };
}

function withoutSecrets(declared: ControlAction): ControlAction {
  if (declared.by === 'http') {
    const { body, ...rest } = declared;
    return { ...rest, headers: {}, ...(body === undefined ? {} : { body: '' }) };
  }
  if (declared.by !== 'serial') return declared;
  return {
    ...declared,
    steps: declared.steps.map((step) => (step.isSecret ? { ...step, send: '' } : step)),
  };
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
