import { expect } from 'chai';
import type { Datagram, Discovery, Fetch, Search } from '#evidence/discovery-model.js';
import type { Finding } from '#judge/rule.js';
import {
  encodeBye,
  encodeProbeMatches,
  encodeResolve,
  encodeResolveMatches,
  type WsdTargetSource,
} from '#wire/wsd-write.js';
import { ADDRESS, DEVICE, fetched, URL_OF_DEVICE } from './testing/wsd.js';
import { ASKER, hello, payload, question, reply, search, viewOf } from './testing/wsd-view.js';
import { judgeResolve, judgeXAddrs, misdirected } from './wsd-addresses.js';
import { questionsOf } from './wsd-questions.js';
import type { WsdView } from './wsd-view.js';

const QUESTION = 'urn:uuid:2';
const OTHER_ADDRESS = 'urn:uuid:22222222-0000-0000-0000-000000000000';

function resolve(address: string, messageId = QUESTION, more: Partial<Datagram> = {}): Datagram {
  return question(encodeResolve({ messageId, address }), more);
}

/** ResolveMatches 100 ms after the question, to whoever asked. */
function match(target: Partial<WsdTargetSource>, more: Partial<Datagram> = {}): Datagram {
  const targets = [{ address: ADDRESS, ...target }];
  const bytes = encodeResolveMatches({ messageId: 'urn:uuid:4', relatesTo: QUESTION, targets });
  return reply(bytes, more);
}

/** A run in which this was said, asked and tried. */
function run(said: readonly Datagram[], searches: readonly Search[] = [], more: Partial<Discovery> = {}): WsdView {
  const datagrams = [...said, ...searches.flatMap(({ request, answers }) => [request, ...answers])];
  return viewOf({ datagrams, searches, fetches: [], ...more });
}

function only(findings: readonly Finding[]): Finding {
  const [finding, ...more] = findings;
  expect(more).to.deep.equal([]);
  if (finding === undefined) throw new Error('nothing is said');
  return finding;
}

describe('a Resolve for the device', () => {
  const judge = (...answers: readonly Datagram[]): readonly Finding[] =>
    judgeResolve(run([hello({})], [search(resolve(ADDRESS), answers)]));

  it('is one whose address is that of the device', () => {
    const notSent = { verdict: 'not-run', text: 'a Resolve for the device was not sent' };
    expect(judgeResolve(run([hello({})]))).to.deep.equal([notSent]);
    expect(judgeResolve(run([hello({})], [search(resolve(OTHER_ADDRESS))]))).to.deep.equal([notSent]);
    const nameless = payload(resolve(ADDRESS).bytes);
    const text = new TextDecoder()
      .decode(nameless.bytes)
      .replace(/<wsa:EndpointReference>.*<\/wsa:EndpointReference>/s, '');
    const bare = question(new TextEncoder().encode(text));
    expect(bare.wsd?.kind).to.equal('resolve');
    expect(judgeResolve(run([hello({})], [search(bare)]))).to.deep.equal([notSent]);
  });

  it('is answered by the URLs, sent to who asked', () => {
    expect(only(judge(match({ xAddrs: [URL_OF_DEVICE] })))).to.deep.include({
      verdict: 'pass',
      text: 'a Resolve for the device is answered',
    });
  });

  it('fails where it is not answered', () => {
    const finding = only(judge());
    expect(finding).to.include({
      verdict: 'fail',
      text: 'a Resolve for the device is not answered',
      remedy: 'Answer a Resolve whose address equals that of the endpoint reference.',
    });
    expect(finding.at?.message).to.equal('Resolve');
  });

  it('fails where an answer has no URL', () => {
    const noUrl = {
      verdict: 'fail',
      text: 'ResolveMatch has no XAddrs',
      expected: 'the URLs at which the device is reached',
      remedy: 'Fill XAddrs of every ResolveMatch.',
    };
    const missing = match({});
    const without = only(judge(missing));
    expect(without).to.include({ ...noUrl, actual: 'no XAddrs' });
    expect(without.at).to.include({ path: 'ResolveMatch', message: 'ResolveMatches' });
    expect(without.at?.messageOffset).to.equal(missing.wsd?.targets[0]?.element.span.start);
    const empty = match({ xAddrs: [] });
    expect(empty.wsd?.targets[0]?.xAddrsElement).to.not.equal(null);
    const nothing = only(judge(empty));
    expect(nothing).to.include({ ...noUrl, actual: 'empty XAddrs' });
    expect(nothing.at?.messageOffset).to.equal(empty.wsd?.targets[0]?.xAddrsElement?.span.start);
    expect(only(judge(match({ xAddrs: [URL_OF_DEVICE] }), empty, empty)).text).to.equal(noUrl.text);
  });

  it('fails where an answer goes elsewhere', () => {
    for (const destination of [
      { ...ASKER, port: 3702 },
      { ...ASKER, address: '192.0.2.9' },
    ]) {
      const answer = match({ xAddrs: [URL_OF_DEVICE] }, { destination });
      const finding = only(judge(answer));
      expect(finding).to.include({
        verdict: 'fail',
        text: 'ResolveMatches does not go to who asked',
        expected: '192.0.2.1 port 50000, where the question came from',
        actual: `${destination.address} port ${destination.port}`,
        remedy: 'Send ResolveMatches by unicast to the source address and port of the question.',
      });
      expect(finding.at).to.include({ message: 'ResolveMatches', path: 'wsd' });
    }
    const both = judge(match({}, { destination: DEVICE })).map(({ text }) => text);
    expect(both).to.deep.equal(['ResolveMatches does not go to who asked', 'ResolveMatch has no XAddrs']);
  });

  it('has its answer sent to where it came from', () => {
    const view = run([hello({})], [search(resolve(ADDRESS), [match({})])]);
    const [asked] = questionsOf(view, 'resolve');
    const [told] = view.told.filter(({ message }) => message.kind === 'resolve-matches');
    if (asked === undefined || told === undefined) throw new Error('nothing asked');
    expect(misdirected(told, asked)).to.deep.equal([]);
  });
});

describe('XAddrs', () => {
  const judge = (xAddrs: readonly string[], fetches: readonly Fetch[] = [], more: Partial<Discovery> = {}): Finding =>
    only(judgeXAddrs(run([hello({ xAddrs })], [], { fetches, ...more })));
  const tried = (url: string, problem: Fetch['problem'] = null): Fetch =>
    fetched('connect', 'd0', null, { url, problem });
  const failing = (code: NonNullable<Fetch['problem']>['code']): Fetch =>
    tried(URL_OF_DEVICE, { code, text: `it was ${code}` });

  it('are in Hello and matches, not in Bye', () => {
    const probeMatches = payload(
      encodeProbeMatches({ messageId: 'm', relatesTo: 'q', targets: [{ address: ADDRESS, xAddrs: ['urn:x'] }] }),
    );
    for (const said of [hello({ xAddrs: ['urn:x'] }), probeMatches, match({ xAddrs: ['urn:x'] })])
      expect(only(judgeXAddrs(run([hello({}), said]))).verdict).to.equal('fail');
    const appSequence = { instanceId: 1, messageNumber: 1 };
    const bye = payload(encodeBye({ messageId: 'm', appSequence, target: { address: ADDRESS, xAddrs: ['urn:x'] } }));
    expect(bye.wsd?.targets[0]?.xAddrs).to.deep.equal(['urn:x']);
    expect(only(judgeXAddrs(run([hello({}), bye]))).text).to.equal('no XAddrs were seen');
  });

  it('were not seen, by the fault of Resolve, or nobody knows why', () => {
    const text = 'no XAddrs were seen';
    expect(only(judgeXAddrs(run([hello({})])))).to.deep.equal({ verdict: 'inconclusive', text });
    expect(only(judgeXAddrs(run([hello({})], [search(resolve(ADDRESS))])))).to.deep.equal({
      ...{ verdict: 'inconclusive', text },
      blockedBy: 'RVP-WSD-013',
    });
    expect(only(judgeXAddrs(run([hello({})], [], { isComplete: false })))).to.deep.equal({
      verdict: 'inconclusive',
      text: 'XAddrs was not seen, and nobody listened to the end',
    });
  });

  it('were not seen by the fault of Resolve in one family of addresses', () => {
    const six = { family: 'ipv6' } as const;
    const short = { ...search(resolve(ADDRESS, 'urn:uuid:3', six)), untilMs: 2000 };
    const view = run([hello({}), { ...hello({}), ...six }], [search(resolve(ADDRESS)), short]);
    expect(judgeResolve(view).map(({ verdict }) => verdict)).to.deep.equal(['fail', 'inconclusive']);
    expect(only(judgeXAddrs(view)).blockedBy).to.equal('RVP-WSD-013');
  });

  it('have no scope id', () => {
    for (const odd of ['http://[fe80::1%eth0]/', 'HTTPS://[fe80::1%251]:1/', 'a1+.-b://[%', 'http://[%'])
      expect(judge([URL_OF_DEVICE, odd]), odd).to.include({
        verdict: 'fail',
        text: 'an XAddr has a scope id',
        expected: 'a link-local address without %',
        actual: odd,
        remedy: 'Leave the scope id out: it names an interface of the device, and means nothing elsewhere.',
      });
    for (const odd of ['http://[fe80::1]/%20', 'http://192.0.2.20/[%', '1http://[%', 'http:[%'])
      expect(judge([odd]).text, odd).to.not.equal('an XAddr has a scope id');
    expect(judge(['-http://[fe80::1%1]/']).text).to.equal('an XAddr is no absolute URL of http or https');
  });

  it('are absolute URLs of http or https', () => {
    for (const odd of ['/device', 'ftp://192.0.2.20/', 'httpx://192.0.2.20/', 'xhttp://192.0.2.20/', 'urn:uuid:1'])
      expect(judge([URL_OF_DEVICE, odd]), odd).to.include({
        verdict: 'fail',
        text: 'an XAddr is no absolute URL of http or https',
        expected: 'http or https, with host and port',
        actual: odd,
        remedy: 'Give absolute URLs of http or https alone.',
      });
  });

  it('are all of https, or none', () => {
    const secure = 'https://192.0.2.20:5358/device';
    const mixed = judge([URL_OF_DEVICE, secure]);
    expect(mixed).to.include({
      verdict: 'fail',
      text: 'XAddrs mix http and https',
      expected: 'all https, or none',
      actual: `${URL_OF_DEVICE} ${secure}`,
      remedy: 'Give https URLs alone for Secure DPWS, http URLs alone for DPWS.',
    });
    expect(mixed.at).to.include({ message: 'Hello', path: 'Hello.XAddrs' });
    const told = hello({ xAddrs: [URL_OF_DEVICE, secure] }).wsd?.targets[0];
    expect(mixed.at?.messageOffset).to.equal(told?.xAddrsElement?.span.start);
    for (const same of [[secure, `${secure}/2`], [URL_OF_DEVICE, `${URL_OF_DEVICE}/2`], [secure]])
      expect(judge(same).verdict).to.equal('inconclusive');
  });

  it('are on the network where they are told, at least one', () => {
    const far = 'http://198.51.100.1/device';
    const outside = judge([far, 'http://203.0.113.1/']);
    expect(outside).to.include({
      verdict: 'fail',
      text: 'no XAddr is an address of the device on this network',
      expected: 'an address of this network, such as 192.0.2.20',
      actual: '198.51.100.1 203.0.113.1',
      remedy: 'Give in each message the address of the interface it goes out of.',
    });
    for (const near of ['http://192.0.2.99/', URL_OF_DEVICE])
      expect(judge([far, near]).verdict, near).to.equal('inconclusive');
    expect(judge([far], [], { addresses: ['198.51.100.1'] }).verdict).to.equal('inconclusive');
    expect(judge(['http://192.0.3.20/']).verdict).to.equal('fail');
    expect(judge(['http://19.20.2.20/']).verdict).to.equal('fail');
  });

  it('may be names or addresses of IPv6, which are not judged', () => {
    expect(judge(['other://a.198.51.100.1/']).text).to.equal('an XAddr is no absolute URL of http or https');
    const far = 'http://198.51.100.1/device';
    for (const host of ['printer.example', '[fe80::1]', '1.2.3.example', 'a.1.2.3.4x', '198.51.100.1.example'])
      expect(judge([far, `http://${host}/`]).verdict, host).to.equal('inconclusive');
    const six = { ...hello({ xAddrs: [far] }), family: 'ipv6' } as const;
    expect(only(judgeXAddrs(run([six]))).verdict).to.equal('inconclusive');
  });

  it('are judged each, and told of once', () => {
    const said = [hello({ xAddrs: ['/a'] }), hello({ xAddrs: ['http://198.51.100.1/'] }), hello({ xAddrs: ['/b'] })];
    expect(judgeXAddrs(run(said)).map(({ actual }) => actual)).to.deep.equal(['/a', '198.51.100.1']);
  });

  it('take a connection', () => {
    const finding = judge([URL_OF_DEVICE], [tried(URL_OF_DEVICE)]);
    expect(finding).to.include({
      verdict: 'pass',
      text: `XAddrs have the right form, and ${URL_OF_DEVICE} takes connections`,
    });
    expect(finding).to.not.have.property('note');
    expect(finding.at).to.include({ message: 'Hello', path: 'wsd' });
    const secure = judge([URL_OF_DEVICE], [failing('tls')]);
    expect(secure).to.include({ verdict: 'pass', text: `XAddrs have the right form, and ${URL_OF_DEVICE} is there` });
    expect(secure).to.not.have.property('note');
    expect(secure.at).to.deep.equal(finding.at);
  });

  it('were not tried', () => {
    expect(judge([URL_OF_DEVICE], [fetched('metadata', 'd1', null, { url: URL_OF_DEVICE })])).to.deep.equal({
      verdict: 'inconclusive',
      text: 'XAddrs have the right form, but no connection was tried',
    });
    const barred = judge([URL_OF_DEVICE], [failing('foreign-address')]);
    expect(barred).to.include({
      verdict: 'pass',
      note: true,
      text: 'XAddrs have the right form; no connection was tried: it was foreign-address',
    });
    expect(barred.at?.message).to.equal('Hello');
  });

  it('take no connection, the first one', () => {
    for (const code of ['refused', 'unreachable', 'timeout'] as const) {
      const finding = judge([URL_OF_DEVICE, `${URL_OF_DEVICE}/2`], [failing(code)]);
      expect(finding, code).to.include({
        verdict: 'fail',
        text: 'the first XAddr takes no connection',
        expected: `a TCP connection to ${URL_OF_DEVICE}`,
        actual: `it was ${code}`,
        remedy: 'Put a URL first on which the device listens, from the moment it is announced.',
      });
      expect(finding.at?.path).to.equal('Hello.XAddrs');
    }
    const second = `${URL_OF_DEVICE}/2`;
    const other = tried(second, { code: 'refused', text: 'no' });
    expect(judge([URL_OF_DEVICE, second], [tried(URL_OF_DEVICE), other]).verdict).to.equal('pass');
    expect(judge([URL_OF_DEVICE, second], [other, failing('refused')]).actual).to.equal('it was refused');
    expect(judge([URL_OF_DEVICE], [{ ...failing('refused'), purpose: 'metadata' }]).verdict).to.equal('inconclusive');
  });

  it('may take none in time by the fault of the bench', () => {
    const lateness = [{ startMs: 3000, endMs: 3010, lateMs: 10 }];
    expect(judge([URL_OF_DEVICE], [failing('timeout')], { lateness })).to.deep.equal({
      verdict: 'inconclusive',
      text: 'the first XAddr takes no connection, but the bench itself was late by 10 ms',
    });
    for (const code of ['refused', 'unreachable'] as const)
      expect(judge([URL_OF_DEVICE], [failing(code)], { lateness }).verdict, code).to.equal('fail');
  });
});
