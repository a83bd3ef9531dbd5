import { NAMESPACE } from '#wire/soap.js';
import type { WsdTarget } from '#wire/wsd.js';
import type { QualifiedName } from './capability.js';
import type { DpwsParts } from './parts.js';

/** ReplyTo of who wants the answer where the question came from. */
export const ANONYMOUS = `${NAMESPACE.addressing}/role/anonymous`;

/** `{namespace}local`, as types are decoded. */
export function expandedName({ namespace, local }: QualifiedName): string {
  return `{${namespace}}${local}`;
}

/** True when the device has every type and every scope that a Probe asks for; a Probe for nothing asks all (WSD 5.1). */
export function matchesProbe(probe: WsdTarget, own: DpwsParts): boolean {
  const types = new Set(own.types.map(expandedName));
  const rule = scopeRule(probe.matchBy);
  return (
    probe.types.every((type) => types.has(type)) &&
    (probe.scopes.length === 0 ||
      (rule !== null && probe.scopes.every((wanted) => own.scopes.some((scope) => rule(wanted, scope)))))
  );
}

export function matchesResolve(resolve: WsdTarget, own: DpwsParts): boolean {
  return resolve.address?.value === own.address;
}

type ScopeRule = (wanted: string, own: string) => boolean;

/** The rules of DPWS: rfc2396, which is the default, and strcmp0; null for one the device does not know. */
function scopeRule(matchBy: string | null): ScopeRule | null {
  if (matchBy === null || matchBy === `${NAMESPACE.discovery}/rfc2396`) return startsWithSegments;
  return matchBy === `${NAMESPACE.discovery}/strcmp0` ? (wanted, own) => wanted === own : null;
}

/** Scheme and authority alike but for letter case, and the path begins with all wanted segments, letter by letter. */
function startsWithSegments(wanted: string, own: string): boolean {
  const [one, other] = [partsOf(wanted), partsOf(own)];
  if (one === null || other === null) return wanted === own;
  const ownSegments = other.segments;
  return one.origin === other.origin && one.segments.every((segment, index) => segment === ownSegments[index]);
}

function partsOf(uri: string): { readonly origin: string; readonly segments: readonly string[] } | null {
  const [, origin, path = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)([^?#]*)$/i.exec(uri) ?? [];
  if (origin === undefined) return null;
  const segments = path.split('/').slice(1);
  // A slash at the end asks for nothing more.
  if (segments.at(-1) === '') segments.pop();
  return { origin: origin.toLowerCase(), segments };
}
