import { expect } from 'chai';
import type { Datagram, Fetch } from '#evidence/discovery-model.js';
import type { Frame } from '#evidence/model.js';
import { decodeSsdp, encodeSsdp, ssdpHeader } from '#wire/ssdp.js';
import { parseXml } from '#wire/xml.js';
import { datagramLabel, locateDatagram, locateDatagramEnd, locateHeader, locateXml } from './locate-text.js';

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
    expect(locateXml({ ...fetch, body: null, document: null }, null)).to.not.have.any.keys('document', 'line');
  });
});
