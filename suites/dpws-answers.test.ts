import { expect } from 'chai';
import type { Datagram, Discovery, Fetch, Search } from '#evidence/discovery-model.js';
import type { Finding } from '#judge/rule.js';
import { answerTo, locateFetch } from './dpws-answers.js';
import { fetched, lateBy, metadataBody, URL_OF_DEVICE, type Message, type WsdScript } from './testing/wsd.js';
import { viewOfRun } from './testing/wsd-view.js';

const WHAT = 'the Get';
const PLAIN = fetched('metadata', 'd1', metadataBody('d1'));

function answered(script: WsdScript): { fetch: Fetch | null; problem: Finding | null } {
  return answerTo(viewOfRun(script), 'metadata', WHAT);
}

/** A plain Get that came to nothing. */
function failed(code: NonNullable<Fetch['problem']>['code'], text = 'why'): Fetch {
  return fetched('metadata', 'd1', null, { status: null, problem: { code, text } });
}

/** The finding for this Get, of a device that says so. */
function problemOf(fetch: Fetch, more: WsdScript = {}): Finding | null {
  return answered({ ...more, fetches: () => [fetch] }).problem;
}

/** Each message of the device, or those of a kind, with these XAddrs. */
const telling =
  (xAddrs: readonly string[], ...kinds: readonly Message['kind'][]): NonNullable<WsdScript['messages']> =>
  (usual) =>
    usual.map((each) =>
      each.kind === 'bye' || (kinds.length > 0 && !kinds.includes(each.kind))
        ? each
        : { ...each, target: { ...each.target, xAddrs } },
    );

describe('a request by HTTP', () => {
  it('is the first of its purpose, where it was answered', () => {
    const fetches = [fetched('metadata-chunked', 'd2', metadataBody('d2')), PLAIN, { ...PLAIN }];
    const { fetch, problem } = answered({ fetches: () => fetches });
    expect(fetch).to.equal(PLAIN);
    expect(problem).to.equal(null);
  });

  it('cannot be judged where its document was lost, and can where there was no body', () => {
    expect(answered({ fetches: () => [{ ...PLAIN, body: null }] })).to.deep.equal({
      fetch: null,
      problem: { verdict: 'inconclusive', text: 'the document of the answer to the Get is not at hand' },
    });
    expect(problemOf({ ...PLAIN, body: null, document: null })).to.equal(null);
  });

  it('cannot be judged where it did not get to the device', () => {
    for (const code of ['refused', 'unreachable', 'foreign-address', 'bad-url', 'tls'] as const)
      expect(answered({ fetches: () => [failed(code)] }), code).to.deep.equal({
        fetch: null,
        problem: { verdict: 'inconclusive', text: 'the Get had no answer: why' },
      });
  });

  it('is the device to blame for where it got there, unless the bench was late', () => {
    for (const code of ['timeout', 'protocol', 'too-large', 'redirect', 'content-encoding'] as const) {
      const fetch = failed(code);
      expect(answered({ fetches: () => [fetch] }), code).to.deep.equal({ fetch, problem: null });
    }
    for (const code of ['timeout', 'protocol'] as const)
      expect(problemOf(failed(code), { discovery: lateBy(10) })?.text).to.equal(
        'the Get had no answer: why, but the bench itself was late by 10 ms',
      );
    expect(problemOf(failed('redirect'), { discovery: lateBy(10) })).to.equal(null);
  });

  it('is blocked where the device gave no URL by which it is reached', () => {
    const far = telling(['http://198.51.100.1/device']);
    const blocked = { verdict: 'inconclusive', text: 'the Get had no answer: why', blockedBy: 'RVP-WSD-022' };
    for (const code of ['refused', 'unreachable', 'foreign-address', 'bad-url'] as const)
      expect(problemOf(failed(code), { messages: far }), code).to.deep.equal(blocked);
    expect(problemOf(failed('tls'), { messages: far })).to.not.have.property('blockedBy');
  });

  it('is blocked too where only one of the URLs is known to be wrong', () => {
    const other = 'http://192.0.2.20:5358/device';
    const connect = (url: string, code: 'refused' | 'timeout'): Fetch =>
      fetched('connect', 'd0', null, { url, problem: { code, text: code } });
    const fetches = [connect(URL_OF_DEVICE, 'timeout'), connect(other, 'refused'), failed('refused')];
    const { problem } = answered({
      messages: telling([other], 'resolve-matches'),
      fetches: () => fetches,
      discovery: lateBy(10),
    });
    expect(problem?.blockedBy).to.equal('RVP-WSD-022');
  });
});

describe('a request by HTTP that was not sent', () => {
  const connect = (problem: Fetch['problem']): Fetch => fetched('connect', 'd0', null, { problem });
  const unasked = (fetches: readonly Fetch[], more: WsdScript = {}): Finding | null => {
    const { fetch, problem } = answered({ ...more, fetches: () => fetches });
    expect(fetch).to.equal(null);
    return problem;
  };
  const notSent = { verdict: 'not-run', text: 'the Get was not sent' };
  const NOWHERE = telling([]);
  const withoutUrl = {
    verdict: 'inconclusive',
    text: 'the Get was not sent: the device does not say where it is',
    blockedBy: 'RVP-WSD-013',
  };

  it('could not be where the device took no connection', () => {
    const refused = connect({ code: 'tls', text: 'no handshake' });
    const text = 'the Get was not sent: no handshake';
    expect(unasked([refused])).to.deep.equal({ verdict: 'inconclusive', text });
    const far = { messages: telling(['http://198.51.100.1/device']) };
    expect(unasked([refused], far)).to.deep.equal({ verdict: 'inconclusive', text, blockedBy: 'RVP-WSD-022' });
  });

  it('was not done where nothing stood against it, or is missing in a run that was cut', () => {
    expect(unasked([])).to.deep.equal(notSent);
    expect(unasked([connect(null)])).to.deep.equal(notSent);
    expect(unasked([fetched('directed-probe', 'd5', null, { problem: { code: 'timeout', text: 'x' } })])).to.deep.equal(
      notSent,
    );
    expect(unasked([], { discovery: (usual) => ({ ...usual, isComplete: false }) })).to.deep.equal({
      verdict: 'inconclusive',
      text: 'an answer to the Get was not seen, and nobody listened to the end',
    });
  });

  it('is blocked where the device answers a Resolve and gives no URL anywhere', () => {
    expect(unasked([], { messages: NOWHERE })).to.deep.equal(withoutUrl);
  });

  it('is not where one message has a URL, though Resolve is answered without', () => {
    expect(unasked([], { messages: telling([], 'resolve-matches') })).to.deep.equal(notSent);
    expect(unasked([], { messages: telling([], 'resolve-matches', 'probe-matches') })).to.deep.equal(notSent);
  });

  it('is not where no Resolve asked for a URL', () => {
    const asked: WsdScript['asked'] = (usual) => usual.filter(({ id }) => !id.endsWith('a7'));
    const messages: WsdScript['messages'] = (usual) => NOWHERE(usual).filter(({ kind }) => kind !== 'resolve-matches');
    expect(unasked([], { messages: NOWHERE, asked })).to.deep.equal(notSent);
    expect(unasked([], { messages, asked })).to.deep.equal(notSent);
  });

  it('is blocked where a Resolve is not answered by IPv4, and nobody knows of IPv6', () => {
    const messages: WsdScript['messages'] = (usual) => NOWHERE(usual).filter(({ kind }) => kind !== 'resolve-matches');
    const discovery = (usual: Discovery): Discovery => {
      const six = <Sent extends Datagram>(each: Sent): Sent => ({ ...each, family: 'ipv6' });
      const hello = usual.datagrams.filter(({ wsd, isRepeat }) => wsd?.kind === 'hello' && !isRepeat).map(six);
      const unheard = ({ request, answers }: Search): Search => {
        return { request: six(request), answers, untilMs: request.timeMs };
      };
      return {
        ...usual,
        datagrams: [...usual.datagrams, ...hello],
        searches: [...usual.searches, ...usual.searches.map(unheard)],
      };
    };
    expect(unasked([], { messages, discovery })).to.deep.equal(withoutUrl);
  });
});

describe('the place of an answer without body', () => {
  const EMPTY = failed('timeout');

  it('is in the document where there is one', () => {
    expect(locateFetch(viewOfRun(), PLAIN)).to.include({ document: '001-metadata.xml', path: 'xml' });
  });

  it('is where the device gave the URL', () => {
    const view = viewOfRun();
    const { line, column, messageOffset: offset, lengthBytes, ...at } = locateFetch(view, EMPTY);
    expect(at).to.include({ message: 'Hello', path: 'XAddrs' });
    const element = view.told[0]?.target.xAddrsElement;
    expect({ offset, line, column }).to.deep.equal(element?.at);
    expect(lengthBytes).to.equal((element?.span.end ?? 0) - (element?.span.start ?? 0));
  });

  it('is what the device said first where it did not give the URL, or nowhere where it said nothing', () => {
    const view = viewOfRun();
    const other = { ...EMPTY, url: 'http://192.0.2.20:80/other' };
    expect(locateFetch(view, other)).to.include({ message: 'Hello', path: 'wsd' });
    const silent = { ...view, told: [] };
    const message = `the answer to POST ${URL_OF_DEVICE}`;
    expect(locateFetch(silent, EMPTY)).to.include({ message, path: 'xml' });
    expect(locateFetch(silent, EMPTY, null, 'Metadata')).to.include({ message, path: 'Metadata' });
  });
});
