import { concat, fromHex } from '#base/bytes.js';
import { decodeEap, EAP_CODE, eapPacket, expandedBody } from '#wire/eap/eap.js';
import { encodeEapWsc, FLAG, OP_CODE, type EapWsc } from '#wire/eap/eap-wsc.js';
import { decodeEapol, EAPOL_TYPE, eapolPacket } from '#wire/eap/eapol.js';
import { WSC_METHOD } from '#wire/eap/wsc-carrier.js';
import type { PacketScript } from '../engine.js';
import { flags, framed, lengthField } from '../packet-edits.js';
import type { Stimulus, StimulusId } from './stimulus.js';

type Payload = Pick<EapWsc, 'header' | 'messageLength' | 'data'>;

/** M2 then has three fragments. */
const FRAGMENT_BYTES = 150;
/** Between one fragment of M2 and all of it. */
const TOO_FEW_BYTES = 200;
const TRAILING = fromHex('a5a5a5a5');

/** Only the first fragment has the length field. */
const isFirst = ({ messageLength }: Payload): boolean => messageLength !== null;

function fragments(id: StimulusId, does: string, change: (payload: Payload) => Payload): Stimulus {
  const departure = { fragmentBytes: FRAGMENT_BYTES, packetScript: framed('M2', change) };
  return { id, does, departure: () => departure };
}

function packets(id: StimulusId, does: string, packetScript: PacketScript): Stimulus {
  return { id, does, departure: () => ({ packetScript }) };
}

/** Another Packet Body Length in the EAPOL header; the bytes stay. */
function bodyLength(change: number): PacketScript {
  return ({ what, bytes }) => {
    if (what !== 'M2') return [bytes];
    const length = decodeEapol(bytes).body.length + change;
    return [concat(bytes.subarray(0, 2), Uint8Array.of(length >> 8, length & 0xff), bytes.subarray(4))];
  };
}

/** WSC_Start once more, as a request of its own, before M2: a device may leave it without answer. */
const startBeforeM2: PacketScript = ({ what, bytes }) => {
  if (what !== 'M2') return [bytes];
  const identifier = decodeEap(decodeEapol(bytes).body).header?.identifier ?? 0;
  const start = encodeEapWsc({
    header: { opCode: OP_CODE.Start, flags: 0 },
    messageLength: null,
    data: new Uint8Array(0),
  });
  const request = eapPacket(EAP_CODE.Request, identifier ^ 0x80, expandedBody(WSC_METHOD, start));
  return [eapolPacket(EAPOL_TYPE.EapPacket, request), bytes];
};

/** A Registrar that frames its messages wrong. */
export const FRAMING_STIMULI: readonly Stimulus[] = [
  fragments('reg-35a', 'sends the first fragment of M2 without the length field', (payload) =>
    isFirst(payload) ? { ...flags(payload, (old) => old & ~FLAG.LengthField), messageLength: null } : payload,
  ),
  fragments('reg-35b', 'changes the op-code after the first fragment of M2', (payload) =>
    isFirst(payload) || payload.header === null
      ? payload
      : { ...payload, header: { ...payload.header, opCode: OP_CODE.Done } },
  ),
  fragments('reg-35c', 'sends more bytes of M2 than its first fragment announces', (payload) =>
    isFirst(payload) ? lengthField(payload, TOO_FEW_BYTES) : payload,
  ),
  fragments('reg-35d', 'announces 65535 bytes in the first fragment of M2, and sends about 400', (payload) =>
    isFirst(payload) ? lengthField(payload, 0xffff) : payload,
  ),
  packets(
    'reg-35e',
    'announces 100 bytes more than it sends in an M2 of one packet',
    framed('M2', (payload) => lengthField(payload, payload.data.length + 100)),
  ),
  packets('reg-36a', 'says in the EAPOL header of M2 a length that is 4 bytes too large', bodyLength(4)),
  packets('reg-36b', 'says in the EAPOL header of M2 a length that is 4 bytes too small', bodyLength(-4)),
  packets('reg-36c', 'sends 4 bytes after the EAPOL packets of its messages', ({ what, bytes }) => [
    /^M[2468]$/.test(what) ? concat(bytes, TRAILING) : bytes,
  ]),
];

/** A Registrar that begins twice. */
export const START_STIMULI: readonly Stimulus[] = [
  packets('reg-38', 'sends WSC_Start once more before M2', startBeforeM2),
];
