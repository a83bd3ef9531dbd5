import { fromHex, toHex } from '#base/bytes.js';
import type { EvidenceKind } from '#evidence/model.js';
import { Recorder } from '#evidence/recorder.js';
import { BUNDLE_VERSION } from '#evidence/run-json.js';
import { layVirtualCable, type VirtualCable } from '../bench/topology.js';
import { systemClock } from '../clock.js';
import { isServed, OWN_ADDRESS, OWN_ADDRESS6_PREFIX } from '../daemon/dnsmasq.js';
import { NetworkFeed } from '../discovery/network-feed.js';
import { runFollowUp, type FollowUpRun, type Stimuli } from '../discovery/run-follow-up.js';
import { runProgram } from '../process.js';
import { requireProgram } from '../programs.js';

/** What a program that calls {@link followUpInNamespace} needs before it: see `probeInNamespace`. */
export const FOLLOW_UP_SETUP = 'mount -t tmpfs rally /run; ip link set lo up';

/** The device's address while the follow-up runs. */
export const NAMESPACE_DEVICE_ADDRESS = '10.82.86.20';
const PREFIX_BITS = 24;
const NO_IPV6 = 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6';
/** What the device forms of the prefix, once it is listened to. */
export const NAMESPACE_DEVICE_ADDRESS6 = 'fd82:5650:1:1::20';
const COMMAND_LIMIT_MS = 5000;
const CAPTURE_LIMIT_BYTES = 64 * 1024 * 1024;
const DISCOVERY: readonly EvidenceKind[] = ['ssdp', 'description', 'wsd', 'metadata'];

/** Where a device is started: its interface has its addresses already. */
export interface NamespaceOfDevice extends VirtualCable {
  readonly address: string;
  /** Ends everything when the bench fails. */
  readonly signal: AbortSignal;
  readonly log: (chunk: Uint8Array) => void;
  readonly fail: (error: unknown) => void;
}

export interface StartedDevice {
  readonly stimuli: Stimuli;
  stop(): Promise<void>;
}

export interface NamespaceFollowUp extends Pick<
  FollowUpRun,
  'declared' | 'promised' | 'limitMs' | 'refreshWaitMs' | 'onProgress'
> {
  /** Where the bundle goes. */
  readonly bundleDir: string;
  /** The device's address, lower-case colon form. */
  readonly dutMac: string;
  /** As `run.json` is to have it. */
  readonly profile: unknown;
  /** Bring the device onto the network: it is listened to already. */
  readonly start: (namespace: NamespaceOfDevice) => Promise<StartedDevice>;
  /** Ends the follow-up. */
  readonly signal?: AbortSignal;
  /** Both ends have IPv6: the link-local addresses, and one of the prefix that the bench advertises. */
  readonly hasIpv6?: boolean;
}

/**
 * The discovery follow-up against a device in a network namespace of its own, at the other end of a virtual cable: what
 * the radio bench does after a join, without a registration before. To be called within namespaces made for it, with
 * {@link FOLLOW_UP_SETUP} done. Returns how long the follow-up took, milliseconds.
 */
export async function followUpInNamespace(options: NamespaceFollowUp): Promise<number> {
  const { bundleDir, dutMac, profile, start, hasIpv6 = false, ...rest } = options;
  const cable = await layVirtualCable(dutMac);
  const dutMacBytes = fromHex(dutMac.replaceAll(':', ''));
  const { benchInterface, dutInterface, namespaceFile } = cable;
  const linkLocal = linkLocalOf(dutMacBytes);
  const ip = requireProgram('ip');
  for (const step of [
    ['address', 'add', `${OWN_ADDRESS}/${PREFIX_BITS}`, 'dev', benchInterface],
    ['-n', 'dut', 'link', 'set', 'lo', 'up'],
    ['-n', 'dut', 'address', 'add', `${NAMESPACE_DEVICE_ADDRESS}/${PREFIX_BITS}`, 'dev', dutInterface],
    // Multicast of programs that do not name the interface goes by the default route.
    ['-n', 'dut', 'route', 'add', 'default', 'via', OWN_ADDRESS],
    ...(hasIpv6
      ? [['address', 'add', OWN_ADDRESS6_PREFIX, 'dev', benchInterface, 'nodad']]
      : [['netns', 'exec', 'dut', 'sh', '-c', NO_IPV6]]),
  ])
    await runProgram(ip, step, COMMAND_LIMIT_MS);
  const failure = new AbortController();
  const fail = (error: unknown): void => {
    failure.abort(error);
  };
  const signal = AbortSignal.any([failure.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const evidence = Recorder.create(
    bundleDir,
    {
      bundleVersion: BUNDLE_VERSION,
      tool: { name: 'rally-conformance', version: '0.0.0' },
      startedAt: new Date().toISOString(),
      bench: 'radio',
      place: 'here',
      environment: {},
      plan: { scope: 'radio', kinds: DISCOVERY, sessions: 0, dutMac },
      profile,
    },
    { clock: systemClock, capture: { linkType: 'ethernet', interfaceName: benchInterface } },
  );
  const feed = await NetworkFeed.open({
    interfaceName: benchInterface,
    interfaceId: 0,
    evidence,
    limitBytes: CAPTURE_LIMIT_BYTES,
    onFailure: fail,
    isOwn: isServed,
  });
  feed.device = dutMacBytes;
  try {
    // The kernel asks whether somebody has it already, as it does when it formed it itself.
    if (hasIpv6)
      await runProgram(
        ip,
        ['-n', 'dut', 'address', 'add', `${NAMESPACE_DEVICE_ADDRESS6}/64`, 'dev', dutInterface],
        COMMAND_LIMIT_MS,
      );
    const device = await start({
      ...cable,
      namespaceFile,
      address: NAMESPACE_DEVICE_ADDRESS,
      signal,
      log: evidence.log('device'),
      fail,
    });
    const beganMs = systemClock.monotonicMs();
    try {
      await runFollowUp({
        ...rest,
        addresses: [NAMESPACE_DEVICE_ADDRESS, ...(hasIpv6 ? [linkLocal] : [])],
        interfaceName: benchInterface,
        ownAddress: OWN_ADDRESS,
        feed,
        stimuli: device.stimuli,
        evidence,
        clock: systemClock,
        signal,
      });
      return systemClock.monotonicMs() - beganMs;
    } finally {
      await device.stop();
    }
  } finally {
    feed.close();
    evidence.close();
  }
}

/** What a Linux interface of this address gives itself (RFC 4291, appendix A), 6 bytes. */
function linkLocalOf(mac: Uint8Array): string {
  const hex = toHex(Uint8Array.of((mac[0] ?? 0) ^ 2, ...mac.subarray(1, 3), 0xff, 0xfe, ...mac.subarray(3)));
  const groups = hex.match(/.{4}/g) ?? [];
  return `fe80::${groups.map((group) => group.replace(/^0{1,3}/, '')).join(':')}`;
}
