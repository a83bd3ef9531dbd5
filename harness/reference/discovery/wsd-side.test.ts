import { expect } from 'chai';
import { toHex } from '#base/bytes.js';
import { formatUuid } from '#base/uuid.js';
import { NAMESPACE } from '#wire/soap.js';
import { encodeProbe, encodeResolve, type ProbeSource } from '#wire/wsd-write.js';
import { makeDevice } from '../device.js';
import { requireModel } from '../models.js';
import { ASKER, Conversation, OWN, OWN_IPV6, wsdOf, type Sent } from './testing/conversation.js';

const PRINTER = makeDevice(requireModel('dpws-printer'), 1);
const ADDRESS = `urn:uuid:${formatUuid(PRINTER.transportUuids.get('dpws') ?? PRINTER.uuidE)}`;
const QUESTION = 'urn:uuid:11111111-2222-4333-8444-555555555555';
const DEVICE = `{${NAMESPACE.devprof}}Device`;
const SCOPE = 'http://rally-reference.example/site/hq/floor-2/printers';
const STRCMP0 = `${NAMESPACE.discovery}/strcmp0`;

function started(addresses = [OWN]): Conversation {
  const talk = new Conversation('dpws-printer').start(addresses).pass(3000);
  talk.taken();
  return talk;
}

const probed = (source: Omit<ProbeSource, 'messageId'>, options = {}): Sent[] =>
  started()
    .ask('wsd', encodeProbe({ messageId: QUESTION, ...source }), options)
    .pass(10_000)
    .taken();
const resolved = (address: string): Sent[] =>
  started()
    .ask('wsd', encodeResolve({ messageId: QUESTION, address }))
    .pass(10_000)
    .taken();

describe('a reference device on WS-Discovery', () => {
  it('says Hello twice, in the same bytes, with everything about it', () => {
    const sent = new Conversation('dpws-printer').start().pass(3000).taken();
    expect(sent).to.have.length(2);
    const [hello, again] = sent;
    if (hello === undefined || again === undefined) throw new Error('no Hello');
    expect(toHex(again.bytes)).to.equal(toHex(hello.bytes));
    expect(again.atMs - hello.atMs).to.be.within(50, 250);
    expect([hello.to, hello.ttl, hello.family]).to.deep.equal([null, 1, 'ipv4']);
    const { kind, soap, targets } = wsdOf(hello);
    expect(soap.xml.issues).to.deep.equal([]);
    expect(kind).to.equal('hello');
    const [target] = targets;
    expect(target?.address?.value).to.equal(ADDRESS);
    expect(target?.types).to.deep.equal([DEVICE, `{${NAMESPACE.print}}PrintDeviceType`]);
    expect(target?.xAddrs).to.deep.equal([`http://${OWN}:5357/${ADDRESS.slice(-36)}`]);
    expect(target?.metadataVersion).to.equal(1);
    expect(soap.appSequence?.messageNumber).to.equal(1);
  });

  it('says Hello in each family with the addresses of that family, without scope id', () => {
    const sent = new Conversation('dpws-printer').start([OWN, OWN_IPV6]).pass(3000).taken();
    expect(sent.map(({ family }) => family).sort()).to.deep.equal(['ipv4', 'ipv4', 'ipv6', 'ipv6']);
    const xAddrs = sent.filter(({ family }) => family === 'ipv6').map((each) => wsdOf(each).targets[0]?.xAddrs);
    expect(xAddrs[0]).to.deep.equal([`http://[fe80::10]:5357/${ADDRESS.slice(-36)}`]);
    const numbers = sent.map((each) => wsdOf(each).soap.appSequence?.messageNumber);
    expect(new Set(numbers)).to.deep.equal(new Set([1, 2]));
  });

  for (const [what, source, count] of [
    ['nothing in particular', {}, 2],
    ['a device', { types: [DEVICE] }, 2],
    ['a device and a printer', { types: [DEVICE, `{${NAMESPACE.print}}PrintDeviceType`] }, 2],
    ['a toaster', { types: ['{http://toast.example}Toaster'] }, 0],
    ['a printer and a toaster', { types: [DEVICE, '{http://toast.example}Toaster'] }, 0],
    ['its scope', { scopes: [SCOPE] }, 2],
    ['a scope above its own', { scopes: ['HTTP://Rally-Reference.example/site/hq/'] }, 2],
    ['part of a segment', { scopes: ['http://rally-reference.example/site/h'] }, 0],
    ['another letter case of the path', { scopes: [SCOPE.replace('site', 'SITE')] }, 0],
    ['its scope letter by letter', { scopes: [SCOPE], matchBy: STRCMP0 }, 2],
    ['another letter case by strcmp0', { scopes: [SCOPE.toUpperCase()], matchBy: STRCMP0 }, 0],
    ['a scope above its own by strcmp0', { scopes: ['http://rally-reference.example/site'], matchBy: STRCMP0 }, 0],
    ['a rule it does not know', { scopes: [SCOPE], matchBy: 'http://rule.example' }, 0],
    ['an answer to someone else', { replyTo: 'http://192.0.2.9/' }, 0],
  ] as const) {
    it(`is ${count === 0 ? 'silent' : 'found'} when probed for ${what}`, () => {
      const answers = probed(source);
      expect(answers).to.have.length(count);
      for (const answer of answers) {
        const { kind, soap, targets } = wsdOf(answer);
        expect(answer.to).to.deep.equal(ASKER);
        expect(kind).to.equal('probe-matches');
        expect(soap.relatesTo?.value).to.equal(QUESTION);
        expect(targets.map(({ address }) => address?.value)).to.deep.equal([ADDRESS]);
      }
    });
  }

  it('answers the second of two Probes with a larger message number, the copies of one alike', () => {
    const talk = started();
    for (const id of [QUESTION, QUESTION.replace('1', '2')]) talk.ask('wsd', encodeProbe({ messageId: id }));
    const sent = talk.pass(10_000).taken();
    expect(sent).to.have.length(4);
    const numbers = new Map(sent.map((each) => [wsdOf(each).soap.messageId?.value, wsdOf(each).soap.appSequence]));
    expect([...numbers.values()].map((each) => each?.messageNumber)).to.deep.equal([2, 3]);
  });

  it('answers a Resolve of its own address, not of another or in another case', () => {
    const [answer, ...copies] = resolved(ADDRESS);
    if (answer === undefined) throw new Error('no answer');
    expect(copies).to.have.length(1);
    const { kind, targets } = wsdOf(answer);
    expect(kind).to.equal('resolve-matches');
    expect(targets[0]?.xAddrs).to.have.length(1);
    expect(resolved(ADDRESS.toUpperCase())).to.deep.equal([]);
    expect(resolved('urn:uuid:00000000-0000-0000-0000-000000000000')).to.deep.equal([]);
  });

  it('is silent on what is no question of 2005/04', () => {
    const text = new TextDecoder().decode(encodeProbe({ messageId: QUESTION }));
    for (const bytes of [text.replaceAll(NAMESPACE.discovery, NAMESPACE.discovery11), text.slice(0, 200), ''])
      expect(started().ask('wsd', new TextEncoder().encode(bytes)).pass(10_000).taken()).to.deep.equal([]);
  });

  it('says Bye, and comes back with a larger InstanceId, the same address and metadata version', () => {
    const talk = new Conversation('dpws-printer').start().pass(3000);
    const [hello] = talk.taken().map(wsdOf);
    const byes = talk.stop().pass(3000).taken().map(wsdOf);
    const [back] = talk.start().pass(3000).taken().map(wsdOf);
    expect(byes.map(({ kind }) => kind)).to.deep.equal(['bye', 'bye']);
    expect(byes[0]?.targets[0]?.address?.value).to.equal(ADDRESS);
    expect(byes[0]?.soap.appSequence?.messageNumber).to.equal(2);
    expect(back?.targets[0]?.address?.value).to.equal(ADDRESS);
    expect(back?.targets[0]?.metadataVersion).to.equal(hello?.targets[0]?.metadataVersion);
    expect(back?.soap.appSequence?.instanceId).to.equal((hello?.soap.appSequence?.instanceId ?? 0) + 1);
    expect(back?.soap.appSequence?.messageNumber).to.equal(1);
  });

  it('gives https addresses alone as a Secure DPWS device', () => {
    const talk = new Conversation('secure-scanner').start().pass(3000);
    expect(talk.device.ports).to.deep.equal([{ port: 5358, isSecure: true }]);
    for (const each of talk.taken())
      expect(wsdOf(each).targets[0]?.xAddrs[0]).to.match(/^https:\/\/192\.0\.2\.10:5358\//);
  });
});
