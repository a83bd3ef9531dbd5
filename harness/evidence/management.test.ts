import { expect } from 'chai';
import { concat, equal, fromHex, toHex } from '#base/bytes.js';
import { MANAGEMENT } from '#wire/dot11/mac-header.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { byteAttribute, encodeAttribute, textAttribute } from '#wire/wps/build.js';
import type { Evidence } from './model.js';
import { buildExchange, ENROLLEE, REGISTRAR, UUID_E, wpsElementsOf } from './testing/exchange.js';
import { assemble, type Captured, dot11, framesOf, management, radiotap } from './testing/frames.js';

const SSID = fromHex('0003616263');
const RATES = fromHex('010182');
const STRANGER = fromHex('00 11 22 33 44 55');
const MADE_UP = fromHex('06 aa bb cc dd ee');
const BROADCAST = fromHex('ffffffffffff');
const FIXED: Readonly<Record<number, number>> = { 0: 4, 1: 6, 2: 10, 3: 6, 4: 0, 5: 12, 8: 12 };

const data = (messageType: number, ...more: Uint8Array[]): Uint8Array =>
  concat(byteAttribute(ATTRIBUTE.Version, 0x10), byteAttribute(ATTRIBUTE.MessageType, messageType), ...more);

function frame(subtype: number, transmitter: Uint8Array, elements: Uint8Array, receiver = BROADCAST): Captured {
  const body = concat(new Uint8Array(FIXED[subtype] ?? 0), SSID, elements, RATES);
  return { bytes: management(subtype, transmitter, receiver, body) };
}

const EXCHANGE = framesOf(buildExchange().sent, dot11());
const kinds = ({ management: frames }: Evidence): string[] =>
  frames.map(({ kind, transmitter }) => `${kind} ${toHex(transmitter)}`);

function evidenceOf(frames: readonly Captured[]): Evidence {
  const [evidence, ...others] = assemble('dot11', frames);
  if (evidence === undefined || others.length > 0) throw new Error('not one device');
  return evidence;
}

describe('Management frames of a device', () => {
  it('are its own and those of its access point, of each kind, in capture order', () => {
    const wps = wpsElementsOf(data(4));
    const subtypes = [4, 0, 2, 8, 5, 1, 3];
    const frames = subtypes.flatMap((subtype) => [
      frame(subtype, STRANGER, wps),
      frame(subtype, subtype === 4 || subtype === 0 || subtype === 2 ? ENROLLEE : REGISTRAR, wps),
    ]);
    const [evidence] = assemble('dot11', [...frames, ...EXCHANGE]);
    const [own, ap] = [toHex(ENROLLEE), toHex(REGISTRAR)];
    expect(evidence === undefined ? [] : kinds(evidence)).to.deep.equal([
      `probe-request ${own}`,
      `association-request ${own}`,
      `association-request ${own}`,
      `beacon ${ap}`,
      `probe-response ${ap}`,
      `association-response ${ap}`,
      `association-response ${ap}`,
    ]);
  });

  it('are put together of several elements, with the place of each part', () => {
    const long = data(2, textAttribute(ATTRIBUTE.Manufacturer, 'x'.repeat(400)));
    const split = concat(wpsElementsOf(long.subarray(0, 251)), RATES, wpsElementsOf(long.subarray(251)));
    const { management: frames } = evidenceOf([frame(MANAGEMENT.probeRequest, ENROLLEE, split), ...EXCHANGE]);
    const [probe] = frames;
    expect(probe === undefined ? '' : toHex(probe.wsc.bytes)).to.equal(toHex(long));
    expect(probe?.wsc.name).to.equal('ProbeRequest');
    expect(probe?.parts).to.have.length(2);
    for (const { frame: source, frameOffset, messageOffset, lengthBytes } of probe?.parts ?? []) {
      const there = source.bytes.subarray(frameOffset, frameOffset + lengthBytes);
      expect(equal(there, long.subarray(messageOffset, messageOffset + lengthBytes))).to.equal(true);
    }
  });

  it('are kept once for each content', () => {
    const one = wpsElementsOf(data(1));
    const two = wpsElementsOf(data(1, byteAttribute(ATTRIBUTE.SelectedRegistrar, 1)));
    const twoSplit = wpsElementsOf(data(1, byteAttribute(ATTRIBUTE.SelectedRegistrar, 1)), 7);
    const beacons = [one, one, two, one, twoSplit, two].map((elements) => frame(8, REGISTRAR, elements));
    const { management: frames } = evidenceOf([...beacons, ...EXCHANGE]);
    expect(frames.map(({ frame: { number } }) => number)).to.deep.equal([1, 3]);
  });

  it('of a device that looks for a Registrar are kept with the times it did', () => {
    const probe = frame(4, ENROLLEE, wpsElementsOf(data(4)));
    const secondsMs = [0, 1000, 6000, 12_000, 12_500];
    const probes = secondsMs.map((atMs) => ({ ...probe, timeNs: BigInt(1_000_000 + atMs) * 1_000_000n }));
    const beacon = frame(8, REGISTRAR, wpsElementsOf(data(1)));
    const { management: frames } = evidenceOf([...probes, beacon, ...EXCHANGE]);
    expect(frames.map(({ kind, heard }) => [kind, heard])).to.deep.equal([
      [
        'probe-request',
        [
          { fromMs: 1_000_000, toMs: 1_006_000 },
          { fromMs: 1_012_000, toMs: 1_012_500 },
        ],
      ],
      ['beacon', undefined],
    ]);
  });

  it('are those of a made-up address with the same UUID-E, too', () => {
    const uuid = (value: Uint8Array): Uint8Array => wpsElementsOf(data(2, encodeAttribute(ATTRIBUTE.UuidE, value)));
    const frames = [
      frame(4, MADE_UP, uuid(UUID_E)),
      frame(4, fromHex('06aabbccddef'), uuid(new Uint8Array(16))),
      frame(4, STRANGER, uuid(UUID_E)),
    ];
    expect(kinds(evidenceOf([...frames, ...EXCHANGE]))).to.deep.equal([`probe-request ${toHex(MADE_UP)}`]);
  });

  it('make a device of a station that meant to register, but not of one that only probes', () => {
    const wps = wpsElementsOf(data(4));
    const evidence = evidenceOf([frame(4, STRANGER, wps), frame(0, ENROLLEE, wps), frame(4, ENROLLEE, wps)]);
    expect(toHex(evidence.dutMac ?? new Uint8Array(0))).to.equal(toHex(ENROLLEE));
    expect(evidence.exchanges).to.deep.equal([]);
    expect(evidence.management).to.have.length(2);
  });

  it('are not taken from cut or damaged frames', () => {
    const whole = frame(4, ENROLLEE, wpsElementsOf(data(2)));
    const cut = { bytes: whole.bytes.subarray(0, 40), wireLength: whole.bytes.length };
    const evidence = evidenceOf([cut, ...EXCHANGE]);
    expect(evidence.management).to.deep.equal([]);
    expect(evidence.losses.map(({ source, count }) => [source, count])).to.deep.equal([['cut-frame', 1]]);
    const [sent] = buildExchange().sent;
    if (sent === undefined) throw new Error('nothing sent');
    const good = radiotap(() => whole.bytes)(sent, 0);
    const bad = good.slice();
    bad[16] = 0x50;
    const start = framesOf(buildExchange().sent, radiotap(dot11()));
    const seen = [good, bad].map((bytes) => assemble('dot11-radiotap', [{ bytes }, ...start])[0]?.management.length);
    expect(seen).to.deep.equal([1, 0]);
  });
});
