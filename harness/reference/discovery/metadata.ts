import { NAMESPACE } from '#wire/soap.js';
import type { DpwsParts, HostedParts } from './parts.js';
import { endpointXml, typesXml } from './soap-text.js';
import { element, field } from './xml-text.js';

const SERVICE_ID = 'http://rally-reference.example/services';

/** Body of the answer to a Get (DPWS 2006/02, 5): the sections ThisModel, ThisDevice and Relationship. */
export function metadataBody(own: DpwsParts, host: string): string {
  return element('wsx:Metadata', [
    section('ThisModel', element('wsdp:ThisModel', thisModel(own))),
    section('ThisDevice', element('wsdp:ThisDevice', thisDevice(own))),
    section('Relationship', relationship(own, host)),
  ]);
}

function section(dialect: string, content: string): string {
  return element('wsx:MetadataSection', [content], { Dialect: `${NAMESPACE.devprof}/${dialect}` });
}

function thisModel({ manufacturer, modelName, modelNumber, categories }: DpwsParts): string[] {
  return [
    ...field('wsdp:Manufacturer', manufacturer),
    ...field('wsdp:ModelName', modelName),
    ...field('wsdp:ModelNumber', modelNumber),
    ...field('pnpx:DeviceCategory', categories),
  ];
}

function thisDevice({ friendlyName, serialNumber, containerId }: DpwsParts): string[] {
  return [
    ...field('wsdp:FriendlyName', friendlyName),
    ...field('wsdp:FirmwareVersion', '1.0'),
    ...field('wsdp:SerialNumber', serialNumber),
    ...field('df:ContainerId', containerId),
  ];
}

function relationship(own: DpwsParts, host: string): string {
  const content = [
    element('wsdp:Host', [
      endpointXml(own.address),
      typesXml('wsdp:Types', own.types),
      ...field('wsdp:ServiceId', `${SERVICE_ID}/device`),
    ]),
    ...own.hosted.map((service) => hostedXml(service, hostedAddress(own, service, host))),
  ];
  return element('wsdp:Relationship', content, { Type: `${NAMESPACE.devprof}/host` });
}

/** Transport address of a hosted service. */
export function hostedAddress({ isSecure, port, path }: DpwsParts, { name }: HostedParts, host: string): string {
  return `${isSecure ? 'https' : 'http'}://${host}:${port}${path}/${name}`;
}

function hostedXml({ name, types, hardwareIds, compatibleIds }: HostedParts, address: string): string {
  return element('wsdp:Hosted', [
    endpointXml(address),
    typesXml('wsdp:Types', types),
    ...field('wsdp:ServiceId', `${SERVICE_ID}/${name}`),
    ...field('pnpx:HardwareId', hardwareIds),
    ...field('pnpx:CompatibleId', compatibleIds),
  ]);
}
