import type { RandomBytes } from '#base/random.js';
import type { WscMessage } from '#wire/wps/message.js';
import type { Credential, DeviceStrings, EngineLimits, PacketScript, Script } from './engine.js';

/** What M1 says of the device. Numbers are written as they are, defined or not. */
export interface EnrolleeIdentity {
  /** 6 bytes. */
  readonly macAddress: Uint8Array;
  /** 16 bytes in network order. */
  readonly uuidE: Uint8Array;
  readonly authenticationTypes: number;
  readonly encryptionTypes: number;
  readonly connectionTypes: number;
  readonly configMethods: number;
  /** WPS State: 1 not configured, 2 configured. */
  readonly wpsState: number;
  readonly device: DeviceStrings;
  /** 8 bytes. */
  readonly primaryDeviceType: Uint8Array;
  readonly rfBands: number;
  readonly associationState: number;
  /** By the method (PIN 0x0000, push button 0x0004) when absent. */
  readonly devicePasswordId?: number;
  /** 4 bytes. */
  readonly osVersion: Uint8Array;
  /** Version2 in the Wi-Fi Alliance's extension of every message; null for a WSC 1.0 device, which has none. */
  readonly version2: number | null;
}

/** An attribute besides those of the message table: a Microsoft vendor extension, say. */
export interface ExtraAttribute {
  /** The whole attribute; not checked. */
  readonly bytes: Uint8Array;
  /**
   * Id of the attribute it stands before (its first occurrence; several extras there keep their order). After all
   * others, but before the Authenticator, when absent or when the message has no such attribute.
   */
  readonly before?: number;
}

/** EAPOL-Start is sent every `retransmitMs`, at most `tries` times, until the authenticator speaks. */
export interface EnrolleeLimits extends EngineLimits {
  /** Longest wait for the Registrar's next message. */
  readonly idleMs: number;
  /** Longest wait for EAP-Failure after WSC_DONE or WSC_NACK. */
  readonly closingMs: number;
}

/** wpa_supplicant's figures. */
export const ENROLLEE_LIMITS: EnrolleeLimits = {
  retransmitMs: 5000,
  tries: 3,
  sessionMs: 120_000,
  idleMs: 30_000,
  closingMs: 2000,
};

export interface EnrolleeConfig {
  readonly method: 'pin' | 'pbc';
  /** ASCII digits, 4 or 8; ignored for PBC (00000000). */
  readonly pin: string;
  readonly identity: EnrolleeIdentity;
  readonly extras?: Readonly<Partial<Record<'M1' | 'M3' | 'M5' | 'M7', readonly ExtraAttribute[]>>>;
  /**
   * Drawn in this order: private value (32 bytes, unless `privateKey` is given), Enrollee Nonce, E-S1, E-S2 (16 bytes
   * each), and an IV of 16 bytes for each Encrypted Settings. A generator without variety makes a device without.
   */
  readonly random: RandomBytes;
  readonly limits: EnrolleeLimits;
  /** Fragment outgoing messages above this many bytes of WSC TLVs. */
  readonly fragmentBytes?: number;
  /** Fixed DH private value, at most 192 bytes big-endian. */
  readonly privateKey?: Uint8Array;
  readonly script?: Script;
  readonly packetScript?: PacketScript;
  /**
   * Goes on where a correct Enrollee refuses or says nothing, if this is true of the reason: a broken device. What was
   * missing is zero then, or the generator in the place of a public key.
   */
  readonly overlooks?: (reason: string) => boolean;
  /** Refuses a message a correct Enrollee takes, if this gives a reason: a broken device. */
  readonly objects?: (message: WscMessage) => string | null;
  /** Goes on whether or not R-Hash1 and R-Hash2 prove that the Registrar knows the password: a broken device. */
  readonly acceptsAnyPassword?: true;
}

/** A credential as M8 carried it. */
export interface ReceivedCredential extends Credential {
  /** 6 bytes. */
  readonly macAddress: Uint8Array;
}
