import type { Rule } from '#judge/rule.js';
import { IDENTITY_OWNERS, judgeOwned } from '../identity.js';
import { PROMISE_BLOCKERS } from '../discovery.js';
import { REQ, spec } from '../sources.js';

const REMEDY = 'Use %s as UDN of the root device, in its description and in every message of SSDP.';

type Own = Pick<Rule, 'id' | 'title' | 'source' | 'requirement' | 'why'> & { readonly uses: Rule['needs'] };

function upnpIdentity(own: Own, remedy = REMEDY): Rule {
  return {
    ...own,
    level: 'MUST',
    revision: 1,
    needs: ['m1', 'ssdp'],
    remedy: remedy.replaceAll('%s', 'the UUID that M1 gives, as uuid: and 36 lower-case characters,'),
    blockedBy: [...PROMISE_BLOCKERS, ...IDENTITY_OWNERS.filter((id) => id !== own.id)],
    check: (evidence, profile) => judgeOwned(evidence, profile, 'upnp', { id: own.id, isAdvice: false, remedy }),
  };
}

const uid03 = upnpIdentity({
  id: 'RVP-UID-03',
  title: 'Be found by UPnP under the UUID that M1 gives',
  source: [spec('WCN-NET protocol', 10), REQ],
  requirement:
    'UDN of the root device, and what stands before :: in its USN, are uuid: and the Transport UUID of UPnP, or UUID-E without one.',
  why: 'Windows looks for exactly this identity after pairing; a device with another one is never installed.',
  uses: ['description'],
});

const uid04 = upnpIdentity(
  {
    id: 'RVP-UID-04',
    title: 'Give the identity to the root device, not to an embedded one',
    source: [spec('UUID values', 155), REQ],
    requirement: 'The device that has the UUID of M1 is the root device of its description.',
    why: 'Windows installs the root device; one whose UUID nobody promised belongs to no pairing.',
    uses: ['description'],
  },
  'Give the root device the UDN %s, and each embedded device one of its own.',
);

const uid05 = upnpIdentity(
  {
    id: 'RVP-UID-05',
    title: 'Write the UUID of UPnP in lower-case hexadecimal digits',
    source: [spec('WPS example', 127), spec('UUID values', 155), REQ],
    requirement: 'The 36 characters of UDN and USN are digits, lower-case letters a to f, and hyphens.',
    why: 'Windows makes lower-case text of the bytes in M1, and UPnP compares identities letter by letter.',
    uses: ['description'],
  },
  'Send %s: the same digits in lower case, in the description and in every message of SSDP.',
);

export const upnpIdentityRules: readonly Rule[] = [uid03, uid04, uid05];
