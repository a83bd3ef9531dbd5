import type { Broken, NetworkCase } from './network-cases.js';
import { all, description, metadata, ssdpText, wsdText, type Change } from './network-edits.js';

/** What the reference device with both transports serves of PnP-X, at the boundaries of its rules. */

const both = (name: string, change: Change, broken: Broken = {}): NetworkCase => {
  return { name, model: 'all-in-one', change, fails: [], warns: [], ...broken };
};

/** An element of PnP-X in the description, which has each once. */
const inDescription = (name: string, value: string): Change =>
  description(new RegExp(`(X_${name}>)[^<]*`, 's'), `$1${value}`);
const inMetadata = (name: string, value: string): Change => metadata(new RegExp(`(:${name}>)[^<]*`, 's'), `$1${value}`);
const hardwareIds = (value: string): Change => inDescription('hardwareId', value);
const dropped = (name: string): RegExp => new RegExp(`<(\\w+:${name})>[^<]*</\\1>`, 'g');
const section = (dialect: string): RegExp =>
  new RegExp(`<wsx:MetadataSection Dialect="[^"]*/${dialect}">.*?</wsx:MetadataSection>`, 's');
const hosted = /<wsdp:Hosted>.*<\/wsdp:Hosted>/s;
const noHostedIds = all(metadata(dropped('HardwareId'), ''), metadata(dropped('CompatibleId'), ''));
const nameless = ssdpText((text) => text.replace(/^USN:.*\r\n/im, ''));

/** One identity of UPnP with another text, wherever it is told. */
const udn = (from: RegExp, to: string): Change =>
  all(
    ssdpText((text) => text.replace(from, to)),
    description(from, to),
  );
/** The address of the endpoint reference with another text, wherever it is told. */
const endpoint = (from: RegExp, to: string): Change =>
  all(
    wsdText((text) => text.replace(from, to)),
    metadata(from, to),
  );
const ENDPOINT = /urn:uuid:3b934a04-/g;

const UNUSUAL = [
  ...['xVEN_0137', 'VEN_0137x', 'VEN_013', 'VEN_01377', 'VEN_0137&amp;DEV_', 'VEN_0137&amp;ABC_1', 'VEN_&amp;DEV_1'],
  ...['ftp://a', 'https:/', 'xhttp://a', 'urn:', 'xurn:a', 'MS_', 'xMS-1', 'a\\', '\\a', '-a\\b', 'word'],
];
const USUAL = [
  ...['VEN_0137', 'ven_0a1f', 'VEN_0137&amp;DEV_0101', 'VEN_0137&amp;DEV_01&amp;SUBSYS_2&amp;REV_3&amp;CC_0A'],
  ...['http://a', 'https://ab', 'urn:ab', 'MS_SUBUNIT_1', 'UMB\\ab', 'WSDPRINT\\Printer'],
];
const GUID = '{378a6192-082b-41b5-a0d7-67d20ce91823}';

export const PNPX_CASES: readonly NetworkCase[] = [
  both('hardware ids alone', description(dropped('X_compatibleId'), ''), { fails: ['PNPX-01'] }),
  both('compatible ids alone', description(dropped('X_hardwareId'), ''), { fails: ['PNPX-01'] }),
  both('blank hardware ids', hardwareIds(' '), { fails: ['PNPX-01'] }),
  both(
    'hardware ids alone of the embedded device',
    description(/<\/UDN><serviceList>/, '</UDN><pnpx:X_hardwareId>VEN_0137</pnpx:X_hardwareId><serviceList>'),
    { fails: ['PNPX-01'] },
  ),
  both('no ThisModel', metadata(section('ThisModel'), ''), { fails: ['MEX-010'] }),
  both('no ThisModel and no ids', all(metadata(section('ThisModel'), ''), noHostedIds), { fails: ['MEX-010'] }),
  both('no ThisDevice', metadata(section('ThisDevice'), ''), { fails: ['MEX-011'] }),
  both('no Hosted', metadata(hosted, '')),
  both('no Hosted with ids', noHostedIds, { fails: ['PNPX-02'] }),
  both(
    'one Hosted with ids',
    metadata(/<pnpx:CompatibleId>[^<]*<\/pnpx:CompatibleId><pnpx:HardwareId>[^<]*<\/pnpx:HardwareId>/, ''),
  ),
  both('each Hosted with hardware ids alone', metadata(dropped('CompatibleId'), ''), { fails: ['PNPX-01'] }),
  both('each Hosted with compatible ids alone', metadata(dropped('HardwareId'), ''), { fails: ['PNPX-01'] }),
  both('no category by UPnP', description(dropped('X_deviceCategory'), '')),
  both(
    'a category of no namespace',
    description('<serviceList>', '<X_deviceCategory xmlns="">Printers</X_deviceCategory><serviceList>'),
    { fails: ['PNPX-12'] },
  ),
  both('a container id of PnP-X', metadata(/(<\/?)df:ContainerId/g, '$1pnpx:ContainerId'), { fails: ['PNPX-12'] }),
  both('a category of mobile printing', inMetadata('DeviceCategory', 'Printers MobilePrinter')),
  both('a category of mobile printing, two spaces before', inMetadata('DeviceCategory', 'Printers  MobilePrinter'), {
    warns: ['PNPX-03'],
  }),
  both('a category with a part of its own', inMetadata('DeviceCategory', 'Printers.Laser.Big')),
  both('a category with a long part of its own', inDescription('deviceCategory', `Printer.${'x'.repeat(300)}`), {
    warns: ['PNPX-13'],
  }),
  both('a byte order mark', all(description(/^/, '\ufeff'), metadata(/^/, '\ufeff'))),
  both('an id of 199 characters', hardwareIds(`urn:${'x'.repeat(195)}`)),
  both('an id of 200 characters', hardwareIds(`urn:${'x'.repeat(196)}`), { fails: ['PNPX-05'] }),
  both('an id of 199 characters with a comma', hardwareIds(`urn:${'x'.repeat(194)},`), { fails: ['PNPX-05'] }),
  both('an id that begins with another letter than of ASCII', hardwareIds('éurn:a'), { fails: ['PNPX-05'] }),
  both('an id that ends with another letter than of ASCII', hardwareIds('urn:aé'), { fails: ['PNPX-05'] }),
  both('ids of usual forms', hardwareIds(USUAL.join(' '))),
  both('ids of unusual forms', hardwareIds(UNUSUAL.join(' '))),
  both('a long id of no usual form', hardwareIds('x'.repeat(100))),
  both('a container id without braces', inDescription('containerId', GUID.slice(1, -1).toUpperCase()), {
    warns: ['PNPX-14'],
  }),
  both('a container id with a letter before', inDescription('containerId', `x${GUID}`), {
    warns: ['PNPX-09', 'PNPX-14'],
  }),
  both('a container id with a letter behind', inDescription('containerId', `${GUID}x`), {
    warns: ['PNPX-09', 'PNPX-14'],
  }),
  both('a container id of 300 characters', inDescription('containerId', 'x'.repeat(300)), {
    warns: ['PNPX-09', 'PNPX-14'],
  }),
  both('no container id by UPnP', description(dropped('X_containerId'), '')),
  both(
    'another container id of the embedded device, and none by DPWS',
    all(
      description(
        /<\/UDN><serviceList>/,
        `</UDN><df:X_containerId>${GUID.replace('3', '4')}</df:X_containerId><serviceList>`,
      ),
      metadata(dropped('ContainerId'), ''),
    ),
  ),
  both('no container id by DPWS', metadata(dropped('ContainerId'), '')),
  both(
    'no container id and no identity by UPnP',
    all(nameless, description(dropped('X_containerId'), ''), description(/<UDN>.*?<\/UDN>/s, '')),
    {
      // Nothing tells what an announcement without USN is of, so each set lacks it too.
      fails: ['DESC-013', 'SSDP-010', 'SSDP-011', 'SSDP-018', 'SSDP-044', 'SSDP-045'],
      warns: ['SSDP-022', 'SSDP-030'],
    },
  ),
  both(
    'no container id and a UDN that is no UUID',
    all(udn(/e83e89ea-/g, ''), description(dropped('X_containerId'), '')),
    {
      // What is asked for is the UUID of M1 still: answers under another name are wrong for two more rules.
      fails: ['DESC-015', 'SSDP-006', 'SSDP-046', 'SSDP-047', 'UID-03'],
    },
  ),
  both(
    'an endpoint reference that is no UUID',
    endpoint(/urn:uuid:3b934a04-[0-9a-f-]*(?=<)/g, 'http://192.0.2.20/me'),
    {
      fails: ['UID-07'],
    },
  ),
  both('an endpoint reference with a short UUID', endpoint(ENDPOINT, 'urn:uuid:b934a04-'), { fails: ['UID-07'] }),
  both('an endpoint reference that goes on behind its UUID', endpoint(/(urn:uuid:3b934a04-[0-9a-f-]*)(?=<)/g, '$1/a'), {
    fails: ['UID-07'],
  }),
];
