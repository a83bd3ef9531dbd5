import { concat, u16be } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import { createFollowUp } from '#discovery/follow-up.js';
import type { FetchOutput, FollowUpOutput } from '#discovery/engine.js';
import { makeDevice } from '#reference/device.js';
import { createDiscoveryDevice } from '#reference/discovery/device.js';
import type { DeviceOutput } from '#reference/discovery/engine.js';
import { requireModel } from '#reference/models.js';
import { decodeEthernet, ETHERTYPE } from '#wire/ethernet.js';
import { decodeIp } from '#wire/ip.js';
import { decodeTlvs, encodeTlv } from '#wire/tlv.js';
import { editMarkup } from '../mutate/markup.js';
import { changed, ensure, type Target } from '../target.js';
import type { Dice } from '../dice.js';
import { recordingOf } from '../seeds.js';

/** Types of the list an input is: what comes, one after the other. */
const COMES = { ssdp: 1, wsd: 2, body: 3, pause: 4 } as const;
/** Type of the one that says by which families the device is looked for: bits 1 for IPv4, 2 for IPv6. Without it, IPv4. */
const FAMILIES = 5;

const DEVICE = '192.0.2.20';
const DEVICE6 = 'fe80::20';
const UUID = '4d8c7308-173d-48ad-b2f9-a687d967caa9';
const LIMIT_MS = 30_000;
const MAX_STEPS = 20_000;
/** Searches, fetches and the rest: far above what one follow-up needs. */
const MAX_OUTPUTS = 400;
/** The longest follow-up: its limit, what is done to the device after it, and being found again. */
const MAX_MS = LIMIT_MS + 60_000 + LIMIT_MS;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** UDP payloads that were said on the network of the dual-transport device, by protocol. */
let payloads: { readonly ssdp: readonly Uint8Array[]; readonly wsd: readonly Uint8Array[] } | null = null;

function rightPayloads(): NonNullable<typeof payloads> {
  if (payloads !== null) return payloads;
  const ssdp: Uint8Array[] = [];
  const wsd: Uint8Array[] = [];
  for (const { bytes } of recordingOf({ model: 2, fault: 0 }).network) {
    const frame = decodeEthernet(bytes);
    const packet = frame === null || frame.etherType === ETHERTYPE.Eapol ? null : decodeIp(frame.payload);
    const payload = packet?.udp?.payload;
    if (payload !== undefined) (payload[0] === '<'.charCodeAt(0) ? wsd : ssdp).push(payload);
  }
  payloads = { ssdp, wsd };
  return payloads;
}

function generate(dice: Dice): Uint8Array {
  const { ssdp, wsd } = rightPayloads();
  const families = 1 + dice.below(3);
  return concat(
    encodeTlv({ type: FAMILIES, value: Uint8Array.of(families) }),
    ...Array.from({ length: 1 + dice.below(8) }, () => {
      const type = dice.oneOf(Object.values(COMES));
      if (type === COMES.pause) return encodeTlv({ type, value: dice.bytes(2) });
      const own = type === COMES.ssdp ? ssdp : wsd;
      const said = dice.oneOf(own.length > 0 ? own : [new Uint8Array(0)]);
      const seed = families > 1 && dice.onceIn(2) ? byIpv6(said) : said;
      return encodeTlv({ type, value: changed(seed, dice, editMarkup).subarray(0, 0xffff) });
    }),
  );
}

/** The same, with the device's IPv6 address in the place of the other. */
function byIpv6(payload: Uint8Array): Uint8Array {
  return encoder.encode(decoder.decode(payload).replaceAll(DEVICE, `[${DEVICE6}]`));
}

function familiesOf(input: Uint8Array): ('ipv4' | 'ipv6')[] {
  const bits = decodeTlvs(input).nodes.find(({ type }) => type === FAMILIES)?.value[0] ?? 1;
  return [...((bits & 1) === 0 ? [] : ['ipv4' as const]), ...((bits & 2) === 0 ? [] : ['ipv6' as const])];
}

/** How long an input lets time stand: up to 65 s. */
function pauseOf(value: Uint8Array): number {
  return value.length < 2 ? 0 : u16be(value, 0);
}

class FollowUpRun {
  private nowMs = 0;
  private wakeAtMs = Infinity;
  private outputs = 0;
  private isOver = false;
  private endedAtMs = 0;
  private readonly fetches: FetchOutput[] = [];
  private readonly open = new Set<string>();
  private readonly stimulated: ('leave' | 'power-cycle')[] = [];
  private readonly engine: ReturnType<typeof createFollowUp>;

  constructor(private readonly families: readonly ('ipv4' | 'ipv6')[]) {
    this.engine = createFollowUp({
      declared: { upnp: true, dpws: true },
      promised: { upnp: UUID, dpws: UUID },
      families,
      addresses: [DEVICE, DEVICE6],
      limitMs: LIMIT_MS,
      refreshWaitMs: 0,
      abilities: { leave: true, powerCycle: true },
      random: seededRandom(1),
    });
  }

  run(input: Uint8Array): void {
    this.take(this.engine.start(0));
    decodeTlvs(input).nodes.forEach(({ type, value }, index) => {
      const family = this.families[index % this.families.length];
      const from = { address: family === 'ipv6' ? DEVICE6 : DEVICE, port: 1900 };
      if (type === COMES.ssdp || type === COMES.wsd) {
        const protocol = type === COMES.ssdp ? 'ssdp' : 'wsd';
        this.take(this.engine.datagram({ protocol, from, isMulticast: true, bytes: value }, this.nowMs));
      } else if (type === COMES.body) this.answer(value);
      else if (type === COMES.pause) this.pass(this.nowMs + pauseOf(value));
    });
    for (let steps = 0; !this.isOver; steps++) {
      ensure(steps < MAX_STEPS, `the follow-up has not ended after ${MAX_STEPS} steps`);
      if (this.fetches.length > 0) this.answer(new Uint8Array(0));
      else {
        ensure(this.wakeAtMs < Infinity, 'the follow-up waits for ever');
        this.pass(this.wakeAtMs);
      }
    }
    ensure(this.endedAtMs <= MAX_MS, `the follow-up ended after ${this.endedAtMs} ms`);
  }

  private answer(body: Uint8Array): void {
    const request = this.fetches.shift();
    if (request === undefined) return;
    const answered = { status: 200, httpVersion: '1.1', headers: [], body, problem: null };
    this.take(this.engine.fetched({ id: request.id, ...answered }, this.nowMs));
  }

  private pass(untilMs: number): void {
    for (let steps = 0; this.wakeAtMs <= untilMs && !this.isOver; steps++) {
      ensure(steps < MAX_STEPS, 'the follow-up wakes without end');
      this.nowMs = this.wakeAtMs;
      this.wakeAtMs = Infinity;
      this.take(this.engine.tick(this.nowMs));
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  private take(outputs: readonly FollowUpOutput[]): void {
    for (const output of outputs) {
      ensure(!this.isOver, `the follow-up says ${output.kind} after its end`);
      if (output.kind === 'wake') {
        ensure(output.atMs >= this.nowMs, 'the follow-up wants to wake in the past');
        this.wakeAtMs = output.atMs;
        continue;
      }
      ensure(++this.outputs <= MAX_OUTPUTS, `the follow-up says more than ${MAX_OUTPUTS} things`);
      if (output.kind === 'search') this.open.add(output.name);
      else if (output.kind === 'close') ensure(this.open.delete(output.name), `${output.name} is closed but not open`);
      else if (output.kind === 'fetch') {
        const { hostname } = new URL(output.url);
        ensure([DEVICE, `[${DEVICE6}]`].includes(hostname), `${output.url} is fetched`);
        this.fetches.push(output);
      } else if (output.kind === 'stimulate') this.stimulated.push(output.name);
      else if (output.kind === 'end') {
        this.isOver = true;
        this.endedAtMs = this.nowMs;
      }
    }
    const name = this.stimulated.shift();
    if (name !== undefined) this.take(this.engine.stimulated(name, null, this.nowMs));
  }
}

const followUp: Target = {
  name: 'follow-up',
  deadlineMs: 500,
  generate,
  check: (input) => {
    new FollowUpRun(familiesOf(input)).run(input);
  },
};

/** Answers to one datagram: 3 + 2d + k of the device, for each of several targets, twice. */
const MAX_ANSWERS = 200;

const device: Target = {
  name: 'reference-device',
  deadlineMs: 500,
  generate,
  check: (input) => {
    const engine = createDiscoveryDevice(makeDevice(requireModel('all-in-one'), 1), []);
    const from = { address: '192.0.2.1', port: 50_000 };
    let nowMs = 0;
    const told = (outputs: readonly DeviceOutput[]): void => {
      ensure(outputs.length <= MAX_ANSWERS, `${outputs.length} outputs at once`);
      for (const output of outputs)
        if (output.kind === 'wake') ensure(output.atMs >= nowMs, 'the device wants to wake in the past');
    };
    told(engine.start([DEVICE], nowMs));
    for (const { type, value } of decodeTlvs(input).nodes) {
      if (type === COMES.ssdp || type === COMES.wsd) {
        const protocol = type === COMES.ssdp ? 'ssdp' : 'wsd';
        told(engine.datagram({ protocol, from, isMulticast: true, bytes: value }, nowMs));
      } else if (type === COMES.pause) {
        nowMs += pauseOf(value);
        told(engine.tick(nowMs));
      } else {
        const headers = new Map([['content-type', 'application/soap+xml']]);
        const { status } = engine.request({ method: 'POST', path: '/', headers, body: value }, nowMs);
        ensure(status >= 200 && status < 600, `status ${status}`);
      }
    }
    told(engine.stop(nowMs));
  },
};

/** Both sides of discovery on a simulated clock, each told nonsense. */
export const DISCOVERY_ENGINES: readonly Target[] = [followUp, device];
