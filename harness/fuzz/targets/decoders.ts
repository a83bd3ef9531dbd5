import { toHex } from '#base/bytes.js';
import { decodeEapWsc, encodeEapWsc, MAX_MESSAGE_BYTES, WscReassembler } from '#wire/eap/eap-wsc.js';
import { decodeEap, encodeEap } from '#wire/eap/eap.js';
import { decodeEapol, encodeEapol } from '#wire/eap/eapol.js';
import { wscCarrier } from '#wire/eap/wsc-carrier.js';
import { formatDissection, dissectWsc } from '#wire/dissect.js';
import { dissectEapol } from '#wire/dissect-frame.js';
import { verticalPairing } from '#wire/microsoft/vertical-pairing.js';
import { decodeTlvs, encodeTlvs, WFA_SHAPE, WPS_SHAPE, type TlvList } from '#wire/tlv.js';
import { credentialAttribute } from '#wire/wps/build.js';
import { encryptBlocks, encryptSettings } from '#wire/wps/crypto.js';
import { decodeWsc } from '#wire/wps/message.js';
import { MESSAGE_TABLES, misplacedAttributes, missingAttributes, repeatedAttributes } from '#wire/wps/messages.js';
import { openSettings } from '#wire/wps/settings.js';
import { checkValues } from '#wire/wps/values.js';
import { vendorExtensions } from '#wire/wps/vendor-extension.js';
import type { Dice } from '../dice.js';
import { editBytes } from '../mutate/edit.js';
import { editEapol, editEapWsc, fragments } from '../mutate/eapol.js';
import { editTlvs, WPS } from '../mutate/tlv.js';
import { anyRecording, eapolOf, messagesOf, payloadsOf } from '../seeds.js';
import { changed, ensure, ensureInside, ensureLossless, type Target } from '../target.js';

/** A list must give its bytes back, and its nodes must stand one after another in them. */
function checkList(list: TlvList, bytes: Uint8Array, what: string): void {
  ensureLossless(encodeTlvs(list, list.shape), bytes, what);
  const [first] = list.nodes;
  let at = first?.span.start ?? 0;
  for (const { span, valueSpan } of list.nodes) {
    ensure(span.start === at, `${what}: a gap at ${at}`);
    ensure(valueSpan.end === span.end && valueSpan.start >= span.start, `${what}: a value outside its node`);
    at = span.end;
  }
}

function someMessage(dice: Dice): Uint8Array {
  return dice.oneOf(messagesOf(anyRecording(dice)));
}

const tlv: Target = {
  name: 'tlv',
  deadlineMs: 50,
  generate: (dice) => changed(someMessage(dice), dice, (bytes, own) => editTlvs(bytes, WPS, own)),
  check: (input) => {
    for (const shape of [WPS_SHAPE, WFA_SHAPE])
      checkList(decodeTlvs(input, shape), input, `${shape.typeBytes}-byte TLVs`);
  },
};

const wsc: Target = {
  name: 'wsc',
  deadlineMs: 100,
  generate: tlv.generate,
  check: (input) => {
    const message = decodeWsc(input);
    checkList(message.list, input, 'message');
    for (const issue of message.issues) ensureInside(issue.at, input.length, `issue ${issue.code}`);
    for (const { node, subelements } of vendorExtensions(message))
      if (subelements !== null) checkList(subelements, node.value.subarray(3), 'WFA extension');
    for (const { extension, list } of verticalPairing(message).extensions)
      checkList(list, extension.node.value.subarray(3), 'Microsoft extension');
    for (const violation of checkValues(message)) ensure(violation.expected !== '', 'a violation that expects nothing');
    repeatedAttributes(message);
    for (const table of Object.values(MESSAGE_TABLES)) {
      misplacedAttributes(table, message);
      missingAttributes(table, message, true);
    }
    const lines = dissectWsc(message);
    for (const { at, path } of lines) ensureInside(at, input.length, `line ${path}`);
    ensure(formatDissection(lines).length === lines.length, 'a line of the dissection is missing');
  },
};

/** Keys of no session: what the settings of this target are encrypted with. */
const KEYS = { authKey: new Uint8Array(32).fill(0x11), keyWrapKey: new Uint8Array(16).fill(0x22) };
const CREDENTIAL = credentialAttribute({
  ssid: new Uint8Array(8).fill(0x61),
  authenticationType: 0x20,
  encryptionType: 0x08,
  networkKey: new Uint8Array(10).fill(0x62),
  macAddress: new Uint8Array(6).fill(2),
});

const settings: Target = {
  name: 'settings',
  deadlineMs: 50,
  generate: (dice) => {
    const plain = changed(CREDENTIAL, dice, (bytes, own) => editTlvs(bytes, WPS, own));
    const iv = dice.bytes(16);
    if (dice.onceIn(3)) return encryptSettings(KEYS, plain, iv);
    // Padding as it comes, right or wrong.
    if (dice.onceIn(2)) return encryptBlocks(KEYS.keyWrapKey, dice.bytes(16 * (1 + dice.below(4))), iv);
    const pad = dice.below(18);
    const padded = new Uint8Array((plain.length & ~15) + 32).fill(pad);
    padded.set(plain.subarray(0, padded.length - 16));
    return editBytes(encryptBlocks(KEYS.keyWrapKey, padded, iv), dice);
  },
  check: (input) => {
    const { plain, problem, detail } = openSettings(input, KEYS);
    ensure((problem === null) === (detail === ''), 'a problem without its figures');
    ensure(plain !== null || problem !== null, 'neither opened nor refused');
    if (plain !== null) checkList(plain.list, plain.bytes, 'settings');
  },
};

const eapol: Target = {
  name: 'eapol',
  deadlineMs: 100,
  generate: (dice) => changed(dice.oneOf(eapolOf(anyRecording(dice))), dice, editEapol),
  check: (input) => {
    const packet = decodeEapol(input);
    ensureLossless(encodeEapol(packet), input, 'EAPOL');
    const eap = decodeEap(packet.body);
    ensureLossless(encodeEap(eap), packet.body, 'EAP');
    for (const { at, code } of [...packet.issues, ...eap.issues]) ensureInside(at, input.length, code);
    const { payload, issues } = wscCarrier(eap);
    for (const { at, code } of issues) ensureInside(at, packet.body.length, code);
    if (payload !== null) {
      const inner = decodeEapWsc(payload);
      ensureLossless(encodeEapWsc(inner), payload, 'EAP-WSC');
      for (const { at, code } of inner.issues) ensureInside(at, payload.length, code);
    }
    for (const { at, path } of dissectEapol(input)) ensureInside(at, input.length, `line ${path}`);
  },
};

/** Input: EAP-WSC payloads one after another, each the value of a TLV. */
const reassembler: Target = {
  name: 'reassembler',
  deadlineMs: 200,
  generate: (dice) => {
    const payloads = payloadsOf(anyRecording(dice)).flatMap((payload) =>
      dice.onceIn(2) ? fragments(payload, dice) : [payload],
    );
    const some = payloads.slice(dice.below(payloads.length)).slice(0, 24);
    const edited = some.map((payload) => (dice.onceIn(4) ? editEapWsc(payload, dice) : payload));
    return encodeTlvs({ nodes: edited.map((value, type) => ({ type, value: value.subarray(0, 0xffff) })) });
  },
  check: (input) => {
    const machine = new WscReassembler();
    let pushedBytes = 0;
    decodeTlvs(input).nodes.forEach(({ value }, index) => {
      pushedBytes += value.length;
      const result = machine.push(value, index);
      for (const { at, code } of result.issues) ensureInside(at, MAX_MESSAGE_BYTES + 4, code);
      if (result.kind !== 'message') return;
      const { bytes } = result.wsc;
      ensure(bytes.length <= pushedBytes, 'a message longer than what was pushed');
      const inParts = result.parts.reduce((sum, part) => sum + part.lengthBytes, 0);
      ensure(inParts === bytes.length, `parts of ${inParts} bytes make ${toHex(bytes.subarray(0, 8))}`);
      ensureLossless(encodeTlvs(result.wsc.list), bytes, 'reassembled message');
    });
  },
};

/** Decoders of what is in a packet. */
export const DECODERS: readonly Target[] = [tlv, wsc, settings, eapol, reassembler];
