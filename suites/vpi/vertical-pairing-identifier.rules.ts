import { toHex } from '#base/bytes.js';
import type { Finding, Rule } from '#judge/rule.js';
import { MICROSOFT_TLV, TRANSPORT, transportName, type MicrosoftTlv } from '#wire/microsoft/vertical-pairing.js';
import { attribute } from '#wire/wps/message.js';
import { blocked, fail, notApplicable, pass } from '../finding.js';
import { hexNumber, locate, locateEnd, placeText } from '../locate.js';
import { eachM1, LENGTH_OWNERS, unreadableEnd, type M1 } from '../observe.js';
import { readableVpis, transportText, unreadableVpis, VPI_BYTES, withoutVpi, type ReadableVpi } from '../pairing.js';
import { REQ, spec } from '../sources.js';

const HEADER_BYTES = 4;

const vpi01: Rule = {
  id: 'RVP-VPI-01',
  title: 'Send at least one VPI TLV in the Microsoft extension of M1',
  source: [
    spec('Vertical Pairing Identifier TLV', 57),
    spec('Protocol transport requirements', 149),
    spec('WCN-NET protocol', 10),
    spec('Rally Vertical Pairing TLVs', 50),
    REQ,
  ],
  requirement:
    "M1's Microsoft extensions hold at least one TLV of type 0x1001, whatever its length, also when the device does not pair. A bare attribute 0x1001 outside the extension does not count.",
  why: 'The VPI tells Windows by which transport to pair, or that it shall not try; without one it cannot know.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  interpretation: ['I-6'],
  remedy:
    'Send 10 01 00 02 <transport> 01 in the Microsoft extension of M1; transport 00 when the device does not pair.',
  blockedBy: LENGTH_OWNERS,
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const [first] = m1.pairing.vpis;
      if (first !== undefined) {
        const count = m1.pairing.vpis.length === 1 ? 'one VPI' : `${m1.pairing.vpis.length} VPIs`;
        return [pass(`${m1.text} has ${count}`, locate(m1, first.node))];
      }
      return [unreadableEnd(m1, 'it has a VPI') ?? missingVpi(m1)];
    }),
};

function missingVpi(m1: M1): Finding {
  const bare = attribute(m1.wsc, MICROSOFT_TLV.VerticalPairingIdentifier);
  const [owner] = m1.pairing.extensions;
  const tlv = `10 01 00 02 <transport> 01`;
  const hint =
    bare === null
      ? ''
      : ` The attribute 10 01 at offset ${bare.span.start} stands outside the extension, where it means AP Channel: move it inside.`;
  const at = owner === undefined ? locateEnd(m1, 'm1') : locate(m1, owner.extension.node);
  const types = m1.pairing.tlvs.map(({ node }) => hexNumber(node.type, 4)).join(', ');
  const found = owner === undefined ? 'no Microsoft extension' : types === '' ? 'no TLV' : `TLV types ${types}`;
  return fail(`${m1.text} has no VPI`, {
    expected: 'a TLV of type 0x1001 in a Microsoft vendor extension',
    actual: bare === null ? found : `${found}; a bare attribute 0x1001`,
    at,
    remedy:
      owner === undefined
        ? `Append at ${placeText(at)} a Microsoft extension with a VPI: 10 49 00 09 00 01 37 ${tlv}.${hint}`
        : `Insert ${tlv} after 00 01 37 of the extension at ${placeText(at)} and add 6 to its Length.${hint}`,
  });
}

const vpi02: Rule = {
  id: 'RVP-VPI-02',
  title: 'Give every VPI a Length of 2',
  source: [spec('Rally Vertical Pairing TLVs', 50), spec('Vertical Pairing Identifier TLV', 59)],
  requirement: 'The Length field of every VPI is 2: one byte Transport, one byte Profile Request.',
  why: 'Windows skips a VPI of another length, and the transport it declares with it.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  interpretation: ['I-1'],
  remedy: 'Send 10 01 00 02 followed by Transport and Profile Request, one byte each.',
  blockedBy: ['RVP-VPI-01', 'RVP-VX-06'],
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const none = withoutVpi(m1);
      return none === null ? m1.pairing.vpis.map((vpi) => judgeLength(m1, vpi)) : [none];
    }),
};

function judgeLength(m1: M1, { node }: MicrosoftTlv): Finding {
  if (node.missingBytes > 0) return blocked('RVP-VX-06', `${node.path} of ${m1.text} is cut`);
  const at = locate(m1, node);
  if (node.declaredLength === VPI_BYTES) return pass(`${node.path} of ${m1.text} has Length 2`, at);
  const kept = toHex(node.value.subarray(0, VPI_BYTES), ' ');
  const value = node.value.length < VPI_BYTES ? '<transport> 01' : kept;
  return fail(`${node.path} of ${m1.text} has Length ${node.declaredLength}`, {
    expected: 'Length 2 (00 02)',
    actual: `Length ${node.declaredLength}`,
    at,
    remedy: `At ${placeText(at)} send 10 01 00 02 ${value}, and set the Length of the extension accordingly.`,
  });
}

/** Judge the fields of each VPI that can be read; the others are blocked. */
function eachVpi(m1: M1, judge: (vpi: ReadableVpi) => readonly Finding[]): readonly Finding[] {
  const none = withoutVpi(m1);
  return none === null ? [...readableVpis(m1).flatMap(judge), ...unreadableVpis(m1)] : [none];
}

/** Where one field of a VPI stands. */
function fieldAt(m1: M1, vpi: ReadableVpi, field: 'transport' | 'profileRequest') {
  const start = vpi.node.valueSpan.start + (field === 'transport' ? 0 : 1);
  return locate(m1, { span: { start, end: start + 1 }, path: `${vpi.node.path}.${field}` });
}

const FIELD_BLOCKERS: NonNullable<Rule['blockedBy']> = ['RVP-VPI-01', 'RVP-VPI-02', 'RVP-VX-06'];

const vpi03: Rule = {
  id: 'RVP-VPI-03',
  title: 'Declare a defined Transport in every VPI',
  source: [
    spec('VPI Transport field', 72),
    spec('VPI Transport field', 63),
    spec('Vertical Pairing Identifier TLV', 59),
    spec('Protocol transport requirements', 149),
  ],
  requirement: 'The first value byte, Transport, is 0x00 None, 0x01 DPWS, 0x02 UPnP or 0x03 Secure DPWS.',
  why: 'Windows ignores a VPI with a reserved transport, so the device is not paired by it.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  interpretation: ['I-10'],
  remedy: 'Send 00, 01, 02 or 03 as the first value byte of the VPI.',
  blockedBy: FIELD_BLOCKERS,
  check: (evidence) =>
    eachM1(evidence, (m1) =>
      eachVpi(m1, (vpi) => {
        const at = fieldAt(m1, vpi, 'transport');
        if (transportName(vpi.transport) !== null)
          return [pass(`${vpi.node.path} of ${m1.text} declares ${transportText(vpi.transport)}`, at)];
        return [
          fail(`${vpi.node.path} of ${m1.text} declares a reserved transport`, {
            expected: '0x00, 0x01, 0x02 or 0x03',
            actual: hexNumber(vpi.transport),
            at,
            remedy: `Send 01 (DPWS), 02 (UPnP), 03 (Secure DPWS) or 00 (None) at ${placeText(at)}.`,
          }),
        ];
      }),
    ),
};

const vpi04: Rule = {
  id: 'RVP-VPI-04',
  title: 'Request the Wi-Fi profile in every VPI that declares a transport',
  source: [
    spec('VPI Profile Request field', 97),
    spec('VPI Profile Request field', 92),
    spec('VPI Profile Request field', 86),
    spec('Vertical Pairing Identifier TLV', 59),
  ],
  requirement: 'The second value byte, Profile Request, is 0x01 in every VPI whose Transport is not None.',
  why: '0x01 is the only value Windows supports; with another it does not hand over the profile.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  interpretation: ['I-2', 'I-10'],
  remedy: 'Send 01 as the second value byte of the VPI.',
  blockedBy: FIELD_BLOCKERS,
  check: (evidence) => judgeProfileRequest(evidence, (vpi) => vpi.transport !== TRANSPORT.None, 'with a transport'),
};

const vpi05: Rule = {
  id: 'RVP-VPI-05',
  title: 'Request the Wi-Fi profile also in a VPI with Transport None',
  source: [spec('VPI Profile Request field', 97), spec('VPI Profile Request field', 91)],
  requirement: 'The second value byte, Profile Request, is 0x01 in every VPI whose Transport is None.',
  why: '0x00 counts as reserved, also for a device that does not pair.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  interpretation: ['I-2'],
  remedy: 'Send 10 01 00 02 00 01.',
  blockedBy: FIELD_BLOCKERS,
  check: (evidence) => judgeProfileRequest(evidence, (vpi) => vpi.transport === TRANSPORT.None, 'with Transport None'),
};

const REQUESTED = 0x01;

function judgeProfileRequest(
  evidence: Parameters<Rule['check']>[0],
  concerns: (vpi: ReadableVpi) => boolean,
  which: string,
): readonly Finding[] {
  return eachM1(evidence, (m1) => {
    const findings = eachVpi(m1, (vpi) => {
      if (!concerns(vpi)) return [];
      const at = fieldAt(m1, vpi, 'profileRequest');
      const { transport, profileRequest } = vpi;
      if (profileRequest === REQUESTED) return [pass(`${vpi.node.path} of ${m1.text} has Profile Request 0x01`, at)];
      const bytes = toHex(vpi.node.value, ' ');
      const right = `${toHex(Uint8Array.of(transport))} 01`;
      const swapped = transport === TRANSPORT.Dpws && profileRequest === TRANSPORT.Upnp;
      return [
        fail(`${vpi.node.path} of ${m1.text} has Profile Request ${hexNumber(profileRequest)}`, {
          expected: '0x01',
          actual: `${hexNumber(profileRequest)}; the value is ${bytes}`,
          at,
          remedy: swapped
            ? `Are the two fields swapped? A UPnP device sends 10 01 00 02 02 01, a DPWS device 10 01 00 02 01 01; the value starts at offset ${vpi.node.span.start + HEADER_BYTES} of M1.`
            : `Send 01 at ${placeText(at)}, so that the VPI reads 10 01 00 02 ${right}.`,
        }),
      ];
    });
    return findings.length > 0 ? findings : [notApplicable(`${m1.text} has no VPI ${which}`)];
  });
}

export const verticalPairingIdentifierRules: readonly Rule[] = [vpi01, vpi02, vpi03, vpi04, vpi05];
