import { NAMESPACE } from '#wire/soap.js';
import type { DpwsCapability, HostedKind, PnpxIds, UpnpCapability, UpnpServiceKind } from './capability.js';

/** What the reference models do on the network: the discovery side of each transport they pair by. */

const HALF_HOUR_S = 1800;
const SCOPE = 'http://rally-reference.example/site/hq/floor-2';

function service(name: string, version: number): UpnpServiceKind {
  return {
    serviceType: `urn:schemas-upnp-org:service:${name}:${version}`,
    serviceId: `urn:upnp-org:serviceId:${name}`,
  };
}

function ids(device: string, ...compatibleIds: readonly string[]): PnpxIds {
  return { hardwareIds: [`VEN_0137&DEV_${device}&REV_01`, `VEN_0137&DEV_${device}`], compatibleIds };
}

/** The names of Windows' own print and scan services, which it loads its class drivers by. */
const PRINT: HostedKind = {
  name: 'PrinterService',
  type: { namespace: NAMESPACE.print, local: 'PrinterServiceType' },
  pnpx: ids('0101', `${NAMESPACE.print}/PrinterServiceType`),
};
const SCAN: HostedKind = {
  name: 'ScannerService',
  type: { namespace: NAMESPACE.scan, local: 'ScannerServiceType' },
  pnpx: ids('0102', `${NAMESPACE.scan}/ScannerServiceType`),
};

const PRINT_DEVICE = { namespace: NAMESPACE.print, local: 'PrintDeviceType' } as const;
const SCAN_DEVICE = { namespace: NAMESPACE.scan, local: 'ScanDeviceType' } as const;

export const PRINTER_DPWS: DpwsCapability = {
  types: [PRINT_DEVICE],
  scopes: [`${SCOPE}/printers`],
  categories: ['Printers'],
  hosted: [PRINT],
};

export const SCANNER_DPWS: DpwsCapability = {
  types: [SCAN_DEVICE],
  scopes: [`${SCOPE}/scanners`],
  categories: ['Scanners'],
  hosted: [SCAN],
};

export const ALL_IN_ONE_DPWS: DpwsCapability = {
  types: [PRINT_DEVICE, SCAN_DEVICE],
  scopes: [`${SCOPE}/printers`, `${SCOPE}/scanners`],
  categories: ['MFP', 'Printers', 'Scanners'],
  hosted: [PRINT, SCAN],
};

/** UPnP 1.0, one device with three services of version 2 and 1. */
export const RENDERER_UPNP: UpnpCapability = {
  version: '1.0',
  maxAgeS: HALF_HOUR_S,
  refreshMs: 800_000,
  copies: 3,
  ttl: 4,
  root: {
    deviceType: 'urn:schemas-upnp-org:device:MediaRenderer:2',
    friendlyName: 'Reference renderer',
    services: [service('RenderingControl', 2), service('ConnectionManager', 2), service('AVTransport', 1)],
    embedded: [],
    pnpx: {
      ...ids('0201', 'MS_DigitalMediaDeviceClass_DMR_V001'),
      categories: ['MediaDevices'],
    },
  },
};

/**
 * UPnP 1.1, a scanner embedded in a printer, one service type in both: 3 + 2 * 1 + 3 announcements. It announces itself
 * again every 10 seconds, so that a short run hears a set before the one before it expires.
 */
export const ALL_IN_ONE_UPNP: UpnpCapability = {
  version: '1.1',
  maxAgeS: HALF_HOUR_S,
  refreshMs: 10_000,
  copies: 2,
  ttl: 2,
  root: {
    deviceType: 'urn:schemas-upnp-org:device:Printer:1',
    friendlyName: 'Reference all-in-one',
    services: [service('PrintBasic', 1), service('ExternalActivity', 1)],
    embedded: [
      {
        deviceType: 'urn:schemas-upnp-org:device:Scanner:1',
        friendlyName: 'Reference all-in-one, scanner',
        services: [service('ExternalActivity', 1)],
        embedded: [],
      },
    ],
    pnpx: { ...ids('0301', 'urn:schemas-upnp-org:device:Printer:1'), categories: ['MFP', 'Printers', 'Scanners'] },
  },
};
