/**
 * Runs in fresh namespaces: the discovery follow-up against a device of another maker there. Takes an
 * {@link OtherFollowUp} as JSON, prints how many milliseconds it took.
 */
import { mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { SSDP_PORT } from '#wire/ssdp.js';
import { WSD_PORT } from '#wire/wsd.js';
import { ManagedProcess, runProgram } from '../process.js';
import { requireProgram } from '../programs.js';
import { followUpInNamespace } from './follow-up.js';
import { OTHER_DEVICES } from './other-devices.js';

export interface OtherFollowUp {
  readonly device: keyof typeof OTHER_DEVICES;
  readonly bundleDir: string;
  /** For what the device needs and writes. */
  readonly folder: string;
  readonly limitMs: number;
}

export const OTHER_DEVICE_MAC = '02:00:00:00:00:20';
const STOP_GRACE_MS = 5000;
const START_LIMIT_MS = 40_000;
const POLL_MS = 200;

const { device: name, bundleDir, folder, limitMs } = JSON.parse(process.argv[2] ?? '') as OtherFollowUp;
const { program, foundBy, uuid, args } = OTHER_DEVICES[name];
const isUpnp = foundBy === 'upnp';
/** It has begun when it listens to the group. */
const port = isUpnp ? SSDP_PORT : WSD_PORT;
mkdirSync(folder, { recursive: true });

const tookMs = await followUpInNamespace({
  bundleDir,
  dutMac: OTHER_DEVICE_MAC,
  profile: {},
  declared: { upnp: isUpnp, dpws: !isUpnp },
  promised: { upnp: isUpnp ? uuid : null, dpws: isUpnp ? null : uuid },
  limitMs,
  refreshWaitMs: 0,
  onProgress: () => undefined,
  start: async ({ dutInterface, namespaceFile, log }) => {
    const inside = `--net=${namespaceFile}`;
    const nsenter = requireProgram('nsenter');
    const start = (): ManagedProcess => {
      const own = args(folder, dutInterface);
      return ManagedProcess.start({ name, file: nsenter, args: [inside, program, ...own], onOutput: log });
    };
    const isListening = async (): Promise<boolean> => {
      const sockets = await runProgram(nsenter, [inside, 'cat', '/proc/net/udp'], STOP_GRACE_MS);
      return sockets.includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} `);
    };
    let running = start();
    const untilMs = performance.now() + START_LIMIT_MS;
    while (!(await isListening())) {
      if (performance.now() > untilMs) throw new Error(`${name} does not listen to port ${port}`);
      await delay(POLL_MS);
    }
    return {
      stimuli: {
        leave: () => running.stop(STOP_GRACE_MS),
        powerCycle: async () => {
          await running.stop(STOP_GRACE_MS);
          running = start();
        },
      },
      stop: () => running.stop(STOP_GRACE_MS),
    };
  },
});

console.log(JSON.stringify(tookMs));
