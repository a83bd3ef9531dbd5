import { expect } from 'chai';
import { reachable, refusal } from './target.js';

const OWN = ['192.0.2.20', 'fe80::20'];

describe('URLs a device gives', () => {
  for (const url of ['http://192.0.2.20/d.xml', 'https://192.0.2.20:5358/x?y=1', 'http://[fe80::20]:80/'])
    it(`are fetched from the device itself: ${url}`, () => {
      expect(refusal(url, OWN)).to.equal(null);
    });

  const REFUSED: readonly (readonly [url: string, code: string, text: RegExp])[] = [
    ['http://192.0.2.21/d.xml', 'foreign-address', /192\.0\.2\.21 is not an address of the device/],
    ['http://[fe80::21]/d.xml', 'foreign-address', /fe80::21 is not an address/],
    ['http://printer.local/d.xml', 'foreign-address', /names are not looked up/],
    ['http://192.0.2.20@198.51.100.1/', 'bad-url', /user name/],
    ['ftp://192.0.2.20/d.xml', 'bad-url', /scheme is ftp/],
    ['/d.xml', 'bad-url', /no absolute URL/],
    [`http://192.0.2.20/${'a'.repeat(2048)}`, 'bad-url', /2066 characters/],
    ['', 'bad-url', /no absolute URL/],
  ];
  for (const [url, code, text] of REFUSED)
    it(`are refused: ${url.slice(0, 60)}`, () => {
      const problem = refusal(url, OWN);
      expect(problem?.code).to.equal(code);
      expect(problem?.text).to.match(text);
    });

  it('are compared with addresses as a URL writes them', () => {
    expect(refusal('http://3221226004/', OWN), 'a decimal spelling of 192.0.2.20').to.equal(null);
    expect(refusal('http://3221226005/', OWN)?.code).to.equal('foreign-address');
  });

  it('are not fetched from where a datagram only claims to come from', () => {
    for (const from of ['127.0.0.1', '203.0.113.5', '192.0.2.1', '2001:db8::1', '::1'])
      expect(reachable(OWN, from)).to.deep.equal(OWN);
    expect(reachable(OWN, 'fe80::21')).to.deep.equal([...OWN, 'fe80::21']);
  });
});
