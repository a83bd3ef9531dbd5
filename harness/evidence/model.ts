import type { Span } from '#base/bytes.js';
import type { WscMessage } from '#wire/wps/message.js';
import type { Discovery } from './discovery-model.js';

/**
 * Evidence: what was seen of one DUT, each item with its source, time and place in the capture. Plain data: a rule is a
 * pure function of it, so a live run, a stored bundle and a mailed capture are judged alike.
 */

/** Kinds of evidence a rule can need or use. */
export type EvidenceKind =
  | 'm1'
  | 'exchange'
  | 'keys'
  | 'frames'
  | 'association'
  | 'ssdp'
  | 'description'
  | 'wsd'
  | 'metadata'
  | 'join'
  | 'operator'
  | 'profile'
  | 'sessions';

/**
 * What our Registrar does in a session besides what every Registrar does. `m2d-windows`: it answers M1 with an M2D whose
 * Model Name is "Windows", and then with M2: a course a device meets every day. `reg-05` and the like: a stimulus by
 * which it leaves the protocol, or goes to its limits; the rule of that number says what a device then does.
 */
export type Scenario = 'm2d-windows' | StimulusId;
export type StimulusId = `reg-${string}`;

/** Also true of a stimulus that a later version of this tool knows: what it did is not to be taken for ordinary. */
export function isScenario(value: unknown): value is Scenario {
  return value === 'm2d-windows' || isStimulus(value);
}

export function isStimulus(value: unknown): value is StimulusId {
  return typeof value === 'string' && /^reg-\d{2}[a-z]?$/.test(value);
}

/** pcap link types this tool reads. */
export type LinkType = 'ethernet' | 'dot11' | 'dot11-radiotap' | 'linux-cooked' | 'linux-cooked2';

/** One captured frame. Only frames that carry something of an exchange, a WPS IE or discovery are kept. */
export interface Frame {
  /** Number in the capture, from 1: what Wireshark shows. */
  readonly number: number;
  /** Nanoseconds since 1970 of the capture's time stamp. */
  readonly timeNs: bigint;
  readonly linkType: LinkType;
  readonly bytes: Uint8Array;
  /** Original length on the wire; larger than `bytes.length` when the capture cut the frame. */
  readonly wireLength: number;
}

/** Which bytes of a message come from which frame; a fragmented message has several parts. */
export interface Part {
  readonly frame: Frame;
  /** Offset of the part in the message. */
  readonly messageOffset: number;
  /** Offset of the part in the frame. */
  readonly frameOffset: number;
  readonly lengthBytes: number;
}

export type Side = 'enrollee' | 'registrar';

/** One EAP packet of an exchange, retransmissions included. */
export interface EapPacket {
  readonly frame: Frame;
  readonly from: Side;
  /** The EAP packet (code, id, length, ...) in the frame. */
  readonly span: Span;
  readonly bytes: Uint8Array;
  readonly code: number;
  readonly identifier: number;
  /** EAP method type: 1 Identity, 254 expanded; null for Success and Failure. */
  readonly type: number | null;
  /** True for a packet that repeats an earlier one of its side, byte for byte. */
  readonly retransmission: boolean;
}

/** One WSC message, reassembled. */
export interface ExchangeMessage {
  readonly from: Side;
  readonly opCode: number;
  readonly wsc: WscMessage;
  readonly parts: readonly Part[];
  /** The packets it came in: one, or one a fragment. */
  readonly packets: readonly EapPacket[];
  /** Time of its last frame, nanoseconds since 1970. */
  readonly timeNs: bigint;
  /** Plaintext of Encrypted Settings where keys open it; absent without keys or where there are none. */
  readonly settings?: OpenedSettings;
}

/** What the session keys make of an Encrypted Settings attribute (WSC: Encrypted Settings, Key Wrap Authenticator). */
export interface OpenedSettings {
  /** Plaintext without padding, or null when it could not be decrypted or unpadded. */
  readonly plain: WscMessage | null;
  readonly problem:
    | null
    | 'length'
    | 'padding'
    | 'key-wrap-authenticator-missing'
    | 'key-wrap-authenticator-not-last'
    | 'key-wrap-authenticator-wrong';
  /** The figures of the problem, one sentence; empty without one. */
  readonly detail: string;
}

/** Keys of one exchange. `authKey` 32 bytes, `keyWrapKey` 16 bytes. */
export interface SessionKeys {
  readonly authKey: Uint8Array;
  readonly keyWrapKey: Uint8Array;
}

/** Why an exchange is known to be over, or `open` when the capture ends (or loses frames) before its end is seen. */
export type Closing = 'done' | 'failed' | 'timeout' | 'open';

/** One WPS registration between one Enrollee and one Registrar, from EAPOL-Start or the first EAP packet to EAP-Failure. */
export interface Exchange {
  /** From 1, in capture order. */
  readonly number: number;
  readonly enrolleeMac: Uint8Array;
  /** Address the Registrar's frames come from; null while none was seen. */
  readonly registrarMac: Uint8Array | null;
  readonly packets: readonly EapPacket[];
  readonly messages: readonly ExchangeMessage[];
  /** EAP-Response/Identity packets of the Enrollee. */
  readonly identities: readonly EapPacket[];
  /** EAP-WSC framing remarks with their frame: what RVP-WSC-02 judges. Enrollee's packets only. */
  readonly framing: readonly FramingIssue[];
  /**
   * done: EAP-Failure after WSC_Done. failed: EAP-Failure without it, or a WSC_NACK answered. timeout: the bench
   * recorded that the Enrollee was silent for `silenceMs` after the last packet. open: anything else.
   */
  readonly closing: Closing;
  /** With closing `timeout`: how long the bench waited. */
  readonly silenceMs?: number;
  /** The method the Registrar offered or the bench recorded; null when unknown. */
  readonly method: 'pin' | 'pbc' | null;
  readonly keys: SessionKeys | null;
  /** Keys were given and none opens this exchange: why, one sentence without anything secret. */
  readonly keysProblem?: string;
  /** PIN in use, ASCII digits, where the bench or the keys file gave it (PBC: 00000000). */
  readonly pin: string | null;
  /** A PIN was given, and the Registrar's messages show that another was in use: why, part of a sentence. */
  readonly pinProblem?: string;
  /** True when frames of this exchange may be missing from the capture (a fail that rests on absence is unsafe). */
  readonly lossy: boolean;
  /** The bench's Registrar followed this script in it; absent: it held to the protocol's ordinary course. */
  readonly script?: Scenario;
  /** It was held, without script, to see whether the device works on after this stimulus. */
  readonly recovers?: StimulusId;
  /** The device's EAPOL-Starts, in order; of many the first. Absent: none was seen. */
  readonly starts?: readonly Pick<Frame, 'number' | 'timeNs'>[];
}

export interface FramingIssue {
  readonly packet: EapPacket;
  /** e.g. `length-field-wrong`, `opcode-mismatch`, `unknown-flags`, `fragment-without-length`. */
  readonly code: string;
  /** In the EAP packet. */
  readonly at: Span;
  readonly expected: string;
  readonly actual: string;
}

/** A WPS IE seen in an 802.11 management frame, its elements concatenated. */
export interface ManagementFrame {
  readonly kind: 'beacon' | 'probe-request' | 'probe-response' | 'association-request' | 'association-response';
  readonly transmitter: Uint8Array;
  /** The first of this content. */
  readonly frame: Frame;
  readonly wsc: WscMessage;
  readonly parts: readonly Part[];
  /**
   * Probe Requests: when this content was sent, first and last of what was no more than five seconds apart, milliseconds
   * since 1970; the latest 32 such stretches.
   */
  readonly heard?: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/**
 * A step of the DUT onto a network. `registering`: Association Request with a WPS IE. `requested`: one without.
 * `associated`: the access point took it in. `key-message`: one of the 4-way handshake. `handshake`: its last message
 * after the third, so both sides have the key. `address`: it has an IP address. `left`: the DUT took its leave. `lost`:
 * the access point has it no more.
 */
export type JoinState =
  'registering' | 'requested' | 'associated' | 'key-message' | 'handshake' | 'address' | 'left' | 'lost';

/** What was seen of the DUT's association with a network, by our access point or in the air. */
export interface JoinFact {
  readonly state: JoinState;
  /** Milliseconds since 1970, with a fraction where a frame tells it. */
  readonly timeMs: number;
  readonly source: 'bench' | 'frames';
  /** Number in the capture; frames only. */
  readonly frame?: number;
  /** Address of the access point, 6 bytes; frames only. */
  readonly accessPoint?: Uint8Array;
  /** `requested`: the request has an RSN element, so it is for a network with a key. */
  readonly isSecured?: boolean;
  /** `key-message`: which of the four. */
  readonly keyMessage?: KeyMessage;
  /** `left`: the 802.11 reason code. */
  readonly reasonCode?: number;
  /** `address`: the address in text form, and its family. */
  readonly address?: string;
  readonly family?: 'ipv4' | 'ipv6';
}

/** Number of a message of the 4-way handshake. */
export type KeyMessage = 1 | 2 | 3 | 4;

/**
 * A question put to the person beside the DUT, and what became of it. `yes`, `no`: the answer. `declined`: it was
 * skipped on purpose. `failed`: it was tried and could not be told. `unanswered`: the time ran out. `unasked`: nobody
 * was there to be asked, and no answer was recorded.
 */
export type AnswerWord = 'yes' | 'no' | 'declined' | 'failed' | 'unanswered' | 'unasked';

/** Who answered: a person at the terminal, the profile's recorded answers, or the reference device's own panel. */
export type AnswerSource = 'person' | 'profile' | 'panel';

export interface OperatorAnswer {
  /** Id of the question. */
  readonly question: string;
  /** As it was put. */
  readonly text: string;
  readonly answer: AnswerWord;
  /** Absent where there is no answer. */
  readonly by?: AnswerSource;
  /** When it was given, or when it was known that there is none; milliseconds since 1970. */
  readonly timeMs: number;
  /** How long an answer was waited for; absent where it was not. */
  readonly limitMs?: number;
  /** What the answer rests on: a photo, a date; or why there is none. */
  readonly note?: string;
}

/** Frames the capture is known to have lost, and how that is known. */
export interface Loss {
  readonly source: 'kernel' | 'interface' | 'limit' | 'sequence' | 'cut-frame' | 'truncated-file';
  readonly count: number;
  readonly text: string;
}

/** What the bench said of itself: steps, waits that ran out, its own failures. Order of events.jsonl. */
export interface BenchEvent {
  readonly monotonicMs: number;
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What the bench, the place or the operator could not do. A rule that needs it is `error` or `not-run`. */
export interface BenchFailure {
  readonly code: string;
  readonly text: string;
}

/** What could be shown at all, fixed before judging: by the plan of a run, or by what a capture holds. */
export interface Ability {
  readonly kinds: readonly EvidenceKind[];
  /** Number of sessions planned (run) or found (capture). */
  readonly sessions: number;
  /** Scripted scenarios planned (run) or recognised (capture); absent: none. */
  readonly scenarios?: readonly Scenario[];
}

/** Everything known of one DUT in one run or capture. */
export interface Evidence {
  /** The DUT's MAC address; null when nothing of it was seen. */
  readonly dutMac: Uint8Array | null;
  readonly source: 'run' | 'capture';
  readonly ability: Ability;
  readonly exchanges: readonly Exchange[];
  readonly management: readonly ManagementFrame[];
  /** Steps of the DUT onto its networks, by time; absent or empty: none was seen. */
  readonly join?: readonly JoinFact[];
  /** SSDP, WS-Discovery and what the DUT serves; absent: none was listened for or seen. */
  readonly discovery?: Discovery;
  /** What the person beside the DUT was asked, in order; absent or empty: nothing. */
  readonly operator?: readonly OperatorAnswer[];
  readonly losses: readonly Loss[];
  readonly events: readonly BenchEvent[];
  /** Set when our bench failed: missing evidence is then `error`, never the device's fault. */
  readonly benchFailure: BenchFailure | null;
}
