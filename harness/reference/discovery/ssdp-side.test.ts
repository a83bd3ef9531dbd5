import { expect } from 'chai';
import { toHex } from '#base/bytes.js';
import { formatUuid } from '#base/uuid.js';
import { decodeSsdp, encodeSsdp } from '#wire/ssdp.js';
import { makeDevice } from '../device.js';
import { requireModel } from '../models.js';
import { ASKER, Conversation, headerOf, mSearch, OWN, OWN_IPV6, type Sent } from './testing/conversation.js';

const ROOT = `uuid:${formatUuid(makeDevice(requireModel('all-in-one'), 1).transportUuids.get('upnp') ?? new Uint8Array(16))}`;
/** 3 of the root, 2 of the embedded device, 3 service types. */
const SET = 8;

const ssdpOnly = (sent: readonly Sent[]): Sent[] => sent.filter(({ protocol }) => protocol === 'ssdp');
const answersTo = (searchTarget: string, mx: string | null = '2'): Sent[] => {
  const talk = new Conversation('all-in-one').start().pass(1000);
  talk.taken();
  return ssdpOnly(talk.ask('ssdp', mSearch(searchTarget, mx)).pass(5000).taken());
};

describe('a reference device on SSDP', () => {
  it('announces 3 + 2d + k targets in each copy of a set, the first within 100 ms', () => {
    const sent = ssdpOnly(new Conversation('all-in-one').start().pass(2000).taken());
    expect(sent).to.have.length(2 * SET);
    const first = sent.slice(0, SET);
    expect(Math.max(...first.map(({ atMs }) => atMs))).to.be.at.most(100);
    expect(new Set(first.map((each) => headerOf(each, 'USN'))).size).to.equal(SET);
    expect(first.filter((each) => headerOf(each, 'USN')?.startsWith(ROOT))).to.have.length(5);
    expect(first.map((each) => headerOf(each, 'NT'))).to.include.members([
      'upnp:rootdevice',
      ROOT,
      'urn:schemas-upnp-org:device:Printer:1',
      'urn:schemas-upnp-org:device:Scanner:1',
      'urn:schemas-upnp-org:service:PrintBasic:1',
    ]);
    const twice = first.filter((each) => headerOf(each, 'NT') === 'urn:schemas-upnp-org:service:ExternalActivity:1');
    expect(twice).to.have.length(2);
    expect(sent.slice(SET).map(({ bytes }) => toHex(bytes))).to.deep.equal(first.map(({ bytes }) => toHex(bytes)));
    for (const { to, ttl, family } of sent) expect([to, ttl, family]).to.deep.equal([null, 2, 'ipv4']);
  });

  it('announces a renderer of three services in three copies, without the headers of 1.1', () => {
    const sent = new Conversation('upnp-renderer').start().pass(2000).taken();
    expect(sent).to.have.length(3 * 6);
    for (const each of sent) {
      expect(headerOf(each, 'BOOTID.UPNP.ORG')).to.equal(null);
      expect(headerOf(each, 'LOCATION')).to.equal(`http://${OWN}:49152/description.xml`);
      expect(headerOf(each, 'CACHE-CONTROL')).to.equal('max-age=1800');
      expect(decodeSsdp(each.bytes).issues).to.deep.equal([]);
      expect(each.ttl).to.equal(4);
    }
  });

  it('announces itself again before half of max-age is over', () => {
    const renderer = new Conversation('upnp-renderer').start().pass(900_000).taken();
    expect(renderer).to.have.length(2 * 3 * 6);
    const often = ssdpOnly(new Conversation('all-in-one').start().pass(10_100).taken());
    expect(often.length).to.be.at.least(3 * SET);
  });

  it('answers each form of search target as often as it matches', () => {
    const counts: [string, number][] = [
      ['ssdp:all', SET],
      ['upnp:rootdevice', 1],
      [ROOT, 1],
      ['urn:schemas-upnp-org:device:Scanner:1', 1],
      ['urn:schemas-upnp-org:service:ExternalActivity:1', 2],
      ['urn:schemas-upnp-org:service:ExternalActivity:2', 0],
      [ROOT.toUpperCase(), 0],
      ['urn:schemas-upnp-org:device:Toaster:1', 0],
      ['something else', 0],
    ];
    for (const [searchTarget, count] of counts) {
      const answers = answersTo(searchTarget);
      expect(answers, searchTarget).to.have.length(count);
      for (const answer of answers) {
        expect(answer.to).to.deep.equal(ASKER);
        expect(headerOf(answer, 'EXT')).to.equal('');
        if (searchTarget !== 'ssdp:all') expect(headerOf(answer, 'ST')).to.equal(searchTarget);
      }
    }
  });

  it('echoes the lower version that was asked for, with the USN it announces', () => {
    const talk = new Conversation('upnp-renderer').start().pass(2000);
    talk.taken();
    const wanted = 'urn:schemas-upnp-org:device:MediaRenderer:1';
    const [answer, ...others] = talk.ask('ssdp', mSearch(wanted)).pass(2000).taken();
    if (answer === undefined) throw new Error('no answer');
    expect(others).to.deep.equal([]);
    expect(headerOf(answer, 'ST')).to.equal(wanted);
    expect(headerOf(answer, 'USN')).to.match(/::urn:schemas-upnp-org:device:MediaRenderer:2$/);
  });

  it('answers within MX, which counts for at most 5 seconds', () => {
    for (const [mx, limitMs] of [
      ['1', 1000],
      ['3', 3000],
      ['120', 5000],
    ] as const) {
      const answers = answersTo('ssdp:all', mx);
      expect(answers).to.have.length(SET);
      expect(Math.max(...answers.map(({ atMs }) => atMs)) - 1000).to.be.below(limitMs);
      expect(new Set(answers.map(({ atMs }) => atMs)).size).to.be.above(1);
    }
  });

  it('is silent without a usable MX, on NOTIFY, and on what is no search', () => {
    for (const mx of [null, '', 'soon', '-1', '1.5']) expect(answersTo('ssdp:all', mx), String(mx)).to.deep.equal([]);
    const talk = new Conversation('all-in-one').start().pass(1000);
    talk.taken();
    for (const bytes of [
      encodeSsdp('NOTIFY * HTTP/1.1', [
        ['NT', 'upnp:rootdevice'],
        ['MX', '1'],
        ['ST', 'ssdp:all'],
      ]),
      encodeSsdp('M-SEARCH * HTTP/1.1', [
        ['MAN', 'ssdp:discover'],
        ['MX', '1'],
        ['ST', 'ssdp:all'],
      ]),
      encodeSsdp('M-SEARCH * HTTP/1.0', [
        ['MAN', '"ssdp:discover"'],
        ['MX', '1'],
        ['ST', 'ssdp:all'],
      ]),
      encodeSsdp('M-SEARCH * HTTP/1.1', [
        ['MAN', '"ssdp:discover"'],
        ['MX', '1'],
      ]),
      new Uint8Array(0),
      Uint8Array.of(0xff, 0x00),
    ])
      talk.ask('ssdp', bytes);
    expect(ssdpOnly(talk.pass(5000).taken())).to.deep.equal([]);
  });

  it('answers a search that came to it alone without MX within a second', () => {
    const talk = new Conversation('all-in-one').start().pass(1000);
    talk.taken();
    const answers = ssdpOnly(talk.ask('ssdp', mSearch('ssdp:all', null), { isMulticast: false }).pass(1000).taken());
    expect(answers).to.have.length(SET);
  });

  it('says byebye for everything it announced', () => {
    const talk = new Conversation('all-in-one').start().pass(2000);
    const alive = ssdpOnly(talk.taken()).slice(0, SET);
    const sent = ssdpOnly(talk.stop().pass(60_000).taken());
    expect(sent).to.have.length(2 * SET);
    const pairs = (set: readonly Sent[]) => set.map((each) => `${headerOf(each, 'NT')} ${headerOf(each, 'USN')}`);
    expect(pairs(sent.slice(0, SET))).to.deep.equal(pairs(alive));
    for (const each of sent) {
      expect(headerOf(each, 'NTS')).to.equal('ssdp:byebye');
      expect(headerOf(each, 'BOOTID.UPNP.ORG')).to.equal(headerOf(alive[0] ?? each, 'BOOTID.UPNP.ORG'));
    }
    talk.ask('ssdp', mSearch('ssdp:all'));
    expect(talk.pass(5000).taken()).to.deep.equal([]);
  });

  it('says nothing on leaving where it had not said that it is there', () => {
    const talk = new Conversation('upnp-renderer');
    expect(talk.stop().taken()).to.deep.equal([]);
    expect(talk.start([]).pass(1000).stop().taken()).to.deep.equal([]);
  });

  it('comes back with a larger BOOTID and the same names', () => {
    const talk = new Conversation('all-in-one').start().pass(2000);
    const before = ssdpOnly(talk.taken()).slice(0, SET);
    talk.stop().pass(2000).taken();
    const after = ssdpOnly(talk.start().pass(2000).taken()).slice(0, SET);
    expect(after.map((each) => headerOf(each, 'USN'))).to.deep.equal(before.map((each) => headerOf(each, 'USN')));
    const bootIds = [before, after].map((set) => new Set(set.map((each) => Number(headerOf(each, 'BOOTID.UPNP.ORG')))));
    expect(bootIds.map(({ size }) => size)).to.deep.equal([1, 1]);
    const [one = 0, other = 0] = bootIds.map((set) => [...set][0]);
    expect(other).to.equal(one + 1);
    expect(other).to.be.below(2 ** 31);
  });

  it('announces by each family of addresses it has, under an address of that family', () => {
    const [first] = new Conversation('upnp-renderer').start([OWN_IPV6]).pass(1000).taken();
    if (first === undefined) throw new Error('nothing sent');
    expect(first.family).to.equal('ipv6');
    expect(headerOf(first, 'HOST')).to.equal('[FF02::C]:1900');
    expect(headerOf(first, 'LOCATION')).to.equal('http://[fe80::10]:49152/description.xml');
    const both = new Conversation('upnp-renderer').start([OWN, OWN_IPV6]).pass(1000).taken();
    const said = new Map<string, number>();
    for (const each of both) {
      const name = `${each.family} ${String(headerOf(each, 'LOCATION'))}`;
      said.set(name, (said.get(name) ?? 0) + 1);
    }
    expect([...said]).to.deep.equal([
      [`ipv4 http://${OWN}:49152/description.xml`, 3 * 6],
      ['ipv6 http://[fe80::10]:49152/description.xml', 3 * 6],
    ]);
  });
});
