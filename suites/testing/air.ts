import { be, concat, fromHex } from '#base/bytes.js';
import { parseUuid } from '#base/uuid.js';
import type { BenchEvent, Evidence, EvidenceKind, JoinFact, ManagementFrame } from '#evidence/model.js';
import { wpsElements } from '#wire/dot11/elements.js';
import { encodeTlvs, type TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { deviceTypeValue } from '#wire/wps/build.js';
import { decodeWsc } from '#wire/wps/message.js';
import { m1Attributes, microsoftExtension, version2Extension, type SampleDevice } from './devices.js';
import type { Edit } from './edits.js';
import { evidenceOf, WIRED } from './evidence.js';
import { buildExchange, REGISTRAR_MAC, sessionStartMs, type Script } from './exchange.js';

/** Radiotap without fields. */
const RADIOTAP = fromHex('0000 0800 00000000');
const BROADCAST = fromHex('ffffffffffff');
const SSID = fromHex('0003616263');
const ELEMENT_DATA_BYTES = 251;

/** Splits WPS data into the data of its elements. */
export type Split = (data: Uint8Array) => readonly Uint8Array[];

const rightly: Split = (data) =>
  Array.from({ length: Math.ceil(data.length / ELEMENT_DATA_BYTES) }, (_, index) =>
    data.subarray(index * ELEMENT_DATA_BYTES, (index + 1) * ELEMENT_DATA_BYTES),
  );

export interface FrameOptions {
  readonly transmitter?: Uint8Array;
  readonly split?: Split;
  readonly edit?: Edit;
}

function managementFrame(
  kind: 'probe-request' | 'association-request',
  device: SampleDevice,
  attributes: readonly TlvSource[],
  { transmitter = device.mac, split = rightly, edit = (same) => same }: FrameOptions,
): ManagementFrame {
  const isProbe = kind === 'probe-request';
  const receiver = isProbe ? BROADCAST : REGISTRAR_MAC;
  const data = encodeTlvs({ nodes: edit(attributes) });
  const elements = split(data).map((piece) =>
    concat(Uint8Array.of(0xdd, piece.length + 4), fromHex('0050f204'), piece),
  );
  const head = concat(
    RADIOTAP,
    Uint8Array.of(isProbe ? 0x40 : 0x00, 0, 0, 0),
    receiver,
    transmitter,
    receiver,
    new Uint8Array(isProbe ? 2 : 2 + 4),
    SSID,
  );
  const bytes = concat(head, ...elements);
  const found = wpsElements(bytes, head.length, bytes.length);
  if (found === null) throw new RangeError('no WPS element');
  const number = isProbe ? 1 : 2;
  const frame = {
    number,
    timeNs: BigInt(number) * 1_000_000n,
    linkType: 'dot11-radiotap' as const,
    bytes,
    wireLength: bytes.length,
  };
  return {
    kind,
    transmitter,
    frame,
    wsc: decodeWsc(found.data),
    parts: found.parts.map(({ dataOffset, offset, lengthBytes }) => ({
      frame,
      messageOffset: dataOffset,
      frameOffset: offset,
      lengthBytes,
    })),
  };
}

/** A Probe Request of the device with its UUID-E and these Microsoft TLVs; no vendor extension without any. */
export function probeRequest(
  device: SampleDevice,
  tlvs: readonly TlvSource[] = device.repeatsIn.includes('ProbeRequest') ? device.pairing : [],
  uuidE = device.uuidE,
  options: FrameOptions = {},
): ManagementFrame {
  const none = new Uint8Array(0);
  const m1 = m1Attributes(device, { enrolleeNonce: none, publicKey: none }, 0);
  const strings = [ATTRIBUTE.Manufacturer, ATTRIBUTE.ModelName, ATTRIBUTE.ModelNumber, ATTRIBUTE.DeviceName];
  const attributes: TlvSource[] = [
    { type: ATTRIBUTE.Version, value: be(0x10, 1) },
    { type: ATTRIBUTE.RequestType, value: be(1, 1) },
    { type: ATTRIBUTE.ConfigMethods, value: be(0x2288, 2) },
    { type: ATTRIBUTE.UuidE, value: parseUuid(uuidE) ?? none },
    { type: ATTRIBUTE.PrimaryDeviceType, value: deviceTypeValue(3, 1) },
    { type: ATTRIBUTE.RFBands, value: be(1, 1) },
    { type: ATTRIBUTE.AssociationState, value: be(0, 2) },
    { type: ATTRIBUTE.ConfigurationError, value: be(0, 2) },
    { type: ATTRIBUTE.DevicePasswordID, value: be(0, 2) },
    ...(device.isVersion2 ? [...m1.filter(({ type }) => strings.some((id) => id === type)), version2Extension()] : []),
    ...(tlvs.length === 0 ? [] : [microsoftExtension(tlvs)]),
  ];
  return managementFrame('probe-request', device, attributes, options);
}

/** An Association Request of the device that says it registers. */
export function associationRequest(device: SampleDevice, options: FrameOptions = {}): ManagementFrame {
  const attributes: TlvSource[] = [
    { type: ATTRIBUTE.Version, value: be(0x10, 1) },
    { type: ATTRIBUTE.RequestType, value: be(1, 1) },
    ...(device.isVersion2 ? [version2Extension()] : []),
  ];
  return managementFrame('association-request', device, attributes, options);
}

/** Evidence of a radio bench: what `evidence` holds and these 802.11 frames. */
export function withFrames(evidence: Evidence, ...management: readonly ManagementFrame[]): Evidence {
  return { ...evidence, management, ability: { ...evidence.ability, kinds: [...WIRED, 'frames'] } };
}

/** A TLV of another feature, so long that a Probe Request with it needs two elements. */
export const LONG_TLV: TlvSource = { type: 0x2001, value: new Uint8Array(200) };
/** The WPA2 key of a network in its longer form. */
export const HEX_KEY = '0123456789abcdef'.repeat(4);

const RADIO: readonly EvidenceKind[] = [...WIRED, 'frames', 'association', 'join'];
/** The bench waits a minute for a join, and begins nothing before. */
const SESSIONS = [1, 2] as const;
const END_MS = sessionStartMs(SESSIONS.length + 1);

export interface RadioOptions {
  /** What the device does in the exchanges. */
  readonly script?: Script;
  readonly method?: 'pin' | 'pbc';
  /** Keys of the networks, by session. */
  readonly networkKeys?: readonly [string, string];
  readonly management?: readonly ManagementFrame[];
  /** Steps of a session's join; by default a whole one. */
  readonly join?: (session: number) => readonly JoinFact[];
}

/** Evidence of two sessions on the radio bench, each with its join. */
export function overTheAir(device: SampleDevice, options: RadioOptions = {}): Evidence {
  const { script = {}, method = 'pin', networkKeys = ['a secret key', HEX_KEY], join = wholeJoin } = options;
  const [first, second] = networkKeys;
  const management = options.management ?? [
    probeRequest(device, [...(device.repeatsIn.includes('ProbeRequest') ? device.pairing : []), LONG_TLV]),
    associationRequest(device),
  ];
  const exchanges = [
    buildExchange(device, { networkKey: first, ...script }, { number: 1, method }),
    buildExchange(device, { networkKey: second, ...script }, { number: 2, method }),
  ];
  return evidenceOf(device, exchanges, {
    ability: { kinds: RADIO, sessions: SESSIONS.length },
    management,
    join: SESSIONS.flatMap(join),
    events: [
      { monotonicMs: 0, kind: 'clock', detail: { wallMs: 0 } },
      ...SESSIONS.map((session): BenchEvent => {
        const wallMs = sessionStartMs(session) - 1;
        return { monotonicMs: wallMs, kind: 'session-start', detail: { session, method, wallMs } };
      }),
      { monotonicMs: END_MS, kind: 'end', detail: {} },
    ],
  });
}

/** A step that the bench's access point tells of, `afterMs` after the begin of its session. */
export function step(
  session: number,
  afterMs: number,
  state: JoinFact['state'],
  more: Partial<JoinFact> = {},
): JoinFact {
  return { state, timeMs: sessionStartMs(session) + afterMs, source: 'bench', ...more };
}

/** Association, handshake and an address, within two seconds. */
export function wholeJoin(session: number): JoinFact[] {
  return [
    step(session, 500, 'associated'),
    step(session, 600, 'handshake'),
    step(session, 2000, 'address', { address: '10.83.0.10', family: 'ipv4' }),
  ];
}
