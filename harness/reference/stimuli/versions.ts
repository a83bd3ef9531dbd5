import { vendorExtensions } from '#wire/wps/vendor-extension.js';
import { subelementsOf, version2Of } from '#wire/wps/wfa.js';
import type { Fault } from '../fault.js';
import { intolerantStimulus } from './intolerance.js';
import { objecting } from './overlooking.js';

const refused = { owes: 'M3', refuses: true } as const;

/** Faults of a device that knows one WSC only. */
export const VERSION_FAULTS: readonly Fault[] = [
  intolerantStimulus({
    ...refused,
    number: '31a',
    id: 'later-version-refused',
    change: 'refuses a Registrar with a Version2 above its own',
    behaviour: () =>
      objecting((message) => ((version2Of(message) ?? 0) > 0x20 ? 'the Version2 is above the own' : null)),
  }),
  intolerantStimulus({
    ...refused,
    number: '31b',
    id: 'unknown-attribute-refused',
    change: 'refuses a message with an attribute it does not know',
    behaviour: () =>
      objecting(({ attributes }) => (attributes.some(({ type }) => type > 0x106a) ? 'an unknown attribute' : null)),
  }),
  intolerantStimulus({
    ...refused,
    number: '31c',
    id: 'unknown-subelement-refused',
    change: "refuses a message with a subelement of the Wi-Fi Alliance's extension that it does not know",
    behaviour: () => objecting((message) => (subelementsOf(message, 0x7f).length > 0 ? 'an unknown subelement' : null)),
  }),
  intolerantStimulus({
    ...refused,
    number: '31d',
    id: 'foreign-extension-refused',
    change: 'refuses a message with an extension of a vendor it does not know',
    behaviour: () =>
      objecting((message) =>
        vendorExtensions(message).some(({ vendor }) => vendor === 'other') ? 'an extension of another vendor' : null,
      ),
  }),
  intolerantStimulus({
    ...refused,
    number: '32',
    id: 'older-version-refused',
    change: 'refuses a Registrar without Version2',
    warns: true,
    behaviour: () =>
      objecting((message) => (message.messageType !== null && version2Of(message) === null ? 'no Version2' : null)),
  }),
];
