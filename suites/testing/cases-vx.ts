import { concat, fromHex } from '#base/bytes.js';
import type { ManagementFrame } from '#evidence/model.js';
import { encodeTlvs, type TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import {
  ALL_IN_ONE,
  DPWS_PRINTER,
  DPWS_UUID,
  microsoftExtension,
  SENSOR,
  transportUuid,
  vpi,
  type SampleDevice,
} from './devices.js';
import { all, append, drop, isMicrosoft, lieAbout, prepend, replaceMicrosoft, vendorData } from './edits.js';
import { probeRequest, withFrames } from './air.js';
import { twoSessions } from './evidence.js';
import { inM1, observed, scripted, type FaultCase } from './fault-case.js';

function extension(hex: string): TlvSource {
  return { type: ATTRIBUTE.VendorExtension, value: fromHex(hex) };
}

/** Types in and beside the ranges that are known. */
const OTHER_FEATURES: readonly TlvSource[] = [
  { type: 0x0000, value: new Uint8Array(0) },
  { type: 0x0000, value: new Uint8Array(1) },
  ...[0x1003, 0x1005, 0x1006, 0x2000, 0x2001, 0x2005, 0x2006].map((type) => ({ type, value: new Uint8Array(0) })),
];

const encoded = encodeTlvs({ nodes: DPWS_PRINTER.pairing });

export const VX_CASES: readonly FaultCase[] = [
  inM1('no Microsoft extension', DPWS_PRINTER, replaceMicrosoft(), { fails: ['VPI-01', 'VX-01'] }),
  inM1('no vendor extension at all', DPWS_PRINTER, drop(ATTRIBUTE.VendorExtension), { fails: ['VPI-01', 'VX-01'] }),
  inM1(
    'the TLVs spread over two extensions',
    ALL_IN_ONE,
    replaceMicrosoft(
      microsoftExtension(ALL_IN_ONE.pairing.slice(0, 2)),
      microsoftExtension(ALL_IN_ONE.pairing.slice(2)),
    ),
    { warns: ['VX-02'] },
  ),
  inM1(
    'the extension before OS Version',
    DPWS_PRINTER,
    (attributes) => {
      const own = attributes.filter(isMicrosoft);
      const others = attributes.filter((each) => !isMicrosoft(each));
      return others.flatMap((each) => (each.type === ATTRIBUTE.OSVersion ? [...own, each] : [each]));
    },
    { fails: ['VX-03'] },
  ),
  inM1(
    'a vendor extension of 1025 bytes',
    DPWS_PRINTER,
    append({ type: ATTRIBUTE.VendorExtension, value: concat(fromHex('00abcd'), new Uint8Array(1022)) }),
    { fails: ['VX-04'] },
  ),
  inM1('a vendor extension of 2 bytes', DPWS_PRINTER, append(extension('0001')), { fails: ['VX-04'] }),
  inM1('vendor id without data', DPWS_PRINTER, vendorData(fromHex('')), { fails: ['VPI-01', 'VX-05'] }),
  inM1('one byte after the last TLV', DPWS_PRINTER, vendorData(concat(encoded, fromHex('00'))), { fails: ['VX-05'] }),
  inM1('three bytes after the last TLV', SENSOR, vendorData(fromHex('1001 0002 0001 100100')), { fails: ['VX-05'] }),
  inM1('only half a TLV header', SENSOR, vendorData(fromHex('100100')), { fails: ['VPI-01', 'VX-05'] }),
  inM1('the VPI Length reaches past the end', SENSOR, vendorData(fromHex('1001 0004 0001')), { fails: ['VX-06'] }),
  inM1(
    'the VPI Length is little-endian and swallows the Transport UUID',
    DPWS_PRINTER,
    vendorData(concat(fromHex('1001 0200 0101'), encodeTlvs({ nodes: [transportUuid(DPWS_UUID)] }))),
    { fails: ['VX-06'] },
  ),
  inM1('the Transport UUID is cut by one byte', DPWS_PRINTER, vendorData(encoded.subarray(0, encoded.length - 1)), {
    fails: ['VX-06'],
  }),
  inM1('an unknown TLV reaches past the end', SENSOR, vendorData(fromHex('1001 0002 0001 2001 0005 01')), {
    fails: ['VX-06'],
  }),
  inM1(
    'vendor id as a 4-byte number',
    DPWS_PRINTER,
    replaceMicrosoft({ type: ATTRIBUTE.VendorExtension, value: concat(fromHex('00000137'), encoded) }),
    { fails: ['VPI-01', 'VX-01', 'VX-09'] },
  ),
  inM1('vendor id little-endian', SENSOR, replaceMicrosoft(extension('370100 1001 0002 0001')), {
    fails: ['VPI-01', 'VX-01', 'VX-09'],
  }),
  inM1('vendor id shifted', SENSOR, replaceMicrosoft(extension('013700 1001 0002 0001')), {
    fails: ['VPI-01', 'VX-01', 'VX-09'],
  }),
  inM1('a misspelt extension beside the right one', SENSOR, append(extension('370100 1001 0002 0001')), {
    fails: ['VX-09'],
  }),
  inM1('the extension as bare attributes', SENSOR, replaceMicrosoft(vpi(0)), { fails: ['VPI-01', 'VX-01'] }),
  scripted(
    'another Transport in M7 than in M1',
    SENSOR,
    { attributes: { M7: append(microsoftExtension([vpi(2)])) } },
    { warns: ['VX-10'] },
  ),
  observed(
    'a TLV value of 243 bytes in a Probe Request',
    SENSOR,
    () => withFrames(twoSessions(SENSOR), probeRequest(SENSOR, [{ type: 0x2002, value: new Uint8Array(243) }])),
    { fails: ['VX-07'] },
  ),
  observed(
    'another VPI in a Probe Request than in M1',
    SENSOR,
    () => withFrames(twoSessions(SENSOR), probeRequest(SENSOR, [vpi(1)])),
    { warns: ['VX-10'] },
  ),
  inM1('M1 ends inside the Microsoft extension', DPWS_PRINTER, lieMicrosoft(60), { fails: ['WSC-05'] }),
  inM1('M1 ends inside the Microsoft extension, whose Length is illegal too', DPWS_PRINTER, lieMicrosoft(2000), {
    fails: ['VX-04'],
  }),
  inM1('M1 is cut inside Manufacturer', DPWS_PRINTER, lieAbout(ATTRIBUTE.Manufacturer, 0x4000), { fails: ['WSC-05'] }),
  inM1('foreign extensions around the right one', SENSOR, all(append(extension('00abcd0102')), prepend()), {}),
  inM1('TLVs of other features', SENSOR, replaceMicrosoft(microsoftExtension([vpi(0), ...OTHER_FEATURES])), {}),
  inM1('the VPI Length is little-endian', SENSOR, vendorData(fromHex('1001 0200 0001')), { fails: ['VX-06'] }),
  inM1(
    'M1 ends inside the extension, within a TLV header',
    SENSOR,
    replaceMicrosoft({ ...extension('000137 1001 0002 0001 20'), declaredLength: 0x20 }),
    { fails: ['WSC-05'] },
  ),
  ...([240, 241, 242] as const).map((lengthBytes) =>
    observed(
      `a value of ${lengthBytes} bytes in a Probe Request`,
      SENSOR,
      () =>
        withFrames(twoSessions(SENSOR), probeRequest(SENSOR, [{ type: 0x2001, value: new Uint8Array(lengthBytes) }])),
      {},
    ),
  ),
  observed(
    'the VPI Length reaches past the end, in M1 and a Probe Request',
    SENSOR,
    () => {
      const edit = replaceMicrosoft(extension('000137 1001 0004 0001'));
      const probe = probeRequest(SENSOR, SENSOR.pairing, SENSOR.uuidE, { edit });
      return withFrames(twoSessions(SENSOR, { attributes: { M1: edit } }), probe);
    },
    { fails: ['VX-06'] },
  ),
  inM1(
    'the extension before the last three attributes',
    DPWS_PRINTER,
    (attributes) => {
      const own = attributes.filter(isMicrosoft);
      const others = attributes.filter((each) => !isMicrosoft(each));
      return [...others.slice(0, -3), ...own, ...others.slice(-3)];
    },
    { fails: ['VX-03'] },
  ),
  inM1('a vendor extension of 1024 bytes', DPWS_PRINTER, append(extension(`00abcd${'00'.repeat(1021)}`)), {}),
  inM1(
    'no vendor extension but one of 2 bytes',
    SENSOR,
    all(drop(ATTRIBUTE.VendorExtension), append(extension('0001'))),
    {
      fails: ['VPI-01', 'VX-01', 'VX-04'],
    },
  ),
  inM1('a vendor id little-endian and nothing behind it', SENSOR, append(extension('370100')), {}),
  inM1('a vendor id little-endian and a TLV of another feature', SENSOR, append(extension('370100 2001 0000')), {}),
  inM1('a vendor id little-endian and a TLV that is cut', SENSOR, append(extension('370100 1001 0004 0001')), {}),
  inM1('a Transport UUID alone under a misspelt vendor id', SENSOR, append(misspelt(transportUuid(DPWS_UUID))), {
    fails: ['VX-09'],
  }),
  scripted(
    'another Transport in M5 than in M1, and no Transport UUID',
    DPWS_PRINTER,
    { attributes: { M5: append(microsoftExtension([vpi(2)])) } },
    { warns: ['VX-10'] },
  ),
  scripted(
    'another Transport in WSC_Done than in M1, which nobody compares',
    SENSOR,
    { attributes: { WSC_DONE: append(microsoftExtension([vpi(2)])) } },
    {},
  ),
  observed(
    'the VPI Length reaches past the end in a Probe Request alone',
    SENSOR,
    () => withFrames(twoSessions(SENSOR), cutProbe(SENSOR)),
    { warns: ['VX-10'] },
  ),
  observed(
    'a Transport UUID that is cut, in M1 of the first session, and a VPI in a Probe Request',
    DPWS_PRINTER,
    () => {
      const edit = vendorData(encoded.subarray(0, encoded.length - 1));
      return withFrames(twoSessions(DPWS_PRINTER, { attributes: { M1: edit } }, {}), cutProbe(DPWS_PRINTER));
    },
    { fails: ['VX-06'], warns: ['TUU-12', 'VX-10'] },
  ),
];

/** TLVs under the id of Microsoft, least significant byte first. */
function misspelt(...nodes: readonly TlvSource[]): TlvSource {
  return { type: ATTRIBUTE.VendorExtension, value: concat(fromHex('370100'), encodeTlvs({ nodes })) };
}

/** A Probe Request with a VPI that is longer than its extension. */
function cutProbe(device: SampleDevice): ManagementFrame {
  const edit = replaceMicrosoft(extension('000137 1001 0004 0001'));
  return probeRequest(device, device.pairing, device.uuidE, { edit });
}

/** Let the Length of the Microsoft extension, the last attribute, lie. */
function lieMicrosoft(declaredLength: number) {
  return (attributes: readonly TlvSource[]): readonly TlvSource[] =>
    attributes.map((each) => (isMicrosoft(each) ? { ...each, declaredLength } : each));
}
