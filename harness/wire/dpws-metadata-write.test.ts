import { expect } from 'chai';
import { metadataXml, type DpwsMetadataSource } from './dpws-metadata-write.js';
import { SoapWriter } from './soap-write.js';

const DEVPROF = 'http://schemas.xmlsoap.org/ws/2006/02/devprof';
const NOTHING: DpwsMetadataSource = { thisModel: null, thisDevice: null, host: null, hosted: [] };

function written(change: Partial<DpwsMetadataSource>, extraContent = ''): string {
  const text = metadataXml(new SoapWriter({ extraContent }), { ...NOTHING, ...change });
  return text.replace(/^<wsx:Metadata>(.*)<\/wsx:Metadata>$/, '$1');
}

const section = (dialect: string, content: string): string =>
  `<wsx:MetadataSection Dialect="${DEVPROF}/${dialect}">${content}</wsx:MetadataSection>`;
const relationship = (content: string): string =>
  section('Relationship', `<wsdp:Relationship Type="${DEVPROF}/host">${content}</wsdp:Relationship>`);

describe('metadataXml', () => {
  it('writes nothing that was not asked for', () => {
    expect(written({})).to.equal('<wsx:Metadata/>');
    expect(written({ thisModel: { manufacturers: [], modelNames: [] } })).to.equal(
      section('ThisModel', '<wsdp:ThisModel/>'),
    );
    expect(written({ thisDevice: { friendlyNames: [] } })).to.equal(section('ThisDevice', '<wsdp:ThisDevice/>'));
    const bare = { addresses: [], types: [] };
    expect(written({ host: bare })).to.equal(relationship('<wsdp:Host/>'));
    expect(written({ hosted: [bare, bare] })).to.equal(relationship('<wsdp:Hosted/><wsdp:Hosted/>'));
    expect(written({ extraSections: '<a/>' }, '<b/>')).to.equal('<a/><b/>');
  });

  it('writes everything in its place', () => {
    const thisModel = {
      manufacturers: ['M&', 'N'],
      manufacturerUrl: 'http://m',
      modelNames: ['P', 'Q'],
      modelNumber: '1',
      modelUrl: 'http://p',
      presentationUrl: '/',
      deviceCategory: 'Printers',
      extra: '<x/>',
    };
    expect(written({ thisModel })).to.equal(
      section(
        'ThisModel',
        '<wsdp:ThisModel><wsdp:Manufacturer>M&amp;</wsdp:Manufacturer><wsdp:Manufacturer>N</wsdp:Manufacturer>' +
          '<wsdp:ManufacturerUrl>http://m</wsdp:ManufacturerUrl><wsdp:ModelName>P</wsdp:ModelName>' +
          '<wsdp:ModelName>Q</wsdp:ModelName><wsdp:ModelNumber>1</wsdp:ModelNumber>' +
          '<wsdp:ModelUrl>http://p</wsdp:ModelUrl><wsdp:PresentationUrl>/</wsdp:PresentationUrl>' +
          '<pnpx:DeviceCategory>Printers</pnpx:DeviceCategory><x/></wsdp:ThisModel>',
      ),
    );
    const thisDevice = {
      friendlyNames: ['F', 'G'],
      firmwareVersion: '1',
      serialNumber: '2',
      containerId: '{g}',
      extra: '<x/>',
    };
    expect(written({ thisDevice })).to.equal(
      section(
        'ThisDevice',
        '<wsdp:ThisDevice><wsdp:FriendlyName>F</wsdp:FriendlyName><wsdp:FriendlyName>G</wsdp:FriendlyName>' +
          '<wsdp:FirmwareVersion>1</wsdp:FirmwareVersion><wsdp:SerialNumber>2</wsdp:SerialNumber>' +
          '<df:ContainerId>{g}</df:ContainerId><x/></wsdp:ThisDevice>',
      ),
    );
    const host = { addresses: ['urn:h'], types: ['a:b', 'c'], serviceId: 'i' };
    const hosted = { addresses: ['urn:1', 'urn:2'], types: [], hardwareIds: 'H', compatibleIds: 'C', extra: '<x/>' };
    const reference = (address: string): string =>
      `<wsa:EndpointReference><wsa:Address>${address}</wsa:Address></wsa:EndpointReference>`;
    expect(written({ host, hosted: [hosted] })).to.equal(
      relationship(
        `<wsdp:Host>${reference('urn:h')}<wsdp:Types>a:b c</wsdp:Types><wsdp:ServiceId>i</wsdp:ServiceId></wsdp:Host>` +
          `<wsdp:Hosted>${reference('urn:1')}${reference('urn:2')}<pnpx:CompatibleId>C</pnpx:CompatibleId>` +
          '<pnpx:HardwareId>H</pnpx:HardwareId><x/></wsdp:Hosted>',
      ),
    );
  });
});
