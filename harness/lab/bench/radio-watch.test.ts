import { expect } from 'chai';
import { concat, fromHex } from '#base/bytes.js';
import { buildExchange } from '#evidence/testing/exchange.js';
import { EAPOL_TYPE, eapolPacket } from '#wire/eap/eapol.js';
import { ExchangeWatch, type WatchedStep } from './radio-watch.js';

const POINT = fromHex('020000000000');
const DEVICE = fromHex('020000000100');
const STRANGER = fromHex('0200000000aa');
const EXCHANGE = buildExchange().sent;
/** Key Information of message 4: pairwise, MIC, secure. */
const KEY_4 = eapolPacket(EAPOL_TYPE.Key, concat(Uint8Array.of(2, 0x03, 0x0a), new Uint8Array(92)));

describe('watch of a registration by somebody else', () => {
  let steps: WatchedStep[];
  let found: Uint8Array[];

  function make(device: Uint8Array | null): ExchangeWatch {
    steps = [];
    found = [];
    return new ExchangeWatch({
      clock: {
        monotonicMs: () => 0,
        wallMs: () => 0,
        sleep: (_limitMs, signal) =>
          new Promise((_resolve, reject) => {
            if (signal === undefined || signal.aborted) reject(new Error('ended'));
            else signal.addEventListener('abort', () => reject(signal.reason as Error));
          }),
      },
      bssid: POINT,
      device,
      onStep: (step) => steps.push(step),
      onDevice: (address) => found.push(address),
    });
  }

  function hear(watch: ExchangeWatch, station: Uint8Array, packets: typeof EXCHANGE = EXCHANGE): void {
    for (const { from, eapol } of packets) {
      const ends =
        from === 'enrollee' ? { source: station, destination: POINT } : { source: POINT, destination: station };
      watch.eapol({ ...ends, bytes: eapol });
    }
  }

  it('follows it to the key of the network', async () => {
    const watch = make(DEVICE);
    const over = watch.until('over', 1000, new AbortController().signal);
    hear(watch, DEVICE);
    expect(await over).to.equal(true);
    expect(await watch.until('done', 1000, new AbortController().signal)).to.equal(true);
    watch.eapol({ source: DEVICE, destination: POINT, bytes: KEY_4 });
    expect(steps).to.deep.equal(['begun', 'done', 'over', 'joined']);
    watch.begin();
    expect(watch.has('begun')).to.equal(false);
  });

  it('tells one that ended without WSC_Done, and takes no other key for its own', () => {
    const watch = make(DEVICE);
    hear(watch, DEVICE, [...EXCHANGE.slice(0, 6), ...EXCHANGE.slice(-1)]);
    watch.eapol({ source: DEVICE, destination: POINT, bytes: KEY_4 });
    expect(steps).to.deep.equal(['begun', 'over']);
  });

  it('takes the first that registers for the device, unless it is known', () => {
    hear(make(null), DEVICE);
    expect(found).to.deep.equal([DEVICE]);
    expect(steps).to.deep.equal(['begun', 'done', 'over']);
    hear(make(DEVICE), STRANGER);
    expect(steps).to.deep.equal([]);
  });

  it('makes nothing of what is cut, and throws the reason when it is aborted', async () => {
    const watch = make(DEVICE);
    for (const { eapol } of EXCHANGE) watch.eapol({ source: DEVICE, destination: POINT, bytes: eapol.subarray(0, 3) });
    expect(steps).to.deep.equal([]);
    const abort = new AbortController();
    const waiting = watch.until('begun', 1000, abort.signal).catch((error: unknown) => (error as Error).message);
    abort.abort(new Error('enough'));
    expect(await waiting).to.equal('enough');
  });
});
