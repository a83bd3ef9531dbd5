import { NAMESPACE } from '#wire/soap.js';
import { UPNP_DEVICE_NAMESPACE } from '#wire/upnp-description.js';
import type { UpnpServiceKind } from './capability.js';
import type { PnpxTexts, UpnpNode, UpnpParts } from './parts.js';
import { element, field, xmlDocument } from './xml-text.js';

const SERVICE_NAMESPACE = 'urn:schemas-upnp-org:service-1-0';

/** Path of a service's description; its last part is that of the service id. */
export const SCPD_PATH = '/scpd/';

/** The device's own description (UDA 1.x, 2.3). */
export function descriptionXml({ version, configId, root }: UpnpParts): Uint8Array {
  const minor = version === '1.0' ? '0' : '1';
  const specVersion = element('specVersion', [...field('major', '1'), ...field('minor', minor)]);
  const attributes = {
    xmlns: UPNP_DEVICE_NAMESPACE,
    'xmlns:pnpx': NAMESPACE.pnpxUpnp,
    'xmlns:df': NAMESPACE.deviceFoundation,
    ...(version === '1.0' ? {} : { configId: String(configId) }),
  };
  return xmlDocument(element('root', [specVersion, deviceXml(root)], attributes));
}

function deviceXml(node: UpnpNode): string {
  const { services, embedded } = node;
  return element('device', [
    ...field('deviceType', node.deviceType),
    ...field('friendlyName', node.friendlyName),
    ...field('manufacturer', node.manufacturer),
    ...field('modelDescription', `${node.manufacturer} ${node.modelName}`),
    ...field('modelName', node.modelName),
    ...field('modelNumber', node.modelNumber),
    ...field('serialNumber', node.serialNumber),
    ...field('UDN', node.udn),
    ...pnpxXml(node.pnpx),
    ...(services.length === 0 ? [] : [element('serviceList', services.map(serviceXml))]),
    ...(embedded.length === 0 ? [] : [element('deviceList', embedded.map(deviceXml))]),
  ]);
}

function pnpxXml({ hardwareIds, compatibleIds, categories, containerId }: PnpxTexts): string[] {
  return [
    ...field('pnpx:X_hardwareId', hardwareIds),
    ...field('pnpx:X_compatibleId', compatibleIds),
    ...field('pnpx:X_deviceCategory', categories),
    ...field('df:X_containerId', containerId),
  ];
}

function serviceXml({ serviceType, serviceId }: UpnpServiceKind): string {
  const name = serviceId.split(':').at(-1) ?? serviceId;
  return element('service', [
    ...field('serviceType', serviceType),
    ...field('serviceId', serviceId),
    ...field('SCPDURL', `${SCPD_PATH}${name}.xml`),
    ...field('controlURL', `/control/${name}`),
    ...field('eventSubURL', `/events/${name}`),
  ]);
}

/** A service that has no action and no variable. */
export function scpdXml(): Uint8Array {
  const specVersion = element('specVersion', [...field('major', '1'), ...field('minor', '0')]);
  return xmlDocument(element('scpd', [specVersion, element('serviceStateTable', [])], { xmlns: SERVICE_NAMESPACE }));
}
