import type { AirDeparture, Stimulus } from './stimulus.js';

function onAir(id: Stimulus['id'], method: 'pin' | 'pbc', does: string, air: AirDeparture): Stimulus {
  return { id, method, does, air, departure: () => ({}) };
}

/** What an access point says in its Beacons and Probe Responses before any message of a registration is exchanged. */
export const AIR_STIMULI: readonly Stimulus[] = [
  onAir('reg-40', 'pbc', 'lets a second network with another UUID wait for a push button too', {
    secondNetwork: true,
  }),
  onAir('reg-41a', 'pin', 'says that it waits for a push button, not for a PIN', { announces: 'pbc' }),
  onAir('reg-41b', 'pbc', 'says that it waits for a PIN, not for a push button', { announces: 'pin' }),
  onAir('reg-42', 'pbc', 'sends a WPS element whose last attribute claims more bytes than there are', {
    form: 'truncated',
  }),
  onAir('reg-43', 'pbc', 'spreads the attributes of its WPS element over two elements', { form: 'split' }),
  onAir('reg-44a', 'pin', 'names the address of the device as the only one it authorizes', { authorizes: 'device' }),
  onAir('reg-44b', 'pin', 'authorizes any address', { authorizes: 'any' }),
  onAir('reg-44c', 'pin', 'authorizes another address alone', { authorizes: 'other' }),
  onAir('reg-45', 'pbc', 'does not tell its SSID in Beacons', { hidden: true }),
];
