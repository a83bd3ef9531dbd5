import { inFreshNamespaces } from './in-namespace.js';

/** The Ethernet port of the bench in these tests, and where its cable leads. */
export const PORT = 'eth7';
export const DEVICE_END = 'eth8';

/** Shell commands that make a port with a cable in it. */
export const PLUG_IN = [
  `ip link add ${PORT} type veth peer name ${DEVICE_END}`,
  `ip link set ${PORT} up`,
  `ip link set ${DEVICE_END} up`,
].join('\n');

/** Shell command for the background: do something once a session of the recording has begun. */
export function onceInSession(bundleDir: string, command: string): string {
  return `(until grep -q session-start ${bundleDir}/events.jsonl 2>/dev/null; do sleep 0.02; done; ${command}) &`;
}

/** Shell command for the background: a device somebody else started, with this configuration of wpa_supplicant. */
export function deviceOnPort(configFile: string, logFile: string): string {
  return `wpa_supplicant -Dwired -i${DEVICE_END} -c${configFile} >${logFile} 2>&1 &`;
}

/** A machine of its own whose only Ethernet port is {@link PORT}. */
export function machineWithPort(...commands: readonly string[]): string[] {
  return inFreshNamespaces([PLUG_IN, ...commands].join('\n'));
}
