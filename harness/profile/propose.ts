import { equal, toHex, u16be } from '#base/bytes.js';
import { printable } from '#base/text.js';
import { formatUuid } from '#base/uuid.js';
import { TRANSPORT, transportName, verticalPairing, type VerticalPairing } from '#wire/microsoft/vertical-pairing.js';
import { ATTRIBUTE, attributeName } from '#wire/wps/attributes.js';
import { CONFIG_METHOD, DEVICE_PASSWORD_ID } from '#wire/wps/codes.js';
import { PUSH_BUTTON_PASSWORD } from '#wire/wps/crypto.js';
import { formatAttributeValue } from '#wire/wps/format.js';
import { attribute, type WscMessage } from '#wire/wps/message.js';
import { version2Of } from '#wire/wps/wfa.js';
import { QUESTIONS } from './questions.js';
import type { Profile, ProfileTransport } from './schema.js';

/** An M1 that was seen, and where. */
export interface SeenM1 {
  readonly m1: WscMessage;
  /** Address its frame came from, 6 bytes. */
  readonly sourceMac: Uint8Array;
  /** What a person calls the capture. */
  readonly from: string;
  /** Number of the frame in the capture, from 1. */
  readonly frame: number;
}

type Method = Profile['ics']['methods'][number];

/** Stands where only a person knows the PIN: no device has it, and `profile check` warns of it. */
export const PLACEHOLDER_PIN = PUSH_BUTTON_PASSWORD;

/** A text of a device above this is cut: nobody reads the rest, and no attribute may be as long. */
const MAX_CHARACTERS = 128;

const PROFILE_TRANSPORTS: ReadonlyMap<number, ProfileTransport> = new Map<number, ProfileTransport>([
  [TRANSPORT.None, 'none'],
  [TRANSPORT.Dpws, 'dpws'],
  [TRANSPORT.Upnp, 'upnp'],
  [TRANSPORT.SecureDpws, 'secure-dpws'],
]);

const PIN_METHODS = CONFIG_METHOD.Label | CONFIG_METHOD.Display | CONFIG_METHOD.Keypad;

/**
 * A profile in YAML, with comments: what the M1 declares, what it rests on, and, after `OPEN`, what no M1 can tell.
 * Whatever the device says, the text is one that `profile check` accepts, one line a setting, without control
 * characters. It holds nothing secret.
 */
export function proposeProfile(seen: SeenM1): string {
  const { m1, from, frame } = seen;
  const lines = [
    comment(
      `Profile of a device, proposed from the M1 in frame ${frame} of ${textOf(new TextEncoder().encode(from))}.`,
    ),
    comment('What follows OPEN is not in any M1: look at each before the first run, then call profile check.'),
    'version: 1',
    'device:',
    ...deviceLines(m1),
    'ics:',
    ...transportLines(verticalPairing(m1)),
    ...versionLines(m1),
    ...methodLines(m1),
    'ixit:',
    ...ixitLines(m1),
    ...addressLines(seen),
    ...identityLines(m1),
    ...operatorLines(m1),
    ...indented(
      comment('OPEN: for a run: the Ethernet port its wired supplicant is on.'),
      comment('interface: eth1'),
      comment('OPEN: how long it takes at most to begin a session, and to end it.'),
      comment('limits: { startMs: 30000, sessionMs: 120000 }'),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function deviceLines(m1: WscMessage): string[] {
  const name = deviceText(m1, ATTRIBUTE.DeviceName);
  const model = [ATTRIBUTE.ModelName, ATTRIBUTE.ModelNumber]
    .map((id) => deviceText(m1, id))
    .filter((text) => text !== '');
  const manufacturer = deviceText(m1, ATTRIBUTE.Manufacturer);
  return indented(
    ...(name === '' ? [comment('OPEN: M1 has no Device Name; how is the device called?')] : []),
    `name: ${quoted(name === '' ? (model[0] ?? 'unnamed device') : name)}`,
    ...(manufacturer === '' ? [] : [`manufacturer: ${quoted(manufacturer)}`]),
    ...(model.length === 0 ? [] : [`model: ${quoted(model.join(' '))}`]),
    comment('OPEN: the firmware that is tested.'),
    comment("firmware: '1.0'"),
    ...shown(m1, ATTRIBUTE.SerialNumber, ATTRIBUTE.PrimaryDeviceType, ATTRIBUTE.UuidE),
  );
}

function transportLines({ extensions, vpis }: VerticalPairing): string[] {
  const declared = vpis.map(({ transport }) => transport);
  const names = declared.map((value) =>
    value === null ? 'a cut one' : (transportName(value) ?? `reserved (${value})`),
  );
  const known = declared.flatMap((value) => (value === null ? [] : (PROFILE_TRANSPORTS.get(value) ?? [])));
  const pairing = [...new Set(known)].filter((transport) => transport !== 'none');
  // Windows serves only one of the two kinds of DPWS, and a profile may name only one.
  const both = pairing.includes('dpws') && pairing.includes('secure-dpws');
  const usable = both ? pairing.filter((transport) => transport !== 'secure-dpws') : pairing;
  const doubtful = both || known.length < declared.length || new Set(known).size < known.length || isMixed(known);
  const seen =
    vpis.length > 0
      ? `M1 declares, VPI by VPI: ${clipped(names.join(', '))}.`
      : extensions.length > 0
        ? 'M1 has a Microsoft extension without a Vertical Pairing Identifier.'
        : 'M1 has no Microsoft extension.';
  return indented(
    comment(seen),
    ...(vpis.length === 0 ? [comment('OPEN: is the device meant to pair? Then name its transports.')] : []),
    ...(doubtful ? [comment('OPEN: that contradicts itself; which transports is it meant to have?')] : []),
    `transports: [${usable.length === 0 ? 'none' : usable.join(', ')}]`,
  );
}

function isMixed(known: readonly ProfileTransport[]): boolean {
  return known.includes('none') && known.some((transport) => transport !== 'none');
}

function versionLines(m1: WscMessage): string[] {
  const version2 = version2Of(m1);
  const seen = version2 === null ? 'no Version2 subelement' : `Version2 0x${toHex(Uint8Array.of(version2))}`;
  return indented(comment(`M1 has ${seen}.`), `wscVersion: '${version2 !== null && version2 >= 0x20 ? '2.0' : '1.0'}'`);
}

function methodLines(m1: WscMessage): string[] {
  const { methods, isGuess } = declaredMethods(m1);
  return indented(
    ...shown(m1, ATTRIBUTE.ConfigMethods, ATTRIBUTE.DevicePasswordID),
    ...(isGuess ? [comment('OPEN: M1 names no method this tool can test; which ones does the device have?')] : []),
    `methods: [${methods.join(', ')}]`,
    ...panelLines(m1),
  );
}

/** What M1 says of display, label, keypad and button; without Config Methods nothing is said. */
function panelLines(m1: WscMessage): string[] {
  const config = wordOf(m1, ATTRIBUTE.ConfigMethods);
  if (config === null) return [comment('OPEN: has it a display, a keypad, a push button, a label with its PIN?')];
  const has = (bit: number): boolean => (config & bit) !== 0;
  const { methods } = declaredMethods(m1);
  const isLabelled = has(CONFIG_METHOD.Label) || !has(CONFIG_METHOD.Display);
  return [
    comment('OPEN: compare with the device: display means one that can show 4 or 8 digits.'),
    `display: ${has(CONFIG_METHOD.Display)}`,
    `keypad: ${has(CONFIG_METHOD.Keypad)}`,
    `pushButton: ${has(CONFIG_METHOD.PushButton) || methods.includes('pbc')}`,
    `label: ${isLabelled}`,
    `pinKind: ${has(CONFIG_METHOD.Display) ? 'dynamic' : 'label'}`,
  ];
}

function ixitLines(m1: WscMessage): string[] {
  const { methods, offered } = declaredMethods(m1);
  const method = offered ?? methods[0];
  const pin = [
    comment('OPEN: the PIN of the device, in quotes; this one only stands for it.'),
    `pin: '${PLACEHOLDER_PIN}'`,
  ];
  return indented(`method: ${method}`, ...(method === 'pin' ? pin : []));
}

/** Methods by Config Methods and by the password M1 offers; never empty. */
function declaredMethods(m1: WscMessage): {
  methods: readonly [Method, ...Method[]];
  offered: Method | null;
  isGuess: boolean;
} {
  const config = wordOf(m1, ATTRIBUTE.ConfigMethods) ?? 0;
  const passwordId = wordOf(m1, ATTRIBUTE.DevicePasswordID);
  const offered =
    passwordId === DEVICE_PASSWORD_ID.Default ? 'pin' : passwordId === DEVICE_PASSWORD_ID.PushButton ? 'pbc' : null;
  const [first, ...rest] = (['pin', 'pbc'] as const).filter((method) => {
    const bits = method === 'pin' ? PIN_METHODS : CONFIG_METHOD.PushButton;
    return (config & bits) !== 0 || offered === method;
  });
  return { methods: first === undefined ? ['pin'] : [first, ...rest], offered, isGuess: first === undefined };
}

/** The questions only a person can answer of such a device. */
function operatorLines(m1: WscMessage): string[] {
  const config = wordOf(m1, ATTRIBUTE.ConfigMethods);
  if (config === null) return [];
  const subject = (config & CONFIG_METHOD.Display) !== 0 ? 'display' : 'label';
  const asked = QUESTIONS.filter((question) => question.subject === subject);
  return indented(
    comment('OPEN: true when somebody sits beside the device and can be asked; or what was seen before, and how:'),
    comment('operator:'),
    comment('  attended: true'),
    comment('  answers:'),
    ...asked.flatMap(({ id, text }) => [
      comment(`    # ${text}`),
      comment(`    ${id}: { answer: yes, evidence: 'photo, date, who' }`),
    ]),
  );
}

function addressLines({ m1, sourceMac }: SeenM1): string[] {
  const declared = attribute(m1, ATTRIBUTE.MACAddress)?.value ?? null;
  const from = toHex(sourceMac, ':');
  const differs = declared === null || !equal(declared, sourceMac);
  return indented(
    ...(differs
      ? [
          ...shown(m1, ATTRIBUTE.MACAddress),
          comment(`OPEN: the frame of M1 came from ${from}; which address is the device's own?`),
        ]
      : []),
    ...ownAddressLine(declared, sourceMac),
  );
}

/** The first of the addresses that a device can have: neither zeros nor one of a group. */
function ownAddressLine(declared: Uint8Array | null, sourceMac: Uint8Array): string[] {
  const own = [declared ?? sourceMac, sourceMac].find(
    (address) =>
      address.length === sourceMac.length && ((address[0] ?? 0) & 1) === 0 && address.some((byte) => byte > 0),
  );
  if (own === undefined)
    return [comment('OPEN: which address does the device send from? Here it is none of a device.')];
  return [`mac: '${toHex(own, ':')}'`];
}

function identityLines(m1: WscMessage): string[] {
  const seen = verticalPairing(m1).transportUuids.map(({ node, vpi }) => {
    const { value } = node;
    const uuid = value.length === 16 ? formatUuid(value) : `${value.length} bytes`;
    const transport = vpi?.transport ?? null;
    const of = transport === null ? 'of no transport' : `of ${transportName(transport) ?? 'a reserved transport'}`;
    return comment(`Transport UUID ${of}: ${uuid}`);
  });
  return indented(
    ...seen,
    comment('OPEN: its identities on the network, exactly as it sends them.'),
    comment("identities: { upnp: 'uuid:...', dpws: 'urn:uuid:...' }"),
  );
}

/** Comments with the values of attributes; of those that are there. */
function shown(m1: WscMessage, ...ids: readonly number[]): string[] {
  return ids.flatMap((id) => {
    const node = attribute(m1, id);
    return node === null ? [] : [comment(`${attributeName(id)}: ${clipped(formatAttributeValue(node))}`)];
  });
}

function deviceText(m1: WscMessage, id: number): string {
  return textOf(attribute(m1, id)?.value ?? new Uint8Array(0));
}

/** What a device says as text on one line: everything that is not plainly visible is written as an escape. */
function textOf(bytes: Uint8Array): string {
  const escaped = printable(bytes).slice(1, -1).replaceAll('\\"', '"').trim();
  return clipped(escaped);
}

function clipped(text: string): string {
  const characters = [...text];
  return characters.length <= MAX_CHARACTERS ? text : `${characters.slice(0, MAX_CHARACTERS).join('')}...`;
}

/** In a single-quoted scalar of YAML nothing but the quote itself means anything. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function comment(text: string): string {
  return `# ${text}`;
}

function indented(...lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function wordOf(m1: WscMessage, id: number): number | null {
  const value = attribute(m1, id)?.value;
  return value?.length === 2 ? u16be(value, 0) : null;
}
