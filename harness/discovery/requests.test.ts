import { expect } from 'chai';
import { seededRandom } from '#base/random.js';
import { decodeSsdp, ssdpHeader } from '#wire/ssdp.js';
import { decodeSoap, NAMESPACE } from '#wire/soap.js';
import { decodeWsd } from '#wire/wsd.js';
import {
  bystanderNotify,
  FOREIGN_UUID,
  getRequest,
  messageId,
  probeRequest,
  resolveRequest,
  searchRequest,
} from './requests.js';

const ID = 'urn:uuid:11111111-2222-4333-8444-555555555555';

describe('Requests of the follow-up', () => {
  it('search as UDA says: quoted MAN, MX, one blank line', () => {
    const message = decodeSsdp(searchRequest({ target: 'ssdp:all', mx: '3' }));
    expect([message.kind, message.issues, message.body]).to.deep.equal(['search', [], null]);
    expect(message.headers.slice(0, 4).map(({ name, value }) => `${name}: ${value}`)).to.deep.equal([
      'HOST: 239.255.255.250:1900',
      'MAN: "ssdp:discover"',
      'MX: 3',
      'ST: ssdp:all',
    ]);
    expect(ssdpHeader(decodeSsdp(searchRequest({ target: 'x', mx: null })), 'MX')).to.equal(null);
  });

  it('announce a device that is nowhere, and take it back', () => {
    const [alive, byebye] = (['alive', 'byebye'] as const).map((subtype) => {
      const message = decodeSsdp(bystanderNotify(subtype, '192.0.2.1'));
      expect([message.kind, message.issues, message.body]).to.deep.equal(['notify', [], null]);
      return new Map(message.headers.map(({ name, value }) => [name, value]));
    });
    expect(alive?.get('LOCATION')).to.equal('http://192.0.2.1:9/');
    expect(alive?.get('CACHE-CONTROL')).to.equal('max-age=30');
    expect(alive?.get('USN')).to.match(/^uuid:[0-9a-f-]{36}::urn:rally-conformance-invalid:device:Bystander:1$/);
    expect(byebye?.get('NTS')).to.equal('ssdp:byebye');
    for (const name of ['HOST', 'NT', 'USN']) expect(byebye?.get(name)).to.equal(alive?.get(name));
  });

  it('probe for anything, for DPWS devices, for a type nobody has, and by scope', () => {
    const targetOf = (content: Parameters<typeof probeRequest>[1]) => {
      const message = decodeWsd(probeRequest(ID, content));
      expect([message.kind, message.isNewer, message.soap.messageId?.value]).to.deep.equal(['probe', false, ID]);
      expect(message.soap.to?.value).to.equal('urn:schemas-xmlsoap-org:ws:2005:04:discovery');
      return message.targets[0];
    };
    expect(targetOf({ types: null })?.types).to.deep.equal([]);
    expect(targetOf({ types: 'device' })?.types).to.deep.equal([`{${NAMESPACE.devprof}}Device`]);
    expect(targetOf({ types: 'foreign' })?.types).to.deep.equal(['{http://rally-conformance.invalid/type}Nothing']);
    const scoped = targetOf({ types: null, scopes: { value: 'http://a/?b&c', matchBy: 'strcmp0' } });
    expect(scoped?.scopes).to.deep.equal(['http://a/?b&c']);
    expect(scoped?.matchBy).to.equal(`${NAMESPACE.discovery}/strcmp0`);
    expect(targetOf({ types: null, scopes: { value: 'x', matchBy: null } })?.matchBy).to.equal(null);
  });

  it('resolve an address, whatever is in it', () => {
    const message = decodeWsd(resolveRequest(ID, '<&">'));
    expect([message.kind, message.targets[0]?.address?.value]).to.deep.equal(['resolve', '<&">']);
  });

  it('get metadata: anonymous reply, or not, or with an extension', () => {
    const to = `urn:uuid:${FOREIGN_UUID}`;
    const plain = decodeSoap(getRequest({ to, id: ID }));
    expect([plain.action?.value, plain.to?.value, plain.replyTo?.value, plain.body?.children.length]).to.deep.equal([
      `${NAMESPACE.transfer}/Get`,
      to,
      `${NAMESPACE.addressing}/role/anonymous`,
      0,
    ]);
    expect(decodeSoap(getRequest({ to, id: ID, replyTo: 'http://192.0.2.1/' })).replyTo?.value).to.equal(
      'http://192.0.2.1/',
    );
    const extended = decodeSoap(getRequest({ to, id: ID, isExtended: true }));
    expect(extended.xml.issues).to.deep.equal([]);
    expect(extended.header?.children.at(-1)?.local).to.equal('Extension');
  });

  it('name each message by a UUID of version 4', () => {
    const random = seededRandom(1);
    const ids = [messageId(random), messageId(random)];
    expect(new Set(ids).size).to.equal(2);
    for (const id of ids)
      expect(id).to.match(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
