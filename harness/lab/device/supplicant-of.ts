import { equal, toHex } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import { formatUuid } from '#base/uuid.js';
import type { ReferenceDut, WpaSupplicantDut } from '#profile/schema.js';
import { makeDevice, type Device } from '#reference/device.js';
import { referenceParts } from '#reference/enrollee.js';
import { requireFaults } from '#reference/faults.js';
import { requireModel } from '#reference/models.js';
import type { Behaviour, Parts } from '#reference/parts.js';

/** WSC Config Methods and wpa_supplicant's names of them; a name stands for all its bits. */
const CONFIG_METHODS: readonly (readonly [bits: number, name: string])[] = [
  [0x4008, 'physical_display'],
  [0x2008, 'virtual_display'],
  [0x0480, 'physical_push_button'],
  [0x0280, 'virtual_push_button'],
  [0x0008, 'display'],
  [0x0080, 'push_button'],
  [0x0004, 'label'],
  [0x0100, 'keypad'],
];

/** Attribute header of a vendor extension. */
const HEADER_BYTES = 4;

/**
 * A reference device as wpa_supplicant registers it over the air: identity, strings and the extension of M1 are the
 * device's; its address is its adapter's. wpa_supplicant sends the extension in M1 only, and no message in fragments.
 * Throws RallyError ERR_USAGE for a model or fault there is not, ERR_PROFILE_INVALID for one that wpa_supplicant cannot
 * be.
 */
export function supplicantOf(dut: ReferenceDut): WpaSupplicantDut {
  const { model: id, seed, faults: faultIds, interface: interfaceName } = dut;
  const model = requireModel(id);
  const device = makeDevice(model, seed);
  const faults = requireFaults(faultIds, model);
  if (model.wscVersion !== '2.0') throw cannotBe('model', `${id} is a device of WSC ${model.wscVersion}`);
  for (const fault of faults) {
    const reason = beyondSupplicant(device, fault.behaviour(device));
    if (reason !== null) throw cannotBe('faults', `${fault.id} changes ${reason}`);
  }
  const parts = referenceParts(
    device,
    faults.map((fault) => fault.behaviour(device)),
  );
  const { uuidE, device: strings, configMethods } = parts.identity;
  const [extension, ...others] = parts.extensions.M1 ?? [];
  if (others.length > 0) throw cannotBe('faults', `M1 has ${others.length + 1} vendor extensions`);
  const [category, subcategory] = model.deviceType;
  return {
    kind: 'wpa_supplicant',
    uuid: formatUuid(uuidE),
    ...strings,
    deviceType: `${category}-0050F204-${subcategory}`,
    configMethods: namesOf(configMethods),
    ...(extension === undefined ? {} : { vendorExtensionM1: toHex(extension.subarray(HEADER_BYTES)) }),
    ...(interfaceName === undefined ? {} : { interface: interfaceName }),
  };
}

/** What wpa_supplicant can be told of a device; the rest of it is its own. */
const TOLD: readonly (keyof Parts)[] = ['identity', 'probeUuidE', 'extensions', 'identities'];
const TOLD_OF_IDENTITY: readonly (keyof Parts['identity'])[] = ['uuidE', 'device', 'configMethods'];

/** What of the registration this fault changes that wpa_supplicant cannot be told; null: nothing. */
function beyondSupplicant(device: Device, { message, packet, probeRequest, build }: Behaviour): string | null {
  if (message !== undefined || packet !== undefined) return 'what is sent in the exchange';
  if (probeRequest !== undefined) return 'Probe Requests';
  if (build === undefined) return null;
  const plain = referenceParts(device, []);
  const [parts, later] = [1, 2].map((session) => build(plain, { device, session }));
  if (parts === undefined || later === undefined) return null;
  const [other] = [
    ...changedKeys(plain, parts).filter((key) => !TOLD.includes(key)),
    ...changedKeys(plain.identity, parts.identity).filter((key) => !TOLD_OF_IDENTITY.includes(key)),
  ];
  if (other !== undefined) return other;
  if (!equal(parts.probeUuidE, parts.identity.uuidE)) return 'the UUID-E of Probe Requests';
  return changes(parts) === changes(later) ? null : 'one session and not the other';
}

function changedKeys<T extends object>(before: T, after: T): (keyof T)[] {
  return (Object.keys(after) as (keyof T)[]).filter((key) => before[key] !== after[key]);
}

/** Text of what wpa_supplicant is told, to be compared. */
function changes({ identity, extensions }: Parts): string {
  const { uuidE, device, configMethods } = identity;
  return JSON.stringify([toHex(uuidE), device, configMethods, extensions.M1?.map((each) => toHex(each))]);
}

function namesOf(configMethods: number): string[] {
  const names: string[] = [];
  let left = configMethods;
  for (const [bits, name] of CONFIG_METHODS) {
    if ((left & bits) !== bits) continue;
    names.push(name);
    left &= ~bits;
  }
  return names;
}

function cannotBe(key: 'model' | 'faults', reason: string): RallyError {
  return new RallyError('ERR_PROFILE_INVALID', `ixit.dut.${key}: ${reason}, which wpa_supplicant cannot be`, {
    remedy: 'Use the loopback bench for it: run --bench loopback --device <model> --fault <fault>.',
  });
}
