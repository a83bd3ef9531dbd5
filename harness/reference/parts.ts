import type { RandomBytes } from '#base/random.js';
import type { WscMessage } from '#wire/wps/message.js';
import type { PacketScript, Script, ScriptedMessage } from '#wps/engine.js';
import type { EnrolleeIdentity } from '#wps/enrollee-config.js';
import type { Device } from './device.js';
import type { DiscoveryBehaviour } from './discovery/behaviour.js';
import type { Carrier } from './model.js';
import type { Panel } from './panel.js';

/** Identities a device has on the network, as it sends them: what its profile says, and its discovery side answers to. */
export interface NetworkIdentities {
  /** `uuid:` and 36 characters. */
  readonly upnp?: string;
  /** `urn:uuid:` and 36 characters. */
  readonly dpws?: string;
}

/** Everything a device is made of in one session, before it says anything. */
export interface Parts {
  readonly identity: EnrolleeIdentity;
  /** Address its frames come from, 6 bytes; M1 says `identity.macAddress`. */
  readonly transmitter: Uint8Array;
  /** Password it proves to know. */
  readonly pin: string;
  readonly acceptsAnyPassword: boolean;
  /** What it lets pass of a Registrar's faults, by the reason a correct device refuses for; nothing when null. */
  readonly overlooks: ((reason: string) => boolean) | null;
  /** What it refuses although a correct device takes it; nothing when null. */
  readonly objects: ((message: WscMessage) => string | null) | null;
  /** What its user sees. */
  readonly panel: Panel;
  /** Vendor extensions (whole attributes) by message; none where absent. */
  readonly extensions: Readonly<Partial<Record<Carrier, readonly Uint8Array[]>>>;
  /** Id of the attribute of M1 that the extensions stand before; null: after all. */
  readonly extensionsBefore: number | null;
  /** UUID-E its Probe Requests carry, 16 bytes. */
  readonly probeUuidE: Uint8Array;
  /** Spreads the WPS data of a Probe Request over elements: the data bytes of each, at most 251. */
  readonly elements: (data: Uint8Array) => readonly Uint8Array[];
  readonly identities: NetworkIdentities;
  /** Order of draws: see the Enrollee's configuration. */
  readonly random: RandomBytes;
}

/** Where a device is being made. */
export interface BuildContext {
  readonly device: Device;
  /** From 1. */
  readonly session: number;
}

/**
 * One layer of a device. A device is a stack of them, newest first: each is given what the older ones made of the
 * device's parts, of a message and of a packet, and the newest has the last word. A fault is a layer on top.
 */
export interface Behaviour {
  readonly build?: (parts: Parts, context: BuildContext) => Parts;
  readonly message?: Script;
  readonly packet?: PacketScript;
  /** WPS attributes of a Probe Request, before they are spread over elements. */
  readonly probeRequest?: (attributes: Uint8Array) => Uint8Array;
  /** What it does on the network once it has joined. */
  readonly discovery?: DiscoveryBehaviour;
}

/** The parts a stack makes of bare ones. */
export function buildParts(stack: readonly Behaviour[], bare: Parts, context: BuildContext): Parts {
  return stack.reduceRight((parts, { build }) => build?.(parts, context) ?? parts, bare);
}

/** One script of the stack's: what an older layer sends goes through every newer one. */
export function messageScript(stack: readonly Behaviour[]): Script {
  const scripts = oldestFirst(stack.map(({ message }) => message));
  return (message, tools) =>
    scripts.reduce<readonly ScriptedMessage[]>(
      (messages, script) => messages.flatMap((each) => script(each, tools)),
      [message],
    );
}

/** The same for packets. */
export function packetScript(stack: readonly Behaviour[]): PacketScript {
  const scripts = oldestFirst(stack.map(({ packet }) => packet));
  return ({ what, bytes }) =>
    scripts.reduce<readonly Uint8Array[]>(
      (packets, script) => packets.flatMap((each) => script({ what, bytes: each })),
      [bytes],
    );
}

/** What the stack makes of the attributes of a Probe Request. */
export function probeRequestData(stack: readonly Behaviour[], attributes: Uint8Array): Uint8Array {
  return stack.reduceRight((data, { probeRequest }) => probeRequest?.(data) ?? data, attributes);
}

function oldestFirst<T>(layers: readonly (T | undefined)[]): T[] {
  return layers.toReversed().flatMap((layer) => (layer === undefined ? [] : [layer]));
}
