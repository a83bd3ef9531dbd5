import {
  controlTellsPin,
  declaredActions,
  holdsPin,
  startActionOf,
  type ControlPlan,
  type DeclaredAction,
} from './control.js';
import type { Remark } from './review.js';
import type { Profile } from './schema.js';

/** A group that repeats what repeats: the form that can take exponential time. */
const NESTED_REPEAT = /\((?:[^()\\]|\\.)*(?:[+*]|\{\d+,\d*\})(?:[^()\\]|\\.)*\)(?:[+*]|\{\d+,\d*\})/;

/** What the control of the device says against itself and against the rest of the profile. */
export function reviewControl({ ics, ixit }: Profile): Remark[] {
  const { control } = ixit;
  if (control === undefined) return [];
  return [
    ...declaredActions(control).flatMap((declared) => reviewAction(declared, control, ixit)),
    ...reviewConsole(control),
    ...reviewBetween(control),
    ...reviewPinSource(control, ics, ixit),
    ...reviewOwnDut(ixit),
  ];
}

function mistake(path: readonly (string | number)[], reason: string, remedy: string): Remark {
  return { severity: 'mistake', path: ['ixit', 'control', ...path], reason, remedy };
}

function warning(path: readonly (string | number)[], reason: string, remedy: string): Remark {
  return { severity: 'warning', path: ['ixit', 'control', ...path], reason, remedy };
}

function reviewAction({ name, path, action }: DeclaredAction, control: ControlPlan, ixit: Profile['ixit']): Remark[] {
  const remarks: Remark[] = [];
  if (action.by === 'serial' && control.console === undefined)
    remarks.push(mistake(path, 'is done by the serial console, but there is none', 'Add ixit.control.console.'));
  if (action.by === 'prompt' && ixit.operator?.attended !== true)
    remarks.push(
      mistake(
        path,
        'asks an operator, but nobody attends the run',
        'Write ixit.operator.attended: true, or say how it is done without a person.',
      ),
    );
  for (const { pattern, path: at, isPrompt } of patternsAt(action)) {
    if (NESTED_REPEAT.test(pattern))
      remarks.push(
        warning(
          [...path, ...at],
          'repeats a group that repeats itself: it may take exponential time, and is given up after a second',
          'Write it without a repeat inside a repeat.',
        ),
      );
    if (isPrompt && holdsPin(pattern))
      remarks.push(
        mistake(
          [...path, ...at],
          'takes the PIN from a line that may not be whole',
          'Take out isPrompt: a PIN is read from a whole line only.',
        ),
      );
  }
  if (name === 'readPin' && !tellsPin(action))
    remarks.push(
      mistake(path, 'has no group for the PIN', 'Write the digits as a group named pin: PIN is (?<pin>[0-9]{8}).'),
    );
  return remarks;
}

/** Prompts are answered with the PIN itself, and a device may have nothing to be asked. */
function tellsPin(action: DeclaredAction['action']): boolean {
  if (action.by === 'prompt' || action.by === 'none') return true;
  return patternsAt(action).some(({ pattern }) => holdsPin(pattern));
}

interface PatternAt {
  readonly pattern: string;
  /** Within the action. */
  readonly path: readonly (string | number)[];
  readonly isPrompt: boolean;
}

function patternsAt(action: DeclaredAction['action']): PatternAt[] {
  if (action.by === 'serial')
    return action.steps.flatMap(({ expect, failsOn, isPrompt }, index) => [
      ...(expect === undefined ? [] : [{ pattern: expect, path: ['steps', index, 'expect'], isPrompt }]),
      ...(failsOn === undefined ? [] : [{ pattern: failsOn, path: ['steps', index, 'failsOn'], isPrompt: false }]),
    ]);
  const whole = action.by === 'http' || action.by === 'process' ? action.expect : undefined;
  return whole === undefined ? [] : [{ pattern: whole, path: ['expect'], isPrompt: false }];
}

function reviewConsole(control: ControlPlan): Remark[] {
  const isUsed = declaredActions(control).some(({ action }) => action.by === 'serial');
  if (control.console === undefined || isUsed) return [];
  return [
    warning(
      ['console'],
      'is only listened to: no action is done by it',
      'Add actions by: serial, unless its log is all you want.',
    ),
  ];
}

function reviewBetween(control: ControlPlan): Remark[] {
  return (control.betweenSessions ?? []).flatMap((name, index, all) => {
    const path = ['betweenSessions', index];
    if (control[name] === undefined)
      return [mistake(path, `${name} is not declared`, `Say how it is done: ixit.control.${name}.`)];
    return all.indexOf(name) < index ? [mistake(path, `names ${name} twice`, 'Name each one once.')] : [];
  });
}

function reviewPinSource(control: ControlPlan, ics: Profile['ics'], ixit: Profile['ixit']): Remark[] {
  const remarks: Remark[] = [];
  const methods = ixit.methods ?? [ixit.method];
  if (methods.includes('pin') && ics.pinKind === 'dynamic' && ixit.pin !== undefined && !controlTellsPin(control))
    remarks.push(
      warning(
        [],
        'tells no PIN, but the PIN is dynamic: the one in ixit.pin may be an old one',
        'Say how the PIN is read: ixit.control.readPin.',
      ),
    );
  for (const method of new Set(methods))
    if (startActionOf(control, method) === undefined)
      remarks.push(
        warning(
          [],
          `does not say how WPS is begun by ${method}: somebody has to do it in time`,
          `Add ixit.control.startWps.${method}; by: none, if the device begins by itself.`,
        ),
      );
  return remarks;
}

function reviewOwnDut({ dut }: Profile['ixit']): Remark[] {
  if (dut === undefined) return [];
  return [mistake([], 'is given for a DUT that the bench starts itself', 'Take out ixit.control, or ixit.dut.')];
}
