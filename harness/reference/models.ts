import { nearest } from '#base/nearest.js';
import { RallyError } from '#base/error.js';
import {
  ALL_IN_ONE_DPWS,
  ALL_IN_ONE_UPNP,
  PRINTER_DPWS,
  RENDERER_UPNP,
  SCANNER_DPWS,
} from './discovery/capabilities.js';
import type { Model } from './model.js';

const MANUFACTURER = 'Rally reference';

/** Every reference model. Their order is that of the documents. */
export const MODELS: readonly Model[] = [
  {
    id: 'dpws-printer',
    title: 'DPWS printer with a Transport UUID of its own',
    transports: [{ transport: 'dpws', identity: 'own', dpws: PRINTER_DPWS }],
    repeatsIn: [],
    wscVersion: '2.0',
    method: 'pin',
    strings: { manufacturer: MANUFACTURER, modelName: 'Printer', modelNumber: 'P1', deviceName: 'Reference printer' },
    deviceType: [3, 1],
    // Virtual display, virtual push button.
    configMethods: 0x2288,
  },
  {
    id: 'upnp-renderer',
    title: 'UPnP renderer found under UUID-E, registered by push button',
    transports: [{ transport: 'upnp', identity: 'uuid-e', upnp: RENDERER_UPNP }],
    repeatsIn: [],
    wscVersion: '2.0',
    method: 'pbc',
    strings: { manufacturer: MANUFACTURER, modelName: 'Renderer', modelNumber: 'R1', deviceName: 'Reference renderer' },
    deviceType: [8, 5],
    // Physical display, physical push button.
    configMethods: 0x4488,
  },
  {
    id: 'all-in-one',
    title:
      'all-in-one by UPnP and DPWS, a Transport UUID for each, its TLVs also in Probe Request, M3 and M7; in fragments',
    transports: [
      { transport: 'upnp', identity: 'own', upnp: ALL_IN_ONE_UPNP },
      { transport: 'dpws', identity: 'own', dpws: ALL_IN_ONE_DPWS },
    ],
    repeatsIn: ['Probe Request', 'M3', 'M7'],
    wscVersion: '2.0',
    method: 'pin',
    strings: {
      manufacturer: MANUFACTURER,
      modelName: 'All-in-one',
      modelNumber: 'A1',
      deviceName: 'Reference all-in-one, 2nd floor',
    },
    deviceType: [3, 5],
    // Printer, scanner, fax, copier, storage: with them its Probe Requests need a second WPS element.
    secondaryDeviceTypes: [
      [3, 1],
      [3, 2],
      [3, 3],
      [3, 4],
      [5, 1],
    ],
    // Physical display, physical push button, keypad.
    configMethods: 0x4588,
    fragmentBytes: 200,
  },
  {
    id: 'secure-scanner',
    title: 'Secure DPWS scanner found under UUID-E',
    transports: [{ transport: 'secure-dpws', identity: 'uuid-e', dpws: SCANNER_DPWS }],
    repeatsIn: [],
    wscVersion: '2.0',
    method: 'pin',
    strings: { manufacturer: MANUFACTURER, modelName: 'Scanner', modelNumber: 'S1', deviceName: 'Reference scanner' },
    deviceType: [3, 2],
    configMethods: 0x2288,
  },
  {
    id: 'sensor',
    title: 'sensor that does not pair (Transport None), its PIN on a label',
    transports: [],
    repeatsIn: [],
    wscVersion: '2.0',
    method: 'pin',
    strings: { manufacturer: MANUFACTURER, modelName: 'Sensor', modelNumber: 'T1', deviceName: 'Reference sensor' },
    deviceType: [2, 9],
    // Label, virtual push button.
    configMethods: 0x0284,
  },
  {
    id: 'wsc1-printer',
    title: 'WSC 1.0 printer by DPWS with a Transport UUID of its own',
    transports: [{ transport: 'dpws', identity: 'own', dpws: PRINTER_DPWS }],
    repeatsIn: [],
    wscVersion: '1.0',
    method: 'pin',
    strings: {
      manufacturer: MANUFACTURER,
      modelName: 'Printer',
      modelNumber: 'P0',
      deviceName: 'Reference printer 1.0',
    },
    deviceType: [3, 1],
    // Display and push button: WSC 1.0 has no virtual and physical forms.
    configMethods: 0x0088,
  },
];

/** The model with this id. Throws RallyError ERR_USAGE with the nearest known one. */
export function requireModel(id: string): Model {
  const found = MODELS.find((model) => model.id === id);
  if (found !== undefined) return found;
  const ids = MODELS.map((model) => model.id);
  const meant = nearest(id, ids);
  throw new RallyError('ERR_USAGE', `There is no reference device ${id}`, {
    remedy: meant === null ? `Reference devices: ${ids.join(', ')}.` : `Did you mean ${meant}?`,
  });
}
