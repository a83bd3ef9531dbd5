import { toHex } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import { RallyError } from '#base/error.js';
import type { Recorder } from '#evidence/recorder.js';
import {
  declaredActions,
  holdsPin,
  patternsOf,
  startActionOf,
  type ControlAction,
  type ControlActionName,
  type ControlPlan,
} from '#profile/control.js';
import type { RecordJob } from '../../job.js';
import { asRallyError } from '../../failure.js';
import { boundedLog } from '../../process.js';
import { requestForDevice } from './by-http.js';
import { askFor } from './by-prompt.js';
import { runForDevice } from './by-process.js';
import { DeviceConsole } from './console.js';
import { ConsoleLog } from './console-log.js';
import { SecretMask } from './secret-mask.js';

/** Kind of the events that hold what was done to the device. */
export const CONTROL_EVENT = 'control';

const PIN = /^(?:[0-9]{4}|[0-9]{8})$/;

/** What can be done to the device without touching it. An action that is not declared does nothing. */
export interface DutControl {
  /** True where WPS is begun by the control, or by the device itself; false: a person has to see to it. */
  begins(method: 'pin' | 'pbc'): boolean;
  readonly canPowerCycle: boolean;
  powerCycle(signal: AbortSignal): Promise<void>;
  factoryReset(signal: AbortSignal): Promise<void>;
  /** Begin WPS. Resolves with the PIN where the device tells it by that, ASCII digits; else null. */
  startWps(method: 'pin' | 'pbc', signal: AbortSignal): Promise<string | null>;
  /** The PIN it has now, ASCII digits; null where none can be read. */
  readPin(signal: AbortSignal): Promise<string | null>;
  pressButton(signal: AbortSignal): Promise<void>;
  /** Fetch its own log into the bundle. */
  log(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface ControlOptions {
  readonly job: Pick<RecordJob, 'profile' | 'ask' | 'onProgress'>;
  readonly evidence: Pick<Recorder, 'event' | 'log'>;
  readonly clock: Clock;
  /** Interface that link-local addresses of the device belong to. */
  readonly scope: string;
}

/**
 * Get hold of the control a profile declares. The console is open from now on. Throws
 * RallyError ERR_CONTROL_PORT, ERR_NATIVE_MODULE. Each action throws RallyError ERR_CONTROL_... or the signal's reason.
 */
export async function openControl(plan: ControlPlan, options: ControlOptions): Promise<DutControl> {
  const mask = new SecretMask();
  mask.learn(options.job.profile.ixit.pin ?? '');
  const pinPatterns = declaredActions(plan).flatMap(({ action }) => patternsOf(action).filter(holdsPin));
  return new DeclaredControl(plan, options, mask, await openConsole(plan, options, mask, pinPatterns));
}

async function openConsole(
  { console: settings }: ControlPlan,
  { evidence, clock }: ControlOptions,
  mask: SecretMask,
  pinPatterns: readonly string[],
): Promise<DeviceConsole | null> {
  if (settings === undefined) return null;
  const log = new ConsoleLog({ write: boundedLog(evidence.log('console')), mask, pinPatterns, clock });
  return DeviceConsole.open({ settings, log, mask, clock });
}

class DeclaredControl implements DutControl {
  constructor(
    private readonly plan: ControlPlan,
    private readonly options: ControlOptions,
    private readonly mask: SecretMask,
    private readonly console: DeviceConsole | null,
  ) {}

  begins(method: 'pin' | 'pbc'): boolean {
    const action = startActionOf(this.plan, method);
    return action !== undefined && action.by !== 'prompt';
  }

  get canPowerCycle(): boolean {
    return this.plan.powerCycle !== undefined && this.plan.powerCycle.by !== 'none';
  }

  async powerCycle(signal: AbortSignal): Promise<void> {
    await this.act('powerCycle', this.plan.powerCycle, signal);
  }

  async factoryReset(signal: AbortSignal): Promise<void> {
    await this.act('factoryReset', this.plan.factoryReset, signal);
  }

  startWps(method: 'pin' | 'pbc', signal: AbortSignal): Promise<string | null> {
    return this.act('startWps', startActionOf(this.plan, method), signal);
  }

  readPin(signal: AbortSignal): Promise<string | null> {
    return this.act('readPin', this.plan.readPin, signal);
  }

  async pressButton(signal: AbortSignal): Promise<void> {
    await this.act('pressButton', this.plan.pressButton, signal);
  }

  async log(signal: AbortSignal): Promise<void> {
    await this.act('log', this.plan.log, signal);
  }

  async close(): Promise<void> {
    await this.console?.close();
  }

  private async act(
    name: ControlActionName,
    action: ControlAction | undefined,
    signal: AbortSignal,
  ): Promise<string | null> {
    if (action === undefined || action.by === 'none') return null;
    const { evidence, clock, job } = this.options;
    const beganMs = clock.monotonicMs();
    const note = (outcome: string, more: Readonly<Record<string, unknown>> = {}): void => {
      const tookMs = Math.round(clock.monotonicMs() - beganMs);
      evidence.event(CONTROL_EVENT, { action: name, by: action.by, outcome, tookMs, ...more, wallMs: clock.wallMs() });
    };
    job.onProgress({ step: `the device: ${WORDS[name]}`, waitingFor: `its control (${action.by})` });
    try {
      const pin = this.checked(await this.carryOut(name, action, signal));
      note('done', pin === null ? {} : { pinDigits: pin.length });
      return pin;
    } catch (cause) {
      const error = named(name, asRallyError(cause));
      note(error.code, { text: this.mask.mask(error.message) });
      throw error;
    }
  }

  private async carryOut(name: ControlActionName, action: ControlAction, signal: AbortSignal): Promise<string | null> {
    signal.throwIfAborted();
    switch (action.by) {
      case 'serial': {
        if (this.console === null) throw new RallyError('ERR_INTERNAL', 'a serial action without a console');
        return this.console.carryOut(action.steps, signal);
      }
      case 'process':
        return runForDevice(action, this.report(name), this.mask, signal);
      case 'http':
        return requestForDevice(action, this.options.scope, this.report(name), this.mask, signal);
      case 'prompt':
        return askFor(name, action, this.options.job.ask, signal);
      case 'none':
        return null;
    }
  }

  /** Where the words of an action go. */
  private report(name: ControlActionName): (text: string) => void {
    const write = (this.logs[name] ??= boundedLog(this.options.evidence.log(`control-${name}`)));
    return (text) => {
      write(Buffer.from(`${new Date(this.options.clock.wallMs()).toISOString()}\n${text}\n`));
    };
  }

  private readonly logs: Partial<Record<ControlActionName, (chunk: Uint8Array) => void>> = {};

  private checked(pin: string | null): string | null {
    if (pin === null) return null;
    if (!PIN.test(pin))
      throw new RallyError('ERR_CONTROL_PIN', 'what was read as the PIN is not 4 or 8 digits', {
        context: { characters: pin.length, bytes: toHex(new TextEncoder().encode(pin.replace(/[0-9]/g, '0'))) },
      });
    this.mask.learn(pin);
    return pin;
  }
}

const WORDS: Readonly<Record<ControlActionName, string>> = {
  powerCycle: 'switching it off and on',
  factoryReset: 'resetting it to what it left the factory with',
  startWps: 'beginning WPS',
  readPin: 'reading its PIN',
  pressButton: 'pushing its button',
  log: 'fetching its log',
};

/** The same error, saying of which action it is; what is not of the control stays as it is. */
function named(name: ControlActionName, error: RallyError): RallyError {
  if (!error.code.startsWith('ERR_CONTROL_')) return error;
  const text = error.message.replace(` (${error.code})`, '');
  return new RallyError(error.code, `ixit.control.${name}: ${text}`, {
    context: { ...error.context, action: name },
    cause: error,
    remedy: error.remedy,
  });
}
