import { concat, fromHex } from '#base/bytes.js';
import { encodeTlvs } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import {
  ALL_IN_ONE,
  DPWS_PRINTER,
  DPWS_UUID,
  microsoftExtension,
  SENSOR,
  transportUuid,
  UPNP_RENDERER,
  vpi,
} from './devices.js';
import { all, append, lieAbout, replaceMicrosoft, vendorData } from './edits.js';
import { probeRequest, withFrames } from './air.js';
import { twoSessions } from './evidence.js';
import { inM1, observed, scripted, type FaultCase } from './fault-case.js';

const tlvs = (...list: Parameters<typeof microsoftExtension>[0]) => replaceMicrosoft(microsoftExtension(list));

export const VPI_CASES: readonly FaultCase[] = [
  inM1('other TLVs only', SENSOR, vendorData(fromHex('2001 0001 08')), { fails: ['VPI-01'] }),
  inM1(
    'the VPI as a bare attribute beside an extension without one',
    SENSOR,
    all(vendorData(fromHex('2001 0001 08')), append({ type: ATTRIBUTE.APChannel, value: fromHex('0001') })),
    { fails: ['VPI-01'] },
  ),
  inM1('a VPI of 4 bytes', DPWS_PRINTER, tlvs({ type: 0x1001, value: fromHex('01010000') }, transportUuid(DPWS_UUID)), {
    fails: ['VPI-02'],
  }),
  inM1('a VPI of 1 byte', SENSOR, tlvs({ type: 0x1001, value: fromHex('00') }), { fails: ['VPI-02'] }),
  inM1('an empty VPI', SENSOR, tlvs({ type: 0x1001, value: fromHex('') }), { fails: ['VPI-02'] }),
  inM1('a reserved transport', DPWS_PRINTER, tlvs(vpi(4), transportUuid(DPWS_UUID)), { fails: ['VPI-03'] }),
  inM1('transport 0xff', SENSOR, tlvs(vpi(0xff)), { fails: ['VPI-03'] }),
  inM1('Profile Request 0x00 with a transport', UPNP_RENDERER, tlvs(vpi(2, 0)), { fails: ['VPI-04'] }),
  inM1('Profile Request 0xff with a transport', DPWS_PRINTER, tlvs(vpi(1, 0xff), transportUuid(DPWS_UUID)), {
    fails: ['VPI-04'],
  }),
  inM1('the two fields swapped', UPNP_RENDERER, tlvs(vpi(1, 2)), { fails: ['VPI-04', 'VPI-10'] }),
  inM1('Profile Request 0x00 with None', SENSOR, tlvs(vpi(0, 0)), { fails: ['VPI-05'] }),
  inM1('None beside a transport', UPNP_RENDERER, tlvs(vpi(0), vpi(2)), { fails: ['VPI-06'] }),
  inM1('None twice', SENSOR, tlvs(vpi(0), vpi(0)), { fails: ['VPI-06'] }),
  inM1('None beside a VPI that cannot be read', SENSOR, tlvs(vpi(0), { type: 0x1001, value: fromHex('010101') }), {
    fails: ['VPI-02', 'VPI-06'],
  }),
  inM1('DPWS and Secure DPWS', DPWS_PRINTER, tlvs(vpi(1), transportUuid(DPWS_UUID), vpi(3), transportUuid(DPWS_UUID)), {
    fails: ['VPI-07', 'VPI-10'],
  }),
  inM1('UPnP twice', UPNP_RENDERER, tlvs(vpi(2), vpi(2)), { fails: ['VPI-08'] }),
  inM1('None although it pairs', UPNP_RENDERER, tlvs(vpi(0)), { fails: ['VPI-10'] }),
  inM1('a transport although it does not pair', SENSOR, tlvs(vpi(2)), { fails: ['VPI-10'] }),
  inM1('one of two transports', ALL_IN_ONE, tlvs(...ALL_IN_ONE.pairing.slice(0, 2)), {
    fails: ['TUU-11', 'VPI-10'],
  }),
  scripted(
    'the VPI in M7 only',
    SENSOR,
    { attributes: { M1: replaceMicrosoft(), M7: append(microsoftExtension([vpi(0)])) } },
    { fails: ['VPI-01', 'VPI-09', 'VX-01'] },
  ),
  observed(
    'the VPI in a Probe Request only',
    SENSOR,
    () =>
      withFrames(
        twoSessions(SENSOR, { attributes: { M1: vendorData(fromHex('2001 0001 08')) } }),
        probeRequest(SENSOR, [vpi(0)]),
      ),
    { fails: ['VPI-01', 'VPI-09'] },
  ),
  observed(
    'another VPI in the second session',
    SENSOR,
    () => twoSessions(SENSOR, {}, { attributes: { M1: tlvs(vpi(2)) } }),
    { fails: ['VPI-10'], warns: ['VPI-11'] },
  ),
  inM1('two TLVs, none of them a VPI', SENSOR, vendorData(fromHex('2001 0001 08 2002 0000')), { fails: ['VPI-01'] }),
  inM1('two transports although it does not pair', SENSOR, tlvs(vpi(2), vpi(1)), { fails: ['VPI-10'] }),
  inM1('Profile Request 0x02 with UPnP', UPNP_RENDERER, tlvs(vpi(2, 2)), { fails: ['VPI-04'] }),
  inM1('another transport, and a TLV that is cut', SENSOR, vendorData(fromHex('1001 0002 0201 2001 0005 01')), {
    fails: ['VPI-10', 'VX-06'],
  }),
  inM1(
    'one of two transports, and a TLV that is cut',
    ALL_IN_ONE,
    vendorData(concat(encodeTlvs({ nodes: ALL_IN_ONE.pairing.slice(0, 2) }), fromHex('2001 0005 01'))),
    { fails: ['VX-06'] },
  ),
  inM1(
    'another transport than the profile declares, and a TLV that is cut',
    UPNP_RENDERER,
    vendorData(fromHex('1001 0002 0101 2001 0005 01')),
    { fails: ['VPI-10', 'VX-06'] },
  ),
  scripted(
    'the VPI in M7 only, and an M1 that is cut',
    SENSOR,
    {
      attributes: {
        M1: all(replaceMicrosoft(), lieAbout(ATTRIBUTE.OSVersion, 0x100)),
        M7: append(microsoftExtension([vpi(0)])),
      },
    },
    { fails: ['WSC-05'] },
  ),
];
