import { RallyError } from '#base/error.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import type { RecordPlan } from '#lab/job.js';
import type { Profile } from '#profile/schema.js';
import { makeDevice } from '#reference/device.js';
import { requireFaults } from '#reference/faults.js';
import { MODELS, requireModel } from '#reference/models.js';
import { DEFAULT_SEED, parseSeed } from '#reference/seed.js';
import { loadProfile } from './profile-file.js';
import type { Terminal } from './terminal.js';

/** Options of `run` that say which device is driven, and how it is reached. */
export interface TargetOptions {
  readonly bench: RecordPlan['bench'];
  readonly profile?: string;
  readonly place?: RecordPlan['place'];
  /** Reference device, its faults and its seed: bench loopback only. */
  readonly device?: string;
  readonly fault?: readonly string[];
  readonly seed?: string;
  /** Registrations the reference device goes through. */
  readonly sessions?: string;
}

export type Target = Pick<RecordPlan, 'bench' | 'place' | 'profile' | 'reference'>;

const LOOPBACK_SESSIONS = 2;
/** As many as a profile may ask for. */
const MOST_SESSIONS = 1000;

/** The device to be driven. Throws RallyError ERR_USAGE, or what loading a profile throws. */
export async function targetOf(options: TargetOptions, terminal: Terminal): Promise<Target> {
  return options.bench === 'loopback' ? referenceTarget(options) : deviceTarget(options, terminal);
}

function referenceTarget(options: TargetOptions): Target {
  const { bench, profile, place, device: id, fault = [], seed: seedText } = options;
  if (profile !== undefined || place !== undefined) {
    throw new RallyError(
      'ERR_USAGE',
      `--${profile === undefined ? 'place' : 'profile'} is not for the loopback bench`,
      {
        remedy: 'Its devices bring their own profiles, and it runs in this process.',
      },
    );
  }
  if (id === undefined) {
    throw new RallyError('ERR_USAGE', 'The loopback bench needs a reference device', {
      remedy: `Name it with --device: ${MODELS.map((model) => model.id).join(', ')}.`,
    });
  }
  const model = requireModel(id);
  const faults = requireFaults(fault, model);
  const seed = seedText === undefined ? DEFAULT_SEED : parseSeed(seedText);
  const device = makeDevice(model, seed);
  const behaviours = faults.map((each) => each.behaviour(device));
  return {
    bench,
    place: 'here',
    profile: loopbackProfile(device, behaviours, sessionsOf(options.sessions)),
    reference: { model: model.id, faults: faults.map((each) => each.id), seed },
  };
}

/** Throws RallyError ERR_USAGE for what is no number of sessions. */
function sessionsOf(text: string | undefined): number {
  if (text === undefined) return LOOPBACK_SESSIONS;
  const sessions = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (sessions < 1 || sessions > MOST_SESSIONS)
    throw new RallyError('ERR_USAGE', `${text} is no number of sessions`, {
      remedy: `Give a number from 1 to ${MOST_SESSIONS}.`,
    });
  return sessions;
}

async function deviceTarget(options: TargetOptions, terminal: Terminal): Promise<Target> {
  const { bench, profile: file, place, device, fault = [], seed, sessions } = options;
  if (device !== undefined || fault.length > 0 || seed !== undefined || sessions !== undefined) {
    throw new RallyError('ERR_USAGE', '--device, --fault, --seed and --sessions are for reference devices', {
      remedy: "Add --bench loopback, or leave them out; a real device's sessions are in its profile.",
    });
  }
  if (file === undefined) {
    throw new RallyError('ERR_USAGE', 'run needs a profile of the device', {
      remedy: 'Name it with --profile; or try a reference device: --bench loopback --device dpws-printer.',
    });
  }
  const profile = await loadProfile(file, terminal);
  return { bench, profile, place: bench === 'radio' ? radioPlaceOf(profile, place) : placeOf(profile, file, place) };
}

/** Where the bench's processes run: beside a real port, else in the sandbox with a DUT of their own. */
function placeOf(profile: Profile, file: string, asked: TargetOptions['place']): RecordPlan['place'] {
  const { dut, interface: port } = profile.ixit;
  if (dut === undefined && port === undefined) {
    throw new RallyError('ERR_PROFILE_INVALID', `${file} names no device that the wired bench can reach`, {
      remedy: 'Add ixit.interface, the Ethernet port it is on, or ixit.dut, a device the bench starts itself.',
    });
  }
  const place = asked ?? (port === undefined ? 'sandbox' : 'here');
  if (place === 'sandbox' && dut === undefined) {
    throw new RallyError('ERR_USAGE', `The port ${port ?? ''} cannot be reached from the sandbox`, {
      remedy: 'Use --place here, as root.',
    });
  }
  return place;
}

/** Where the radio bench runs: on the adapters of this machine, or in a virtual machine that has its own. */
function radioPlaceOf({ ixit: { dut } }: Profile, asked: TargetOptions['place']): RecordPlan['place'] {
  if (asked === 'sandbox') {
    throw new RallyError('ERR_USAGE', 'The radio bench does not run in the sandbox', {
      remedy: 'Use --place here with an adapter, or --place vm.',
    });
  }
  if (asked === 'vm' && dut === undefined) {
    throw new RallyError('ERR_USAGE', 'A real device cannot be reached from the virtual machine', {
      remedy: 'Use --place here, as root.',
    });
  }
  return asked ?? (dut === undefined ? 'here' : 'vm');
}
