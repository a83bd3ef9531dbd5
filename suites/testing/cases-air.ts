import { ascii, be, concat, fromHex } from '#base/bytes.js';
import type { BenchEvent, Evidence, JoinFact } from '#evidence/model.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import {
  associationRequest,
  HEX_KEY,
  LONG_TLV,
  overTheAir,
  probeRequest,
  step,
  wholeJoin,
  type FrameOptions,
  type RadioOptions,
  type Split,
} from './air.js';
import { ALL_IN_ONE, DPWS_PRINTER, microsoftExtension, SENSOR, UPNP_RENDERER, type SampleDevice } from './devices.js';
import { all, append, asRegistrar, drop, lieAbout, moveLast, setValue, type Edit } from './edits.js';
import { twoSessions } from './evidence.js';
import { REGISTRAR_MAC } from './exchange.js';
import { observed, type Broken, type FaultCase } from './fault-case.js';

function radio(name: string, device: SampleDevice, options: RadioOptions, broken: Broken): FaultCase {
  return observed(name, device, () => overTheAir(device, options), broken);
}

/** A fault of the device's Probe Requests, which need two elements. */
function probing(name: string, device: SampleDevice, options: FrameOptions, broken: Broken): FaultCase {
  const own = device.repeatsIn.includes('ProbeRequest') ? device.pairing : [];
  const probe = probeRequest(device, [...own, LONG_TLV], device.uuidE, options);
  return radio(name, device, { management: [probe, associationRequest(device)] }, broken);
}

/** The same fault in M1 and in Probe Requests. */
function alike(name: string, edit: Edit, broken: Broken): FaultCase {
  const management = [probeRequest(SENSOR, [], SENSOR.uuidE, { edit }), associationRequest(SENSOR)];
  return radio(name, SENSOR, { management, script: { attributes: { M1: edit } } }, broken);
}

function associating(name: string, device: SampleDevice, edit: Edit, broken: Broken, split?: Split): FaultCase {
  const options = split === undefined ? { edit } : { edit, split };
  const management = [probeRequest(device), associationRequest(device, options)];
  return radio(name, device, { management }, broken);
}

const VERSION = fromHex('104a000110');
const ELEMENT_DATA_BYTES = 251;
/** The Microsoft extension with the long TLV alone. */
const LAST_BYTES = 4 + 3 + 4 + LONG_TLV.value.length;

/** Each element a list of its own. */
const anew: Split = (data) => [
  data.subarray(0, 100),
  concat(VERSION, data.subarray(100, 300)),
  concat(VERSION, data.subarray(300)),
];
/** The last attribute in an element of its own, behind a Version. */
const lastAnew: Split = (data) => [data.subarray(0, -LAST_BYTES), concat(VERSION, data.subarray(-LAST_BYTES))];
const truncated: Split = (data) => [data.subarray(0, ELEMENT_DATA_BYTES)];
const losingBytes: Split = (data) => [
  data.subarray(0, ELEMENT_DATA_BYTES),
  data.subarray(ELEMENT_DATA_BYTES + 10, 2 * ELEMENT_DATA_BYTES),
];

/** A device that goes no further than this in its join. */
function stopping(...states: readonly JoinFact['state'][]): RadioOptions {
  return { join: (session) => states.map((state, index) => step(session, 500 + index * 100, state)) };
}

/** The second session joins no further than this, the first wholly. */
function secondStopping(...states: readonly JoinFact['state'][]): RadioOptions {
  const stopped = stopping(...states).join;
  return { join: (session) => (session === 1 ? wholeJoin(session) : (stopped?.(session) ?? [])) };
}

/** Both exchanges in one session of the bench: the device began the second by itself. */
function again(device: SampleDevice): Evidence {
  const evidence = overTheAir(device, { join: () => [] });
  const isSecond = ({ kind, detail }: BenchEvent): boolean => kind === 'session-start' && detail['session'] === 2;
  return { ...evidence, events: evidence.events.filter((event) => !isSecond(event)) };
}

/** The device associates without a WPS element before it registers. */
function bareAssociation(device: SampleDevice, ...answered: readonly JoinFact[]): Evidence {
  const evidence = overTheAir(device, { management: [probeRequest(device)] });
  const bare = step(1, -2, 'requested', {
    source: 'frames',
    frame: 5,
    accessPoint: REGISTRAR_MAC,
    isSecured: false,
  });
  return { ...evidence, join: [bare, ...answered, ...(evidence.join ?? [])] };
}

export const IEX_CASES: readonly FaultCase[] = [
  probing(
    'no Primary Device Type in Probe Requests',
    SENSOR,
    { edit: drop(ATTRIBUTE.PrimaryDeviceType) },
    {
      fails: ['IEX-01'],
    },
  ),
  probing(
    'no Model Number in Probe Requests of WSC 2.0',
    DPWS_PRINTER,
    { edit: drop(ATTRIBUTE.ModelNumber) },
    {
      fails: ['IEX-01'],
    },
  ),
  probing(
    'RF Bands of 2 bytes in Probe Requests',
    SENSOR,
    { edit: setValue(ATTRIBUTE.RFBands, be(1, 2)) },
    {
      fails: ['IEX-01'],
    },
  ),
  probing(
    'Config Methods of 1 byte in Probe Requests',
    SENSOR,
    { edit: setValue(ATTRIBUTE.ConfigMethods, be(8, 1)) },
    {
      fails: ['IEX-01'],
    },
  ),
  probing(
    'a UUID-E of 15 bytes in Probe Requests',
    SENSOR,
    { edit: setValue(ATTRIBUTE.UuidE, new Uint8Array(15)) },
    {
      fails: ['IEX-01'],
    },
  ),
  probing(
    'an illegal Request Type in Probe Requests',
    SENSOR,
    { edit: setValue(ATTRIBUTE.RequestType, be(9, 1)) },
    {
      fails: ['IEX-01'],
    },
  ),
  radio(
    'Probe Requests that end within an attribute',
    SENSOR,
    {
      management: [
        probeRequest(SENSOR, [], SENSOR.uuidE, { edit: lieAbout(ATTRIBUTE.DeviceName, 200) }),
        associationRequest(SENSOR),
      ],
    },
    { fails: ['IEX-01'] },
  ),
  associating('Request Type 0x00 in the Association Request', SENSOR, setValue(ATTRIBUTE.RequestType, be(0, 1)), {
    fails: ['IEX-02'],
  }),
  associating(
    'a Request Type of 2 bytes in the Association Request',
    SENSOR,
    setValue(ATTRIBUTE.RequestType, be(1, 2)),
    {
      fails: ['IEX-02'],
    },
  ),
  associating('no Request Type in the Association Request', DPWS_PRINTER, drop(ATTRIBUTE.RequestType), {
    fails: ['IEX-02'],
  }),
  observed('no WPS element in the Association Request', SENSOR, () => bareAssociation(SENSOR), { fails: ['IEX-02'] }),
  observed(
    'no WPS element in the Association Request, which is answered',
    SENSOR,
    () => {
      const accessPoint = REGISTRAR_MAC;
      return bareAssociation(SENSOR, step(1, -1, 'associated', { source: 'frames', frame: 6, accessPoint }));
    },
    { fails: ['IEX-02'] },
  ),
  associating(
    'an Association Request that ends before the value of its Request Type',
    SENSOR,
    all(drop(ATTRIBUTE.RequestType), append({ type: ATTRIBUTE.RequestType, value: fromHex(''), declaredLength: 1 })),
    { fails: ['IEX-02'] },
  ),
  probing('no UUID-E in Probe Requests', SENSOR, { edit: drop(ATTRIBUTE.UuidE) }, { fails: ['IEX-01'] }),
  probing(
    'UUID-R and no Primary Device Type in Probe Requests',
    SENSOR,
    { edit: all(asRegistrar, drop(ATTRIBUTE.PrimaryDeviceType)) },
    { fails: ['IEX-01'] },
  ),
  probing(
    'a NUL at the end of Device Name, in Probe Requests alone',
    SENSOR,
    { edit: setValue(ATTRIBUTE.DeviceName, ascii('Sensor\0')) },
    { warns: ['IEX-03'] },
  ),
  radio(
    'a byte after the last attribute of Probe Requests',
    SENSOR,
    {
      management: [
        probeRequest(SENSOR, [], SENSOR.uuidE, { split: (data) => [concat(data, fromHex('00'))] }),
        associationRequest(SENSOR),
      ],
    },
    { fails: ['IEX-01'] },
  ),
  radio(
    'Probe Requests that end within an attribute whose value M1 has',
    SENSOR,
    {
      management: [
        probeRequest(SENSOR, [], SENSOR.uuidE, {
          edit: all(moveLast(ATTRIBUTE.DeviceName), lieAbout(ATTRIBUTE.DeviceName, 22)),
        }),
        associationRequest(SENSOR),
      ],
    },
    { fails: ['IEX-01'] },
  ),
  probing(
    'another Device Name in Probe Requests',
    SENSOR,
    { edit: setValue(ATTRIBUTE.DeviceName, ascii('Other')) },
    {
      warns: ['IEX-03'],
    },
  ),
  probing(
    'other Config Methods and device type in Probe Requests',
    UPNP_RENDERER,
    {
      edit: all(
        setValue(ATTRIBUTE.ConfigMethods, be(0x0280, 2)),
        setValue(ATTRIBUTE.PrimaryDeviceType, fromHex('00010050f2040001')),
      ),
    },
    { warns: ['IEX-03'] },
  ),
  probing('each WPS element a list of its own', SENSOR, { split: anew }, { fails: ['IEX-04'] }),
  probing('a second WPS element that begins a list of its own', SENSOR, { split: lastAnew }, { fails: ['IEX-04'] }),
  probing('WPS data that stops at the end of the first element', SENSOR, { split: truncated }, { fails: ['IEX-04'] }),
  associating(
    'an Association Request that stops at the end of the first element',
    SENSOR,
    append(microsoftExtension([LONG_TLV, LONG_TLV])),
    { fails: ['IEX-04'] },
    truncated,
  ),
  associating('a Request Type of 2 bytes that begins with 01', SENSOR, setValue(ATTRIBUTE.RequestType, be(0x0100, 2)), {
    fails: ['IEX-02'],
  }),
  radio(
    'Probe Requests that lack an attribute and end within one',
    SENSOR,
    {
      management: [
        probeRequest(SENSOR, [], SENSOR.uuidE, {
          edit: all(drop(ATTRIBUTE.PrimaryDeviceType), lieAbout(ATTRIBUTE.DeviceName, 200)),
        }),
        associationRequest(SENSOR),
      ],
    },
    { fails: ['IEX-01'] },
  ),
  alike(
    'a NUL at the end of Device Name, in M1 and Probe Requests',
    setValue(ATTRIBUTE.DeviceName, ascii('Sensor\0')),
    {
      warns: ['WSC-16'],
    },
  ),
  alike('Config Methods of 1 byte in M1 and Probe Requests', setValue(ATTRIBUTE.ConfigMethods, be(8, 1)), {
    fails: ['WSC-05'],
  }),
  alike('Config Methods in M1 and Probe Requests whose Length lies', lieAbout(ATTRIBUTE.ConfigMethods, 3), {
    fails: ['IEX-01', 'WSC-05'],
  }),
  observed(
    'Config Methods of 1 byte in Probe Requests and the first M1',
    SENSOR,
    () => {
      const edit = setValue(ATTRIBUTE.ConfigMethods, be(8, 1));
      const { exchanges } = twoSessions(SENSOR, { attributes: { M1: edit } }, { networkKey: HEX_KEY });
      const management = [probeRequest(SENSOR, [], SENSOR.uuidE, { edit }), associationRequest(SENSOR)];
      return { ...overTheAir(SENSOR, { management }), exchanges };
    },
    { fails: ['WSC-05'] },
  ),
  radio(
    'no Model Name in M1',
    SENSOR,
    { script: { attributes: { M1: drop(ATTRIBUTE.ModelName) } } },
    { fails: ['WSC-03'] },
  ),
  radio(
    'M1 ends inside Serial Number',
    SENSOR,
    { script: { attributes: { M1: lieAbout(ATTRIBUTE.SerialNumber, 0x7000) } } },
    { fails: ['WSC-05'] },
  ),
  radio(
    'M1 alone ends inside Device Name',
    SENSOR,
    { script: { attributes: { M1: lieAbout(ATTRIBUTE.DeviceName, 0x7000) } } },
    { fails: ['WSC-05'] },
  ),
  radio(
    'Config Methods of 1 byte in M1 alone',
    SENSOR,
    { script: { attributes: { M1: setValue(ATTRIBUTE.ConfigMethods, be(8, 1)) } } },
    { fails: ['WSC-05'] },
  ),
  probing('ten bytes lost between two WPS elements', ALL_IN_ONE, { split: losingBytes }, { fails: ['IEX-04'] }),
];

export const JOIN_CASES: readonly FaultCase[] = [
  radio('it never comes back after WSC', SENSOR, stopping(), { fails: ['JOIN-01'] }),
  radio(
    'it comes back for one session of two',
    SENSOR,
    { ...secondStopping(), networkKeys: ['same key', 'same key'] },
    {
      fails: ['JOIN-01'],
    },
  ),
  observed('it registers again instead of joining', SENSOR, () => again(SENSOR), { fails: ['JOIN-01'] }),
  radio('it joins with a wrong key', DPWS_PRINTER, stopping('associated', 'lost', 'associated', 'lost'), {
    fails: ['JOIN-02'],
  }),
  radio('it takes no address', SENSOR, stopping('associated', 'handshake'), { fails: ['JOIN-02'] }),
  radio('it leaves again and again', SENSOR, stopping('associated', 'handshake', 'lost', 'associated', 'left'), {
    fails: ['JOIN-02'],
  }),
  radio(
    'it has an address after 70 s',
    SENSOR,
    {
      join: (session) => [step(session, 500, 'handshake'), step(session, 70_500, 'address', { address: '10.83.0.10' })],
    },
    { fails: ['JOIN-02'] },
  ),
  radio('it takes 64 hex digits for a passphrase', SENSOR, secondStopping('associated', 'lost'), {
    fails: ['JOIN-03'],
  }),
  radio('it does not come back with 64 hex digits', SENSOR, secondStopping(), { fails: ['JOIN-03'] }),
  radio(
    'it takes a passphrase for hex digits',
    SENSOR,
    { join: (session) => (session === 1 ? [] : wholeJoin(session)) },
    {
      fails: ['JOIN-03'],
    },
  ),
  radio(
    'its message 2 of the handshake is not accepted, again and again',
    SENSOR,
    {
      join: (session) => [
        step(session, 300, 'lost'),
        step(session, 400, 'requested'),
        step(session, 450, 'left'),
        step(session, 500, 'associated'),
        step(session, 600, 'key-message', { keyMessage: 1 }),
        step(session, 700, 'key-message', { keyMessage: 2 }),
        step(session, 800, 'lost'),
      ],
    },
    { fails: ['JOIN-02'] },
  ),
  radio(
    'it stops after message 3 of the handshake',
    SENSOR,
    {
      join: (session) => [
        step(session, 500, 'associated'),
        step(session, 700, 'key-message', { keyMessage: 2 }),
        step(session, 800, 'key-message', { keyMessage: 3 }),
      ],
    },
    { fails: ['JOIN-02'] },
  ),
  radio('it refuses the credential', SENSOR, { script: { refuses: true }, join: () => [] }, { fails: ['WSC-13'] }),
];
