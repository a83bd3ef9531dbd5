import { expect } from 'chai';
import fc from 'fast-check';
import { toHex } from '#base/bytes.js';
import { decodeSsdp, encodeSsdp, SSDP_GROUP_IPV4, SSDP_PORT, ssdpHeader, ssdpHeaders } from './ssdp.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const textAt = (bytes: Uint8Array, { start, end }: { start: number; end: number }): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end));
const codes = (text: string): string[] => decodeSsdp(utf8(text)).issues.map(({ code }) => code);

const UUID = 'uuid:4d8c7308-173d-48ad-b2f9-a687d967caa9';
const ALIVE = `NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCache-Control:max-age = 1800 \r\nNT:\tupnp:rootdevice\r\nEXT:\r\nUSN: ${UUID}::upnp:rootdevice\r\n\r\n`;

describe('ssdp', () => {
  it('is sent to this address', () => {
    expect([SSDP_GROUP_IPV4, SSDP_PORT]).to.deep.equal(['239.255.255.250', 1900]);
  });

  it('keeps names, values and places as they are written', () => {
    const bytes = utf8(ALIVE);
    const message = decodeSsdp(bytes);
    expect(message.kind).to.equal('notify');
    expect(message.issues).to.deep.equal([]);
    expect(message.body).to.equal(null);
    expect(message.startLine.text).to.equal('NOTIFY * HTTP/1.1');
    expect(message.headers.map(({ name, value, line }) => [line, name, value])).to.deep.equal([
      [2, 'HOST', '239.255.255.250:1900'],
      [3, 'Cache-Control', 'max-age = 1800'],
      [4, 'NT', 'upnp:rootdevice'],
      [5, 'EXT', ''],
      [6, 'USN', `${UUID}::upnp:rootdevice`],
    ]);
    for (const header of message.headers) {
      expect(textAt(bytes, header.valueSpan)).to.equal(header.value);
      expect(textAt(bytes, header.span).startsWith(`${header.name}:`)).to.equal(true);
    }
    expect(message.headers[1]?.span).to.deep.equal({ start: 47, end: 76 });
    expect(message.headers[1]?.valueSpan).to.deep.equal({ start: 61, end: 75 });
  });

  it('knows the kinds by the start line', () => {
    for (const [line, kind] of [
      ['NOTIFY * HTTP/1.1', 'notify'],
      ['notify', 'notify'],
      ['M-SEARCH * HTTP/1.1', 'search'],
      ['m-search', 'search'],
      ['HTTP/1.1 200 OK', 'response'],
      ['GET / HTTP/1.1', 'other'],
      ['NOTIFYING', 'other'],
      ['M-SEARCHES', 'other'],
      ['A NOTIFY * HTTP/1.1', 'other'],
      ['A M-SEARCH * HTTP/1.1', 'other'],
    ] as const)
      expect(decodeSsdp(encodeSsdp(line, [])).kind, line).to.equal(kind);
  });

  it('finds headers whatever their case', () => {
    const message = decodeSsdp(
      encodeSsdp('HTTP/1.1 200 OK', [
        ['Usn', 'a'],
        ['ST ', 'b'],
        ['USN', 'c'],
      ]),
    );
    expect(ssdpHeader(message, 'usn')?.value).to.equal('a');
    expect(ssdpHeader(message, 'st')?.name).to.equal('ST ');
    expect(ssdpHeader(message, 'us')).to.equal(null);
    expect(ssdpHeaders(message, 'USN').map(({ value }) => value)).to.deep.equal(['a', 'c']);
  });

  it('gives back what was encoded, and its bytes when encoded again', () => {
    const name = fc.stringMatching(/^[!-9;-~]{1,12}$/);
    const value = fc.stringMatching(/^(?:[!-~é]([ -~é]{0,20}[!-~é])?)?$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, value), { maxLength: 8 }),
        fc.uint8Array({ maxLength: 8 }),
        (headers, body) => {
          const bytes = encodeSsdp('NOTIFY * HTTP/1.1', headers, { body });
          const message = decodeSsdp(bytes);
          expect(message.headers.map((header) => [header.name, header.value])).to.deep.equal(headers);
          expect(message.issues).to.deep.equal([]);
          expect(toHex(bytes.subarray(message.body?.start ?? bytes.length))).to.equal(toHex(body));
        },
      ),
    );
  });

  it('says how a line ends when not with CR LF, and reads on', () => {
    for (const [end, name] of [
      ['\n', 'LF'],
      ['\r', 'CR'],
      ['\r\r\n', 'CR CR LF'],
    ] as const) {
      const bytes = utf8(`HTTP/1.1 200 OK\r\nST: a${end}USN: b\r\n\r\n`);
      const message = decodeSsdp(bytes);
      expect(
        message.headers.map(({ value }) => value),
        name,
      ).to.deep.equal(['a', 'b']);
      expect(message.issues.map(({ text }) => text)).to.deep.equal([`line 2 ends with ${name} instead of CR LF`]);
      expect(message.issues[0]?.at).to.deep.equal({ start: 22, end: 22 + end.length });
    }
    expect(decodeSsdp(utf8('HTTP/1.1 200 OK\r\nST: a')).issues).to.deep.equal([
      {
        code: 'ssdp-line-end',
        at: { start: 22, end: 22 },
        path: 'ssdp.line[2]',
        text: 'line 2 ends with nothing instead of CR LF',
      },
      {
        code: 'ssdp-no-blank-line',
        at: { start: 22, end: 22 },
        path: 'ssdp',
        text: 'no blank line after 2 lines',
      },
    ]);
    const twice = decodeSsdp(utf8('HTTP/1.1 200 OK\r\nST: a\r\rUSN: b'));
    expect(twice.issues.map(({ text }) => text)).to.deep.equal(
      [2, 3].map((n) => `line ${n} ends with CR instead of CR LF`),
    );
    expect([twice.headers.length, twice.body]).to.deep.equal([1, { start: 24, end: 30 }]);
    const other = encodeSsdp('HTTP/1.1 200 OK', [['ST', 'a']], { lineEnd: '\n' });
    expect(decodeSsdp(other).issues.map(({ code }) => code)).to.deep.equal(Array(3).fill('ssdp-line-end'));
  });

  it('says when headers have no end', () => {
    expect(codes('HTTP/1.1 200 OK\r\nST: a\r\n')).to.deep.equal(['ssdp-no-blank-line']);
    expect(codes('HTTP/1.1 200 OK\r\nST: a')).to.deep.equal(['ssdp-line-end', 'ssdp-no-blank-line']);
    const bytes = encodeSsdp('HTTP/1.1 200 OK', [['ST', 'a']], { noBlankLine: true });
    expect(decodeSsdp(bytes).issues[0]?.at).to.deep.equal({ start: 24, end: 24 });
  });

  it('says of a line without colon, and leaves it out', () => {
    const message = decodeSsdp(utf8('HTTP/1.1 200 OK\r\nnonsense\r\nST: a\r\n\r\n'));
    expect(message.issues).to.deep.equal([
      {
        code: 'ssdp-header-without-colon',
        at: { start: 17, end: 25 },
        path: 'ssdp.line[2]',
        text: 'line 2 has no colon',
      },
    ]);
    expect(message.headers.map(({ line }) => line)).to.deep.equal([3]);
  });

  it('joins a folded header, and says so', () => {
    const bytes = utf8('HTTP/1.1 200 OK\r\nSERVER: a\r\n\t UPnP/1.0 \r\nST:\r\n b\r\n\r\n');
    const message = decodeSsdp(bytes);
    expect(message.issues.map(({ code }) => code)).to.deep.equal(['ssdp-folded-header', 'ssdp-folded-header']);
    expect(message.headers.map(({ value }) => value)).to.deep.equal(['a UPnP/1.0', 'b']);
    expect(message.headers.map(({ valueSpan }) => textAt(bytes, valueSpan))).to.deep.equal(['a\r\n\t UPnP/1.0', 'b']);
    expect(message.headers.map(({ span }) => textAt(bytes, span))).to.deep.equal([
      'SERVER: a\r\n\t UPnP/1.0 ',
      'ST:\r\n b',
    ]);
    expect(message.issues[0]).to.deep.equal({
      code: 'ssdp-folded-header',
      at: { start: 28, end: 39 },
      path: 'ssdp.line[3]',
      text: 'line 3 begins with white space',
    });
  });

  it('takes a first header that is indented for a header', () => {
    const message = decodeSsdp(utf8('HTTP/1.1 200 OK\r\n ST: a\r\n\r\n'));
    expect(message.issues.map(({ code }) => code)).to.deep.equal(['ssdp-folded-header']);
    expect(message.headers.map(({ name, value }) => [name, value])).to.deep.equal([[' ST', 'a']]);
  });

  it('adds nothing to a header by a line of white space', () => {
    const bytes = utf8('HTTP/1.1 200 OK\r\nST: a\r\n \t\r\nEXT: \t\r\n\r\n');
    const { headers, issues } = decodeSsdp(bytes);
    expect(issues.map(({ code, at }) => [code, at])).to.deep.equal([['ssdp-folded-header', { start: 24, end: 26 }]]);
    expect(headers.map(({ value, valueSpan }) => [value, valueSpan])).to.deep.equal([
      ['a', { start: 21, end: 22 }],
      ['', { start: 34, end: 34 }],
    ]);
  });

  it('keeps a header without name, and a byte order mark', () => {
    const { headers } = decodeSsdp(utf8('HTTP/1.1 200 OK\r\n: a\r\nST: \ufeffb\r\n\r\n'));
    expect(headers.map(({ name, value }) => [name, value])).to.deep.equal([
      ['', 'a'],
      ['ST', '\ufeffb'],
    ]);
  });

  it('writes no blank in front of nothing', () => {
    const bytes = encodeSsdp('HTTP/1.1 200 OK', [
      ['EXT', ''],
      ['ST', 'a'],
    ]);
    expect(new TextDecoder().decode(bytes)).to.equal('HTTP/1.1 200 OK\r\nEXT:\r\nST: a\r\n\r\n');
  });

  it('says of bytes that are no UTF-8 in the headers, not in the body', () => {
    const bytes = encodeSsdp('HTTP/1.1 200 OK', [['ST', 'a']], { body: Uint8Array.of(0xff) });
    expect(decodeSsdp(bytes).issues).to.deep.equal([]);
    bytes[21] = 0xe9;
    const message = decodeSsdp(bytes);
    expect(message.issues).to.deep.equal([
      { code: 'ssdp-not-text', at: { start: 21, end: 22 }, path: 'ssdp', text: 'the byte at 21 is no UTF-8' },
    ]);
    expect(ssdpHeader(message, 'ST')?.value).to.equal('\ufffd');
    expect(ssdpHeader(message, 'ST')?.valueSpan).to.deep.equal({ start: 21, end: 22 });
  });

  it('has little to say of nothing', () => {
    const nothing = { start: 0, end: 0 };
    expect(decodeSsdp(new Uint8Array(0))).to.deep.equal({
      bytes: new Uint8Array(0),
      kind: 'other',
      startLine: { text: '', span: nothing },
      headers: [],
      body: null,
      issues: [{ code: 'ssdp-empty', at: nothing, path: 'ssdp', text: 'the datagram is empty' }],
    });
    expect(decodeSsdp(utf8('\r\n\r\n')).startLine).to.deep.equal({ text: '', span: { start: 0, end: 0 } });
  });

  it('never throws, keeps its bytes, and stays inside them', () => {
    const part = fc.oneof(fc.constantFrom('\r\n', '\n', '\r', ':', ' ', 'ST', 'NOTIFY * HTTP/1.1'), fc.string());
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const bytes = utf8(parts.join(''));
        const message = decodeSsdp(bytes);
        expect(message.bytes).to.equal(bytes);
        let last = message.startLine.span.end;
        for (const { span, valueSpan } of message.headers) {
          expect(span.start).to.be.at.least(last);
          expect(valueSpan.start).to.be.at.least(span.start);
          expect(valueSpan.end).to.be.at.most(span.end);
          last = span.end;
        }
        for (const { at } of message.issues) expect(at.end).to.be.at.most(bytes.length);
      }),
    );
  });
});
