import { expect } from 'chai';
import type { Datagram, Fetch } from '#evidence/discovery-model.js';
import type { Frame } from '#evidence/model.js';
import { decodeSsdp, encodeSsdp, ssdpHeader } from '#wire/ssdp.js';
import { decodeWsd, type WsdKind } from '#wire/wsd.js';
import { parseXml } from '#wire/xml.js';
import {
  datagramLabel,
  locateDatagram,
  locateDatagramEnd,
  locateElement,
  locateHeader,
  locateXml,
} from './locate-text.js';

const frame: Frame = { number: 7, timeNs: 0n, linkType: 'ethernet', bytes: new Uint8Array(0), wireLength: 0 };

function datagram(bytes: Uint8Array, cutAt = bytes.length): Datagram {
  const from = { ...frame, number: 6 };
  return {
    protocol: 'ssdp',
    sender: 'dut',
    timeMs: 0,
    frame,
    family: 'ipv4',
    sourceMac: null,
    source: { address: '10.0.0.2', port: 1900 },
    destination: { address: '239.255.255.250', port: 1900 },
    isMulticast: true,
    ttl: 2,
    bytes,
    parts: [
      { frame: from, messageOffset: 0, frameOffset: 42, lengthBytes: cutAt },
      { frame, messageOffset: cutAt, frameOffset: 34, lengthBytes: bytes.length - cutAt },
    ],
    ssdp: decodeSsdp(bytes),
    wsd: null,
    isRepeat: false,
  };
}

describe('places in text', () => {
  const alive = encodeSsdp('NOTIFY * HTTP/1.1', [
    ['HOST', 'ä'],
    ['NTS', 'ssdp:alive'],
    ['EXT', ''],
  ]);

  it('are the value of a header, with the frame it came in', () => {
    const whole = datagram(alive);
    const nts = ssdpHeader(decodeSsdp(alive), 'nts');
    expect(nts).to.not.equal(null);
    if (nts === null) return;
    const at = locateHeader(whole, nts);
    expect(at).to.include({ path: 'ssdp.nts', message: 'ssdp:alive', frame: 6, line: 3, column: 6, lengthBytes: 10 });
    expect(at.frameOffset).to.equal(42 + at.messageOffset);
    expect(Buffer.from(at.hex, 'hex').toString()).to.equal('ssdp:alive');
    expect(locateHeader(datagram(alive, at.messageOffset), nts)).to.include({ frame: 7, frameOffset: 34 });
  });

  it('are named by the header without the space around its name', () => {
    const odd = encodeSsdp('NOTIFY * HTTP/1.1', [[' NTS ', 'ssdp:alive']]);
    const [header] = decodeSsdp(odd).headers;
    if (header === undefined) throw new Error('no header');
    expect(locateHeader(datagram(odd), header).path).to.equal('ssdp.nts');
  });

  it('are the line of a header that has no value', () => {
    const ext = ssdpHeader(decodeSsdp(alive), 'EXT');
    if (ext === null) throw new Error('no EXT');
    expect(locateHeader(datagram(alive), ext)).to.include({ line: 4, column: 1, lengthBytes: 4 });
  });

  it('are the whole of a datagram, or its end', () => {
    expect(locateDatagram(datagram(alive))).to.include({ messageOffset: 0, lengthBytes: alive.length, line: 1 });
    expect(locateDatagramEnd(datagram(alive), 'ssdp.usn')).to.include({
      path: 'ssdp.usn',
      messageOffset: alive.length,
      lengthBytes: 0,
      hex: '',
    });
    expect(datagramLabel(datagram(encodeSsdp('HTTP/1.1 200 OK', [])))).to.equal('the answer to M-SEARCH');
  });

  it('are an element of a document', () => {
    const body = new TextEncoder().encode('<root>\n  <device/></root>');
    const fetch: Fetch = {
      purpose: 'description',
      method: 'GET',
      url: 'http://10.0.0.2/d.xml',
      messageId: null,
      requestHeaders: [],
      startMs: 0,
      endMs: 1,
      status: 200,
      httpVersion: '1.1',
      headers: [],
      body,
      document: '001-description.xml',
      bodyBytes: body.length,
      problem: null,
    };
    const [device] = parseXml(body).root?.children ?? [];
    expect(locateXml(fetch, device ?? null, 'root.device')).to.include({
      path: 'root.device',
      document: '001-description.xml',
      messageOffset: 9,
      lengthBytes: 9,
      line: 2,
      column: 3,
    });
    const none = locateXml({ ...fetch, body: null, document: null }, null);
    expect(none).to.not.have.any.keys('document', 'line');
    expect(none).to.include({
      path: 'xml',
      message: 'the answer to GET http://10.0.0.2/d.xml',
      messageOffset: 0,
      lengthBytes: 0,
    });
    expect(locateXml(fetch, device ?? null).path).to.equal('device');
  });

  it('are an element of a datagram', () => {
    const xml = new TextEncoder().encode('<a>\n  <b/></a>');
    const [element] = parseXml(xml).root?.children ?? [];
    if (element === undefined) throw new Error('no element');
    expect(locateElement({ ...datagram(xml), ssdp: null }, element)).to.include({
      path: 'b',
      message: 'a datagram',
      messageOffset: 6,
      lengthBytes: 4,
      line: 2,
      column: 3,
    });
  });

  it('are in the frame their first byte came in, and the end in the last', () => {
    const whole = datagram(alive);
    const parts = [0, 10, 20].map((messageOffset, index) => ({
      frame: { ...frame, number: 11 + index },
      messageOffset,
      frameOffset: 30,
      lengthBytes: 10,
    }));
    const placeAt = (start: number, of: Datagram['parts'] = parts): unknown[] => {
      const { frame: number, frameOffset } = locateDatagram(
        { ...whole, parts: of },
        { span: { start, end: start }, path: 'x' },
      );
      return [number, frameOffset];
    };
    expect(placeAt(0)).to.deep.equal([11, 30]);
    expect(placeAt(9)).to.deep.equal([11, 39]);
    expect(placeAt(10)).to.deep.equal([12, 30]);
    expect(placeAt(29)).to.deep.equal([13, 39]);
    expect(placeAt(30)).to.deep.equal([13, 40]);
    // The parts of a capture need not be in the order of the message.
    expect(placeAt(0, parts.toReversed())).to.deep.equal([11, 30]);
    expect(placeAt(4, [])).to.deep.equal([7, undefined]);
  });

  it('count a byte order mark as a character of its line', () => {
    const marked = { ...datagram(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), ssdp: null };
    expect(locateDatagram(marked, { span: { start: 3, end: 4 }, path: 'x' })).to.include({ line: 1, column: 2 });
  });
});

describe('name of a datagram', () => {
  const said = (startLine: string, ...headers: readonly [string, string][]): string =>
    datagramLabel(datagram(encodeSsdp(startLine, headers)));

  it('is what SSDP calls it', () => {
    expect(said('NOTIFY * HTTP/1.1', ['NTS', 'SSDP:Byebye'])).to.equal('ssdp:byebye');
    expect(said('NOTIFY * HTTP/1.1', ['nts ', 'ssdp:alive'])).to.equal('ssdp:alive');
    for (const subtype of ['ssdp:alive2', 'xssdp:alive', 'upnp:event', ''])
      expect(said('NOTIFY * HTTP/1.1', ['NTS', subtype]), subtype).to.equal('NOTIFY');
    expect(said('NOTIFY * HTTP/1.1')).to.equal('NOTIFY');
    expect(said('HTTP/1.1 200 OK', ['NTS', 'ssdp:alive'])).to.equal('the answer to M-SEARCH');
    expect(said('M-SEARCH * HTTP/1.1', ['NTS', 'ssdp:alive'])).to.equal('M-SEARCH');
    expect(said('GET / HTTP/1.1')).to.equal('a datagram of SSDP');
  });

  it('is what WS-Discovery calls it', () => {
    const wsd = decodeWsd(new TextEncoder().encode('<a/>'));
    const called = (kind: WsdKind): string => {
      return datagramLabel({ ...datagram(new Uint8Array(0)), ssdp: null, wsd: { ...wsd, kind } });
    };
    const kinds = ['hello', 'bye', 'probe', 'probe-matches', 'resolve', 'resolve-matches', 'other'] as const;
    expect(kinds.map(called)).to.deep.equal([
      ...['Hello', 'Bye', 'Probe', 'ProbeMatches', 'Resolve', 'ResolveMatches'],
      'a datagram of WS-Discovery',
    ]);
  });
});
