import { expect } from 'chai';
import { pnpxOfUpnp } from './pnpx.js';
import { allDevices, decodeDescription, UPNP_DEVICE_NAMESPACE } from './upnp-description.js';
import { encodeDescription, type UpnpDescriptionSource } from './upnp-description-write.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** As a media renderer serves it: prefixes declared on the device, line breaks inside values, an odd order. */
const SAMPLE = `<?xml version="1.0" encoding="utf-8"?>
<root xmlns="${UPNP_DEVICE_NAMESPACE}">
  <specVersion><major>1</major><minor>0</minor></specVersion>
  <URLBase>http://192.168.7.2:80/</URLBase>
  <device xmlns:x="http://schemas.microsoft.com/windows/pnpx/2005/11"
          xmlns:y="http://schemas.microsoft.com/windows/2008/09/devicefoundation" xmlns:z="urn:maker">
    <x:X_hardwareId>VEN_0103&amp;DEV_069D
       VEN_0103</x:X_hardwareId>
    <y:X_deviceCategory>Multimedia.DMR</y:X_deviceCategory>
    <x:X_deviceCategory> MediaDevices </x:X_deviceCategory>
    <z:X_compatibleId>MISPLACED</z:X_compatibleId>
    <x:X_containerId>{x}</x:X_containerId>
    <UDN>
      uuid:4D8C7308-173d-48ad-b2f9-a687d967caa9
    </UDN>
    <modelName/>
    <UDN>uuid:second</UDN>
    <serviceList>
      <service><serviceType>urn:a</serviceType><eventSubURL/></service>
    </serviceList>
    <deviceList><device><UDN>uuid:inner</UDN><deviceList><device><UDN>uuid:deep</UDN></device></deviceList></device></deviceList>
  </device>
</root>`;

describe('decodeDescription', () => {
  it('reads the tree of devices', () => {
    const description = decodeDescription(utf8(SAMPLE));
    expect(description.xml.issues).to.deep.equal([]);
    expect(description.specVersion?.major?.value).to.equal('1');
    expect(description.specVersion?.minor?.value).to.equal('0');
    expect(description.urlBase?.value).to.equal('http://192.168.7.2:80/');
    const udns = allDevices(description).map(({ fields }) => fields.get('UDN')?.value);
    expect(udns).to.deep.equal(['uuid:4D8C7308-173d-48ad-b2f9-a687d967caa9', 'uuid:inner', 'uuid:deep']);
    expect(description.device?.fields.get('modelName')?.value).to.equal('');
    expect(description.device?.fields.has('X_hardwareId')).to.equal(false);
    expect(description.device?.fields.get('UDN')?.element.at.line).to.equal(13);
    const [service] = description.device?.services ?? [];
    expect([...(service?.fields.keys() ?? [])]).to.deep.equal(['serviceType', 'eventSubURL']);
  });

  it('finds PnP-X elements by namespace, and those in another', () => {
    const { device } = decodeDescription(utf8(SAMPLE));
    const pnpx = device === null ? null : pnpxOfUpnp(device);
    expect(pnpx?.hardwareIds?.value).to.equal('VEN_0103&DEV_069D\n       VEN_0103');
    expect(pnpx?.category?.value).to.equal('MediaDevices');
    expect([pnpx?.compatibleIds, pnpx?.containerId]).to.deep.equal([null, null]);
    expect(pnpx?.misplaced.map(({ name }) => name)).to.deep.equal(['z:X_compatibleId', 'x:X_containerId']);
  });

  it('reads on under a wrong namespace', () => {
    const wrong = decodeDescription(utf8(SAMPLE.replace('device-1-0', 'device-1-1')));
    expect(wrong.xml.root?.namespace).to.equal('urn:schemas-upnp-org:device-1-1');
    expect(wrong.device?.fields.get('modelName')?.value).to.equal('');
  });

  it('has no device where there is none', () => {
    for (const text of ['', '<root/>', '<html><body/></html>'])
      expect(decodeDescription(utf8(text)), text).to.include({ device: null, specVersion: null, urlBase: null });
    expect(allDevices(decodeDescription(utf8('<root/>')))).to.deep.equal([]);
  });
});

describe('encodeDescription', () => {
  const source: UpnpDescriptionSource = {
    urlBase: 'http://h/',
    device: {
      fields: [
        ['deviceType', 'urn:t'],
        ['friendlyName', 'R&D <1>'],
        ['UDN', 'uuid:a'],
      ],
      pnpx: { hardwareIds: 'A&B', compatibleIds: 'C', category: 'Other', containerId: '{g}' },
      services: [{ serviceType: 's', serviceId: 'i', SCPDURL: '/s', controlURL: '/c', eventSubURL: '' }, {}],
      embedded: [{ fields: [['UDN', 'uuid:b']] }],
    },
  };

  it('writes what is read back', () => {
    const description = decodeDescription(encodeDescription(source));
    expect(description.xml.issues).to.deep.equal([]);
    expect(description.xml.root).to.include({ local: 'root', namespace: UPNP_DEVICE_NAMESPACE });
    const [device, embedded] = allDevices(description);
    const values = [...(device?.fields ?? [])].slice(0, 3).map(([local, { value }]) => [local, value]);
    expect(values).to.deep.equal(source.device?.fields);
    expect(embedded?.fields.get('UDN')?.value).to.equal('uuid:b');
    const services = device?.services.map(({ fields }) => [...fields].map(([local, { value }]) => [local, value]));
    expect(services).to.deep.equal(source.device?.services?.map((service) => Object.entries(service)));
    const pnpx = device === undefined ? null : pnpxOfUpnp(device);
    const texts = [pnpx?.hardwareIds, pnpx?.compatibleIds, pnpx?.category, pnpx?.containerId];
    expect(texts.map((field) => field?.value)).to.deep.equal(['A&B', 'C', 'Other', '{g}']);
    expect(pnpx?.misplaced).to.deep.equal([]);
  });

  it('writes what was given, and nothing else', () => {
    const text = (given: UpnpDescriptionSource): string => new TextDecoder().decode(encodeDescription(given));
    const start = `<?xml version="1.0" encoding="utf-8"?>\n<root xmlns="${UPNP_DEVICE_NAMESPACE}"`;
    const version = '<specVersion><major>1</major><minor>0</minor></specVersion>';
    expect(text({ device: null })).to.equal(`${start}>${version}</root>\n`);
    expect(text({ device: { fields: [] }, specVersion: { major: 2, minor: 'x' } })).to.equal(
      `${start}><specVersion><major>2</major><minor>x</minor></specVersion><device></device></root>\n`,
    );
    const foundation = 'http://schemas.microsoft.com/windows/2008/09/devicefoundation';
    const container = { fields: [], pnpx: { containerId: '&' } };
    expect(text({ device: container, specVersion: null })).to.equal(
      `${start} xmlns:df="${foundation}"><device><df:X_containerId>&amp;</df:X_containerId></device></root>\n`,
    );
    const others = { foundationPrefix: 'f', foundationNamespace: 'urn:"', pnpxPrefix: 'p' };
    expect(text({ device: container, specVersion: null, ...others })).to.equal(
      `${start} xmlns:f="urn:&quot;"><device><f:X_containerId>&amp;</f:X_containerId></device></root>\n`,
    );
    expect(text(source)).to.equal(
      `${start} xmlns:pnpx="http://schemas.microsoft.com/windows/pnpx/2005/11" xmlns:df="${foundation}">${version}` +
        '<URLBase>http://h/</URLBase><device><deviceType>urn:t</deviceType><friendlyName>R&amp;D &lt;1&gt;</friendlyName>' +
        '<UDN>uuid:a</UDN><pnpx:X_compatibleId>C</pnpx:X_compatibleId><pnpx:X_hardwareId>A&amp;B</pnpx:X_hardwareId>' +
        '<pnpx:X_deviceCategory>Other</pnpx:X_deviceCategory><df:X_containerId>{g}</df:X_containerId>' +
        '<serviceList><service><serviceType>s</serviceType><serviceId>i</serviceId><SCPDURL>/s</SCPDURL>' +
        '<controlURL>/c</controlURL><eventSubURL></eventSubURL></service><service></service></serviceList>' +
        '<deviceList><device><UDN>uuid:b</UDN></device></deviceList></device></root>\n',
    );
    const extended = { fields: [], extra: '<i/>' };
    expect(text({ device: extended, specVersion: null, prolog: '', extra: '<o/>' })).to.equal(
      `<root xmlns="${UPNP_DEVICE_NAMESPACE}"><device><i/></device><o/></root>\n`,
    );
  });

  it('may be wrong on purpose', () => {
    const decode = (change: Partial<UpnpDescriptionSource>): ReturnType<typeof decodeDescription> =>
      decodeDescription(encodeDescription({ ...source, ...change }));
    expect(decode({ rootName: 'Root', namespace: 'urn:x' }).xml.root?.name).to.equal('Root');
    expect(decode({ specVersion: null, device: null })).to.include({ specVersion: null, device: null });
    expect(decode({ isUndeclared: true }).xml.issues[0]?.text).to.contain('unbound');
    const { device } = decode({ pnpxNamespace: 'http://schemas.microsoft.com/windows/pnpx/2005/10', pnpxPrefix: 'q' });
    const pnpx = device === null ? null : pnpxOfUpnp(device);
    expect(pnpx?.misplaced.map(({ name }) => name)).to.deep.equal([
      'q:X_compatibleId',
      'q:X_hardwareId',
      'q:X_deviceCategory',
    ]);
    expect(decode({ extra: '<e/>' }).xml.root?.children.at(-1)?.local).to.equal('e');
    expect(decode({ prolog: '<!DOCTYPE root>' }).xml.issues[0]?.code).to.equal('xml-doctype');
  });
});
