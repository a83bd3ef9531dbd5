import { u16be } from '#base/bytes.js';
import { decodeTlvs } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attributesOf, type WscMessage } from '#wire/wps/message.js';
import { isVersion2 } from '../fault-conditions.js';
import type { Fault } from '../fault.js';
import { objecting, overlookedStimulus, refusedStimuli } from './overlooking.js';

const HEX_KEY_BYTES = 64;
const WPA_AND_WPA2 = 0x0022;
const WEP = 0x0002;

const overlooked = (number: string, id: string, change: string, reason: RegExp): Fault =>
  overlookedStimulus({ number, id, change, reason, says: 'WSC_DONE', warns: true });

/** Values of an attribute in the Credentials of M8's settings; none for another message. */
function inCredentials(message: WscMessage, id: number): Uint8Array[] {
  return attributesOf(message, ATTRIBUTE.Credential).flatMap(({ value }) =>
    decodeTlvs(value).nodes.flatMap((node) => (node.type === id ? [node.value] : [])),
  );
}

/** A device that refuses M8 for the value of an attribute in a Credential. */
function objectingTo(id: number, isWrong: (value: Uint8Array) => boolean): Fault['behaviour'] {
  return () =>
    objecting((message) => (inCredentials(message, id).some(isWrong) ? 'a Credential it does not like' : null));
}

const endsWithZero = (value: Uint8Array): boolean => value.at(-1) === 0;
const isWord =
  (word: number) =>
  (value: Uint8Array): boolean =>
    value.length === 2 && u16be(value, 0) === word;

/** Faults of a device that takes Credentials nobody can use, or refuses those it has to take. */
export const CREDENTIAL_FAULTS: readonly Fault[] = [
  overlooked('26a', 'ssid-not-needed', 'takes a Credential without SSID', /^no SSID in M8$/),
  overlooked(
    '26b',
    'authentication-not-needed',
    'takes a Credential without its type',
    /^no Authentication Type in M8$/,
  ),
  overlooked(
    '26c',
    'encryption-not-needed',
    'takes a Credential without Encryption Type',
    /^no Encryption Type in M8$/,
  ),
  overlooked('26d', 'network-key-not-needed', 'takes a Credential without Network Key', /^no Network Key in M8$/),
  overlooked('26e', 'mac-address-not-needed', 'takes a Credential without MAC Address', /^no MAC Address in M8$/),
  refusedStimuli(
    { id: 'refuses-padded-ssid', change: 'refuses an SSID that ends with a zero byte', should: ['26h'] },
    'M8',
    objectingTo(ATTRIBUTE.Ssid, endsWithZero),
  ),
  refusedStimuli(
    { id: 'refuses-padded-key', change: 'refuses a Network Key that ends with a zero byte', should: ['26i'] },
    'M8',
    objectingTo(ATTRIBUTE.NetworkKey, endsWithZero),
  ),
  overlooked('26k', 'encryption-of-0', 'takes a Credential with the Encryption Type 0', /: Encryption Type 0$/),
  {
    ...overlooked('26l', 'takes-wep', 'takes the Credential of a network with WEP', /: Encryption Type 2$/),
    refuses: isVersion2,
  },
  refusedStimuli(
    { id: 'refuses-wep-beside', change: 'refuses an M8 that has a Credential with WEP', should: ['26m'] },
    'M8',
    objectingTo(ATTRIBUTE.EncryptionType, isWord(WEP)),
  ),
  refusedStimuli(
    { id: 'one-credential', change: 'refuses an M8 with two Credentials', should: ['26m', '26n'] },
    'M8',
    () =>
      objecting((message) =>
        attributesOf(message, ATTRIBUTE.Credential).length > 1 ? 'more than one Credential' : null,
      ),
  ),
  refusedStimuli(
    { id: 'refuses-mixed-types', change: 'refuses a Credential for WPA and WPA2', should: ['26o'] },
    'M8',
    objectingTo(ATTRIBUTE.AuthenticationType, isWord(WPA_AND_WPA2)),
  ),
  refusedStimuli(
    { id: 'refuses-hex-key', change: 'refuses a Network Key of 64 hex digits', must: ['26p'] },
    'M8',
    objectingTo(ATTRIBUTE.NetworkKey, ({ length }) => length === HEX_KEY_BYTES),
  ),
  {
    ...overlooked('27a', 'any-passphrase', 'takes a passphrase with any character in it', /is not printable ASCII$/),
    warns: ['RVP-REG-27a', 'RVP-REG-27b'],
    stimuli: ['reg-27a', 'reg-27b'],
  },
];
