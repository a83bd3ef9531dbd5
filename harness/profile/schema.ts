/** The profile of a DUT: what its vendor declares (ICS) and what one must know to test it (IXIT). */
export type ProfileTransport = 'none' | 'dpws' | 'upnp' | 'secure-dpws';

export interface Profile {
  readonly version: 1;
  readonly device: {
    readonly name: string;
    readonly manufacturer?: string;
    readonly model?: string;
    readonly firmware?: string;
  };
  readonly ics: {
    /** Transports it pairs by; `[none]` for a device that does not pair. */
    readonly transports: readonly ProfileTransport[];
    readonly wscVersion: '1.0' | '2.0';
    readonly methods: readonly ('pin' | 'pbc')[];
  };
  readonly ixit: {
    readonly bench?: 'wired';
    readonly method: 'pin' | 'pbc';
    /** ASCII digits; never in a report. */
    readonly pin?: string;
    /** Lower-case colon form. */
    readonly mac?: string;
    /** Identities the device is known to have on the network, exactly as it sends them. */
    readonly identities?: { readonly upnp?: string; readonly dpws?: string };
    readonly sessions: number;
    readonly limits: { readonly startMs: number; readonly sessionMs: number };
    /** A real Ethernet port the DUT's wired supplicant is on (place here). */
    readonly interface?: string;
    /** A DUT the bench starts itself. */
    readonly dut?: WpaSupplicantDut;
  };
}

/** wpa_supplicant as DUT behind a veth pair, in the sandbox. */
export interface WpaSupplicantDut {
  readonly kind: 'wpa_supplicant';
  readonly uuid: string;
  readonly deviceName: string;
  readonly manufacturer: string;
  readonly modelName: string;
  readonly modelNumber: string;
  readonly serialNumber: string;
  /** e.g. `3-0050F204-1`. */
  readonly deviceType: string;
  /** Names as wpa_supplicant spells them, e.g. `[virtual_display, virtual_push_button, keypad]`. */
  readonly configMethods: readonly string[];
  /** Whole value of one vendor extension of M1, hex beginning with its vendor id; absent: none is sent. */
  readonly vendorExtensionM1?: string;
  /** EAP-WSC fragment size of the DUT, bytes. */
  readonly fragmentBytes?: number;
}
