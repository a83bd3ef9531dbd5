import type { RuleId } from '#judge/rule.js';

/** A statement of the primary specification, in our own words, and the rules that judge it. */
export interface Clause {
  /** Lines it stands on. */
  readonly lines: readonly number[];
  readonly statement: string;
  /**
   * Rules that judge it, also such as are still to come. None for context and for a permission; what is named with a
   * permission is about its limits.
   */
  readonly rules: readonly RuleId[];
  /** Why no device can break it. */
  readonly kind?: 'context' | 'permission';
}

function judged(lines: readonly number[], statement: string, ...rules: readonly string[]): Clause {
  return { lines, statement, rules: rules.map((id): RuleId => `RVP-${id}`) };
}

function context(lines: readonly number[], statement: string): Clause {
  return { lines, statement, rules: [], kind: 'context' };
}

function permission(lines: readonly number[], statement: string, ...rules: readonly string[]): Clause {
  return { ...judged(lines, statement, ...rules), kind: 'permission' };
}

/** Every statement of the specification, in its order. */
export const CLAUSES: readonly Clause[] = [
  context([3], 'What the technology is for: bringing a device onto a wireless network.'),
  context([5, 7, 8], 'The Windows releases the text speaks of.'),
  judged([10], 'A device says by a vendor extension in its WPS messages that it can be paired.', 'VX-01', 'VPI-01'),
  judged(
    [10],
    'The identity in the extension is the one the device shows on UPnP or DPWS.',
    'UID-03',
    'UID-06',
    'UID-09',
  ),
  judged([10], 'By it the device states that it wants to be connected and paired.', 'VPI-10'),
  judged([10], 'After the network is set up, Windows waits to discover the device.', 'DISC-01', 'JOIN-02'),
  judged([10], 'It is discovered by SSDP or by WS-Discovery, as its transport says.', 'DISC-01'),
  judged([10], 'Windows then installs the device; what the host does is not judged.', 'DISC-05', 'PNPX-07'),
  judged([14], 'A vendor extension is an attribute a manufacturer may add to WPS messages.', 'VX-01'),
  judged([14], 'Its place is the open end of a message, after the attributes the message defines.', 'VX-03'),
  permission([14], 'Every message may carry vendor extensions.', 'VX-10'),
  judged(
    [14],
    'That includes the messages of the registration and the WPS element of 802.11 frames.',
    'VX-07',
    'VX-10',
    'IEX-01',
  ),
  judged([16], 'Each vendor defines its extensions for itself.', 'VX-09'),
  judged([16], "An extension is a vendor id followed by that vendor's data.", 'VX-04'),
  judged([18], 'The vendor id has three bytes.', 'VX-04', 'VX-09'),
  judged([18], 'Vendor ids are the registered enterprise numbers.', 'VX-09', 'VX-11'),
  judged([18], "Microsoft's number is 0x137.", 'VX-01', 'VX-09'),
  judged([18], 'Every Microsoft extension carries that number.', 'VX-09'),
  judged([20], 'Extensions come after the rest of the message.', 'VX-03'),
  permission([20], 'There may be several of them.', 'VX-02'),
  context([24], "What is in a vendor's data is that vendor's own matter."),
  judged([24], "Microsoft's data is a sequence of TLVs, at least one.", 'VX-05'),
  judged([26], 'The TLVs have to be in M1.', 'VPI-09', 'TUU-11'),
  permission([26], 'They may be in other messages as well.', 'VX-10'),
  judged([26], 'Each TLV type belongs to one feature.', 'VX-08'),
  judged([28, 33, 34], 'Type and Length of a TLV have two bytes each.', 'VX-05', 'VX-06'),
  judged([28, 35], 'A TLV value has 0 to 1017 bytes.', 'VX-06', 'VX-04'),
  judged([28, 34], "The Length field counts the value's bytes.", 'VX-06'),
  judged([35], 'In an information element a value has at most 242 bytes.', 'VX-07'),
  judged([39, 41], 'One or more TLVs, without an upper limit.', 'VX-05', 'VX-08'),
  judged([41], 'One Microsoft extension for all TLVs is advised.', 'VX-02'),
  judged([45], 'Vertical Pairing defines two TLV types.', 'VX-08'),
  judged([50], 'Type 0x1001, the VPI, of two bytes (I-1).', 'VPI-01', 'VPI-02'),
  judged([51], 'Type 0x1002, the Transport UUID, of 16 bytes.', 'TUU-01'),
  judged([57], 'The VPI tells by which transports the device can be reached.', 'VPI-10'),
  judged([57], 'M1 has at least one VPI.', 'VPI-01'),
  judged([57], 'Also a device without Vertical Pairing sends one.', 'VPI-01'),
  judged([57], 'Such a device declares that it supports no transport.', 'VPI-10', 'VPI-06'),
  judged(
    [57],
    "The VPI is sent inside Microsoft's extension of M1, not as an attribute of its own.",
    'VX-01',
    'VPI-01',
    'VPI-09',
    'VX-09',
  ),
  judged([59], 'A VPI value has two bytes.', 'VPI-02'),
  judged([59], 'They are Transport and Profile Request, in this order (I-10).', 'VPI-03', 'VPI-04'),
  judged([59], 'Either field has one byte.', 'VPI-02'),
  judged([63], 'A VPI declares one transport.', 'VPI-03'),
  permission([63], 'Several VPIs declare several transports.'),
  judged([63], 'There is one VPI for a transport, not more (I-9).', 'VPI-08'),
  judged([68, 69, 70, 71], 'Transport values: None, DPWS, UPnP, Secure DPWS.', 'VPI-03'),
  judged([72], 'All other transport values are reserved.', 'VPI-03'),
  judged([76], 'DPWS and Secure DPWS exclude each other (I-8).', 'VPI-07'),
  judged([80], 'With Transport None there is no other VPI.', 'VPI-06', 'VPI-10'),
  judged([80], 'Nor is there a Transport UUID with it.', 'TUU-04'),
  judged([80], 'Windows does not look for a device that declares None.', 'DISC-02'),
  judged([86], 'Profile Request says whether the device wants the wireless profile.', 'VPI-04', 'VPI-05'),
  judged([91], 'Value 0x00, no profile wanted, is not supported.', 'VPI-04', 'VPI-05'),
  judged([92], 'Value 0x01, profile wanted, is the one that is supported.', 'VPI-04'),
  judged([93], 'All other values are reserved.', 'VPI-04'),
  judged([97], '0x00 counts as reserved, too (I-2).', 'VPI-04'),
  judged([97], '0x01 is sent also with Transport None.', 'VPI-05'),
  judged([103], 'A Transport UUID is for a transport whose identity is not UUID-E.', 'TUU-08'),
  judged([103], 'It may be left out.', 'TUU-06'),
  judged([103], 'Then the identity is formed from UUID-E.', 'TUU-06'),
  judged([105], 'It stands directly after the VPI it belongs to.', 'TUU-02'),
  judged([105], 'Each VPI may have one after it.', 'TUU-03'),
  judged([107], 'Its bytes are in network order.', 'TUU-05'),
  judged([111], 'With Transport None there is none.', 'TUU-04'),
  judged([117, 119, 121, 122, 123], 'Identities of an example device.', 'TUU-09', 'UID-01'),
  judged([127], "The example's identities are written in lower case.", 'UID-05', 'UID-08'),
  judged([127], 'A DPWS identity is the UUID after urn:uuid: in lower case.', 'UID-06', 'UID-07'),
  judged([131], "The example's UUIDs belong to no real device (I-11).", 'TUU-09', 'UID-01'),
  judged([135, 137], "The example's M1 carries a Microsoft extension.", 'VX-01'),
  judged([139], 'Its VPI has two bytes, 01 01.', 'VPI-02', 'VPI-03', 'VPI-04'),
  judged([141], 'Its Transport UUID is the identity in binary.', 'TUU-05', 'TUU-10'),
  judged([143], 'The device takes over the delivered network settings first.', 'JOIN-01', 'JOIN-02'),
  judged([143], 'Windows then looks for the identity the Transport UUID gave.', 'UID-06'),
  judged([145], 'The device announces itself on the network.', 'DISC-01', 'DISC-04'),
  judged([149], 'UPnP and DPWS are the transports there are.', 'VPI-03'),
  permission([149], 'A device may use one or both.'),
  judged([149], 'It is for the device to say which it pairs by.', 'VPI-10'),
  judged([149], 'It names each of them in M1.', 'VPI-01', 'VPI-10'),
  judged([149], 'A device that pairs by none says so.', 'VPI-01', 'VPI-06'),
  judged([155], 'A UPnP identity is in lower case.', 'UID-05', 'UID-08'),
  judged([155], 'It is that of the root device.', 'UID-04', 'UID-05'),
  judged([155], 'It has digits and lower-case letters only.', 'UID-05'),
  judged([155], 'In M1 a UUID is binary.', 'TUU-01', 'TUU-05'),
  judged([155], 'A UPnP device with another spelling is not found.', 'DISC-03'),
  judged([157], 'A DPWS identity begins with urn:uuid:.', 'UID-07'),
  judged([157], 'What follows has digits and lower-case letters only.', 'UID-07', 'UID-08'),
  permission([159], 'One UUID may serve WPS and both transports.'),
  judged([159], 'Where it is UUID-E, no Transport UUID is needed.', 'TUU-06', 'TUU-08'),
  judged([159], 'Transports that share another UUID send a Transport UUID each.', 'TUU-07'),
  judged(
    [161, 163, 165, 166, 167, 168, 172, 174, 175, 176, 177],
    'Two examples of identities and Transport UUIDs.',
    'TUU-06',
    'TUU-07',
    'UID-09',
  ),
];
