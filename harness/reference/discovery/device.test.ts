import { expect } from 'chai';
import { toHex } from '#base/bytes.js';
import { formatUuid } from '#base/uuid.js';
import { decodeMetadata } from '#wire/dpws-metadata.js';
import { decodeSoap, NAMESPACE } from '#wire/soap.js';
import { allDevices, decodeDescription } from '#wire/upnp-description.js';
import { decodeWsd } from '#wire/wsd.js';
import { encodeGet, encodeProbe } from '#wire/wsd-write.js';
import { makeDevice } from '../device.js';
import { MODELS, requireModel } from '../models.js';
import { transcript } from './testing/transcript.js';
import { Conversation, httpRequest, OWN } from './testing/conversation.js';

const DEVICE = makeDevice(requireModel('all-in-one'), 1);
const UDN = `uuid:${formatUuid(DEVICE.transportUuids.get('upnp') ?? DEVICE.uuidE)}`;
const DPWS = formatUuid(DEVICE.transportUuids.get('dpws') ?? DEVICE.uuidE);
const PATH = `/${DPWS}`;
const ID = 'urn:uuid:11111111-2222-4333-8444-555555555555';

const device = new Conversation('all-in-one').start().device;
const header = (headers: readonly (readonly [string, string])[], name: string): string | undefined =>
  headers.find(([key]) => key === name)?.[1];

describe('documents of a reference device', () => {
  it('describe its tree by UPnP', () => {
    const { status, headers, body } = device.request(httpRequest('/description.xml'), 0);
    expect(status).to.equal(200);
    expect(header(headers, 'Content-Type')).to.equal('text/xml; charset="utf-8"');
    expect(header(headers, 'Content-Length')).to.equal(String(body.length));
    expect(header(headers, 'Content-Language')).to.equal(undefined);
    const description = decodeDescription(body);
    expect(description.xml.issues).to.deep.equal([]);
    expect(description.specVersion?.minor?.value).to.equal('1');
    const devices = allDevices(description);
    expect(devices.map((each) => each.fields.get('deviceType')?.value)).to.deep.equal([
      'urn:schemas-upnp-org:device:Printer:1',
      'urn:schemas-upnp-org:device:Scanner:1',
    ]);
    expect(devices[0]?.fields.get('UDN')?.value).to.equal(UDN);
    expect(devices.map(({ services }) => services.length)).to.deep.equal([2, 1]);
    for (const { fields } of devices.flatMap(({ services }) => services))
      expect(device.request(httpRequest(fields.get('SCPDURL')?.value ?? ''), 0).status).to.equal(200);
  });

  it('name their language when asked', () => {
    const { headers } = device.request(httpRequest('/description.xml', null, { 'accept-language': 'en' }), 0);
    expect(header(headers, 'Content-Language')).to.equal('en');
  });

  it('are its metadata, with hosted services at the address that was asked', () => {
    const get = encodeGet({ messageId: ID, to: `urn:uuid:${DPWS}` });
    const { status, headers, body } = device.request(httpRequest(PATH, get), 0);
    expect(status).to.equal(200);
    expect(header(headers, 'Content-Type')).to.match(/^application\/soap\+xml/);
    const metadata = decodeMetadata(body);
    expect(metadata.soap.xml.issues).to.deep.equal([]);
    expect(metadata.soap.relatesTo?.value).to.equal(ID);
    expect(metadata.soap.action?.value).to.equal(`${NAMESPACE.transfer}/GetResponse`);
    expect(metadata.others).to.deep.equal([]);
    expect(metadata.thisModel?.children.map(({ local }) => local)).to.include('DeviceCategory');
    expect(metadata.thisDevice?.children.map(({ local }) => local)).to.include('FriendlyName');
    expect(metadata.hosts.map(({ addresses }) => addresses[0]?.value)).to.deep.equal([`urn:uuid:${DPWS}`]);
    expect(metadata.hosted.map(({ types }) => types)).to.deep.equal([
      [`{${NAMESPACE.print}}PrinterServiceType`],
      [`{${NAMESPACE.scan}}ScannerServiceType`],
    ]);
    expect(metadata.hosted[0]?.addresses[0]?.value).to.equal(`http://${OWN}:5357${PATH}/PrinterService`);
  });

  it('carry one container id by both', () => {
    const get = encodeGet({ messageId: ID, to: `urn:uuid:${DPWS}` });
    const ids = [httpRequest('/description.xml'), httpRequest(PATH, get)].map(
      (request) => /ontainerId>([^<]*)</.exec(new TextDecoder().decode(device.request(request, 0).body))?.[1],
    );
    expect(ids[0]).to.match(/^\{[0-9a-f-]{36}\}$/);
    expect(ids[1]).to.equal(ids[0]);
  });
});

describe('a reference device asked by HTTP', () => {
  const answered = (body: Uint8Array, path = PATH) => device.request(httpRequest(path, body), 0);

  it('answers a directed Probe, with no match where none is meant', () => {
    const { targets } = decodeWsd(answered(encodeProbe({ messageId: ID })).body);
    expect(targets.map(({ address }) => address?.value)).to.deep.equal([`urn:uuid:${DPWS}`]);
    const other = answered(encodeProbe({ messageId: ID, types: ['{http://toast.example}Toaster'] }));
    expect(other.status).to.equal(200);
    expect(decodeWsd(other.body).targets).to.deep.equal([]);
    expect(decodeSoap(other.body).relatesTo?.value).to.equal(ID);
  });

  it('refuses a ReplyTo elsewhere with a fault of addressing', () => {
    const { status, body } = answered(encodeGet({ messageId: ID, to: 'urn:any', replyTo: 'http://192.0.2.99/' }));
    expect(status).to.equal(400);
    expect(decodeSoap(body).faultCode).to.equal(`{${NAMESPACE.addressing}}InvalidMessageInformationHeader`);
  });

  it('takes a Get with headers and elements it does not know', () => {
    const text = new TextDecoder().decode(encodeGet({ messageId: ID, to: 'urn:any' }));
    const extended = text
      .replace(/<([a-z0-9]+:)?Action/, (start) => `<x:Hint xmlns:x="http://hint.example">1</x:Hint>${start}`)
      .replace(/<(\w+):Body\s*\/>|<(\w+):Body>/, (_, one: string, two: string) => {
        const prefix = one || two;
        return `<${prefix}:Body><y:More xmlns:y="http://more.example"/>${one ? `</${prefix}:Body>` : ''}`;
      });
    expect(extended).to.include('hint.example').and.include('more.example');
    expect(answered(new TextEncoder().encode(extended)).status).to.equal(200);
  });

  it('answers nothing else with a document', () => {
    expect(device.request(httpRequest('/elsewhere'), 0).status).to.equal(404);
    expect(device.request(httpRequest(PATH), 0).status).to.equal(405);
    expect(answered(new TextEncoder().encode('x'), '/description.xml').status).to.equal(405);
    expect(answered(new TextEncoder().encode('no envelope')).status).to.equal(400);
    const hosted = answered(encodeGet({ messageId: ID, to: 'urn:any' }), `${PATH}/PrinterService`);
    expect(decodeSoap(hosted.body).faultCode).to.equal(`{${NAMESPACE.addressing}}ActionNotSupported`);
    expect(new Conversation('all-in-one').device.request(httpRequest('/description.xml'), 0).status).to.equal(404);
  });
});

describe('reference devices on their network', () => {
  it('say the same again from the same seed, other things from another', () => {
    for (const model of MODELS.filter(({ transports }) => transports.length > 0)) {
      expect(transcript(model.id)).to.deep.equal(transcript(model.id));
      expect(transcript(model.id, [], 2)).to.not.deep.equal(transcript(model.id));
    }
  });

  it('are silent where they do not pair', () => {
    const talk = new Conversation('sensor').start().pass(60_000).stop().pass(1000);
    expect(talk.taken().map(({ bytes }) => toHex(bytes))).to.deep.equal([]);
    expect(talk.device.ports).to.deep.equal([]);
  });
});
