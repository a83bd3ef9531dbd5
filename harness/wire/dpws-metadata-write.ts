import type { SoapWriter } from './soap-write.js';
import { escapeXml } from './xml.js';

/** ThisModel. Names may be in several languages: each is an element of its own. */
export interface ThisModelSource {
  readonly manufacturers: readonly string[];
  readonly manufacturerUrl?: string;
  readonly modelNames: readonly string[];
  readonly modelNumber?: string;
  readonly modelUrl?: string;
  readonly presentationUrl?: string;
  /** pnpx:DeviceCategory. */
  readonly deviceCategory?: string;
  /** XML behind the rest. */
  readonly extra?: string;
}

export interface ThisDeviceSource {
  readonly friendlyNames: readonly string[];
  readonly firmwareVersion?: string;
  readonly serialNumber?: string;
  /** df:ContainerId. */
  readonly containerId?: string;
  readonly extra?: string;
}

/** A Host or Hosted. */
export interface DpwsServiceSource {
  readonly addresses: readonly string[];
  /** `{namespace}local`, or a text that is written as it is. */
  readonly types: readonly string[];
  readonly serviceId?: string;
  readonly hardwareIds?: string;
  readonly compatibleIds?: string;
  readonly extra?: string;
}

/** What a GetResponse holds; a section that is null is left out. */
export interface DpwsMetadataSource {
  readonly thisModel: ThisModelSource | null;
  readonly thisDevice: ThisDeviceSource | null;
  readonly host: DpwsServiceSource | null;
  readonly hosted: readonly DpwsServiceSource[];
  /** XML of more sections. */
  readonly extraSections?: string;
}

/** The Metadata element with its sections. */
export function metadataXml(writer: SoapWriter, metadata: DpwsMetadataSource): string {
  const { thisModel, thisDevice, host, hosted, extraSections = '' } = metadata;
  const relations = [
    ...(host === null ? [] : [serviceXml(writer, 'Host', host)]),
    ...hosted.map((service) => serviceXml(writer, 'Hosted', service)),
  ];
  const sections = [
    thisModel === null ? '' : section(writer, 'ThisModel', thisModelXml(writer, thisModel)),
    thisDevice === null ? '' : section(writer, 'ThisDevice', thisDeviceXml(writer, thisDevice)),
    relations.length === 0 ? '' : section(writer, 'Relationship', relationshipXml(writer, relations.join(''))),
  ];
  return writer.element('mex', 'Metadata', sections.join('') + extraSections + writer.extraContent);
}

function section(writer: SoapWriter, dialect: string, content: string): string {
  const attributes = ` Dialect="${escapeXml(`${writer.namespace('devprof')}/${dialect}`)}"`;
  return writer.element('mex', 'MetadataSection', content, attributes);
}

function thisModelXml(writer: SoapWriter, model: ThisModelSource): string {
  const content = [
    ...model.manufacturers.map((name) => writer.text('devprof', 'Manufacturer', name)),
    writer.text('devprof', 'ManufacturerUrl', model.manufacturerUrl),
    ...model.modelNames.map((name) => writer.text('devprof', 'ModelName', name)),
    writer.text('devprof', 'ModelNumber', model.modelNumber),
    writer.text('devprof', 'ModelUrl', model.modelUrl),
    writer.text('devprof', 'PresentationUrl', model.presentationUrl),
    writer.text('pnpxDpws', 'DeviceCategory', model.deviceCategory),
    model.extra ?? '',
  ];
  return writer.element('devprof', 'ThisModel', content.join(''));
}

function thisDeviceXml(writer: SoapWriter, device: ThisDeviceSource): string {
  const content = [
    ...device.friendlyNames.map((name) => writer.text('devprof', 'FriendlyName', name)),
    writer.text('devprof', 'FirmwareVersion', device.firmwareVersion),
    writer.text('devprof', 'SerialNumber', device.serialNumber),
    writer.text('deviceFoundation', 'ContainerId', device.containerId),
    device.extra ?? '',
  ];
  return writer.element('devprof', 'ThisDevice', content.join(''));
}

function relationshipXml(writer: SoapWriter, content: string): string {
  return writer.element('devprof', 'Relationship', content, ` Type="${escapeXml(writer.namespace('devprof'))}/host"`);
}

function serviceXml(writer: SoapWriter, local: 'Host' | 'Hosted', service: DpwsServiceSource): string {
  const references = service.addresses.map((address) =>
    writer.element('addressing', 'EndpointReference', writer.text('addressing', 'Address', address)),
  );
  const content = [
    ...references,
    service.types.length === 0 ? '' : writer.names('devprof', 'Types', service.types),
    writer.text('devprof', 'ServiceId', service.serviceId),
    writer.text('pnpxDpws', 'CompatibleId', service.compatibleIds),
    writer.text('pnpxDpws', 'HardwareId', service.hardwareIds),
    service.extra ?? '',
  ];
  return writer.element('devprof', local, content.join(''));
}
