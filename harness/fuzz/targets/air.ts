import { concat, equal, fromHex } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import { pushedButtonOf, PushButtons } from '#lab/bench/push-buttons.js';
import { RadioCapture } from '#lab/bench/radio-capture.js';
import { ExchangeWatch } from '#lab/bench/radio-watch.js';
import { MacHeaderView } from '#wire/dot11/mac-header.js';
import { RadiotapView } from '#wire/dot11/radiotap.js';
import { encodeEthernet, ETHERTYPE } from '#wire/ethernet.js';
import { decodeTlvs, encodeTlv } from '#wire/tlv.js';
import { editBytes } from '../mutate/edit.js';
import { editFrame, managementFrame, overheard, rewrap } from '../mutate/frame.js';
import type { Dice } from '../dice.js';
import { anyRecording, messagesOf } from '../seeds.js';
import { changed, ensure, type Target } from '../target.js';

/** Types of the list an input is: a frame of the monitor, and one at the access point from the device or from us. */
const FROM = { air: 0, device: 1, bench: 2 } as const;

const NETWORK = fromHex('020000000001');
const DEVICE = fromHex('020000000100');
const LIMIT_BYTES = 8192;
/** Most that are remembered of those who push buttons. */
const MAX_BUTTONS = 64;

/** Message 1 of the 4-way handshake, key data left out: most bytes are of no interest here. */
const KEY_MESSAGE = concat(fromHex('0203005f 02008a0010 0000000000000001'), new Uint8Array(82));

function generate(dice: Dice): Uint8Array {
  const recording = anyRecording(dice);
  const wired = recording.frames.filter(({ linkType }) => linkType === 'ethernet').map(({ bytes }) => bytes);
  const key = { destination: DEVICE, source: NETWORK, etherType: ETHERTYPE.Eapol };
  const keyFrame = encodeEthernet({ ...key, payload: editBytes(KEY_MESSAGE, dice) });
  const frames = Array.from({ length: 1 + dice.below(8) }, () => {
    const ethernet = dice.onceIn(6) ? keyFrame : dice.oneOf(wired);
    if (dice.onceIn(3)) {
      const value = dice.onceIn(2) ? editFrame('ethernet', ethernet, dice) : ethernet;
      return { type: dice.oneOf([FROM.device, FROM.bench]), value };
    }
    const wps = dice.oneOf(messagesOf(recording)).subarray(0, 900);
    const heard = dice.onceIn(2)
      ? overheard(managementFrame(wps, dice), dice)
      : rewrap('dot11-radiotap', ethernet, dice);
    const value = dice.onceIn(3)
      ? heard
      : changed(heard, dice, (bytes, own) => editFrame('dot11-radiotap', bytes, own));
    return { type: FROM.air, value };
  });
  return concat(...frames.map(({ type, value }) => encodeTlv({ type, value: value.subarray(0, 0xffff) })));
}

/** What the bench of the radio makes of the air: its recording, the watch over a registration, buttons of strangers. */
const air: Target = {
  name: 'air',
  deadlineMs: 200,
  generate,
  check: (input) => {
    let nowMs = 0;
    const clock: Clock = {
      monotonicMs: () => nowMs,
      wallMs: () => nowMs,
      sleep: () => Promise.reject(new Error('nothing sleeps here')),
    };
    const frames = decodeTlvs(input).nodes;
    const kept: Uint8Array[] = [];
    const steps: string[] = [];
    const watch = new ExchangeWatch({
      ...{ clock, bssid: NETWORK, device: null },
      onStep: (step) => steps.push(step),
      onDevice: (device) => ensure(device.length === 6, `a device with an address of ${device.length} bytes`),
    });
    const capture = new RadioCapture({
      ...{ clock, networks: [NETWORK], interfaces: { wire: 0, air: 1 }, limitBytes: LIMIT_BYTES },
      evidence: { frame: (bytes) => kept.push(bytes) },
      onEapol: (eapol) => watch.eapol(eapol),
      onFailure: (error) => {
        throw error as Error;
      },
    });
    const buttons = new PushButtons([NETWORK]);
    const [radiotap, mac] = [new RadiotapView(), new MacHeaderView()];
    frames.forEach(({ type, value }, index) => {
      nowMs = index;
      if (type === FROM.device || type === FROM.bench)
        capture.wire(value, BigInt(index), type === FROM.device ? 'dut' : 'bench');
      else capture.air(value, BigInt(index));
      const pushed = pushedButtonOf(value, radiotap, mac);
      if (pushed === null) return;
      ensure(pushed.address.length === 6, `somebody with an address of ${pushed.address.length} bytes`);
      buttons.see(pushed, nowMs);
    });
    capture.flush();
    ensure(
      kept.every((bytes) => frames.some(({ value }) => equal(value, bytes))),
      'a frame is kept that nobody sent',
    );
    ensure(new Set(steps).size === steps.length, `a step is told twice: ${steps.join()}`);
    ensure(buttons.overlap(null, nowMs).length <= MAX_BUTTONS, 'too many are remembered');
  },
};

/** What is overheard while a radio bench records. */
export const AIR: readonly Target[] = [air];
