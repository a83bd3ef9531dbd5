import type { RuleResult, Verdicts } from '#judge/record.js';
import type { Finding, Location } from '#judge/rule.js';
import { totalsOf, type RunView } from '../view.js';
import { exampleEvidence, HEADERS_BYTES, HOSTILE_NAME } from './m1.js';

/** Offset of the Vertical Pairing Identifier TLV in the example M1. */
export const VPI_OFFSET = 0x148;

function at(path: string, messageOffset: number, hex: string): Location {
  return {
    path,
    message: 'M1',
    exchange: 1,
    frame: 7,
    messageOffset,
    frameOffset: messageOffset + HEADERS_BYTES,
    lengthBytes: hex.length / 2,
    hex,
  };
}

function result(number: string, title: string, more: Partial<RuleResult> & Pick<RuleResult, 'findings'>): RuleResult {
  return {
    ...outOfScope(number, title),
    inScope: true,
    verdict: 'pass',
    ...more,
  };
}

function outOfScope(number: string, title: string): RuleResult {
  return {
    id: `RVP-${number}`,
    area: 'vertical-pairing',
    clause: 'vertical-pairing-identifier',
    title,
    requirement: `What ${title.charAt(0).toLowerCase()}${title.slice(1)} asks for, in our words.`,
    why: 'Windows drops the device without a word.',
    remedy: 'Repair the field in the table the firmware builds M1 from.',
    level: 'MUST',
    revision: 1,
    source: [{ document: 'S', heading: 'Rally Vertical Pairing TLVs', line: 117 }],
    interpretation: [],
    inScope: false,
    warning: false,
    reason: '',
    blockedBy: [],
    findings: [],
  };
}

const lengthFault: Finding = {
  verdict: 'fail',
  text: 'The Length field of the Vertical Pairing Identifier is 4.',
  expected: '2 bytes: 00 02',
  actual: `4 bytes: 00 04, sent by ${HOSTILE_NAME}`,
  at: at('m1.vendorExtension[0].tlv[0]', VPI_OFFSET + 2, '0004'),
  remedy: 'Write Length 0x0002 and drop the two bytes after Profile Request.',
};

const RESULTS: readonly RuleResult[] = [
  result('VX-01', 'Send a Microsoft vendor extension', {
    clause: 'microsoft-extension',
    findings: [
      {
        verdict: 'pass',
        text: 'M1 holds one Microsoft vendor extension.',
        at: at('m1.vendorExtension[0]', 0x141, '1049001f'),
      },
    ],
  }),
  result('VX-02', 'Use one Microsoft vendor extension only', {
    clause: 'microsoft-extension',
    level: 'SHOULD',
    warning: true,
    reason: 'M1 holds two Microsoft vendor extensions.',
    interpretation: ['I-5'],
    findings: [
      {
        verdict: 'fail',
        text: 'M1 holds two Microsoft vendor extensions.',
        expected: 'one',
        actual: 'two',
        at: at('m1.vendorExtension[0]', 0x141, '1049'),
      },
    ],
  }),
  result('VPI-02', 'Make the Vertical Pairing Identifier 2 bytes long', {
    verdict: 'fail',
    interpretation: ['I-1'],
    reason: lengthFault.text,
    findings: [lengthFault],
  }),
  result('VPI-03', 'Use a Transport value that is defined', {
    verdict: 'inconclusive',
    reason: 'The field cannot be read: RVP-VPI-02 failed.',
    blockedBy: ['RVP-VPI-02'],
    findings: [
      { verdict: 'inconclusive', text: 'The field cannot be read: RVP-VPI-02 failed.', blockedBy: 'RVP-VPI-02' },
    ],
  }),
  result('TUU-05', 'Send the Transport UUID in network byte order', {
    clause: 'transport-uuid',
    verdict: 'not-run',
    reason: 'No identity of the device is known: give one in the profile, or run with discovery.',
    findings: [
      {
        verdict: 'not-run',
        text: 'No identity of the device is known: give one in the profile, or run with discovery.',
      },
    ],
  }),
  result('TUU-07', 'Give both transports the same UUID', {
    clause: 'transport-uuid',
    verdict: 'not-applicable',
    reason: 'The device declares one transport only.',
    findings: [{ verdict: 'not-applicable', text: 'The device declares one transport only.' }],
  }),
  result('WSC-02', 'Frame EAP-WSC packets correctly', {
    area: 'wsc-exchange',
    clause: 'framing',
    source: [{ document: 'WSC' }],
    verdict: 'error',
    reason: 'The bench lost its socket after M1.',
    findings: [{ verdict: 'error', text: 'The bench lost its socket after M1.' }],
  }),
  result('WSC-03', 'Send every mandatory attribute of M1', {
    area: 'wsc-exchange',
    clause: 'm1',
    source: [{ document: 'WSC' }],
    findings: [{ verdict: 'pass', text: 'All attributes are there, once.' }],
  }),
  { ...outOfScope('DISC-01', 'Be found on every declared transport'), area: 'discovery', clause: 'found' },
];

/** Verdicts with one rule of every verdict and a warning; replace what a test is about. */
export function exampleVerdicts(more: Partial<Verdicts> = {}): Verdicts {
  const results = more.results ?? RESULTS;
  return {
    recordVersion: 1,
    catalogueDigest: 'c0ffee00'.repeat(8),
    profileDigest: 'deadbeef'.repeat(8),
    dut: { name: HOSTILE_NAME, mac: '02:00:5e:10:20:30' },
    scope: 'wired',
    strict: false,
    planned: results.filter((entry) => entry.inScope).map((entry) => entry.id),
    results,
    totals: totalsOf(results),
    mustApplicable: 6,
    mustPassed: 2,
    exitCode: 1,
    sentence: 'Fails scope wired: 1 of 6 applicable MUST rules failed; not a statement of conformance.',
    ...more,
  };
}

/** A run of the example device, with evidence. */
export function exampleView(more: Partial<RunView> = {}): RunView {
  return {
    info: {
      bundleVersion: 1,
      tool: { name: 'rally-conformance', version: '0.1.0' },
      startedAt: '2026-09-21T13:33:20.000Z',
      bench: 'wired',
      place: 'sandbox',
      environment: { node: 'v20.20.0', wpa_supplicant: '2.10' },
    },
    verdicts: exampleVerdicts(),
    bundleDir: 'bundle',
    evidence: exampleEvidence(),
    ...more,
  };
}
