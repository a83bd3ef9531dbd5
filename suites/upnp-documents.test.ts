import { expect } from 'chai';
import type { Fetch, FetchProblem, Lateness } from '#evidence/discovery-model.js';
import type { Finding } from '#judge/rule.js';
import { blocked, inconclusive } from './finding.js';
import { discoveryOf, evidenceWith, described, description, LOCATION, notify, UDN } from './testing/upnp.js';
import { isForeign, isOfStranger, noAnswer, noDocument, udnsAt } from './upnp-documents.js';

const DISCOVERY = discoveryOf();
const FOREIGN = 'http://198.51.100.7/d.xml';
const LATE: Lateness = { startMs: 1000, endMs: 41_000, lateMs: 30_000 };
const OTHER = 'http://192.0.2.20:8080/other.xml';

/** What comes of a request without an answer, of a URL that a message names. */
function unanswered(
  code: FetchProblem['code'],
  more: Partial<Fetch> = {},
  { named, lateness = [] }: { readonly named?: string; readonly lateness?: readonly Lateness[] } = {},
): Finding | null {
  const problem = { code, text: 'it went wrong' };
  const fetch = described('', { status: null, body: null, document: null, bodyBytes: 0, problem, ...more });
  const datagrams = [notify('alive', 0, { LOCATION: named ?? fetch.url })];
  return noAnswer(evidenceWith({ datagrams, lateness }), DISCOVERY, fetch);
}

const textFor = (url: string): string => `${url} was not fetched: it went wrong`;

describe('a URL of another device', () => {
  it('is one with an address that this one does not have', () => {
    for (const host of ['192.0.2.20', '[fe80::1]', '[FE80::1]'])
      expect(isForeign(new URL(`http://${host}:80/`), DISCOVERY), host).to.equal(false);
    for (const host of ['192.0.2.21', '[fe80::2]'])
      expect(isForeign(new URL(`http://${host}:80/`), DISCOVERY), host).to.equal(true);
  });

  it('is none with a name, which may have digits at either end', () => {
    for (const host of ['printer', 'printer1', '1printer'])
      expect(isForeign(new URL(`http://${host}/`), DISCOVERY), host).to.equal(false);
  });
});

describe('a request that was not answered', () => {
  it('was answered wrongly where that is what went wrong, however late the bench was', () => {
    for (const code of ['redirect', 'content-encoding'] as const) {
      expect(unanswered(code), code).to.equal(null);
      expect(unanswered(code, { endMs: 41_000 }, { lateness: [LATE] }), code).to.equal(null);
    }
  });

  it('may have been broken off because the bench was late', () => {
    expect(unanswered('protocol', { endMs: 41_000 })).to.equal(null);
    expect(unanswered('protocol', { endMs: 41_000 }, { lateness: [LATE] })).to.deep.equal(
      inconclusive(`${textFor(LOCATION)}, but the bench itself was late by 30000 ms`),
    );
  });

  it('is the matter of the LOCATION that names it, and of no other', () => {
    for (const code of ['refused', 'unreachable', 'bad-url'] as const) {
      expect(unanswered(code), code).to.deep.equal(blocked('RVP-SSDP-017', textFor(LOCATION)));
      expect(unanswered(code, {}, { named: OTHER }), code).to.deep.equal(inconclusive(textFor(LOCATION)));
    }
  });

  it('is the matter of LOCATION where it was not made, as the address is foreign', () => {
    expect(unanswered('foreign-address', { url: FOREIGN })).to.deep.equal(blocked('RVP-SSDP-017', textFor(FOREIGN)));
    expect(unanswered('foreign-address')).to.deep.equal(inconclusive(textFor(LOCATION)));
    expect(unanswered('foreign-address', { url: 'no URL' })).to.deep.equal(inconclusive(textFor('no URL')));
    for (const code of ['tls', 'too-large'] as const)
      expect(unanswered(code, { url: FOREIGN }), code).to.deep.equal(inconclusive(textFor(FOREIGN)));
  });

  it('is the matter of the time only where it was given up for it', () => {
    const late = { endMs: 31_000 };
    expect(unanswered('timeout', late)).to.deep.equal(blocked('RVP-DESC-003', textFor(LOCATION)));
    expect(unanswered('timeout', { endMs: 30_999 })).to.deep.equal(inconclusive(textFor(LOCATION)));
    expect(unanswered('tls', { endMs: 61_000 })).to.deep.equal(inconclusive(textFor(LOCATION)));
  });
});

describe('an answer without a document', () => {
  it('is an empty one, unless a document is known and not at hand', () => {
    const empty = described('', { body: null, document: null, bodyBytes: 0 });
    expect(noDocument(evidenceWith(), DISCOVERY, empty)).to.equal(null);
    expect(noDocument(evidenceWith(), DISCOVERY, { ...empty, document: 'd.xml' })).to.deep.equal(
      inconclusive('d.xml is not at hand'),
    );
  });
});

describe('UDNs at a URL', () => {
  const other = 'uuid:00000000-0000-4000-8000-000000000001';
  const fetches = [
    described(description()),
    described(description(undefined, [], other), { url: OTHER }),
    described('', { url: FOREIGN, status: 404 }),
  ];
  const evidence = evidenceWith({ fetches });

  it('are those of the description that was read there', () => {
    expect([...(udnsAt(evidence, LOCATION) ?? [])]).to.deep.equal([UDN]);
    expect([...(udnsAt(evidence, OTHER) ?? [])]).to.deep.equal([other]);
    for (const url of [FOREIGN, null]) expect(udnsAt(evidence, url), url ?? 'none').to.equal(null);
  });

  it('make a stranger of a message of another one, where they are known', () => {
    const isStranger = (location: string, udn: string): boolean =>
      isOfStranger(evidence, notify('alive', 0, { LOCATION: location, USN: `${udn}::upnp:rootdevice` }));
    expect(isStranger(LOCATION, UDN)).to.equal(false);
    expect(isStranger(LOCATION, other)).to.equal(true);
    expect(isStranger(OTHER, other)).to.equal(false);
    expect(isStranger(FOREIGN, other)).to.equal(false);
    expect(isOfStranger(evidence, notify('alive', 0, { LOCATION }))).to.equal(false);
  });
});
