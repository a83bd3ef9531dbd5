import { toHex } from '#base/bytes.js';
import { TRANSPORT, transportName, verticalPairing } from '#wire/microsoft/vertical-pairing.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute, type WscMessage } from '#wire/wps/message.js';
import { version2Of } from '#wire/wps/wfa.js';
import { reviewAgainstM1 } from './review-panel.js';
import type { Remark } from './review.js';
import type { Profile, ProfileTransport } from './schema.js';

const BYTES: Readonly<Record<ProfileTransport, number>> = {
  none: TRANSPORT.None,
  dpws: TRANSPORT.Dpws,
  upnp: TRANSPORT.Upnp,
  'secure-dpws': TRANSPORT.SecureDpws,
};

/** Version2 from which a message is of WSC 2.0. */
const VERSION_2_0 = 0x20;

const CORRECT = 'Correct whichever is wrong: Windows goes by what the device says.';

/** Everything a profile says against an M1 of the device: transports, version, address, and what there is to touch. */
export function reviewAgainstWholeM1(profile: Profile, m1: WscMessage): Remark[] {
  return [
    ...againstTransports(profile, m1),
    ...againstVersion(profile, m1),
    ...againstAddress(profile, m1),
    ...reviewAgainstM1(profile, m1),
  ];
}

function againstTransports({ ics: { transports } }: Profile, m1: WscMessage): Remark[] {
  const { vpis } = verticalPairing(m1);
  const declared = vpis.flatMap(({ transport }) => transport ?? []);
  // What M1 does not say, or not readably, is for the rules to judge.
  if (declared.length === 0 || declared.length < vpis.length) return [];
  const named = new Set(transports.map((transport) => BYTES[transport]));
  if (declared.every((byte) => named.has(byte)) && named.size === new Set(declared).size) return [];
  const names = [...new Set(declared)].map((byte) => transportName(byte) ?? `0x${toHex(Uint8Array.of(byte))}`);
  const reason = `says ${transports.join(', ')}, but M1 declares ${names.join(', ')}`;
  return [{ severity: 'warning', path: ['ics', 'transports'], reason, remedy: CORRECT }];
}

function againstVersion({ ics: { wscVersion } }: Profile, m1: WscMessage): Remark[] {
  const version2 = version2Of(m1);
  const seen = version2 !== null && version2 >= VERSION_2_0 ? '2.0' : '1.0';
  if (seen === wscVersion) return [];
  const reason = `says ${wscVersion}, but M1 is of WSC ${seen}`;
  return [{ severity: 'warning', path: ['ics', 'wscVersion'], reason, remedy: CORRECT }];
}

function againstAddress({ ixit: { mac } }: Profile, m1: WscMessage): Remark[] {
  const value = attribute(m1, ATTRIBUTE.MACAddress)?.value;
  if (mac === undefined || value?.length !== 6 || toHex(value, ':') === mac) return [];
  const reason = `is not the MAC Address in M1, ${toHex(value, ':')}`;
  return [{ severity: 'warning', path: ['ixit', 'mac'], reason, remedy: 'Copy it from M1, unless M1 is wrong.' }];
}
