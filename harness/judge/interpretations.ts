/** A point on which the sources leave room, and how this tool reads it. Rules cite the key. */
export interface Interpretation {
  /** What is unclear. */
  readonly point: string;
  /** How it is judged here. */
  readonly reading: string;
}

/** The register. A key is never given to another point. */
export const INTERPRETATIONS: ReadonlyMap<string, Interpretation> = new Map([
  [
    'I-1',
    {
      point: 'The table of TLVs prints the length of the Vertical Pairing Identifier with a minus sign.',
      reading:
        'The length is 2: the text gives the data two bytes, and the later page on Wi-Fi Direct printing has 0x0002.',
    },
  ],
  [
    'I-2',
    {
      point: 'Profile Request 0x00 is "not requested" in the table of values and reserved in the note below it.',
      reading: 'It is reserved, so the field has to be 0x01; the Wi-Fi Direct printing page reserves it outright.',
    },
  ],
  [
    'I-3',
    {
      point: 'The limit of 242 bytes in an information element is more than the 240 one element has room for.',
      reading: 'A value above 242 bytes fails; 241 and 242 bytes are reported, as they need a second element.',
    },
  ],
  [
    'I-4',
    {
      point: 'For secure DPWS, Windows compares the endpoint address with an https URL, the specification with a UUID.',
      reading:
        'With transport 0x03 the rules on the endpoint address are recommendations (UID-06, 07, 08, TUU-06, DISC-03).',
    },
  ],
  [
    'I-5',
    {
      point: 'A device should use one Microsoft vendor extension only.',
      reading: 'More than one is a warning; all of them are judged together, in message order.',
    },
  ],
  [
    'I-6',
    {
      point: 'Wi-Fi Direct printing sends the same TLVs in M7 and M8.',
      reading: 'That does not stand in for M1 on a device that pairs by WCN-NET.',
    },
  ],
  [
    'I-7',
    {
      point: 'The UPnP architecture recommends a max-age of at least 1800 seconds.',
      reading: 'A shorter one is a warning.',
    },
  ],
  [
    'I-8',
    {
      point: 'That DPWS and secure DPWS exclude each other is said of one version of Windows.',
      reading: 'Declaring both fails: Windows cannot serve such a device.',
    },
  ],
  [
    'I-9',
    {
      point: 'One Vertical Pairing Identifier for each transport.',
      reading: 'At most one for each transport, in all Microsoft extensions of M1 together.',
    },
  ],
  [
    'I-10',
    {
      point: 'The layout of the bytes is only drawn, never written down.',
      reading:
        'Vendor id 00 01 37, type and length big-endian, Transport byte first: two shipped implementations agree on it.',
    },
  ],
  [
    'I-11',
    {
      point: 'Only the two UUIDs of one example are said to be unfit for a real device.',
      reading:
        'Every UUID printed in the documentation, its misprint repaired, all zero and all 0xFF fail: none can be unique.',
    },
  ],
  [
    'I-12',
    {
      point: 'A device may offer a transport that it does not pair by.',
      reading: 'Declaring is intent: M1 is compared with the profile, not with what else the device offers.',
    },
  ],
  [
    'I-13',
    {
      point: 'The two minutes for which a display keeps the PIN begin with an M2D; what may follow it is not said.',
      reading: 'They are watched while no M2 follows: once it is registered, a device may take the PIN away.',
    },
  ],
  [
    'I-14',
    {
      point: 'What makes a PIN dynamic is not said.',
      reading: 'The device makes it up anew, at each start or for each registration; it is printed nowhere.',
    },
  ],
  [
    'I-15',
    {
      point: 'A WSC_ACK has a Registrar Nonce; which one a device sends that has taken M2D and no M2 yet, is not said.',
      reading: 'That of the M2D, or zeros: it has no Registrar yet, and wpa_supplicant sends zeros. Others fail.',
    },
  ],
]);
