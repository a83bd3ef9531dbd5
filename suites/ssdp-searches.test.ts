import { expect } from 'chai';
import type { Datagram, Discovery, Search } from '#evidence/discovery-model.js';
import type { Finding } from '#judge/rule.js';
import { notRun, pass } from './finding.js';
import {
  answersAs,
  answerWithinMs,
  answerWithinS,
  eachSearch,
  ownerOfStrangers,
  targetsHeard,
  usesMx,
  type Asked,
} from './ssdp-searches.js';
import { valueOf, type Message } from './ssdp-view.js';
import {
  described,
  description,
  evidenceWith,
  LOCATION,
  notify,
  RENDERER_TYPE,
  response,
  said,
  stimulus,
  UDN,
  type Headers,
} from './testing/upnp.js';

const BENCH = { address: '192.0.2.1', port: 50_000 };
const ASKING: Headers = { MAN: '"ssdp:discover"', MX: '1', ST: 'ssdp:all' };
const ALIVE = notify('alive', 0);

/** A search of the bench, by multicast at 100 unless said otherwise. */
function search(headers: Headers, more: Partial<Datagram> = {}, startLine = 'M-SEARCH * HTTP/1.1'): Message {
  return said(startLine, headers, { sender: 'other', source: BENCH, timeMs: 100, ...more });
}

function searchOf(request: Datagram, answers: readonly Datagram[] = []): Search {
  return { request, answers, untilMs: 60_000 };
}

function asked(request: Message, answers: readonly Message[] = []): Asked {
  return { request, searchTarget: 'ssdp:all', answers, untilMs: 60_000, lastAskedMs: () => request.timeMs };
}

/** The searches that are judged, and what comes of it. */
function judged(more: Partial<Discovery>): { readonly searches: Asked[]; readonly findings: readonly Finding[] } {
  const searches: Asked[] = [];
  const judge = (each: Asked): Finding[] => {
    searches.push(each);
    return [pass('answered')];
  };
  const evidence = evidenceWith({ datagrams: [ALIVE], ...more });
  return { findings: eachSearch(evidence, null, 'a search', judge, () => true), searches };
}

describe('MX', () => {
  it('is a number of up to nine digits', () => {
    const uses = (text: string): boolean => usesMx(asked(search({ MX: text })));
    for (const text of ['0', '5', '12', '123456789']) expect(uses(text), text).to.equal(true);
    for (const text of ['', '5s', 's5', '-1', '1.5', '1234567890']) expect(uses(text), text).to.equal(false);
  });

  it('may only be left out by unicast', () => {
    expect(usesMx(asked(search({})))).to.equal(false);
    expect(usesMx(asked(search({}, { isMulticast: false })))).to.equal(true);
  });

  it('gives a device up to five seconds, also where it is missing', () => {
    const headers: readonly Headers[] = [{ MX: '3' }, { MX: '5' }, { MX: '6' }, {}, { MX: 'soon' }];
    const seconds = headers.map((each) => answerWithinS(search(each).ssdp));
    expect(seconds).to.deep.equal([3, 5, 5, 5, Number.NaN]);
    expect(answerWithinMs(search({ MX: '3' }).ssdp)).to.equal(3250);
  });
});

describe('searches', () => {
  it('are judged with what the device answered by SSDP', () => {
    const request = search(ASKING);
    const answer = response(200);
    const { searches, findings } = judged({ searches: [searchOf(request, [{ ...answer, ssdp: null }, answer])] });
    expect(findings).to.deep.equal([pass('answered')]);
    expect(searches).to.have.length(1);
    expect(searches[0]).to.deep.include({ request, searchTarget: 'ssdp:all', answers: [answer], untilMs: 60_000 });
  });

  it('are none where a device may drop them for their form', () => {
    const { MAN, ST, ...others } = ASKING;
    expect([MAN, ST]).to.deep.equal(['"ssdp:discover"', 'ssdp:all']);
    const wrong = [
      search({ ...ASKING, MAN: 'ssdp:discover' }),
      search({ ...others, ST: 'ssdp:all' }),
      search({ ...ASKING, ST: '' }),
      search({ ...others, MAN: '"ssdp:discover"' }),
      search(ASKING, {}, 'M-SEARCH * HTTP/1.0'),
    ];
    for (const request of [...wrong, { ...search(ASKING), ssdp: null }]) {
      const { searches, findings } = judged({ searches: [searchOf(request)] });
      expect(searches, request.ssdp?.startLine.text ?? 'no SSDP').to.deep.equal([]);
      expect(findings).to.deep.equal([notRun('a search was not sent')]);
    }
  });

  it('that could not be sent say why', () => {
    const stimuli = [stimulus('search', 10), stimulus('fetch', 20, 'no route'), stimulus('search', 30, 'no socket')];
    expect(judged({ stimuli }).findings).to.deep.equal([notRun('a search was not sent: no socket')]);
    expect(judged({ stimuli: stimuli.slice(0, 2) }).findings).to.deep.equal([notRun('a search was not sent')]);
  });

  it('were last asked at the copy before an answer', () => {
    const request = search(ASKING);
    const copy = (timeMs: number, more: Partial<Datagram> = {}): Message => search(ASKING, { timeMs, ...more });
    const others = [
      copy(320, { source: { ...BENCH, port: 50_001 } }),
      search({ ...ASKING, ST: 'upnp:rootdevice' }, { timeMs: 330 }),
    ];
    const datagrams = [ALIVE, request, copy(300), ...others, copy(500)];
    const [only] = judged({ datagrams, searches: [searchOf(request)] }).searches;
    const times = [99, 100, 299, 300, 350, 499, 500, 900].map((timeMs) => only?.lastAskedMs(response(timeMs)));
    expect(times).to.deep.equal([100, 100, 100, 300, 300, 300, 500, 500]);
  });

  it('by IPv6 are judged once the device said something by it', () => {
    const request = search(ASKING, { family: 'ipv6' });
    const count = (...more: readonly Datagram[]): number =>
      judged({ datagrams: [ALIVE, ...more], searches: [searchOf(request)] }).searches.length;
    const spoken = notify('alive', 50);
    expect(count()).to.equal(0);
    expect(count({ ...spoken, family: 'ipv6' })).to.equal(1);
    expect(count({ ...spoken, family: 'ipv6', sender: 'other' })).to.equal(0);
    expect(count({ ...spoken, family: 'ipv6', ssdp: null })).to.equal(0);
    expect(count(spoken)).to.equal(0);
    const silent = { datagrams: [{ ...ALIVE, ssdp: null }], searches: [searchOf(search(ASKING))] };
    expect(judged(silent).searches).to.have.length(1);
  });
});

describe('answers for other UDNs than the description has', () => {
  const fetches = [described(description())];
  const named = (udn: string): Headers => ({ LOCATION, USN: `${udn}::upnp:rootdevice` });
  const stranger = response(200, named('uuid:0'));
  const own = response(200, named(UDN));
  const ownerOf = (answer: Message, ...datagrams: readonly Message[]): string | null =>
    ownerOfStrangers(evidenceWith({ datagrams: [...datagrams, answer], fetches }), asked(search(ASKING), [answer]));

  it('are the matter of what is announced', () => {
    expect(ownerOf(own, notify('alive', 0, named('uuid:0')))).to.equal('RVP-SSDP-011');
    expect(ownerOf(stranger, notify('alive', 0, named(UDN)))).to.equal('RVP-SSDP-048');
    expect(ownerOf(own, notify('alive', 0, named(UDN)))).to.equal(null);
  });

  it('are the matter of the description where every answer is so and nothing is announced', () => {
    expect(ownerOf(stranger)).to.equal('RVP-DESC-015');
    expect(ownerOf(stranger, notify('byebye', 300, { USN: `${UDN}::upnp:rootdevice` }))).to.equal('RVP-DESC-015');
    expect(ownerOf(stranger, own)).to.equal(null);
    expect(ownerOf(own)).to.equal(null);
  });
});

describe('what was answered for', () => {
  const count = (...headers: readonly Headers[]): number => {
    const answers = headers.map((each, index) => response(index, each));
    return answersAs(asked(search(ASKING), answers), (answer) => valueOf(answer, 'EXT') === null);
  };

  it('is counted once by ST and USN', () => {
    const one = { ST: 'a', USN: 'uuid:1::a' };
    expect(count(one, one)).to.equal(1);
    expect(count(one, { ...one, USN: 'uuid:2::a' }, { ...one, ST: 'b' })).to.equal(3);
    expect(count(one, { ST: 'b', USN: 'uuid:1::b', EXT: '' })).to.equal(1);
  });

  it('is the same where a header is missing or blank', () => {
    expect(count({ USN: 'uuid:1' }, { ST: '', USN: 'uuid:1' })).to.equal(1);
    expect(count({ ST: 'a' }, { ST: 'a', USN: '' })).to.equal(1);
  });
});

describe('what the device is', () => {
  it('is what it announces and what it describes', () => {
    const datagrams = [notify('alive', 0, { NT: 'upnp:rootdevice' }), notify('alive', 1), notify('byebye', 2)];
    const heard = targetsHeard(evidenceWith({ datagrams, fetches: [described(description())] }));
    expect(heard.map(({ nt }) => nt)).to.deep.equal(['upnp:rootdevice', '', 'upnp:rootdevice', UDN, RENDERER_TYPE]);
  });
});
