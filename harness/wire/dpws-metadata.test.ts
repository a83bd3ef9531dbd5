import { expect } from 'chai';
import { decodeMetadata } from './dpws-metadata.js';
import type { DpwsMetadataSource } from './dpws-metadata-write.js';
import { pnpxOfDpws } from './pnpx.js';
import { NAMESPACE } from './soap.js';
import { NEWER_NAMESPACES, type SoapWriting } from './soap-write.js';
import { encodeGetResponse } from './wsd-write.js';

const PRINTER = `{${NAMESPACE.print}}PrinterServiceType`;
const SOURCE: DpwsMetadataSource = {
  thisModel: {
    manufacturers: ['Maker', 'Hersteller'],
    manufacturerUrl: 'http://m',
    modelNames: ['P1'],
    modelNumber: '1',
    modelUrl: 'http://p',
    presentationUrl: '/',
    deviceCategory: 'Printers',
  },
  thisDevice: { friendlyNames: ['R&D'], firmwareVersion: '1', serialNumber: '2', containerId: '{g}' },
  host: { addresses: ['urn:uuid:h'], types: [`{${NAMESPACE.devprof}}Device`], serviceId: 'http://host' },
  hosted: [
    { addresses: ['http://a', 'http://b'], types: [PRINTER], serviceId: 'x', hardwareIds: 'A', compatibleIds: 'B' },
    { addresses: [], types: [] },
  ],
};

const decode = (
  change: Partial<DpwsMetadataSource> = {},
  writing: SoapWriting = {},
): ReturnType<typeof decodeMetadata> =>
  decodeMetadata(
    encodeGetResponse({ messageId: 'urn:1', relatesTo: 'urn:2', metadata: { ...SOURCE, ...change }, ...writing }),
  );

describe('decodeMetadata', () => {
  it('reads what was written', () => {
    const metadata = decode();
    expect(metadata.soap.xml.issues).to.deep.equal([]);
    expect(metadata.others).to.deep.equal([]);
    const texts = (element: typeof metadata.thisModel): string[][] =>
      element?.children.map(({ local, text }) => [local, text]) ?? [];
    expect(texts(metadata.thisModel).slice(0, 3)).to.deep.equal([
      ['Manufacturer', 'Maker'],
      ['Manufacturer', 'Hersteller'],
      ['ManufacturerUrl', 'http://m'],
    ]);
    expect(texts(metadata.thisModel)).to.have.length(8);
    expect(texts(metadata.thisDevice)[0]).to.deep.equal(['FriendlyName', 'R&D']);
    expect(metadata.relationships).to.have.length(1);
    expect(metadata.hosts.map(({ serviceId }) => serviceId?.value)).to.deep.equal(['http://host']);
    const [printer, empty] = metadata.hosted;
    expect(printer?.types).to.deep.equal([PRINTER]);
    expect(printer?.addresses.map(({ value }) => value)).to.deep.equal(['http://a', 'http://b']);
    expect(empty).to.deep.include({ addresses: [], types: [], typesElement: null, serviceId: null });
  });

  it('finds the PnP-X elements of each place', () => {
    const { thisModel, thisDevice, hosted } = pnpxOfDpws(decode());
    expect(thisModel?.category?.value).to.equal('Printers');
    expect(thisDevice?.containerId?.value).to.equal('{g}');
    expect(hosted.map(({ hardwareIds, compatibleIds }) => [hardwareIds?.value, compatibleIds?.value])).to.deep.equal([
      ['A', 'B'],
      [undefined, undefined],
    ]);
    const wrong = pnpxOfDpws(decode({}, { namespaces: { pnpxDpws: NAMESPACE.pnpxUpnp } }));
    expect([wrong.thisModel?.category, wrong.hosted[0]?.hardwareIds]).to.deep.equal([null, null]);
    expect(wrong.hosted[0]?.misplaced.map(({ local }) => local)).to.deep.equal(['CompatibleId', 'HardwareId']);
    const none = pnpxOfDpws(decode({ thisModel: null, thisDevice: null, host: null, hosted: [] }));
    expect(none).to.deep.equal({ thisModel: null, thisDevice: null, hosted: [] });
  });

  it('reads the sections of 2009/01 too', () => {
    const metadata = decode({}, { namespaces: NEWER_NAMESPACES });
    expect(metadata.thisModel?.namespace).to.equal(NAMESPACE.devprof11);
    expect(metadata.hosted[0]?.addresses[0]?.value).to.equal('http://a');
  });

  it('tells what else is in the Body, and a Metadata of another namespace', () => {
    const more = decode({}, { extraBody: '<x/>' });
    expect(more.others.map(({ local }) => local)).to.deep.equal(['x']);
    const wrong = decode({}, { namespaces: { mex: NAMESPACE.devprof } });
    expect([wrong.metadata, wrong.thisModel]).to.deep.equal([null, null]);
    expect(wrong.others.map(({ local, namespace }) => `${namespace} ${local}`)).to.deep.equal([
      `${NAMESPACE.devprof} Metadata`,
    ]);
  });

  it('takes relationships of type host alone, and sections by their dialect', () => {
    const section = (dialect: string, type: string): string =>
      `<s:MetadataSection xmlns:s="${NAMESPACE.mex}" Dialect="${dialect}"><Relationship xmlns="${NAMESPACE.devprof}" Type="${type}"><Hosted/></Relationship></s:MetadataSection>`;
    const own = `${NAMESPACE.devprof}/Relationship`;
    const host = `${NAMESPACE.devprof}/host`;
    const extraSections = section(own, host) + section(own, 'urn:other') + section('urn:other', host);
    expect(decode({ host: null, hosted: [], extraSections }).hosted).to.have.length(1);
    const spaced = section(`\n${own} `, ` ${host}\n`);
    expect(decode({ host: null, hosted: [], extraSections: spaced }).hosted).to.have.length(1);
  });

  it('reads on where an attribute or an address is missing', () => {
    const relationship = (attributes: string, content: string): string =>
      `<s:MetadataSection xmlns:s="${NAMESPACE.mex}" Dialect="${NAMESPACE.devprof}/Relationship"><Relationship xmlns="${NAMESPACE.devprof}"${attributes}>${content}</Relationship></s:MetadataSection>`;
    const reference = `<a:EndpointReference xmlns:a="${NAMESPACE.addressing}"/>`;
    const extraSections = [
      `<s:MetadataSection xmlns:s="${NAMESPACE.mex}"><ThisModel xmlns="${NAMESPACE.devprof}"/></s:MetadataSection>`,
      relationship('', '<Hosted/>'),
      relationship(` Type="${NAMESPACE.devprof}/host"`, `<Hosted>${reference}</Hosted>`),
    ].join('');
    const metadata = decode({ thisModel: null, host: null, hosted: [], extraSections });
    expect(metadata.thisModel).to.equal(null);
    expect(metadata.hosted.map(({ addresses }) => addresses)).to.deep.equal([[]]);
  });

  it('has nothing of what is no answer', () => {
    const metadata = decodeMetadata(new TextEncoder().encode('<html/>'));
    expect(metadata).to.deep.include({ metadata: null, others: [], thisModel: null, hosts: [], hosted: [] });
  });
});
