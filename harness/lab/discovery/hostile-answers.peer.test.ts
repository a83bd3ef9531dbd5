import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { decodeDescription } from '#wire/upnp-description.js';
import { EXPIRED, WEAK } from '../testing/old-certificates.js';
import { DESCRIPTION, runHostile } from '../testing/hostile-run.js';
import { probeInNamespace } from '../testing/in-namespace.js';
import { answerWith, drip, endless, HostileServer, OK, type Answer } from '../testing/hostile-server.js';
import { REFERENCE_CERTIFICATE } from '../device/certificate.js';
import { HTTP_LIMITS } from './http-client.js';

const LIMITS = { totalMs: 700, bodyBytes: 64 * 1024 };
/** Beyond the limit, on a machine that does much else. */
const SLACK_MS = 1500;
/** Buffers of both ends of a connection on loopback. */
const BUFFERS_BYTES = 32 * 2 ** 20;
const MEMORY_BYTES = 64 * 2 ** 20;

interface Case {
  readonly answer: Answer;
  /** Code of the problem; null: a whole answer. */
  readonly problem: string | null;
  /** Codes of what is wrong with the document. */
  readonly issues?: readonly string[];
  readonly certificate?: { readonly key: string; readonly cert: string };
}

const nested = Array.from({ length: 9 }, (_each, level) => {
  const inner = `&e${level};`.repeat(10);
  return `<!ENTITY e${level + 1} "${inner}">`;
}).join('');
const utf16 = Buffer.from(`\ufeff<?xml version="1.0" encoding="utf-16"?>${DESCRIPTION}`, 'utf16le');

const CASES: Readonly<Record<string, Case>> = {
  'a good description': { answer: answerWith(OK, DESCRIPTION), problem: null, issues: [] },
  'an XML bomb': {
    answer: answerWith(OK, `<!DOCTYPE root [<!ENTITY e0 "0">${nested}]><root>&e9;</root>`),
    problem: null,
    issues: ['xml-doctype', 'xml-malformed'],
  },
  'a document ten thousand levels deep': {
    answer: answerWith(OK, '<a>'.repeat(10_000)),
    problem: null,
    issues: ['xml-too-deep'],
  },
  'a document of sixteen thousand elements': {
    answer: answerWith(OK, `<root>${'<a/>'.repeat(16_000)}<b>`),
    problem: null,
    issues: ['xml-malformed'],
  },
  'a name that grows without end': {
    answer: answerWith(OK, `<root ${'a'.repeat(60_000)}`),
    problem: null,
    issues: ['xml-malformed'],
  },
  'a body of 4 GB': {
    answer: endless(`${OK}Content-Length: 4294967296\r\n\r\n`, Buffer.alloc(65_536, 'x')),
    problem: 'too-large',
  },
  'a body without length or end': { answer: endless(`${OK}\r\n`, Buffer.alloc(65_536, 'x')), problem: 'too-large' },
  'chunks of one byte without end': {
    answer: endless(`${OK}Transfer-Encoding: chunked\r\n\r\n`, '1\r\nx\r\n'.repeat(2000)),
    problem: 'too-large',
  },
  'a chunk extension without end': {
    answer: endless(`${OK}Transfer-Encoding: chunked\r\n\r\n5;`, 'x'.repeat(65_536)),
    problem: 'protocol',
  },
  'trailers without end': {
    answer: endless(`${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n`, 'X-Trailer: x\r\n'.repeat(1000)),
    problem: 'protocol',
  },
  'headers without end': { answer: endless(OK, 'X-Header: x\r\n'.repeat(1000)), problem: 'protocol' },
  'one header line without end': { answer: endless(`${OK}X-Header: `, 'x'.repeat(65_536)), problem: 'protocol' },
  'interim answers without end': { answer: endless('', 'HTTP/1.1 102 Processing\r\n\r\n'), problem: 'timeout' },
  'headers a byte at a time': { answer: drip('HTTP/1.1 200 OK\r\nX: ', 'x'.repeat(1000), 50), problem: 'timeout' },
  'a body a byte at a time': {
    answer: drip(`${OK}Content-Length: 1000\r\n\r\n`, 'x'.repeat(1000), 50),
    problem: 'timeout',
  },
  'no answer': { answer: () => undefined, problem: 'timeout' },
  'an answer after the limit': {
    answer: (socket) => setTimeout(() => socket.end(`${OK}Content-Length: 0\r\n\r\n`), 1000),
    problem: 'timeout',
  },
  'a connection closed at once': { answer: (socket) => socket.end(), problem: 'protocol' },
  'a connection reset at once': { answer: (socket) => socket.resetAndDestroy(), problem: 'protocol' },
  'a connection reset in the middle of the body': {
    answer: (socket) => {
      socket.write(`${OK}Content-Length: 1000\r\n\r\n<root>`);
      setTimeout(() => socket.resetAndDestroy(), 100);
    },
    problem: 'protocol',
  },
  'a body that ends too early': {
    answer: (socket) => socket.end(`${OK}Content-Length: 1000\r\n\r\n<root>`),
    problem: 'protocol',
  },
  'a document without a status line': { answer: (socket) => socket.end(DESCRIPTION), problem: 'protocol' },
  'an answer of HTTP/0.9 with control characters': {
    answer: (socket) => socket.end(Buffer.from('\u0000\u0001\u001b[2J\r\n\r\n')),
    problem: 'protocol',
  },
  'a length that is no number': {
    answer: (socket) => socket.end(`${OK}Content-Length: -5\r\n\r\n${DESCRIPTION}`),
    problem: 'protocol',
  },
  'a packed body': {
    answer: answerWith(`${OK}Content-Encoding: gzip\r\n`, gzipSync(DESCRIPTION)),
    problem: 'content-encoding',
    issues: ['xml-malformed'],
  },
  'a packed body that would be 64 MB': {
    answer: answerWith(`${OK}Content-Encoding: gzip\r\n`, gzipSync(Buffer.alloc(64 * 2 ** 20))),
    problem: 'content-encoding',
    issues: ['xml-malformed'],
  },
  'a wrong charset': {
    answer: answerWith(OK, `<?xml version="1.0" encoding="utf-16"?>${DESCRIPTION}`),
    problem: null,
    issues: ['xml-encoding'],
  },
  'a byte order mark': {
    answer: answerWith(OK, `\ufeff${DESCRIPTION}`),
    problem: null,
    issues: ['xml-byte-order-mark'],
  },
  'UTF-16': { answer: answerWith(OK, utf16), problem: null, issues: [] },
  'invalid UTF-8': {
    answer: answerWith(OK, Buffer.concat([Buffer.from('<root>'), Buffer.from([0xc3, 0x28]), Buffer.from('</root>')])),
    problem: null,
    issues: ['xml-encoding'],
  },
  'script tags in header and document': {
    answer: answerWith(`${OK}Server: <script>alert(1)</script>\r\n`, '<root><script>alert(1)</script></root>'),
    problem: null,
    issues: [],
  },
  'a certificate it signed itself': {
    answer: answerWith(OK, DESCRIPTION),
    problem: null,
    certificate: REFERENCE_CERTIFICATE,
  },
  'a certificate that has expired': { answer: answerWith(OK, DESCRIPTION), problem: null, certificate: EXPIRED },
  'a weak key': { answer: answerWith(OK, DESCRIPTION), problem: null, certificate: WEAK },
  'a body of 4 GB by TLS': {
    answer: endless(`${OK}Content-Length: 4294967296\r\n\r\n`, Buffer.alloc(65_536, 'x')),
    problem: 'too-large',
    certificate: REFERENCE_CERTIFICATE,
  },
};

describe('The follow-up of a device that answers', function () {
  this.timeout(30_000);
  let good: HostileServer;
  const open: HostileServer[] = [];
  const serve = async (...args: Parameters<typeof HostileServer.start>): Promise<HostileServer> => {
    const server = await HostileServer.start(...args);
    open.push(server);
    return server;
  };

  beforeEach(async () => {
    good = await serve(answerWith(OK, DESCRIPTION));
  });

  afterEach(async () => {
    for (const server of open.splice(0)) await server.close();
  });

  const goodUrl = (): string => `http://127.0.0.1:${good.port}/good.xml`;

  for (const [name, { answer, problem, issues, certificate }] of Object.entries(CASES))
    it(`with ${name} stays within its limits and goes on`, async () => {
      const hostile = await serve(answer, certificate === undefined ? {} : { certificate });
      const url = `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${hostile.port}/hostile.xml`;
      const { answers, outcome, grownBytes } = await runHostile([url, goodUrl()], LIMITS);
      const { result, bodyBytes, durationMs } = answers.get(url) ?? expect.fail('it was not fetched');
      expect(result.problem?.code ?? null, result.problem?.text).to.equal(problem);
      expect(result.body?.length ?? 0).to.be.at.most(LIMITS.bodyBytes);
      // What came last came in one piece.
      expect(bodyBytes).to.be.at.most(LIMITS.bodyBytes + 65_536);
      expect(hostile.writtenBytes).to.be.at.most(BUFFERS_BYTES);
      expect(durationMs).to.be.at.most(LIMITS.totalMs + SLACK_MS);
      expect(grownBytes).to.be.at.most(MEMORY_BYTES);
      expect(hostile.connections).to.equal(1);
      if (issues !== undefined) {
        const found = decodeDescription(result.body ?? new Uint8Array(0)).xml.issues.map(({ code }) => code);
        expect(found).to.deep.equal(issues);
      }
      expect(answers.get(goodUrl())?.result).to.include({ status: 200, problem: null });
      expect(outcome).to.equal('all-seen');
      expect(hostile.open, 'connections that the client left open').to.equal(0);
    });

  it('from an address that is not its own is not fetched there', async () => {
    const other = await serve(answerWith(OK, DESCRIPTION), { address: '127.0.0.2' });
    const url = `http://127.0.0.2:${other.port}/`;
    const { refused } = await runHostile([url, goodUrl()], LIMITS, '127.0.0.2');
    expect([...refused]).to.deep.equal([[url, 'foreign-address']]);
    expect(other.connections).to.equal(0);
  });

  it('with a redirect to another host does not go there', async () => {
    const other = await serve(answerWith(OK, DESCRIPTION), { address: '127.0.0.2' });
    const to = `http://127.0.0.2:${other.port}/`;
    const hostile = await serve(answerWith(`HTTP/1.1 302 Found\r\nLocation: ${to}\r\n`, ''));
    const url = `http://127.0.0.1:${hostile.port}/hostile.xml`;
    const { answers, outcome, grownBytes } = await runHostile([url, goodUrl()], LIMITS);
    expect(outcome).to.equal('all-seen');
    expect(grownBytes).to.be.at.most(MEMORY_BYTES);
    expect(answers.get(url)?.bodyBytes).to.equal(0);
    expect(answers.get(url)?.result.problem).to.deep.equal({
      code: 'redirect',
      text: `status 302 to ${to}: redirects are not followed`,
    });
    expect(other.connections).to.equal(0);
    expect(good.connections).to.equal(1);
  });

  it('with external entities does not fetch them', async () => {
    const other = await serve(answerWith(OK, DESCRIPTION));
    const system = `SYSTEM "http://127.0.0.1:${other.port}/secret"`;
    const body = `<!DOCTYPE root ${system} [<!ENTITY e ${system}>]><root>&e;</root>`;
    const hostile = await serve(answerWith(OK, body));
    const url = `http://127.0.0.1:${hostile.port}/hostile.xml`;
    const { answers, outcome, grownBytes } = await runHostile([url, goodUrl()], LIMITS);
    expect(outcome).to.equal('all-seen');
    expect(grownBytes).to.be.at.most(MEMORY_BYTES);
    expect(answers.get(url)?.bodyBytes).to.equal(body.length);
    const received = answers.get(url)?.result.body ?? new Uint8Array(0);
    const codes = decodeDescription(received).xml.issues.map(({ code }) => code);
    expect(codes).to.deep.equal(['xml-doctype', 'xml-external-entity', 'xml-malformed']);
    expect(other.connections).to.equal(0);
    expect(good.connections).to.equal(1);
  });

  const PLACES: Readonly<Record<string, readonly [url: string, code: string]>> = {
    'another device': ['http://127.0.0.2:{port}/', 'foreign-address'],
    'a public address': ['http://203.0.113.5/d.xml', 'foreign-address'],
    'a name': ['http://localhost:{port}/', 'foreign-address'],
    'an IPv4 address inside one of IPv6': ['http://[::ffff:127.0.0.1]:{port}/', 'foreign-address'],
    'a link-local address with its interface': ['http://[fe80::1%25lo]:{port}/', 'bad-url'],
    'a link-local address with a bare interface': ['http://[fe80::1%lo]:{port}/', 'bad-url'],
    'a user with a password': ['http://user:word@127.0.0.1:{port}/', 'bad-url'],
    'a file': ['file:///etc/passwd', 'bad-url'],
    'a path alone': ['/d.xml', 'bad-url'],
    'three thousand characters': [`http://127.0.0.1:{port}/${'x'.repeat(3000)}`, 'bad-url'],
  };
  for (const [name, [place, code]] of Object.entries(PLACES))
    it(`with a LOCATION of ${name} connects to nothing`, async () => {
      const other = await serve(answerWith(OK, DESCRIPTION), { address: '0.0.0.0' });
      const url = place.replace('{port}', String(other.port));
      const { refused, answers, outcome } = await runHostile([url, goodUrl()], LIMITS);
      expect([...refused]).to.deep.equal([[url, code]]);
      expect([...answers.keys()]).to.deep.equal([goodUrl()]);
      expect(other.connections).to.equal(0);
      expect(outcome).to.equal('all-seen');
    });

  it('with more descriptions than it may have stops asking', async () => {
    const many = Array.from({ length: 50 }, (_each, index) => `${goodUrl()}?${index}`);
    const { answers } = await runHostile(many, LIMITS);
    expect(answers.size).to.equal(4);
    expect(good.connections).to.equal(4);
  });

  it('at a link-local address is reached through the interface it belongs to', async () => {
    const setup =
      'ip link add veth0 type veth peer name veth1; ip link set veth1 up; ip link set veth0 up; ip addr add fe80::5/64 dev veth0 nodad; ip link set lo up';
    const said = await probeInNamespace('link-local-probe.ts', setup, 20_000, { args: ['fe80::5', 'veth0'] });
    expect(said).to.deep.equal(['here', 'connected', 'here', 'connected']);
  });

  it('has 30 s and 1 MB in real runs', () => {
    expect(HTTP_LIMITS).to.deep.equal({ totalMs: 30_000, bodyBytes: 2 ** 20 });
  });
});
