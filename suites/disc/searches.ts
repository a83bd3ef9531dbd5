import type { Discovery, Search } from '#evidence/discovery-model.js';
import { ssdpHeader } from '#wire/ssdp.js';
import type { FoundBy } from '../discovery.js';

/** Questions for one UUID, as Windows asks for the device it has paired with. @param text the UUID in lower case */
export function targetedSearches(discovery: Discovery, by: FoundBy, text: string): Search[] {
  return discovery.searches.filter(({ request: { ssdp, wsd } }) =>
    by === 'upnp'
      ? ssdp !== null && ssdpHeader(ssdp, 'ST')?.value === `uuid:${text}`
      : wsd?.kind === 'resolve' && wsd.targets.map(({ address }) => address?.value).includes(`urn:uuid:${text}`),
  );
}
