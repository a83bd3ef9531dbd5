/**
 * Runs in fresh namespaces: control points of other makers look for a reference device there, while the follow-up does.
 * Takes a {@link ControlPointPlan} as JSON, prints what each of them printed.
 */
import { toHex } from '#base/bytes.js';
import { makeDevice } from '#reference/device.js';
import { requireModel } from '#reference/models.js';
import { ReferenceProcess } from '../device/reference-process.js';
import { ManagedProcess } from '../process.js';
import { followUpInNamespace } from './follow-up.js';
import { OTHER_CONTROL_POINTS } from './other-devices.js';

export interface ControlPointPlan {
  readonly bundleDir: string;
  readonly model: string;
}

const LIMIT_MS = 15_000;
const STOP_GRACE_MS = 2000;
const BENCH_INTERFACE = 'rally0';

const { bundleDir, model } = JSON.parse(process.argv[2] ?? '') as ControlPointPlan;
const said: Record<string, string> = {};

await followUpInNamespace({
  bundleDir,
  dutMac: toHex(makeDevice(requireModel(model), 1).mac, ':'),
  profile: {},
  // Nothing more is waited for than the control points need.
  declared: { upnp: true, dpws: true },
  promised: { upnp: null, dpws: null },
  limitMs: LIMIT_MS,
  refreshWaitMs: LIMIT_MS,
  onProgress: () => undefined,
  start: async ({ dutInterface, namespaceFile, signal, log, fail }) => {
    const controlPoints = Object.entries(OTHER_CONTROL_POINTS).map(([name, { program, args }]) =>
      ManagedProcess.start({
        name,
        file: program,
        args: args(BENCH_INTERFACE),
        onOutput: (chunk) => {
          said[name] = (said[name] ?? '') + Buffer.from(chunk).toString('utf8');
        },
      }),
    );
    const reference = ReferenceProcess.start({
      ...{ model, seed: 1, faults: [], interfaceName: dutInterface, namespaceFile },
      onOutput: log,
      onDeath: fail,
    });
    await reference.enter(signal);
    return {
      stimuli: {},
      stop: async () => {
        for (const controlPoint of controlPoints) await controlPoint.stop(STOP_GRACE_MS);
        await reference.stop();
      },
    };
  },
});

console.log(JSON.stringify(said));
