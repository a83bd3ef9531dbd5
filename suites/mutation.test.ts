import { expect } from 'chai';
import { concat } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import type { Evidence, Exchange, ManagementFrame } from '#evidence/model.js';
import { decodeWsc } from '#wire/wps/message.js';
import { DEVICES } from './testing/devices.js';
import { overTheAir } from './testing/air.js';
import { judgeAll } from './testing/verdicts.js';

const RUNS = 300;

/** A number below `limit`. */
type Pick = (limit: number) => number;

function picker(seed: number): Pick {
  const random = seededRandom(seed);
  return (limit) => {
    const [high = 0, low = 0] = random(2);
    return (high * 256 + low) % limit;
  };
}

const CHANGES: readonly ((bytes: Uint8Array, pick: Pick) => Uint8Array)[] = [
  (bytes, pick) => bytes.subarray(0, pick(bytes.length)),
  (bytes, pick) => {
    const changed = Uint8Array.from(bytes);
    changed[pick(bytes.length)] = pick(256);
    return changed;
  },
  (bytes, pick) => {
    const at = pick(bytes.length);
    return concat(
      bytes.subarray(0, at),
      Uint8Array.from({ length: 1 + pick(5) }, () => pick(256)),
      bytes.subarray(at),
    );
  },
  (bytes, pick) => {
    const at = pick(bytes.length);
    return concat(bytes.subarray(0, at), bytes.subarray(at + 1 + pick(5)));
  },
  (bytes, pick) => {
    const at = pick(bytes.length);
    return concat(bytes, bytes.subarray(at, at + pick(64)));
  },
];

/** The exchange with one message of the device changed somewhere. */
function mutated(exchange: Exchange, pick: Pick): Exchange {
  const own = exchange.messages.filter(({ from }) => from === 'enrollee');
  const chosen = own[pick(2) === 0 ? 0 : pick(own.length)];
  const change = CHANGES[pick(CHANGES.length)];
  if (chosen === undefined || change === undefined) return exchange;
  const wsc = decodeWsc(change(chosen.wsc.bytes, pick));
  return {
    ...exchange,
    messages: exchange.messages.map((message) => (message === chosen ? { ...message, wsc } : message)),
  };
}

/** The frame with its WPS data changed somewhere; where the parts begin and end then no longer fits. */
function mutatedFrame(frame: ManagementFrame, pick: Pick): ManagementFrame {
  const change = pick(2) === 0 ? undefined : CHANGES[pick(CHANGES.length)];
  return change === undefined ? frame : { ...frame, wsc: decodeWsc(change(frame.wsc.bytes, pick)) };
}

describe('rules on mutated messages', () => {
  it(`${RUNS} seeded mutations: no rule throws, and what is blocked is blocked by a failed rule`, () => {
    const recorded = DEVICES.map((device) => ({ device, evidence: overTheAir(device) }));
    for (let seed = 1; seed <= RUNS; seed++) {
      const pick = picker(seed);
      const chosen = recorded[pick(recorded.length)];
      if (chosen === undefined) continue;
      const { device, evidence } = chosen;
      const changed: Evidence = {
        ...evidence,
        exchanges: evidence.exchanges.map((each) => mutated(each, pick)),
        management: evidence.management.map((each) => mutatedFrame(each, pick)),
      };
      const errors = judgeAll(device.profile, changed).results.filter(({ verdict }) => verdict === 'error');
      expect(
        errors.map(({ id, reason }) => `${id} ${reason}`),
        `seed ${seed}`,
      ).to.deep.equal([]);
    }
  });
});
