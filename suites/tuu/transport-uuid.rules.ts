import { toHex } from '#base/bytes.js';
import type { Finding, Rule } from '#judge/rule.js';
import { TRANSPORT, type TransportUuid } from '#wire/microsoft/vertical-pairing.js';
import { blocked, fail, pass } from '../finding.js';
import { locate, placeText } from '../locate.js';
import { eachM1, LENGTH_OWNERS, type M1 } from '../observe.js';
import { readableVpi, TRANSPORT_UUID_BYTES, transportText, withoutTransportUuid } from '../pairing.js';
import { spec } from '../sources.js';

/** Judge the Transport UUIDs of M1; not applicable, or blocked, where there are none. */
function eachTransportUuid(m1: M1, judge: (uuid: TransportUuid) => readonly Finding[]): readonly Finding[] {
  const none = withoutTransportUuid(m1);
  return none === null ? m1.pairing.transportUuids.flatMap(judge) : [none];
}

const tuu01: Rule = {
  id: 'RVP-TUU-01',
  title: 'Give every Transport UUID a Length of 16',
  source: [spec('Rally Vertical Pairing TLVs', 51), spec('UUID values', 155)],
  requirement: 'The Length field of every Transport UUID TLV is 16: the UUID in its binary form.',
  why: 'Windows skips a Transport UUID of another length and looks for the device under UUID-E.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  remedy: 'Send 10 02 00 10 and the 16 bytes of the UUID, not its text.',
  blockedBy: ['RVP-VX-06', ...LENGTH_OWNERS],
  check: (evidence) => eachM1(evidence, (m1) => eachTransportUuid(m1, (uuid) => [judgeLength(m1, uuid)])),
};

function judgeLength(m1: M1, { node }: TransportUuid): Finding {
  if (node.missingBytes > 0) return blocked('RVP-VX-06', `${node.path} of ${m1.text} is cut`);
  const at = locate(m1, node);
  if (node.declaredLength === TRANSPORT_UUID_BYTES) return pass(`${node.path} of ${m1.text} has Length 16`, at);
  const asText = /[0-9a-fA-F-]{32}/.test(String.fromCharCode(...node.value));
  return fail(`${node.path} of ${m1.text} has Length ${node.declaredLength}`, {
    expected: 'Length 16 (00 10)',
    actual: `Length ${node.declaredLength}`,
    at,
    remedy: `At ${placeText(at)} send 10 02 00 10 and the 16 bytes of the UUID${asText ? '; the value is its text' : ''}.`,
  });
}

const tuu02: Rule = {
  id: 'RVP-TUU-02',
  title: 'Put each Transport UUID directly after its VPI',
  source: [spec('Transport UUID TLV', 105)],
  requirement:
    'The TLV directly before a Transport UUID, or before a run of them, is a VPI of the same vendor extension.',
  why: 'The place is all that tells which transport a Transport UUID is for.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  remedy: 'Send 10 01 00 02 <transport> 01 and directly behind it 10 02 00 10 <16 bytes>, in the same extension.',
  blockedBy: ['RVP-VX-06', ...LENGTH_OWNERS],
  check: (evidence) =>
    eachM1(evidence, (m1) =>
      eachTransportUuid(m1, (uuid) => {
        const at = locate(m1, uuid.node);
        if (uuid.vpi !== null) return [pass(`${uuid.node.path} of ${m1.text} follows ${uuid.vpi.node.path}`, at)];
        // The run is misplaced as a whole: its first Transport UUID says so for all.
        return uuid.indexInRun > 0 ? [] : [misplaced(m1, uuid)];
      }),
    ),
};

function misplaced(m1: M1, uuid: TransportUuid): Finding {
  const before = uuid.owner.list.nodes[uuid.position - 1];
  const at = locate(m1, uuid.node);
  const [vpi] = m1.pairing.vpis;
  const target =
    vpi === undefined
      ? 'Send a VPI (10 01 00 02 <transport> 01) directly before it.'
      : `Move its ${at.lengthBytes} bytes directly behind the VPI of its transport, as the one that ends at offset ${vpi.node.span.end} of M1.`;
  return fail(`${uuid.node.path} of ${m1.text} does not follow a VPI`, {
    expected: 'a VPI (type 0x1001) directly before it, in the same extension',
    actual:
      before === undefined
        ? 'it is the first TLV of its extension'
        : `preceded by a TLV of type ${toHex(Uint8Array.of(before.type >> 8, before.type & 0xff), ' ')}`,
    at,
    remedy: `The Transport UUID stands at ${placeText(at)}. ${target}`,
  });
}

const tuu03: Rule = {
  id: 'RVP-TUU-03',
  title: 'Send one Transport UUID for each VPI',
  source: [spec('Transport UUID TLV', 105)],
  requirement: 'A run of Transport UUIDs that follows a VPI has one Transport UUID.',
  why: 'With two it is open under which identity Windows looks for the transport.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  remedy: 'Keep the Transport UUID the transport is found under, and drop the others.',
  blockedBy: ['RVP-TUU-02', 'RVP-VX-06', ...LENGTH_OWNERS],
  check: (evidence) =>
    eachM1(evidence, (m1) =>
      eachTransportUuid(m1, ({ node, vpi, indexInRun }) => {
        const at = locate(m1, node);
        if (vpi === null)
          return indexInRun > 0 ? [] : [blocked('RVP-TUU-02', `${node.path} of ${m1.text} follows no VPI`)];
        if (indexInRun === 0) return [pass(`${node.path} is the Transport UUID of ${vpi.node.path} in ${m1.text}`, at)];
        return [
          fail(`${node.path} of ${m1.text} is another Transport UUID of ${vpi.node.path}`, {
            expected: 'one Transport UUID after a VPI',
            actual: `number ${indexInRun + 1} of its run`,
            at,
            remedy: `Drop the ${at.lengthBytes} bytes at ${placeText(at)}, or put a VPI of another transport before them.`,
          }),
        ];
      }),
    ),
};

const tuu04: Rule = {
  id: 'RVP-TUU-04',
  title: 'Send no Transport UUID after a VPI with Transport None',
  source: [spec('Transport UUID TLV', 111), spec('VPI Transport field', 80)],
  requirement: 'The VPI of a Transport UUID is not one with Transport None.',
  why: 'A device that declares no transport has no transport identity.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  remedy: 'Drop the Transport UUID, or declare the transport it belongs to.',
  blockedBy: ['RVP-TUU-02', 'RVP-VPI-02', 'RVP-VX-06', ...LENGTH_OWNERS],
  check: (evidence) =>
    eachM1(evidence, (m1) =>
      eachTransportUuid(m1, ({ node, vpi, indexInRun }) => {
        // What is said of a run's first Transport UUID holds for the others, which are RVP-TUU-03's.
        if (indexInRun > 0) return [];
        if (vpi === null) return [blocked('RVP-TUU-02', `${node.path} of ${m1.text} follows no VPI`)];
        const readable = readableVpi(vpi);
        // It is of a wrong length: a VPI that is cut is the last TLV of its extension.
        if (readable === null) return [blocked('RVP-VPI-02', `${vpi.node.path} of ${m1.text} cannot be read`)];
        const at = locate(m1, node);
        if (readable.transport !== TRANSPORT.None)
          return [pass(`${node.path} of ${m1.text} belongs to ${transportText(readable.transport)}`, at)];
        return [
          fail(`${node.path} of ${m1.text} follows a VPI with Transport None`, {
            expected: 'no Transport UUID',
            actual: 'a Transport UUID',
            at,
            remedy: `Drop the ${at.lengthBytes} bytes at ${placeText(at)}; or, if the device pairs, send its transport instead of 00 at offset ${vpi.node.valueSpan.start} of M1.`,
          }),
        ];
      }),
    ),
};

export const transportUuidRules: readonly Rule[] = [tuu01, tuu02, tuu03, tuu04];
