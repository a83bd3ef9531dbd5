import { formatUuid } from '#base/uuid.js';
import { NAMESPACE } from '#wire/soap.js';
import { both, only, type Fault } from '../fault.js';
import { pairs, twoTransports } from '../fault-conditions.js';
import { byDpws, byUpnp, withTwoHosted } from './conditions.js';
import { documentText, dpws, rootNode, together } from './edits.js';

const NO_PNPX = { hardwareIds: null, compatibleIds: null, categories: null } as const;
const IDS = ['HardwareId', 'CompatibleId'] as const;
const ofUpnp = (...names: readonly string[]): string[] => names.map((name) => `description.X_${name}`);
const ofDpws = (...names: readonly string[]): string[] => names.map((name) => `metadata.${name}`);
const onlyUpnp = both(
  byUpnp,
  only(({ transports }) => transports.length === 1, 'its two container ids would no longer agree'),
);

/** Faults of the PnP-X metadata. */
export const PNPX_FAULTS: readonly Fault[] = [
  {
    id: 'hardware-id-alone',
    change: 'describes its hardware ids by UPnP without compatible ids',
    refuses: byUpnp,
    fails: ['RVP-PNPX-01'],
    warns: [],
    changes: ofUpnp('compatibleId'),
    behaviour: rootNode(({ pnpx }) => ({ pnpx: { ...pnpx, compatibleIds: null } })),
  },
  {
    id: 'hosted-hardware-id-alone',
    change: 'gives hardware ids without compatible ids for one of its hosted services',
    refuses: withTwoHosted,
    fails: ['RVP-PNPX-01'],
    warns: [],
    changes: ofDpws('CompatibleId'),
    behaviour: dpws(({ hosted }) => ({
      hosted: hosted.map((service, index) => (index === 0 ? service : { ...service, compatibleIds: null })),
    })),
  },
  {
    id: 'category-without-ids',
    change: 'has a DeviceCategory and no hosted service with ids',
    refuses: byDpws,
    fails: ['RVP-PNPX-02'],
    warns: [],
    changes: ofDpws(...IDS),
    behaviour: dpws(({ hosted }) => ({
      hosted: hosted.map((service) => ({ ...service, hardwareIds: null, compatibleIds: null })),
    })),
  },
  {
    id: 'ids-without-category',
    change: 'has ids for its hosted services and no DeviceCategory',
    refuses: byDpws,
    // Both sentences are about it: the elements go together, and without a category Windows shows nothing.
    fails: ['RVP-PNPX-02', 'RVP-PNPX-11'],
    warns: [],
    changes: ofDpws('DeviceCategory'),
    behaviour: dpws(() => ({ categories: null })),
  },
  {
    id: 'ids-on-lines-of-their-own',
    change: 'separates its hardware ids by line breaks and blanks',
    refuses: pairs,
    fails: [],
    warns: ['RVP-PNPX-03'],
    changes: [...ofUpnp('hardwareId'), ...ofDpws('HardwareId')],
    behaviour: together(
      rootNode(({ pnpx }) => ({ pnpx: { ...pnpx, hardwareIds: onLines(pnpx.hardwareIds) } })),
      dpws(({ hosted }) => ({
        hosted: hosted.map((service) => ({ ...service, hardwareIds: onLines(service.hardwareIds) })),
      })),
    ),
  },
  {
    id: 'ids-with-commas',
    change: 'separates its hardware ids by commas',
    refuses: pairs,
    fails: ['RVP-PNPX-05'],
    warns: [],
    changes: [...ofUpnp('hardwareId'), ...ofDpws('HardwareId')],
    behaviour: together(
      rootNode(({ pnpx }) => ({ pnpx: { ...pnpx, hardwareIds: withCommas(pnpx.hardwareIds) } })),
      dpws(({ hosted }) => ({
        hosted: hosted.map((service) => ({ ...service, hardwareIds: withCommas(service.hardwareIds) })),
      })),
    ),
  },
  {
    id: 'id-of-220-characters',
    change: 'has a hardware id of more than 200 characters',
    refuses: byUpnp,
    fails: ['RVP-PNPX-05'],
    warns: [],
    changes: ofUpnp('hardwareId'),
    behaviour: rootNode(({ pnpx }) => ({ pnpx: { ...pnpx, hardwareIds: `VEN_0137&DEV_${'0'.repeat(210)}` } })),
  },
  {
    id: 'no-pnpx-in-description',
    change: 'describes itself by UPnP without a word of PnP-X',
    refuses: byUpnp,
    fails: ['RVP-PNPX-07'],
    warns: [],
    changes: ofUpnp('hardwareId', 'compatibleId', 'deviceCategory'),
    behaviour: rootNode(({ pnpx }) => ({ pnpx: { ...pnpx, ...NO_PNPX } })),
  },
  {
    id: 'no-pnpx-in-metadata',
    change: 'serves metadata without a word of PnP-X',
    refuses: byDpws,
    fails: ['RVP-PNPX-07'],
    warns: [],
    changes: ofDpws(...IDS, 'DeviceCategory'),
    behaviour: dpws(({ hosted }) => ({
      categories: null,
      hosted: hosted.map((service) => ({ ...service, hardwareIds: null, compatibleIds: null })),
    })),
  },
  {
    id: 'container-id-of-each-transport',
    change: 'has a container id by UPnP and another by DPWS',
    refuses: twoTransports,
    fails: [],
    warns: ['RVP-PNPX-09'],
    changes: ofUpnp('containerId'),
    behaviour: rootNode(({ pnpx }, { device }) => ({
      pnpx: { ...pnpx, containerId: `{${formatUuid(device.strangeUuid)}}` },
    })),
  },
  {
    id: 'pnpx-in-namespace-of-dpws',
    change: 'describes itself by UPnP in the PnP-X namespace of DPWS',
    refuses: byUpnp,
    fails: ['RVP-PNPX-12'],
    warns: [],
    changes: ofUpnp('hardwareId', 'compatibleId', 'deviceCategory'),
    behaviour: documentText('description', (text) => text.replace(NAMESPACE.pnpxUpnp, NAMESPACE.pnpxDpws)),
  },
  {
    id: 'pnpx-in-namespace-of-upnp',
    change: 'serves metadata with the PnP-X namespace of UPnP',
    refuses: byDpws,
    fails: ['RVP-PNPX-12'],
    warns: [],
    changes: ofDpws(...IDS, 'DeviceCategory'),
    behaviour: documentText('metadata', (text) => text.replace(NAMESPACE.pnpxDpws, NAMESPACE.pnpxUpnp)),
  },
  {
    id: 'container-id-in-pnpx-namespace',
    change: 'describes its container id in the namespace of PnP-X',
    refuses: onlyUpnp,
    fails: ['RVP-PNPX-12'],
    warns: [],
    changes: ofUpnp('containerId'),
    behaviour: documentText('description', (text) => text.replaceAll('df:X_containerId', 'pnpx:X_containerId')),
  },
  {
    id: 'made-up-category',
    change: 'names a device category that is not published',
    refuses: pairs,
    fails: [],
    warns: ['RVP-PNPX-13'],
    changes: [...ofUpnp('deviceCategory'), ...ofDpws('DeviceCategory')],
    behaviour: together(
      rootNode(({ pnpx }) => ({ pnpx: { ...pnpx, categories: 'OfficeMachines' } })),
      dpws(() => ({ categories: 'OfficeMachines' })),
    ),
  },
  {
    id: 'container-id-without-braces',
    change: 'writes its container id without braces',
    refuses: pairs,
    fails: [],
    warns: ['RVP-PNPX-14'],
    changes: [...ofUpnp('containerId'), ...ofDpws('ContainerId')],
    behaviour: together(
      rootNode(({ pnpx }) => ({ pnpx: { ...pnpx, containerId: bare(pnpx.containerId) } })),
      dpws(({ containerId }) => ({ containerId: bare(containerId) })),
    ),
  },
];

function onLines(list: string | null): string | null {
  return list === null ? null : `\n      ${list.replaceAll(' ', '\n      ')}\n    `;
}

function withCommas(list: string | null): string | null {
  return list?.replaceAll(' ', ',') ?? null;
}

function bare(containerId: string | null): string | null {
  return containerId?.slice(1, -1) ?? null;
}
