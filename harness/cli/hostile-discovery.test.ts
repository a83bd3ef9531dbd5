import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { fromHex } from '#base/bytes.js';
import { Assembler } from '#evidence/assemble.js';
import type { Evidence } from '#evidence/model.js';
import { judge } from '#judge/judge.js';
import { writeAllure } from '#reports/allure.js';
import { formatSummary } from '#reports/console.js';
import { junitXml } from '#reports/junit.js';
import { statementHtml } from '#reports/statement-html.js';
import { statementOf } from '#reports/statement.js';
import { exampleView } from '#reports/testing/view.js';
import type { RunView } from '#reports/view.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { encodeEthernet } from '#wire/ethernet.js';
import { encodeUdp, ETHERTYPE_IPV4 } from '#wire/ip.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';
import { CaptureReader } from '#wire/pcap/reader.js';
import { parseXml } from '#wire/xml.js';

const DEVICE = Uint8Array.of(192, 0, 2, 20);
const MAC = fromHex('020000000020');
const SCRIPT = '<script>alert(1)</script>';
/** What no report may show as it came: it ends a terminal's line, turns its colours, or writes backwards. */
const RAW = '\u001b[2J\u0000\u0007\u202e';
const BAD = `${SCRIPT}${RAW}`;
const escaped = SCRIPT.replaceAll('<', '&lt;');

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function datagram(port: number, text: string): Uint8Array {
  const payload = encodeUdp({
    family: 'ipv4',
    source: DEVICE,
    destination: Uint8Array.of(239, 255, 255, 250),
    sourcePort: port,
    destinationPort: port,
    ttl: 4,
    payload: bytesOf(text),
  });
  return encodeEthernet({ destination: fromHex('01005e7ffffa'), source: MAC, etherType: ETHERTYPE_IPV4, payload });
}

const HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['HOST', '239.255.255.250:1900'],
  ['CACHE-CONTROL', 'max-age=1800'],
  ['LOCATION', 'http://192.0.2.20/d.xml'],
  ['SERVER', 'a/1 UPnP/1.1 b/1'],
  ['NT', 'upnp:rootdevice'],
  ['NTS', 'ssdp:alive'],
  ['USN', 'uuid:x::upnp:rootdevice'],
  ['BOOTID.UPNP.ORG', '1'],
];

/** A NOTIFY with one hostile header. */
const notify = (hostile: string): string =>
  `NOTIFY * HTTP/1.1\r\n${HEADERS.map(([name, value]) => `${name}: ${name === hostile ? BAD : value}\r\n`).join('')}\r\n`;

const NOTIFIES = [...HEADERS.map(([name]) => notify(name)), `${BAD}\r\n${BAD}: ${BAD}\r\n\r\n`];

const HELLO =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"' +
  ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
  ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Header>' +
  '<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Hello</a:Action>' +
  `<a:To>${escaped}\u202e</a:To><a:MessageID>${escaped}\u202e</a:MessageID>` +
  `<d:AppSequence InstanceId="${escaped}\u202e" MessageNumber="${escaped}"/></s:Header><s:Body><d:Hello>` +
  `<a:EndpointReference><a:Address>${escaped}\u202e</a:Address></a:EndpointReference>` +
  `<d:Types>${escaped}\u202e</d:Types><d:XAddrs>${escaped}\u202e</d:XAddrs>` +
  `<d:MetadataVersion>${escaped}\u202e</d:MetadataVersion></d:Hello></s:Body></s:Envelope>`;

const DESCRIPTION =
  `<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>${escaped}\u202e</major></specVersion><device>` +
  ['deviceType', 'friendlyName', 'manufacturer', 'modelName', 'UDN']
    .map((name) => `<${name}>${escaped.repeat(5)}\u202e</${name}>`)
    .join('') +
  `<serviceList><service><serviceType>${escaped}\u202e</serviceType></service></serviceList></device></root>`;

function hostileEvidence(): Evidence {
  const fetched = {
    ...{ wallMs: 1000, endMs: 2000, purpose: 'description', method: 'GET', url: `http://192.0.2.20/${BAD}` },
    ...{ messageId: null, requestHeaders: [['accept-language', 'en']], status: 200, httpVersion: '1.1' },
    ...{ headers: [[BAD, BAD]], document: '001-description.xml', bodyBytes: DESCRIPTION.length, problem: null },
  };
  const events = [
    { kind: 'discovery-start', detail: { wallMs: 0, addresses: ['192.0.2.20'], limitMs: 30_000 } },
    { kind: 'fetch', detail: fetched },
    { kind: 'fetch', detail: { ...fetched, document: null, problem: { code: 'protocol', text: BAD } } },
    { kind: 'stimulus', detail: { wallMs: 3000, name: 'leave', failed: BAD } },
    { kind: 'discovery-end', detail: { wallMs: 9000, outcome: 'limit' } },
    { kind: 'end', detail: {} },
  ].map((event) => ({ monotonicMs: 0, ...event }));
  const assembler = new Assembler({
    run: {
      dutMac: MAC,
      ability: { kinds: ['ssdp', 'description', 'wsd', 'metadata'], sessions: 0 },
      events,
      documents: new Map([['001-description.xml', bytesOf(DESCRIPTION)]]),
    },
  });
  const reader = new CaptureReader(assembler);
  reader.push(sectionHeader({ application: 'test' }));
  reader.push(interfaceDescription({ linkType: 'ethernet', snapLengthBytes: 0 }));
  const frames = [...NOTIFIES.map((text) => datagram(1900, text)), datagram(3702, HELLO)];
  for (const [index, bytes] of frames.entries())
    reader.push(enhancedPacket({ interfaceId: 0, timeNs: BigInt(index + 1) * 1_000_000_000n, bytes }));
  const [evidence] = assembler.finish(reader.finish());
  return evidence ?? expect.fail('there is no evidence');
}

describe('Reports on a device whose every word is hostile', function () {
  this.timeout(30_000);
  let view: RunView;

  before(() => {
    const evidence = hostileEvidence();
    const verdicts = judge(CATALOGUE, null, evidence, { scope: 'radio', strict: false });
    view = exampleView({ verdicts, evidence });
    const failed = verdicts.results.filter(({ verdict }) => verdict === 'fail');
    expect(failed.length).to.be.at.least(3);
    expect(JSON.stringify(failed), 'findings tell what was said').to.include('<script>');
  });

  const expectTame = (text: string): void => {
    for (const raw of ['\u001b', '\u0000', '\u0007', '\u202e'])
      expect(text.indexOf(raw), raw.codePointAt(0)?.toString(16)).to.equal(-1);
  };

  it('show it as text in the console', () => {
    expectTame(formatSummary(view, { color: false, width: 100, files: [] }));
  });

  it('show it as text in JUnit XML', () => {
    const xml = junitXml([view]);
    expectTame(xml);
    expect(xml).to.not.include('<script');
    expect(
      parseXml(bytesOf(xml), { maxBytes: 1 << 24, maxDepth: 64, maxElements: 1e5, maxTextBytes: 1 << 24 }).issues,
    ).to.deep.equal([]);
  });

  it('show it as text in the statement', () => {
    const html = statementHtml(statementOf(view));
    expectTame(html);
    expect(html).to.not.include('<script>alert');
  });

  it('show it as text in Allure results', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rally-hostile-'));
    try {
      writeAllure(view, folder);
      const results = readdirSync(folder).filter((name) => name.endsWith('-result.json'));
      expect(results.length).to.be.greaterThan(10);
      for (const name of results) {
        const result = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { descriptionHtml?: string };
        expect(result.descriptionHtml ?? '').to.not.include('<script');
        expectTame(JSON.stringify(result).replace(/\\u[\da-f]{4}/gi, (code) => JSON.parse(`"${code}"`) as string));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
