import type { Finding, Rule, RuleId } from '#judge/rule.js';
import type { Profile, ProfileTransport } from '#profile/schema.js';
import { TRANSPORT, transportName } from '#wire/microsoft/vertical-pairing.js';
import { blocked, fail, inconclusive, notApplicable, pass } from '../finding.js';
import { locate, placeText } from '../locate.js';
import { eachM1, type M1 } from '../observe.js';
import {
  isPairing,
  readableVpis,
  transportText,
  unreadableVpis,
  vpiBlocker,
  withoutVpi,
  type ReadableVpi,
} from '../pairing.js';
import { OURS, spec, WIN } from '../sources.js';

const BLOCKERS: readonly RuleId[] = ['RVP-VPI-01', 'RVP-VPI-02', 'RVP-VX-06'];

/** Judge M1's VPIs together. A violation that is visible counts; else an unreadable VPI makes it inconclusive. */
function together(
  evidence: Parameters<Rule['check']>[0],
  judge: (m1: M1, vpis: readonly ReadableVpi[]) => readonly Finding[],
): readonly Finding[] {
  return eachM1(evidence, (m1) => {
    const none = withoutVpi(m1);
    if (none !== null) return [none];
    const findings = judge(m1, readableVpis(m1));
    const unreadable = unreadableVpis(m1);
    return findings.some(({ verdict }) => verdict === 'fail') || unreadable.length === 0 ? findings : unreadable;
  });
}

const vpi06: Rule = {
  id: 'RVP-VPI-06',
  title: 'Send nothing beside a VPI with Transport None',
  source: [spec('VPI Transport field', 80), spec('Vertical Pairing Identifier TLV', 57)],
  requirement: 'A VPI with Transport None is the only VPI of M1.',
  why: 'None together with a transport contradicts itself: Windows may not pair at all.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  remedy: 'Send 10 01 00 02 00 01 alone when the device does not pair; else drop that VPI.',
  blockedBy: BLOCKERS,
  check: (evidence) =>
    together(evidence, (m1, vpis) => {
      const none = vpis.find(({ transport }) => transport === TRANSPORT.None);
      if (none === undefined) return [notApplicable(`${m1.text} has no VPI with Transport None`)];
      const at = locate(m1, none.node);
      const count = m1.pairing.vpis.length;
      if (count === 1) return [pass(`the VPI with Transport None is the only one of ${m1.text}`, at)];
      return [
        fail(`${m1.text} has ${count} VPIs, one of them with Transport None`, {
          expected: 'one VPI when its Transport is None',
          actual: vpis.map(({ transport }) => transportText(transport)).join(', '),
          at,
          remedy: `Drop the VPI with Transport None at ${placeText(at)}, or all others if the device does not pair.`,
        }),
      ];
    }),
};

const vpi07: Rule = {
  id: 'RVP-VPI-07',
  title: 'Declare either DPWS or Secure DPWS, not both',
  source: [spec('VPI Transport field', 76), WIN],
  requirement: 'M1 does not declare both DPWS (0x01) and Secure DPWS (0x03).',
  why: 'Windows serves one of them only; a device that declares both cannot be served.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  interpretation: ['I-8'],
  remedy: 'Keep the VPI of the one the device shall be found by.',
  blockedBy: BLOCKERS,
  check: (evidence) =>
    together(evidence, (m1, vpis) => {
      const plain = vpis.find(({ transport }) => transport === TRANSPORT.Dpws);
      const secure = vpis.find(({ transport }) => transport === TRANSPORT.SecureDpws);
      if (plain === undefined || secure === undefined)
        return [pass(`${m1.text} does not declare both DPWS and Secure DPWS`)];
      const at = locate(m1, secure.node);
      return [
        fail(`${m1.text} declares both DPWS and Secure DPWS`, {
          expected: 'one of 0x01 and 0x03',
          actual: 'both',
          at,
          remedy: `Drop the VPI at ${placeText(at)} (Secure DPWS) or the one at offset ${plain.node.span.start} (DPWS), each with its Transport UUID.`,
        }),
      ];
    }),
};

const vpi08: Rule = {
  id: 'RVP-VPI-08',
  title: 'Declare each transport by one VPI only',
  source: [spec('VPI Transport field', 63), OURS],
  requirement: 'Each of 0x01, 0x02 and 0x03 is declared by at most one VPI of M1.',
  why: 'With two VPIs of one transport it is open which identity Windows looks for.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  interpretation: ['I-9'],
  remedy: 'Drop the second VPI of the transport, and its Transport UUID.',
  blockedBy: BLOCKERS,
  check: (evidence) =>
    together(evidence, (m1, vpis) => {
      const repeated = vpis.filter(
        ({ transport }, index) =>
          isPairing(transport) && vpis.slice(0, index).some((earlier) => earlier.transport === transport),
      );
      if (repeated.length === 0) return [pass(`no transport is declared twice in ${m1.text}`)];
      return repeated.map((vpi) => {
        const at = locate(m1, vpi.node);
        return fail(`${vpi.node.path} of ${m1.text} declares ${transportText(vpi.transport)} again`, {
          expected: 'one VPI for each transport',
          actual: `another ${transportText(vpi.transport)}`,
          at,
          remedy: `Drop the TLV at ${placeText(at)} and a Transport UUID that follows it, or declare the transport that is meant.`,
        });
      });
    }),
};

const TRANSPORT_OF: Readonly<Record<ProfileTransport, number>> = {
  none: TRANSPORT.None,
  dpws: TRANSPORT.Dpws,
  upnp: TRANSPORT.Upnp,
  'secure-dpws': TRANSPORT.SecureDpws,
};

const vpi10: Rule = {
  id: 'RVP-VPI-10',
  title: 'Declare exactly the transports the device pairs by',
  source: [
    spec('Protocol transport requirements', 149),
    spec('Vertical Pairing Identifier TLV', 57),
    spec('VPI Transport field', 80),
    spec('WCN-NET protocol', 10),
  ],
  requirement:
    'The transports declared in M1 are exactly those the profile says the device pairs by; Transport None when it pairs by none.',
  why: 'Windows waits for the transports that are declared, and for no other.',
  level: 'MUST',
  revision: 1,
  needs: ['m1', 'profile'],
  interpretation: ['I-12'],
  remedy: 'Send one VPI for each transport the device pairs by, or correct ics.transports of the profile.',
  blockedBy: [...BLOCKERS, 'RVP-VPI-03'],
  check: (evidence, profile) => eachM1(evidence, (m1) => judgeDeclaration(m1, profile)),
};

function judgeDeclaration(m1: M1, profile: Profile | null): readonly Finding[] {
  const none = withoutVpi(m1);
  if (none !== null) return [none];
  if (profile === null) return [inconclusive('no profile says which transports the device pairs by')];
  const vpis = readableVpis(m1);
  const declared = vpis.filter(({ transport }) => isPairing(transport));
  const expected = profile.ics.transports.map((name) => TRANSPORT_OF[name]).filter(isPairing);
  const extra = declared.filter(({ transport }) => !expected.includes(transport));
  const missing = expected.filter((transport) => !declared.some((vpi) => vpi.transport === transport));
  const open: RuleId[] = [
    ...m1.pairing.vpis.flatMap((vpi) => vpiBlocker(vpi) ?? []),
    ...vpis.flatMap(({ transport }): RuleId[] => (transportName(transport) === null ? ['RVP-VPI-03'] : [])),
  ];
  // A TLV that runs past its extension swallows what follows it, any number of VPIs.
  if (missing.length > 0 && extra.length === 0 && m1.pairing.tlvs.some(({ node }) => node.missingBytes > 0))
    return [blocked('RVP-VX-06', `a TLV of ${m1.text} is cut: whether a VPI follows is unknown`)];
  const [blocker] = open;
  if (extra.length === 0 && missing.length <= open.length) {
    if (blocker !== undefined) return [blocked(blocker, `a VPI of ${m1.text} has no transport that can be read`)];
    return [pass(`${m1.text} declares what the profile says: ${listText(expected)}`)];
  }
  const spot = extra[0] ?? m1.pairing.vpis[0];
  if (spot === undefined) return [blocked('RVP-VPI-01', `${m1.text} has no VPI`)];
  const at = locate(m1, spot.node);
  const cures = [
    ...missing.map((transport) => `add 10 01 00 02 ${byteText(transport)} 01 for ${transportText(transport)}`),
    ...extra.map(({ transport, node }) => `drop ${transportText(transport)} at offset ${node.span.start}`),
  ];
  return [
    fail(`${m1.text} does not declare the transports of the profile`, {
      expected: listText(expected),
      actual: listText(declared.map(({ transport }) => transport)),
      at,
      remedy: `In the Microsoft extension of M1 ${cures.join(', ')}; or correct ics.transports of the profile.`,
    }),
  ];
}

function byteText(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function listText(transports: readonly number[]): string {
  const pairing = [...new Set(transports)].sort((a, b) => a - b);
  return pairing.length === 0 ? transportText(TRANSPORT.None) : pairing.map(transportText).join(', ');
}

export const declaredTransportsRules: readonly Rule[] = [vpi06, vpi07, vpi08, vpi10];
