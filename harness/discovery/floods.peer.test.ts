import { expect } from 'chai';
import { ascii } from '#base/bytes.js';
import { createFollowUp } from './follow-up.js';
import type { FollowUpEngine, FollowUpOutput } from './engine.js';

const DEVICE = '192.0.2.20';
const MAX_HEAP_BYTES = 48 * 2 ** 20;
const SCRIPT = '<script>alert(1)</script>\u001b[2J\u0000';

function started(): FollowUpEngine {
  const engine = createFollowUp({
    declared: { upnp: true, dpws: true },
    promised: { upnp: null, dpws: null },
    families: ['ipv4'],
    addresses: [DEVICE],
    ownAddress: '192.0.2.1',
    limitMs: 30_000,
    refreshWaitMs: 0,
    abilities: { leave: false, powerCycle: false },
    random: (lengthBytes) => new Uint8Array(lengthBytes),
  });
  engine.start(0);
  return engine;
}

/** Datagrams at 10,000 a second; what came of them, and the memory and time it took. */
function flood(
  protocol: 'ssdp' | 'wsd',
  count: number,
  text: (index: number) => string,
): { readonly outputs: readonly FollowUpOutput[]; readonly heapBytes: number; readonly tookMs: number } {
  const engine = started();
  const outputs: FollowUpOutput[] = [];
  const atStart = process.memoryUsage().heapUsed;
  const startMs = performance.now();
  let most = atStart;
  for (let index = 0; index < count; index++) {
    const from = { address: DEVICE, port: 1900 };
    const received = { protocol, from, isMulticast: true, bytes: ascii(text(index)) };
    for (const output of engine.datagram(received, index / 10)) if (output.kind !== 'wake') outputs.push(output);
    if (index % 500 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
  }
  const tookMs = performance.now() - startMs;
  // The device goes on for ever, and never answers what it was asked: the limit ends it.
  for (const output of engine.tick(30_000)) outputs.push(output);
  return { outputs, heapBytes: most - atStart, tookMs };
}

const kindsOf = (outputs: readonly FollowUpOutput[], kind: FollowUpOutput['kind']): FollowUpOutput[] =>
  outputs.filter((output) => output.kind === kind);

describe('The follow-up of a device that shouts', function () {
  this.timeout(60_000);

  for (const subtype of ['ssdp:alive', 'ssdp:byebye'])
    it(`takes 10,000 NOTIFYs a second with ${subtype}, each of another name`, () => {
      const filler = 'x'.repeat(900);
      const { outputs, heapBytes, tookMs } = flood(
        'ssdp',
        20_000,
        (index) =>
          `NOTIFY * HTTP/1.1\r\nNTS: ${subtype}\r\nNT: urn:x:device:${SCRIPT}${index}\r\nUSN: uuid:${index}${filler}\r\n` +
          `LOCATION: http://${DEVICE}/${index}\r\n\r\n`,
      );
      expect(heapBytes).to.be.at.most(MAX_HEAP_BYTES);
      // Faster than they come.
      expect(tookMs).to.be.at.most(2000 * 5);
      expect(kindsOf(outputs, 'fetch').length).to.equal(subtype === 'ssdp:alive' ? 4 : 0);
      expect(kindsOf(outputs, 'search').length).to.be.at.most(20);
      expect(kindsOf(outputs, 'end')).to.deep.equal([{ kind: 'end', outcome: 'limit' }]);
    });

  it('takes Hellos that each name another device and another place', () => {
    const { outputs, heapBytes } = flood(
      'wsd',
      3000,
      (index) =>
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"' +
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Header>' +
        '<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Hello</a:Action>' +
        `<a:MessageID>urn:uuid:${index}</a:MessageID></s:Header><s:Body><d:Hello><a:EndpointReference>` +
        `<a:Address>urn:uuid:${index}</a:Address></a:EndpointReference>` +
        `<d:XAddrs>http://203.0.113.${index % 250}/</d:XAddrs></d:Hello></s:Body></s:Envelope>`,
    );
    expect(heapBytes).to.be.at.most(MAX_HEAP_BYTES);
    expect(kindsOf(outputs, 'fetch')).to.deep.equal([]);
    expect(kindsOf(outputs, 'event').filter((each) => 'name' in each && each.name === 'fetch')).to.have.length(1);
    expect(kindsOf(outputs, 'end')).to.deep.equal([{ kind: 'end', outcome: 'limit' }]);
  });
});
