/**
 * Runs in fresh namespaces: the discovery follow-up against a reference device there, for run-follow-up.peer.test.ts.
 * Takes a {@link ReferenceFollowUp} as JSON, prints {@link FollowUpSaid} as JSON.
 */
import { toHex } from '#base/bytes.js';
import { makeDevice } from '#reference/device.js';
import { referenceParts } from '#reference/enrollee.js';
import { requireFaults } from '#reference/faults.js';
import { requireModel } from '#reference/models.js';
import { ReferenceProcess } from '../device/reference-process.js';
import { followUpInNamespace } from './follow-up.js';

export interface ReferenceFollowUp {
  readonly bundleDir: string;
  readonly model: string;
  readonly faults?: readonly string[];
  readonly limitMs?: number;
  readonly refreshWaitMs?: number;
  readonly hasIpv6?: boolean;
}

export interface FollowUpSaid {
  /** Of the follow-up alone. */
  readonly tookMs: number;
  readonly steps: readonly string[];
}

const SEED = 1;
const {
  bundleDir,
  model: id,
  faults: faultIds = [],
  limitMs = 30_000,
  refreshWaitMs = 0,
  hasIpv6 = false,
} = JSON.parse(process.argv[2] ?? '') as ReferenceFollowUp;
const model = requireModel(id);
const device = makeDevice(model, SEED);
const faults = requireFaults(faultIds, model).map((fault) => fault.behaviour(device));
const { upnp, dpws } = referenceParts(device, faults).identities;
const steps: string[] = [];

const tookMs = await followUpInNamespace({
  bundleDir,
  dutMac: toHex(device.mac, ':'),
  profile: {},
  declared: { upnp: upnp !== undefined, dpws: dpws !== undefined },
  promised: { upnp: uuidIn(upnp), dpws: uuidIn(dpws) },
  limitMs,
  refreshWaitMs,
  hasIpv6,
  onProgress: ({ step }) => {
    steps.push(step);
  },
  start: async ({ dutInterface, namespaceFile, signal, log, fail }) => {
    const reference = ReferenceProcess.start({
      model: id,
      seed: SEED,
      faults: faultIds,
      interfaceName: dutInterface,
      namespaceFile,
      onOutput: log,
      onDeath: fail,
    });
    await reference.enter(signal);
    return { stimuli: reference.stimuli(signal), stop: () => reference.stop() };
  },
});

function uuidIn(identity: string | undefined): string | null {
  return identity === undefined ? null : identity.slice(-36);
}

console.log(JSON.stringify({ tookMs, steps } satisfies FollowUpSaid));
