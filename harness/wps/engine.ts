import type { RandomBytes } from '#base/random.js';
import type { WscMessage } from '#wire/wps/message.js';

/** What a protocol engine asks its owner to do. Engines do no I/O and never read a clock. */
export type EngineOutput =
  /** Send this EAPOL packet (from its version byte on, no Ethernet header) to the peer. `what` names it, e.g. `M4`. */
  | { readonly kind: 'send'; readonly bytes: Uint8Array; readonly what: string }
  /** Call `tick` at this time, unless a later output names another. */
  | { readonly kind: 'wake'; readonly atMs: number }
  /** M1 has come: what it promises is looked for on the network afterwards. */
  | { readonly kind: 'm1'; readonly m1: WscMessage }
  /** Session keys exist from now on: the owner writes them to the bundle's secrets at once. */
  | { readonly kind: 'keys'; readonly keys: DerivedKeys }
  /** Something worth showing while a human waits, e.g. `M1 received`. */
  | { readonly kind: 'progress'; readonly step: string }
  /** The engine is finished; no further output follows. */
  | { readonly kind: 'end'; readonly outcome: Outcome; readonly text: string; readonly silenceMs?: number };

/**
 * done: the Enrollee sent WSC_Done (Enrollee engine: M8 accepted). nack: the peer refused. timeout: the peer was silent
 * through all retransmissions. failed: the peer broke the protocol so that it cannot go on.
 */
export type Outcome = 'done' | 'nack' | 'timeout' | 'failed';

export interface DerivedKeys {
  readonly enrolleeNonce: Uint8Array;
  readonly registrarNonce: Uint8Array;
  /** 32 bytes. */
  readonly authKey: Uint8Array;
  /** 16 bytes. */
  readonly keyWrapKey: Uint8Array;
}

/** (state, input, now) -> outputs. `nowMs` is monotonic. */
export interface Engine {
  /** First outputs: called once, before anything is received. */
  start(nowMs: number): readonly EngineOutput[];
  /** One EAPOL packet from the peer, from its version byte on. Never throws on what a peer sends. */
  receive(eapol: Uint8Array, nowMs: number): readonly EngineOutput[];
  /** The time of the last `wake` has come. */
  tick(nowMs: number): readonly EngineOutput[];
}

/** A message on its way out, before the script sees it. */
export interface OutgoingMessage {
  /** `EAPOL-Start`, `Identity`, `WSC_Start`, `M1` to `M8`, `M2D`, `WSC_ACK`, `WSC_NACK`, `WSC_DONE`, `EAP-Failure`. */
  readonly what: string;
  /** EAP-WSC op-code; 0 for `EAPOL-Start`, `Identity` and `EAP-Failure`. */
  readonly opCode: number;
  /** WSC TLVs, complete with Authenticator. Of `Identity`: its data. Empty for `EAPOL-Start` and `EAP-Failure`. */
  readonly wsc: Uint8Array;
}

/**
 * What the script makes of it; an empty list drops it. Of several messages an EAP authenticator sends each as a request
 * of its own, once the one before was answered; only the answer to the last counts (a WSC_NACK always does). An EAP peer
 * sends them one after the other as responses with the same identifier.
 */
export interface ScriptedMessage extends OutgoingMessage {
  /** Hold it back this long. */
  readonly delayMs?: number;
  /** The packets of the message before it in the list once more, byte for byte, at once or after `delayMs`. */
  readonly retransmission?: true;
}

/**
 * Alters messages on their way out: our Registrar's stimuli and a reference device's faults are this one mechanism. It
 * sees each message once, before fragmentation; retransmissions repeat what it made of it.
 */
export type Script = (message: OutgoingMessage, tools: ScriptTools) => readonly ScriptedMessage[];

/** An EAPOL packet on its way out, whole: message script, fragmentation and EAP header are behind it. */
export interface OutgoingPacket {
  /** The message it carries or is part of, named as in {@link OutgoingMessage}; `WSC_FRAG_ACK` and `EAP-Nak` besides. */
  readonly what: string;
  /** From the EAPOL version byte on. */
  readonly bytes: Uint8Array;
}

/**
 * Alters packets below the messages: EAPOL and EAP headers, flags, fragments. What it returns is sent in the packet's
 * place, in order, each as it is; an empty list drops it. Retransmissions repeat what it made of the packet.
 */
export type PacketScript = (packet: OutgoingPacket) => readonly Uint8Array[];

export interface ScriptTools {
  /** Replace the last 12 bytes by the Authenticator attribute that is right for the bytes before it. Needs keys. */
  readonly seal: (wscWithAuthenticator: Uint8Array) => Uint8Array;
  /** Encrypted Settings value over this plaintext (TLVs without Key Wrap Authenticator). Needs keys. */
  readonly encrypt: (plain: Uint8Array) => Uint8Array;
  /** Null until the session has keys. */
  readonly keys: DerivedKeys | null;
}

/** What the Enrollee gets in M8. */
export interface Credential {
  /** At most 32 bytes. */
  readonly ssid: Uint8Array;
  /** WSC Authentication Type, 0x0020 WPA2-PSK. */
  readonly authenticationType: number;
  /** WSC Encryption Type, 0x0008 AES. */
  readonly encryptionType: number;
  /** Passphrase of 8 to 63 ASCII characters, or 64 hex digits; at most 64 bytes. */
  readonly networkKey: Uint8Array;
}

export interface DeviceStrings {
  readonly manufacturer: string;
  readonly modelName: string;
  readonly modelNumber: string;
  readonly serialNumber: string;
  readonly deviceName: string;
}

/** EAP retransmission: hostapd's figures by default (5 s, 3 tries, 120 s a session). */
export interface EngineLimits {
  readonly retransmitMs: number;
  readonly tries: number;
  readonly sessionMs: number;
}

export interface RegistrarConfig {
  readonly method: 'pin' | 'pbc';
  /** ASCII digits, 4 or 8; ignored for PBC (00000000). */
  readonly pin: string;
  readonly credential: Credential;
  readonly uuidR: Uint8Array;
  readonly device: DeviceStrings;
  readonly random: RandomBytes;
  readonly limits: EngineLimits;
  /** Fragment outgoing messages above this many bytes of EAP-WSC payload (opcode and flags not counted). */
  readonly fragmentBytes?: number;
  /** Fixed DH private value, at most 192 bytes big-endian; 32 bytes drawn from `random` when absent. */
  readonly privateKey?: Uint8Array;
  readonly script?: Script;
  readonly packetScript?: PacketScript;
}
