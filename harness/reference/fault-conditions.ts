import { only } from './fault.js';
import { hasTransportUuid, type PairingTransport } from './model.js';

/* Which models a fault can be put on, with the reason for the others. */

export const pairs = only(({ transports }) => transports.length > 0, 'it declares Transport None');
export const pairsNot = only(({ transports }) => transports.length === 0, 'it declares a transport');
export const withTransportUuid = only(hasTransportUuid, 'it has no Transport UUID');
export const withoutTransportUuid = only(
  (model) => !hasTransportUuid(model),
  'its Transport UUID would be misplaced with it',
);
export const oneTransport = only(({ transports }) => transports.length <= 1, 'it declares two transports');
export const twoTransports = only(({ transports }) => transports.length === 2, 'it declares no second transport');
export const isVersion2 = only(({ wscVersion }) => wscVersion === '2.0', 'it is a WSC 1.0 device');
export const byPin = only(({ method }) => method === 'pin', 'it is registered by push button');

export function declares(...wanted: readonly PairingTransport[]) {
  return only(
    ({ transports }) => transports.some(({ transport }) => wanted.includes(transport)),
    `it does not declare ${wanted.join(' or ')}`,
  );
}

export function declaresNot(transport: PairingTransport) {
  return only(({ transports }) => transports.every((each) => each.transport !== transport), `it declares ${transport}`);
}

/** Transports without Transport UUID are found under UUID-E: what happens to that happens to them. */
export const ownIdentities = only(
  ({ transports }) => transports.every(({ identity }) => identity === 'own'),
  "it is found under UUID-E, which would be another rule's fault too",
);
