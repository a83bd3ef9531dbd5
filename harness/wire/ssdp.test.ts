import { expect } from 'chai';
import fc from 'fast-check';
import { toHex } from '#base/bytes.js';
import { decodeSsdp, encodeSsdp, ssdpHeader, ssdpHeaders } from './ssdp.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const textAt = (bytes: Uint8Array, { start, end }: { start: number; end: number }): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end));
const codes = (text: string): string[] => decodeSsdp(utf8(text)).issues.map(({ code }) => code);

const UUID = 'uuid:4d8c7308-173d-48ad-b2f9-a687d967caa9';
const ALIVE = `NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCache-Control:max-age = 1800 \r\nNT:\tupnp:rootdevice\r\nEXT:\r\nUSN: ${UUID}::upnp:rootdevice\r\n\r\n`;

describe('ssdp', () => {
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
    const kinds = ['NOTIFY * HTTP/1.1', 'M-SEARCH * HTTP/1.1', 'HTTP/1.1 200 OK', 'GET / HTTP/1.1', 'NOTIFYING'];
    expect(kinds.map((line) => decodeSsdp(encodeSsdp(line, [])).kind)).to.deep.equal([
      'notify',
      'search',
      'response',
      'other',
      'other',
    ]);
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
    expect(codes('HTTP/1.1 200 OK\r\n ST: a\r\n\r\n')).to.deep.equal(['ssdp-folded-header']);
  });

  it('says of bytes that are no UTF-8 in the headers, not in the body', () => {
    const bytes = encodeSsdp('HTTP/1.1 200 OK', [['ST', 'a']], { body: Uint8Array.of(0xff) });
    expect(decodeSsdp(bytes).issues).to.deep.equal([]);
    bytes[21] = 0xe9;
    const message = decodeSsdp(bytes);
    expect(message.issues.map(({ code, at }) => [code, at.start])).to.deep.equal([['ssdp-not-text', 21]]);
    expect(ssdpHeader(message, 'ST')?.value).to.equal('\ufffd');
    expect(ssdpHeader(message, 'ST')?.valueSpan).to.deep.equal({ start: 21, end: 22 });
  });

  it('has little to say of nothing', () => {
    expect(codes('')).to.deep.equal(['ssdp-empty']);
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
