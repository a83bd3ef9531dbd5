import { nearest } from '#base/nearest.js';
import { RallyError } from '#base/error.js';
import { DISCOVERY_FAULTS } from './discovery/faults.js';
import type { Fault } from './fault.js';
import { AIR_FAULTS } from './faults-air.js';
import { EXCHANGE_FAULTS } from './faults-exchange.js';
import { EXTENSION_FAULTS } from './faults-extension.js';
import { M1_FAULTS } from './faults-m1.js';
import { PIN_FAULTS } from './faults-pin.js';
import { SECRET_FAULTS } from './faults-secrets.js';
import { TRANSPORT_UUID_FAULTS } from './faults-transport-uuid.js';
import { VPI_FAULTS } from './faults-vpi.js';
import { STIMULUS_FAULTS } from './faults-stimuli.js';
import type { Model } from './model.js';

/** Every fault a reference device can be given, in the order of the rules' areas. */
export const FAULTS: readonly Fault[] = [
  ...EXTENSION_FAULTS,
  ...VPI_FAULTS,
  ...TRANSPORT_UUID_FAULTS,
  ...M1_FAULTS,
  ...EXCHANGE_FAULTS,
  ...SECRET_FAULTS,
  ...PIN_FAULTS,
  ...STIMULUS_FAULTS,
  ...AIR_FAULTS,
  ...DISCOVERY_FAULTS,
];

/**
 * The faults of these ids, for one model. Throws RallyError ERR_USAGE for an unknown id (with the nearest known one), a
 * fault this model cannot have (with the reason), and two that change the same thing and so would hide each other.
 */
export function requireFaults(ids: readonly string[], model: Model): Fault[] {
  const found = [...new Set(ids)].map((id) => requireFault(id));
  for (const fault of found) {
    const reason = fault.refuses(model);
    if (reason !== null)
      throw new RallyError('ERR_USAGE', `The fault ${fault.id} does not apply to ${model.id}: ${reason}`, {
        remedy: 'Name another reference device; docs/faults.md lists which faults each one can have.',
      });
  }
  refuseConflicts(found);
  return found;
}

function requireFault(id: string): Fault {
  const found = FAULTS.find((fault) => fault.id === id);
  if (found !== undefined) return found;
  const meant = nearest(
    id,
    FAULTS.map((fault) => fault.id),
  );
  throw new RallyError('ERR_USAGE', `There is no fault ${id}`, {
    remedy: meant === null ? 'docs/faults.md lists them.' : `Did you mean ${meant}?`,
  });
}

function refuseConflicts(faults: readonly Fault[]): void {
  for (const [index, one] of faults.entries()) {
    for (const other of faults.slice(0, index)) {
      const shared = sharedChange(other, one);
      if (shared !== null)
        throw new RallyError('ERR_USAGE', `The faults ${other.id} and ${one.id} both change ${shared}`, {
          remedy: 'One would hide the other: give one of them.',
        });
    }
  }
}

/** What two faults both change, or null. */
function sharedChange(one: Fault, other: Fault): string | null {
  for (const change of one.changes) if (other.changes.some((each) => overlaps(change, each))) return change;
  return null;
}

function overlaps(one: string, other: string): boolean {
  const [oneMessage = '', ...oneRest] = one.split('.');
  const [otherMessage = '', ...otherRest] = other.split('.');
  const same = oneMessage === otherMessage || oneMessage === '*' || otherMessage === '*';
  const shorter = Math.min(oneRest.length, otherRest.length);
  return same && oneRest.slice(0, shorter).join('.') === otherRest.slice(0, shorter).join('.');
}
