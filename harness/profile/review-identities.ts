import type { Remark } from './review.js';
import type { Profile } from './schema.js';

/** Ways a device is found, with what declares them and the form of an identity that Windows looks for. */
const WAYS = [
  { way: 'upnp', name: 'UPnP', transports: ['upnp'], prefix: 'uuid:' },
  { way: 'dpws', name: 'DPWS', transports: ['dpws', 'secure-dpws'], prefix: 'urn:uuid:' },
] as const;

export type Way = (typeof WAYS)[number]['way'];

/** What was found of the device on its network. */
export interface FoundIdentities {
  /** False where nobody looked for it. */
  readonly isLookedFor: boolean;
  /** As they were sent, by way; empty where it was not found so. */
  readonly sent: Readonly<Record<Way, readonly string[]>>;
}

const UUID_TEXT = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** Identities on the network, against the transports, and against the form Windows needs. */
export function reviewIdentities({ ics: { transports }, ixit: { identities } }: Profile): Remark[] {
  return WAYS.flatMap(({ way, name, transports: declaring, prefix }): Remark[] => {
    const identity = identities?.[way];
    if (identity === undefined) return [];
    const path = ['ixit', 'identities', way];
    const remarks: Remark[] = [];
    if (!transports.some((each) => (declaring as readonly string[]).includes(each)))
      remarks.push({
        severity: 'warning',
        path,
        reason: `is an identity on ${name}, which is not among ics.transports`,
        remedy: 'Add the transport, or take the identity out.',
      });
    const form = formProblem(identity, prefix);
    if (form !== null)
      remarks.push({
        severity: 'warning',
        path,
        reason: `${form}; Windows looks for ${prefix} and 36 characters in lower case`,
        remedy: 'Compare it with what the device sends: if it sends it so, it is not found.',
      });
    return remarks;
  });
}

function formProblem(identity: string, prefix: string): string | null {
  if (new RegExp(`^${prefix}${UUID_TEXT}$`).test(identity)) return null;
  if (new RegExp(`^${prefix}${UUID_TEXT}$`).test(identity.toLowerCase())) return 'has capital letters';
  if (new RegExp(`${UUID_TEXT}$`, 'i').test(identity)) return `does not begin with ${prefix}`;
  return 'is not an identity by UUID';
}

/** What was found on the network, against the transports and the identities of the profile. */
export function reviewAgainstFound(profile: Profile, { isLookedFor, sent }: FoundIdentities): Remark[] {
  const { transports } = profile.ics;
  return WAYS.flatMap(({ way, name, transports: declaring }): Remark[] => {
    const isDeclared = transports.some((each) => (declaring as readonly string[]).includes(each));
    const isFound = sent[way].length > 0;
    const remarks: Remark[] = [];
    if (isFound && !isDeclared)
      remarks.push({
        severity: 'warning',
        path: ['ics', 'transports'],
        reason: `the device was found by ${name}, which is not named`,
        remedy: 'Name the transport if the device is meant to pair by it.',
      });
    if (isLookedFor && !isFound && isDeclared)
      remarks.push({
        severity: 'warning',
        path: ['ics', 'transports'],
        reason: `names ${name}, but the device was not found by it`,
        remedy: 'Correct whichever is wrong: a declared transport has to be found.',
      });
    const identity = profile.ixit.identities?.[way];
    if (identity !== undefined && isFound && !sent[way].some((each) => isIdentity(each, identity)))
      remarks.push({
        severity: 'warning',
        path: ['ixit', 'identities', way],
        reason: `is not what the device was found under by ${name}`,
        remedy: 'Copy it from the UUID trace of a run.',
      });
    return remarks;
  });
}

/** True also where more follows it, as in a USN: `uuid:...::upnp:rootdevice`. */
function isIdentity(sent: string, identity: string): boolean {
  return sent === identity || sent.startsWith(`${identity}::`);
}
