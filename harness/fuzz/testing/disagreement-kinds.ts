import { decodeEapWsc } from '#wire/eap/eap-wsc.js';
import { decodeEap } from '#wire/eap/eap.js';
import { decodeEapol, EAPOL_TYPE } from '#wire/eap/eapol.js';
import { wscCarrier } from '#wire/eap/wsc-carrier.js';
import { decodeEthernet, ETHERTYPE } from '#wire/ethernet.js';
import type { PdmlField, PdmlPacket } from '#wire/testing/pdml.js';
import { disagreements, ourFacts, tsharkFacts } from '#wire/testing/second-opinion.js';
import { decodeWsc } from '#wire/wps/message.js';
import { checkValues } from '#wire/wps/values.js';
import { vendorExtensions } from '#wire/wps/vendor-extension.js';

/** tshark gave up on a frame: what it had shown by then is compared, what it did not get to is missing. */
const GAVE_UP = 'Malformed Packet (Exception occurred)';

/**
 * How our decoders and tshark disagree on a frame, in words without figures: two frames that differ in the same way
 * give the same kinds. Empty where they agree on every field and on whether there is something to remark.
 */
export function kindsOf(frame: Uint8Array, packet: PdmlPacket): string[] {
  const { fields, remarks } = withoutRemarks(packet.fields);
  const gaveUp = remarks.includes(GAVE_UP);
  const opinions = { frame: 0, ours: ourFacts(frame).map(unnamed), tshark: tsharkFacts({ fields }) };
  const isTagged = (decodeEthernet(frame)?.tags.length ?? 0) > 0;
  const facts = disagreements(opinions).map((line) => {
    const words = wordsOf(line);
    if (isTagged && OF_TAGS.test(words)) return 'tagged: other fields of the EtherType and the tags';
    if (!gaveUp) return `whole: ${words}`;
    return words.startsWith('ours only') ? 'gave up: ours goes on' : `gave up: ${words}`;
  });
  const own = ourRemarks(frame);
  const silent = [
    ...(remarks.length === 0 ? own.map((code) => `remark of ours alone: ${code}`) : []),
    ...(own.length === 0 ? remarks.map((text) => `remark of tshark alone: ${text}`) : []),
  ];
  return [...new Set([...facts, ...silent])];
}

const OF_TAGS = /^(ours|tshark) only: (eth\.type|unexpected (vlan|ieee8021ad|ieee8021ah))$/;

/** What has no name is a number to us and `Unknown` to tshark. */
function unnamed(line: string): string {
  return line === 'message ?' ? 'message Unknown' : line.replace(/ 0x[0-9a-f]{2,4}, Length/, ' Unknown, Length');
}

/** `ours only: attribute`, `tshark only: unexpected vlan`: the kind of fact, not its place and bytes. */
function wordsOf(line: string): string {
  const said = line.replace(/^frame \d+ [-+] /, '');
  const what = said.replace(/ @\d+\+\d+.*$/s, '').replace(/^(.*only: message) .*$/, '$1');
  return what.replace(/(unexpected [a-z0-9]+)[._].*$/, '$1');
}

function withoutRemarks(all: readonly PdmlField[]): { fields: PdmlField[]; remarks: string[] } {
  const remarks: string[] = [];
  const fields = all.flatMap((field): PdmlField[] => {
    if (field.name === '_ws.expert.message') remarks.push(field.shown.replace(/^Message: /, ''));
    const inner = withoutRemarks(field.children);
    remarks.push(...inner.remarks);
    return field.name.startsWith('_ws.') ? [] : [{ ...field, children: inner.fields }];
  });
  return { fields, remarks };
}

/** Codes of everything our decoders remark in a frame. */
function ourRemarks(frame: Uint8Array): string[] {
  const ethernet = decodeEthernet(frame);
  if (ethernet === null) return ['ethernet-header-cut'];
  if (ethernet.etherType !== ETHERTYPE.Eapol) return [];
  const eapol = decodeEapol(ethernet.payload);
  const eap = decodeEap(eapol.body);
  const inEapol = eapol.issues.map(({ code }) => code);
  if (eapol.header?.packetType !== EAPOL_TYPE.EapPacket) return inEapol;
  const carrier = wscCarrier(eap);
  const inEap = [...eap.issues, ...carrier.issues].map(({ code }) => code);
  if (carrier.payload === null) return [...inEapol, ...inEap];
  const wsc = decodeEapWsc(carrier.payload);
  const message = decodeWsc(wsc.data);
  const extensions = vendorExtensions(message).flatMap(({ subelements }) => subelements?.issues ?? []);
  const inWsc = [...wsc.issues, ...message.issues, ...extensions].map(({ code }) => code);
  return [...new Set([...inEapol, ...inEap, ...inWsc, ...checkValues(message).map(() => 'value-illegal')])];
}
