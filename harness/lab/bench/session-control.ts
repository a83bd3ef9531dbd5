import { RallyError } from '#base/error.js';
import type { RecordJob } from '../job.js';
import type { ControlOptions, DutControl } from '../device/control/dut-control.js';
import type { HeldSession } from './hold-session.js';

type Method = 'pin' | 'pbc';

/** The control a profile declares, null where it declares none; see `openControl`. Most have none, so it is loaded here. */
export async function controlOf(options: ControlOptions): Promise<DutControl | null> {
  const { control } = options.job.profile.ixit;
  if (control === undefined) return null;
  return (await import('../device/control/dut-control.js')).openControl(control, options);
}

/** What the control of the device does around the sessions of a run. */
export class SessionControl {
  private hasHeld = false;

  /** @param control null: a person handles the device, or it is one of ours */
  constructor(
    private readonly control: DutControl | null,
    private readonly job: Pick<RecordJob, 'profile' | 'signal'>,
  ) {}

  /** True where nobody has to begin WPS on the device. */
  begins(method: Method): boolean {
    return this.control?.begins(method) ?? false;
  }

  /** For the next session: what is done between two of them, then WPS is begun and the PIN read. */
  preparation(method: Method): Pick<HeldSession, 'prepare'> {
    const { control } = this;
    if (control === null) return {};
    const isFirst = !this.hasHeld;
    this.hasHeld = true;
    return {
      prepare: async (signal) => {
        if (!isFirst) for (const name of this.between()) await control[name](signal);
        const told = await control.startWps(method, signal);
        return method === 'pin' ? await this.pin(control, told, signal) : null;
      },
    };
  }

  /** When a session is over, however it ended. */
  async after(): Promise<void> {
    await this.control?.log(this.job.signal);
  }

  private between(): readonly ('powerCycle' | 'factoryReset')[] {
    return this.job.profile.ixit.control?.betweenSessions ?? ['factoryReset'];
  }

  /** A PIN that was made up anew counts before the one of the profile. */
  private async pin(control: DutControl, told: string | null, signal: AbortSignal): Promise<string | null> {
    const { ics, ixit } = this.job.profile;
    const isRead = ixit.pin === undefined || ics.pinKind === 'dynamic';
    const pin = (isRead ? await control.readPin(signal) : null) ?? told;
    if (pin === null && ixit.pin === undefined)
      throw new RallyError('ERR_CONTROL_PIN', 'the control of the device told no PIN', {
        remedy: 'Give the pattern of ixit.control.readPin a group: (?<pin>[0-9]+).',
      });
    return pin;
  }
}
