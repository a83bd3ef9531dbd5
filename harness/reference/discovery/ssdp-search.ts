import type { RandomBytes } from '#base/random.js';
import { ssdpHeader, type SsdpMessage } from '#wire/ssdp.js';
import { drawBelow } from './draw.js';
import type { SsdpSearch, SsdpTarget } from './parts.js';

const MAX_MX_S = 5;
/** Answers come a little before MX is over, so that they arrive in time. */
const IN_TIME = 0.9;

/** The search target of a well-formed M-SEARCH; null for anything else. */
export function searchTargetOf(message: SsdpMessage): string | null {
  const isSearch = message.startLine.text === 'M-SEARCH * HTTP/1.1';
  const mandate = ssdpHeader(message, 'MAN')?.value;
  return isSearch && mandate === '"ssdp:discover"' ? (ssdpHeader(message, 'ST')?.value ?? null) : null;
}

/** Milliseconds until an answer: at random within MX, at most 5 s; null for a multicast without a usable MX (UDA 1.3.3). */
export function answerDelayMs({ message, isMulticast }: SsdpSearch, random: RandomBytes): number | null {
  const mx = ssdpHeader(message, 'MX')?.value;
  if (mx === undefined && !isMulticast) return drawBelow(random, 1000 * IN_TIME);
  if (mx === undefined || !/^[0-9]{1,9}$/.test(mx)) return null;
  return drawBelow(random, Math.min(Number(mx), MAX_MX_S) * 1000 * IN_TIME);
}

/**
 * What a search target means: all, the root, the device of this UDN (once, letter by letter), or whatever is of this type
 * in this version or a later one. The answer echoes the version that was asked for (UDA 1.3.3).
 */
export function matchingTargets(searchTarget: string, targets: readonly SsdpTarget[]): readonly SsdpTarget[] {
  if (searchTarget === 'ssdp:all') return targets;
  const wanted = versionOf(searchTarget);
  if (wanted === null) return targets.filter(({ nt }) => nt === searchTarget).slice(0, 1);
  return targets.flatMap((target) => {
    const own = versionOf(target.nt);
    const isMeant = own !== null && own.type === wanted.type && own.version >= wanted.version;
    return isMeant ? [{ ...target, nt: searchTarget }] : [];
  });
}

/** `urn:<domain>:device:Printer` and 1 of `urn:<domain>:device:Printer:1`. */
function versionOf(type: string): { readonly type: string; readonly version: number } | null {
  const [, name, version] = /^(urn:[^:]+:(?:device|service):[^:]+):([0-9]{1,9})$/.exec(type) ?? [];
  return name === undefined ? null : { type: name, version: Number(version) };
}
