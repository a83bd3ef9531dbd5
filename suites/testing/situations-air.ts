import { ascii } from '#base/bytes.js';
import type { Evidence, JoinFact } from '#evidence/model.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import {
  associationRequest,
  HEX_KEY,
  overTheAir,
  probeRequest,
  step,
  wholeJoin,
  type FrameOptions,
  type RadioOptions,
} from './air.js';
import { OLD_DEVICE, SENSOR, type SampleDevice } from './devices.js';
import { asRegistrar, setValue } from './edits.js';
import { sessionsOf, withoutKeys } from './evidence.js';
import { buildExchange, REGISTRAR_MAC, sessionStartMs } from './exchange.js';
import { observed, type FaultCase } from './fault-case.js';

const DIED = { code: 'ERR_BENCH_DIED', text: 'the recording ends without its last record' };
const LOSSES: Evidence['losses'] = [{ source: 'sequence', count: 1, text: 'one frame' }];

/** Two sessions on the radio bench with something of them changed. */
function radio(
  name: string,
  options: RadioOptions = {},
  change: (whole: Evidence) => Partial<Evidence> = () => ({}),
  device: SampleDevice = SENSOR,
): FaultCase {
  const evidence = (): Evidence => {
    const whole = overTheAir(device, options);
    return { ...whole, ...change(whole) };
  };
  return observed(name, device, evidence, {});
}

function probing(name: string, options: FrameOptions): FaultCase {
  const probe = probeRequest(SENSOR, [], SENSOR.uuidE, options);
  return radio(name, { management: [probe, associationRequest(SENSOR)] });
}

/** A request without a WPS element before the first exchange. */
const BARE = step(1, -1, 'requested', {
  source: 'frames',
  frame: 5,
  accessPoint: REGISTRAR_MAC,
  isSecured: false,
});

/** No Association Request with a WPS element was heard, but these steps. */
function associating(
  name: string,
  facts: readonly JoinFact[],
  change: (whole: Evidence) => Partial<Evidence> = () => ({}),
  device: SampleDevice = SENSOR,
): FaultCase {
  const withFacts = (whole: Evidence): Partial<Evidence> => ({
    join: [...facts, ...(whole.join ?? [])],
    ...change(whole),
  });
  return radio(name, { management: [probeRequest(device)] }, withFacts, device);
}

/** The device takes these addresses, so many milliseconds after the begin of each session. */
function addressing(name: string, ...addresses: readonly (readonly [number, string?])[]): FaultCase {
  return radio(name, {
    join: (session) => [
      step(session, 500, 'handshake'),
      ...addresses.map(([afterMs, address]) =>
        step(session, afterMs, 'address', address === undefined ? {} : { address }),
      ),
    ],
  });
}

const never = (): JoinFact[] => [];

/** A third session whose key is delivered as in the first, after which the device never comes; nor after the second. */
function thirdSession({ exchanges, ability, events }: Evidence): Partial<Evidence> {
  const wallMs = sessionStartMs(3) - 1;
  const start = { monotonicMs: wallMs, kind: 'session-start', detail: { session: 3, method: 'pin', wallMs } } as const;
  return {
    exchanges: [...exchanges, buildExchange(SENSOR, { networkKey: 'a secret key' }, { number: 3, method: 'pin' })],
    join: wholeJoin(1),
    ability: { ...ability, sessions: 3 },
    events: [...events.slice(0, -1), start, { monotonicMs: sessionStartMs(4), kind: 'end', detail: {} }],
  };
}
const SAME_KEYS = ['a secret key', 'a secret key'] as const;

/** 802.11 frames and joins of a conformant device that are seen in part, or oddly. */
export const AIR_SITUATIONS: readonly FaultCase[] = [
  probing('a Probe Request with UUID-R', { edit: asRegistrar }),
  radio('another Device Name in the second M1', {}, ({ exchanges }) => ({
    exchanges: [
      ...exchanges.slice(0, 1),
      buildExchange(
        SENSOR,
        { networkKey: HEX_KEY, attributes: { M1: setValue(ATTRIBUTE.DeviceName, ascii('Other')) } },
        { number: 2, method: 'pin' },
      ),
    ],
  })),
  associating('a request without WPS element', [BARE], () => ({}), OLD_DEVICE),
  { ...associating('a request without WPS element, and no profile', [BARE]), profile: null },
  associating('a request without WPS element, and frames are known to be missing', [BARE], () => ({ losses: LOSSES })),
  associating('a request without WPS element, and frames may be missing', [BARE], ({ exchanges }) => ({
    exchanges: exchanges.map((exchange) => ({ ...exchange, lossy: true })),
  })),
  associating('a request without WPS element before one that registers', [BARE, { ...BARE, state: 'registering' }]),
  associating('a request without WPS element to another access point', [
    { ...BARE, accessPoint: Uint8Array.of(2, 0, 0, 0, 3, 0) },
  ]),
  associating('a request without WPS element of which no frame is known', [
    step(1, -1, 'requested', { isSecured: false }),
  ]),
  associating('a request without WPS element in a frame that is not known', [
    step(1, -1, 'requested', { isSecured: false, accessPoint: REGISTRAR_MAC }),
  ]),
  associating('a request without WPS element as the second exchange begins', [{ ...BARE, timeMs: sessionStartMs(2) }]),
  associating('an association without WPS element', [{ ...BARE, state: 'associated' }]),
  associating('a request without WPS element to an access point that is not known', [BARE], ({ exchanges }) => ({
    exchanges: exchanges.map((exchange) => ({ ...exchange, registrarMac: null })),
  })),
  associating('a request without WPS element before an exchange without packets', [BARE], ({ exchanges }) => ({
    exchanges: exchanges.map((exchange) => ({ ...exchange, packets: [] })),
  })),
  addressing('a link-local address', [900, '169.254.7.7']),
  addressing('a link-local address of IPv6', [900, 'FEBF::7']),
  addressing('an address that reads like a link-local one', [900, '10.169.254.1']),
  addressing('an address of IPv6 that is not link-local', [900, 'fec0::1']),
  addressing('a link-local address before one of DHCP', [900, 'fe80::1'], [1900, '10.83.0.10']),
  addressing('a link-local address in time, one of DHCP too late', [900, '169.254.7.7'], [70_000, '10.83.0.10']),
  addressing(
    'a link-local address at the last moment, one of DHCP too late',
    [60_011, 'fe80::1'],
    [70_000, '10.83.0.10'],
  ),
  addressing('an address that is not known', [900]),
  addressing('an address at the last moment', [60_011, '10.83.0.10']),
  radio('it registers again, and the bench fails', { join: never }, ({ events }) => ({
    events: events.filter(({ kind, detail }) => kind !== 'session-start' || detail['session'] !== 2),
    benchFailure: DIED,
  })),
  radio('no time to join', { join: never }, ({ events }) => ({
    events: events.map((event) => (event.kind === 'end' ? { ...event, monotonicMs: sessionStartMs(2) + 5011 } : event)),
  })),
  radio('no join after exchanges without packets', { join: never }, ({ exchanges }) => ({
    exchanges: exchanges.map((exchange) => ({ ...exchange, packets: [] })),
  })),
  radio('a join with one form of the key of two, after an exchange without packets', {}, ({ exchanges }) => ({
    exchanges: exchanges.map((exchange) => ({ ...exchange, packets: [] })),
    join: wholeJoin(1),
  })),
  radio('a third session without a join, with the form of the key that was taken', {}, (whole) => thirdSession(whole)),
  radio('the key of the second session is not known', {}, ({ exchanges }) => ({
    exchanges: exchanges.map((exchange, index) => (index === 0 ? exchange : withoutKeys(exchange))),
  })),
  radio('one form of the key, and the bench fails in the end', { networkKeys: SAME_KEYS }, () => ({
    benchFailure: DIED,
  })),
  radio('one form of the key, and the bench fails before the second session', { networkKeys: SAME_KEYS }, (whole) => ({
    exchanges: whole.exchanges.slice(0, 1),
    benchFailure: DIED,
  })),
  observed('five sessions', SENSOR, () => sessionsOf(SENSOR, 5, () => ({})), {}),
  observed(
    'four of five sessions, and the bench failed',
    SENSOR,
    () => {
      const whole = sessionsOf(SENSOR, 5, () => ({}));
      return { ...whole, exchanges: whole.exchanges.slice(0, 4), benchFailure: DIED };
    },
    {},
  ),
  observed(
    'five sessions, in one of which M5 is not known',
    SENSOR,
    () => sessionsOf(SENSOR, 5, (session) => (session === 3 ? { last: 'M3', closing: 'failed' } : {})),
    {},
  ),
];
