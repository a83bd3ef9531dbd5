import type { Fault } from '../fault.js';
import { ANNOUNCING_FAULTS } from './faults-announcing.js';
import { DESCRIPTION_FAULTS } from './faults-description.js';
import { IDENTITY_FAULTS } from './faults-identity.js';
import { METADATA_FAULTS } from './faults-metadata.js';
import { PNPX_FAULTS } from './faults-pnpx.js';
import { SEARCHED_FAULTS } from './faults-searched.js';
import { WSD_FAULTS } from './faults-wsd.js';

/** Every fault of a reference device on its network, in the order of the rules' areas. */
export const DISCOVERY_FAULTS: readonly Fault[] = [
  ...IDENTITY_FAULTS,
  ...ANNOUNCING_FAULTS,
  ...SEARCHED_FAULTS,
  ...DESCRIPTION_FAULTS,
  ...WSD_FAULTS,
  ...METADATA_FAULTS,
  ...PNPX_FAULTS,
];
