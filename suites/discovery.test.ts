import { expect } from 'chai';
import type { Datagram, Discovery } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { decodeSsdp, encodeSsdp } from '#wire/ssdp.js';
import { announcements, isSecureDpws, notHeard, promisedUuid, reachOf, wayOf } from './discovery.js';
import {
  ALL_IN_ONE,
  DPWS_PRINTER,
  DPWS_UUID,
  microsoftExtension,
  SECURE_PRINTER,
  transportUuid,
  UPNP_RENDERER,
  UPNP_UUID,
  UUID_E,
  vpi,
  type SampleDevice,
} from './testing/devices.js';
import { drop, replaceMicrosoft, type Edit } from './testing/edits.js';
import { buildExchange, type Script } from './testing/exchange.js';
import { networkEvidence } from './testing/sample-evidence.js';
import { evidenceWith } from './testing/upnp.js';

const HEARD = networkEvidence({});
const DISCOVERY = ((): Discovery => {
  if (HEARD.discovery === undefined) throw new Error('nobody listened');
  return HEARD.discovery;
})();

/** What was heard of a DPWS printer, with M1 of another device. */
function withM1(device: SampleDevice, script: Script = {}): Evidence {
  return { ...HEARD, exchanges: [buildExchange(device, script, { number: 1, method: 'pin' })] };
}

describe('Secure DPWS', () => {
  it('is what M1 declares, without DPWS', () => {
    expect(isSecureDpws(withM1(SECURE_PRINTER), null)).to.equal(true);
    expect(isSecureDpws(withM1(DPWS_PRINTER), SECURE_PRINTER.profile)).to.equal(false);
    const both = { attributes: { M1: replaceMicrosoft(microsoftExtension([vpi(1), vpi(3)])) } };
    expect(isSecureDpws(withM1(SECURE_PRINTER, both), SECURE_PRINTER.profile)).to.equal(false);
  });

  it('is what the profile declares where M1 declares neither', () => {
    for (const evidence of [withM1(UPNP_RENDERER), { ...HEARD, exchanges: [] }]) {
      expect(isSecureDpws(evidence, SECURE_PRINTER.profile)).to.equal(true);
      expect(isSecureDpws(evidence, DPWS_PRINTER.profile)).to.equal(false);
      expect(isSecureDpws(evidence, null)).to.equal(false);
    }
  });
});

describe('a way of being found', () => {
  it('belongs to each transport that is one', () => {
    const transports = [0, 1, 2, 3, 4, 0xff];
    expect(transports.map(wayOf)).to.deep.equal([null, 'dpws', 'upnp', 'dpws', null, null]);
  });

  it('is not known of a device without M1 of which nothing was heard', () => {
    for (const by of ['upnp', 'dpws'] as const)
      expect(reachOf(evidenceWith(), null, by).problem).to.deep.include({
        verdict: 'inconclusive',
        text: 'no WPS exchange in the evidence',
      });
  });

  it('is none of a device that declares it nowhere, though it was heard by it', () => {
    const { problem } = reachOf(withM1(UPNP_RENDERER), UPNP_RENDERER.profile, 'dpws');
    expect(problem).to.deep.include({
      verdict: 'not-applicable',
      text: 'M1 does not declare DPWS or Secure DPWS',
    });
    expect(reachOf(withM1(UPNP_RENDERER), null, 'dpws').problem?.verdict).to.equal('not-applicable');
    expect(reachOf({ ...HEARD, exchanges: [] }, null, 'dpws').problem).to.equal(null);
  });

  it('is in reach where M1 or the profile declares it and somebody listened', () => {
    expect(reachOf(withM1(UPNP_RENDERER), DPWS_PRINTER.profile, 'dpws').discovery).to.equal(DISCOVERY);
    const { discovery: dropped, ...unheard } = withM1(DPWS_PRINTER);
    expect(dropped).to.equal(DISCOVERY);
    expect(reachOf(unheard, null, 'dpws').problem).to.deep.include({
      verdict: 'not-run',
      text: 'the discovery follow-up was not carried out',
    });
  });
});

describe('the promised UUID', () => {
  const promisedWith = (edit: Edit, device = UPNP_RENDERER): ReturnType<typeof promisedUuid> =>
    promisedUuid(withM1(device, { attributes: { M1: edit } }), 'upnp');

  it('is the Transport UUID of the transport, the first one, else UUID-E', () => {
    expect(promisedUuid(withM1(ALL_IN_ONE), 'upnp')).to.include({ text: UPNP_UUID, origin: 'transport-uuid' });
    const two = [vpi(1), transportUuid(DPWS_UUID), vpi(2), transportUuid(UPNP_UUID), transportUuid(DPWS_UUID)];
    const first = promisedWith(replaceMicrosoft(microsoftExtension(two)));
    expect(first).to.include({ text: UPNP_UUID, origin: 'transport-uuid' });
    expect(promisedUuid(withM1(UPNP_RENDERER), 'upnp')).to.include({ text: UUID_E, origin: 'uuid-e' });
  });

  it('cannot be told without M1, without UUID-E, or where a VPI may be of that transport', () => {
    expect(promisedUuid(evidenceWith(), 'upnp').problem?.text).to.equal('no WPS exchange in the evidence');
    expect(promisedWith(drop(ATTRIBUTE.UuidE)).problem).to.deep.include({
      verdict: 'inconclusive',
      blockedBy: 'RVP-WSC-03',
      text: 'M1 has no UUID-E attribute',
    });
    const short = { ...vpi(1), value: Uint8Array.of(1) };
    const { problem } = promisedWith(replaceMicrosoft(microsoftExtension([vpi(2), short])));
    expect(problem).to.deep.include({ verdict: 'inconclusive', blockedBy: 'RVP-VPI-02' });
  });
});

describe('what was not heard', () => {
  it('of a capture, which nobody timed, is no matter of a late bench', () => {
    const lateness = [{ startMs: 0, endMs: Number.MAX_SAFE_INTEGER, lateMs: Number.MAX_SAFE_INTEGER }];
    const timed: Discovery = { ...DISCOVERY, isComplete: true, lateness, sinceMs: 0 };
    expect(notHeard(timed, { ...HEARD, discovery: timed }, 'it')?.text).to.match(/^it was not seen, but the bench/);
    const untimed: Discovery = { ...timed, sinceMs: null };
    expect(notHeard(untimed, { ...HEARD, discovery: untimed }, 'it')).to.equal(null);
  });
});

describe('announcements', () => {
  const hello = DISCOVERY.datagrams.find(({ sender, wsd }) => sender === 'dut' && wsd?.kind === 'hello');
  if (hello === undefined) throw new Error('no Hello');
  const said = (by: 'upnp' | 'dpws', more: Partial<Datagram>): number =>
    announcements({ ...HEARD, discovery: { ...DISCOVERY, datagrams: [{ ...hello, ...more }] } }, by).length;
  const ssdp = (startLine: string, subtype: string): Partial<Datagram> => {
    return { protocol: 'ssdp', wsd: null, ssdp: decodeSsdp(encodeSsdp(startLine, [['NTS', subtype]])) };
  };

  it('are Hello and ssdp:alive by multicast', () => {
    expect(said('dpws', {})).to.equal(1);
    expect(said('dpws', { isMulticast: false })).to.equal(0);
    expect(said('upnp', ssdp('NOTIFY * HTTP/1.1', 'SSDP:alive'))).to.equal(1);
    expect(said('upnp', { ...ssdp('NOTIFY * HTTP/1.1', 'ssdp:alive'), isMulticast: false })).to.equal(0);
    expect(said('upnp', ssdp('NOTIFY * HTTP/1.1', 'ssdp:byebye'))).to.equal(0);
    expect(said('upnp', ssdp('HTTP/1.1 200 OK', 'ssdp:alive'))).to.equal(0);
    expect(said('upnp', { protocol: 'ssdp', wsd: null, ssdp: null })).to.equal(0);
  });
});
