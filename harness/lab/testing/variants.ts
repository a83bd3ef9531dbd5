import type { RuleId } from '#judge/rule.js';
import type { ProfileTransport } from '#profile/schema.js';
import { UUID_E } from './profile.js';

/**
 * Vendor extensions of a device, and what the rule catalogue says of each. The expected sets were derived from the
 * wording of the rules, not from what the judge says.
 */
export interface Variant {
  readonly name: string;
  /** Value of the vendor extension, hex; null for none. */
  readonly extension: string | null;
  /** What the profile declares. */
  readonly transports: readonly ProfileTransport[];
  readonly uuidE?: string;
  /** MUST rules that fail. */
  readonly fails: readonly RuleId[];
  /** SHOULD rules that warn. */
  readonly warns?: readonly RuleId[];
}

const MICROSOFT = '000137';
const OWN_UUID = '3f0b7c528e1d4c6aa94b7d20c5e81f93';
const OTHER_UUID = 'b4a1e0d7295c4f3e8d6271c90fb8a35e';
const DOCUMENTATION_UUID = 'ec742c0d59154bcbb969008132afec5e';
const DOCUMENTATION_UUID_MIXED = '0d2c74ec1559cb4bb969008132afec5e';

const vpi = (transport: string, profileRequest = '01'): string => `10010002${transport}${profileRequest}`;
const NONE = vpi('00');
const DPWS = vpi('01');
const UPNP = vpi('02');
const SECURE_DPWS = vpi('03');
const transportUuid = (uuid: string): string => `10020010${uuid}`;
/** A TLV of a type nobody uses. */
const unknownTlv = (lengthBytes: number): string =>
  `20ff${lengthBytes.toString(16).padStart(4, '0')}${'5a'.repeat(lengthBytes)}`;

const good = (name: string, transports: readonly ProfileTransport[], tlvs: string): Variant => ({
  name,
  extension: MICROSOFT + tlvs,
  transports,
  fails: [],
});

const bad = (name: string, transports: readonly ProfileTransport[], tlvs: string, ...fails: RuleId[]): Variant => ({
  name,
  extension: MICROSOFT + tlvs,
  transports,
  fails,
});

export const VARIANTS: readonly Variant[] = [
  good('a device that does not pair', ['none'], NONE),
  good('DPWS with a Transport UUID', ['dpws'], DPWS + transportUuid(OWN_UUID)),
  good('UPnP under UUID-E', ['upnp'], UPNP),
  good(
    'DPWS and UPnP, one Transport UUID for both',
    ['dpws', 'upnp'],
    DPWS + transportUuid(OWN_UUID) + UPNP + transportUuid(OWN_UUID),
  ),
  good('Secure DPWS with a Transport UUID', ['secure-dpws'], SECURE_DPWS + transportUuid(OWN_UUID)),
  good('a Transport UUID that equals UUID-E', ['dpws'], DPWS + transportUuid(UUID_E.replaceAll('-', ''))),
  good('an unknown TLV of 490 bytes after the VPI', ['none'], NONE + unknownTlv(490)),
  good('padding of type 0 and length 0 after the VPI', ['none'], `${NONE}00000000`),

  { name: 'no vendor extension', extension: null, transports: ['none'], fails: ['RVP-VX-01', 'RVP-VPI-01'] },
  bad('an extension without TLVs', ['none'], '', 'RVP-VX-05', 'RVP-VPI-01'),
  bad('two bytes left after the last TLV', ['none'], `${NONE}0000`, 'RVP-VX-05'),
  bad('a Transport UUID cut after 8 bytes', ['dpws'], `${DPWS}10020010${OWN_UUID.slice(0, 16)}`, 'RVP-VX-06'),
  bad('a VPI cut after its first byte', ['none'], '1001000200', 'RVP-VX-06'),
  bad('an unknown TLV that reaches past the end', ['none'], `${NONE}20ff0100aabb`, 'RVP-VX-06'),
  {
    name: 'the vendor id byte-swapped',
    extension: `370100${NONE}`,
    transports: ['none'],
    fails: ['RVP-VX-01', 'RVP-VX-09', 'RVP-VPI-01'],
  },
  {
    name: 'the enterprise number in 4 bytes',
    extension: `00000137${NONE}`,
    transports: ['none'],
    fails: ['RVP-VX-01', 'RVP-VX-09', 'RVP-VPI-01'],
  },

  bad('only an unknown TLV', ['none'], unknownTlv(3), 'RVP-VPI-01'),
  bad('a Transport UUID without VPI', ['dpws'], transportUuid(OWN_UUID), 'RVP-VPI-01', 'RVP-TUU-02'),
  bad('a VPI of length 0', ['none'], '10010000', 'RVP-VPI-02'),
  bad('a VPI of length 1', ['none'], '1001000100', 'RVP-VPI-02'),
  bad('a VPI of length 3', ['none'], '10010003000100', 'RVP-VPI-02'),
  // The reserved value may stand for the declared transport: one fault, one finding, so VPI-10 waits for VPI-03.
  bad('a reserved transport', ['dpws'], vpi('04'), 'RVP-VPI-03'),
  bad('Profile Request 0 with DPWS', ['dpws'], vpi('01', '00') + transportUuid(OWN_UUID), 'RVP-VPI-04'),
  bad('Profile Request 2 with UPnP', ['upnp'], vpi('02', '02'), 'RVP-VPI-04'),
  bad('transport and Profile Request swapped', ['dpws'], vpi('01', '02') + transportUuid(OWN_UUID), 'RVP-VPI-04'),
  bad('Profile Request 0 with None', ['none'], vpi('00', '00'), 'RVP-VPI-05'),
  bad('None twice', ['none'], NONE + NONE, 'RVP-VPI-06'),
  bad('None beside DPWS', ['dpws'], NONE + DPWS + transportUuid(OWN_UUID), 'RVP-VPI-06'),
  bad('DPWS beside Secure DPWS', ['dpws', 'secure-dpws'], DPWS + SECURE_DPWS, 'RVP-VPI-07'),
  bad('DPWS twice', ['dpws'], DPWS + transportUuid(OWN_UUID) + DPWS + transportUuid(OTHER_UUID), 'RVP-VPI-08'),
  bad('UPnP where the profile says DPWS', ['dpws'], UPNP, 'RVP-VPI-10'),

  bad('a Transport UUID of length 15', ['dpws'], `${DPWS}1002000f${OWN_UUID.slice(0, 30)}`, 'RVP-TUU-01'),
  bad('the Transport UUID before its VPI', ['dpws'], transportUuid(OWN_UUID) + DPWS, 'RVP-TUU-02'),
  bad(
    'two Transport UUIDs after one VPI',
    ['dpws'],
    DPWS + transportUuid(OWN_UUID) + transportUuid(OTHER_UUID),
    'RVP-TUU-03',
  ),
  bad('a Transport UUID with None', ['none'], NONE + transportUuid(OWN_UUID), 'RVP-TUU-04'),
  bad('a Transport UUID of the documentation', ['dpws'], DPWS + transportUuid(DOCUMENTATION_UUID), 'RVP-TUU-09'),
  bad('that UUID as a mixed-endian GUID', ['dpws'], DPWS + transportUuid(DOCUMENTATION_UUID_MIXED), 'RVP-TUU-09'),
  bad('a Transport UUID of zeros', ['dpws'], DPWS + transportUuid('00'.repeat(16)), 'RVP-TUU-09'),
  {
    name: 'a Transport UUID of no version',
    extension: MICROSOFT + DPWS + transportUuid('3f0b7c528e1d0c6aa94b7d20c5e81f93'),
    transports: ['dpws'],
    fails: [],
    warns: ['RVP-TUU-10'],
  },
  {
    name: 'a UUID-E of the documentation',
    extension: MICROSOFT + NONE,
    transports: ['none'],
    uuidE: 'ec742c0d-5915-4bcb-b969-008132afec5e',
    fails: ['RVP-UID-01'],
  },
  {
    name: 'a UUID-E of no version',
    extension: MICROSOFT + NONE,
    transports: ['none'],
    uuidE: '6d1c9ea4-0b3f-0a52-9b1c-2f60d8a7c301',
    fails: [],
    warns: ['RVP-UID-11'],
  },
];
