import type { Rule } from '#judge/rule.js';
import { isSecureDpws, PROMISE_BLOCKERS } from '../discovery.js';
import { IDENTITY_OWNERS, judgeOwned } from '../identity.js';
import { REQ, spec } from '../sources.js';

const REMEDY = 'Use %s as address of the endpoint reference in Hello, ProbeMatch, ResolveMatch and Host.';

type Own = Pick<Rule, 'id' | 'title' | 'source' | 'requirement' | 'why'>;

function dpwsIdentity(own: Own, remedy = REMEDY): Rule {
  return {
    ...own,
    level: 'MUST',
    revision: 1,
    needs: ['m1', 'wsd'],
    uses: ['metadata'],
    interpretation: ['I-4'],
    remedy: remedy.replaceAll('%s', 'the UUID that M1 gives, as urn:uuid: and 36 lower-case characters,'),
    blockedBy: [...PROMISE_BLOCKERS, ...IDENTITY_OWNERS.filter((id) => id !== own.id)],
    check: (evidence, profile) =>
      judgeOwned(evidence, profile, 'dpws', { id: own.id, isAdvice: isSecureDpws(evidence, profile), remedy }),
  };
}

const uid06 = dpwsIdentity({
  id: 'RVP-UID-06',
  title: 'Be found by DPWS under the UUID that M1 gives',
  source: [spec('WCN-NET protocol', 10), spec('WPS example', 127), spec('WPS example', 143), REQ],
  requirement:
    'The address of the endpoint reference is urn:uuid: and the Transport UUID of DPWS, or UUID-E without one, wherever the device gives it.',
  why: 'Windows looks for exactly this address after pairing; a device with another one is never installed.',
});

const uid07 = dpwsIdentity(
  {
    id: 'RVP-UID-07',
    title: 'Begin the endpoint address with urn:uuid:',
    source: [spec('WPS example', 127), spec('UUID values', 157)],
    requirement: 'The address of the endpoint reference begins with urn:uuid: in lower case, followed by a UUID.',
    why: 'Windows compares the whole address as text; with another prefix it is another device.',
  },
  'Send %s as address of the endpoint reference, prefix included.',
);

const uid08 = dpwsIdentity(
  {
    id: 'RVP-UID-08',
    title: 'Write the UUID of DPWS in lower-case hexadecimal digits',
    source: [spec('WPS example', 127), spec('UUID values', 155), spec('UUID values', 157)],
    requirement: 'The 36 characters behind urn:uuid: are digits, lower-case letters a to f, and hyphens.',
    why: 'Windows makes lower-case text of the bytes in M1, and addresses are compared letter by letter.',
  },
  'Send %s: the same digits in lower case, in every message and in the metadata.',
);

export const dpwsIdentityRules: readonly Rule[] = [uid06, uid07, uid08];
