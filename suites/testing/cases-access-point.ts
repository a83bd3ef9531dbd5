import { be } from '#base/bytes.js';
import type { Evidence, Exchange, StimulusId } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { encountering, type Met, type Times } from './air-stimuli.js';
import { SENSOR } from './devices.js';
import { drop, setValue } from './edits.js';
import { buildExchange, sessionStartMs } from './exchange.js';
import { observed, type Broken, type FaultCase } from './fault-case.js';

const DIED = { code: 'ERR_BENCH_DIED', text: 'the recording ends without its last record' };

/** A device that the bench starts itself, so that it is known to have been started. */
const STARTED: Profile = {
  ...SENSOR.profile,
  ixit: { ...SENSOR.profile.ixit, dut: { kind: 'reference', model: 'sensor', seed: 1, faults: [] } },
};

function met(
  name: string,
  id: StimulusId,
  how: Met,
  broken: Broken = {},
  change: (whole: Evidence) => Partial<Evidence> = () => ({}),
): FaultCase {
  const evidence = (): Evidence => {
    const whole = encountering(SENSOR, id, how);
    return { ...whole, ...change(whole) };
  };
  return { ...observed(name, SENSOR, evidence, broken), profile: STARTED };
}

const AWAY: Met = { method: 'pbc', exchange: null };

/** The exchange with the access point is another. */
const encounter =
  (change: (exchange: Exchange) => Exchange) =>
  ({ exchanges }: Evidence): Partial<Evidence> => ({
    exchanges: exchanges.map((exchange) => (exchange.script === undefined ? exchange : change(exchange))),
  });
const lossy = encounter((exchange) => ({ ...exchange, lossy: true }));
/** It came to no M1. */
const identityOnly = encounter((exchange) => ({ ...exchange, packets: exchange.packets.slice(0, 2), messages: [] }));

/** The device registers with no ordinary access point before. */
function neverRegistered({ exchanges, join = [] }: Evidence): Partial<Evidence> {
  const stopped = [1, 2].map((number) =>
    buildExchange(SENSOR, { last: 'M4', closing: 'failed' }, { number, method: 'pbc' }),
  );
  return {
    exchanges: [...stopped, ...exchanges.slice(2)],
    join: join.filter(({ timeMs }) => timeMs >= sessionStartMs(3)),
  };
}

const heard = (name: string, when: Exclude<Met['heard'], undefined>): FaultCase =>
  met(`it keeps away, and was heard to look ${name}`, 'reg-40', { ...AWAY, heard: when });
const during = (fromMs: number, toMs: number): Times => [{ fromMs, toMs }];

/** Devices that meet an access point which does something else than always. */
export const ACCESS_POINT_CASES: readonly FaultCase[] = [
  met(
    'it registers although two access points wait for a button',
    'reg-40',
    { method: 'pbc', exchange: {} },
    { fails: ['REG-40'] },
  ),
  met(
    'it goes by push button to who waits for a PIN',
    'reg-41b',
    { method: 'pbc', exchange: { last: 'M1' } },
    { warns: ['REG-41b'] },
  ),
  met(
    'it reads an element that ends within an attribute',
    'reg-42',
    { method: 'pbc', exchange: {} },
    { warns: ['REG-42'] },
  ),
  met('it reads the first WPS element alone', 'reg-43', AWAY, { fails: ['REG-43'] }),
  met(
    'it does not know its own address among those authorized',
    'reg-44a',
    { method: 'pin', exchange: null },
    { fails: ['REG-44a'] },
  ),
  met(
    'it does not take the address of all for its own',
    'reg-44b',
    { method: 'pin', exchange: null },
    { fails: ['REG-44b'] },
  ),
];

/** The same at the edge of what can be told of them. */
export const ACCESS_POINT_EDGE_CASES: readonly FaultCase[] = [
  met(
    'it stops after M3 where attributes go on in a second element',
    'reg-43',
    { method: 'pbc', exchange: { last: 'M3' } },
    { fails: ['REG-43'] },
  ),
  met('it was not seen to register where attributes go on in a second element', 'reg-43', {
    method: 'pbc',
    exchange: { last: 'M3', closing: 'open' },
  }),
  met(
    'frames may be missing where attributes go on in a second element',
    'reg-43',
    { method: 'pbc', exchange: { last: 'M3' } },
    {},
    lossy,
  ),
  met('it registers nowhere', 'reg-43', AWAY, {}, neverRegistered),
  {
    ...met('it goes past an access point that authorizes it, and may not have been started', 'reg-44a', {
      method: 'pin',
      exchange: null,
    }),
    profile: null,
  },
  met(
    'it says no more than its identity where it may not go',
    'reg-40',
    { method: 'pbc', exchange: {} },
    {},
    identityOnly,
  ),
  met(
    'it says no more than its identity where another address is authorized',
    'reg-44c',
    { method: 'pin', exchange: {} },
    {},
    identityOnly,
  ),
  met('the end of the session was not recorded', 'reg-40', { ...AWAY, ended: false }, {}, () => ({
    benchFailure: null,
  })),
  met('no session was recorded', 'reg-40', AWAY, {}, ({ events }) => ({
    events: events.filter(({ detail }) => detail['script'] === undefined),
  })),
  heard('nobody knows when', null),
  heard('as the session began', (startMs) => during(startMs - 500, startMs)),
  heard('as the session ended', (_, endMs) => during(endMs, endMs + 500)),
  heard('before the session alone', (startMs) => during(startMs - 500, startMs - 1)),
  heard('after the session alone', (_, endMs) => during(endMs + 1, endMs + 500)),
  met('it keeps away, and asked for a PIN by push button', 'reg-40', { ...AWAY, probe: (attributes) => attributes }),
  met(
    'it keeps away, and did not say what it asked for',
    'reg-40',
    { ...AWAY, probe: drop(ATTRIBUTE.DevicePasswordID) },
    { fails: ['IEX-01'] },
  ),
  met(
    'it keeps away, and asked by a Device Password ID of 1 byte',
    'reg-40',
    { ...AWAY, probe: setValue(ATTRIBUTE.DevicePasswordID, be(4, 1)) },
    { fails: ['IEX-01'] },
  ),
];

/** Runs with such access points in which the bench failed. */
export const ACCESS_POINT_SITUATIONS: readonly FaultCase[] = [
  met('the bench died in a session with two access points', 'reg-40', { ...AWAY, ended: false }),
  met('the bench died after a session with two access points', 'reg-40', AWAY, {}, () => ({ benchFailure: DIED })),
];
