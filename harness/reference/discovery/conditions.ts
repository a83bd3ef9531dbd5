import { both, only, type Fault } from '../fault.js';
import { declares } from '../fault-conditions.js';
import type { Model } from '../model.js';
import type { DpwsCapability, UpnpCapability } from './capability.js';

/* Which models a fault of the discovery side can be put on, with the reason for the others. */

function upnpOf({ transports }: Model): UpnpCapability | null {
  return transports.flatMap((each) => (each.transport === 'upnp' ? [each.upnp] : []))[0] ?? null;
}

function dpwsOf({ transports }: Model): DpwsCapability | null {
  return transports.flatMap((each) => (each.transport === 'upnp' ? [] : [each.dpws]))[0] ?? null;
}

export const byUpnp = declares('upnp');
/** By DPWS or Secure DPWS. */
export const byDpws = declares('dpws', 'secure-dpws');
/** For rules that are only recommendations with Secure DPWS (I-4). */
export const byPlainDpws = declares('dpws');
export const bySecureDpws = declares('secure-dpws');

export const byNewerUpnp = both(
  byUpnp,
  only((model) => upnpOf(model)?.version === '1.1', 'it is a UPnP 1.0 device'),
);

export const withEmbedded = both(
  byUpnp,
  only((model) => (upnpOf(model)?.root.embedded.length ?? 0) > 0, 'it has no embedded device'),
);

/** A type of version 2 or later, in a device of several services. */
export const withSecondVersion = both(
  byUpnp,
  only((model) => upnpOf(model)?.root.deviceType.endsWith(':1') === false, 'its device type has no lower version'),
);

export const withTwoHosted = both(
  byDpws,
  only((model) => (dpwsOf(model)?.hosted.length ?? 0) > 1, 'it hosts one service'),
);

/** Found under a UUID of its own by this way: where M1 says so, another one is nobody's. */
export function ownIdentityBy(way: 'upnp' | 'dpws'): Fault['refuses'] {
  return both(
    way === 'upnp' ? byUpnp : byPlainDpws,
    only((model) => identitiesBy(model, way).includes('own'), `it is found by ${way} under UUID-E`),
  );
}

/** Found under UUID-E by UPnP. */
export const underUuidE = both(
  byUpnp,
  only((model) => identitiesBy(model, 'upnp').includes('uuid-e'), 'it has a Transport UUID for upnp'),
);

function identitiesBy({ transports }: Model, way: 'upnp' | 'dpws'): string[] {
  return transports.filter(({ transport }) => (transport === 'upnp') === (way === 'upnp')).map((each) => each.identity);
}
