import { concat } from '#base/bytes.js';
import { encodeTlv } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { byteAttribute, editAttributes } from '#wire/wps/build.js';
import { decodeWsc } from '#wire/wps/message.js';
import { anyModel, only, type Fault } from './fault.js';
import { isVersion2 } from './fault-conditions.js';
import { drop, setValue, type AttributeEdit } from './message-edits.js';
import { ELEMENT_DATA_BYTES } from './probe-request.js';

/** Probe Requests altered on their way out. */
const inProbeRequest = (edit: AttributeEdit): Fault['behaviour'] => {
  return () => ({ probeRequest: (data) => editAttributes(data, edit) });
};

const twoElements = only(
  ({ secondaryDeviceTypes = [] }) => secondaryDeviceTypes.length > 0,
  'its Probe Requests fit one WPS element',
);

const STRINGS = [ATTRIBUTE.Manufacturer, ATTRIBUTE.ModelName, ATTRIBUTE.ModelNumber, ATTRIBUTE.DeviceName] as const;

/** Faults of the WPS elements in 802.11 frames. */
export const AIR_FAULTS: readonly Fault[] = [
  {
    id: 'no-config-methods-in-probe-request',
    change: 'leaves Config Methods out of its Probe Requests',
    refuses: anyModel,
    fails: ['RVP-IEX-01'],
    warns: [],
    changes: ['Probe Request.Config Methods'],
    behaviour: inProbeRequest(drop(ATTRIBUTE.ConfigMethods)),
  },
  {
    id: 'probe-request-without-strings',
    change: 'says WSC 2.0 in its Probe Requests and leaves the strings out that it asks for',
    refuses: isVersion2,
    fails: ['RVP-IEX-01'],
    warns: [],
    changes: ['Manufacturer', 'Model Name', 'Model Number', 'Device Name'].map((name) => `Probe Request.${name}`),
    behaviour: inProbeRequest((all) => STRINGS.reduce((rest, id) => drop(id)(rest), all)),
  },
  {
    id: 'other-config-methods-in-probe-request',
    change: 'sends other Config Methods in its Probe Requests than in M1',
    refuses: anyModel,
    fails: [],
    warns: ['RVP-IEX-03'],
    changes: ['Probe Request.Config Methods'],
    // Keypad where it has none, none where it has one.
    behaviour: inProbeRequest(
      setValue(ATTRIBUTE.ConfigMethods, (value) => value.map((byte, index) => (index === 0 ? byte ^ 0x01 : byte))),
    ),
  },
  {
    id: 'second-element-begins-anew',
    change: 'begins the second WPS element of its Probe Requests with Version, like a list of its own',
    refuses: twoElements,
    fails: ['RVP-IEX-04'],
    warns: [],
    changes: ['Probe Request.Version'],
    behaviour: () => ({ build: (parts) => ({ ...parts, elements: separateLists }) }),
  },
  {
    id: 'no-second-element',
    change: 'cuts the WPS data of its Probe Requests where the first element is full',
    refuses: twoElements,
    fails: ['RVP-IEX-04'],
    warns: [],
    changes: ['Probe Request.Secondary Device Type List'],
    behaviour: () => ({ build: (parts) => ({ ...parts, elements: (data) => [data.subarray(0, ELEMENT_DATA_BYTES)] }) }),
  },
];

/** Whole attributes in the first element as far as they fit, the rest in another with a Version of its own. */
function separateLists(data: Uint8Array): Uint8Array[] {
  const { attributes } = decodeWsc(data);
  const fitting = attributes.filter(({ span }) => span.end <= ELEMENT_DATA_BYTES);
  const rest = attributes.slice(fitting.length);
  const version = byteAttribute(ATTRIBUTE.Version, 0x10);
  return [concat(...fitting.map((node) => encodeTlv(node))), concat(version, ...rest.map((node) => encodeTlv(node)))];
}
