import type { Evidence, EvidenceKind, Exchange, ExchangeMessage } from '#evidence/model.js';
import type { SampleDevice } from './devices.js';
import { buildExchange, type Script } from './exchange.js';

export const WIRED: readonly EvidenceKind[] = ['m1', 'exchange', 'keys', 'profile', 'sessions'];

/** Evidence of a wired run with these exchanges. */
export function evidenceOf(
  device: SampleDevice,
  exchanges: readonly Exchange[],
  more: Partial<Evidence> = {},
): Evidence {
  return {
    dutMac: device.mac,
    source: 'run',
    ability: { kinds: WIRED, sessions: 2 },
    exchanges,
    management: [],
    losses: [],
    events: [],
    benchFailure: null,
    ...more,
  };
}

/** So many sessions of a device, by PIN, each departing from the right way by a script of its own. */
export function sessionsOf(device: SampleDevice, count: number, script: (session: number) => Script): Evidence {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const exchanges = numbers.map((number) => buildExchange(device, script(number), { number, method: 'pin' }));
  return evidenceOf(device, exchanges, { ability: { kinds: WIRED, sessions: count } });
}

/** Two sessions of a device, by PIN, each departing from the right way by its script. */
export function twoSessions(device: SampleDevice, script: Script = {}, second: Script = script): Evidence {
  return evidenceOf(device, [
    buildExchange(device, script, { number: 1, method: 'pin' }),
    buildExchange(device, second, { number: 2, method: 'pin' }),
  ]);
}

/** The exchange as it is without session keys. */
export function withoutKeys(exchange: Exchange): Exchange {
  return { ...exchange, keys: null, pin: null, messages: exchange.messages.map(withoutSettings) };
}

function withoutSettings({ from, opCode, wsc, parts, packets, timeNs }: ExchangeMessage): ExchangeMessage {
  return { from, opCode, wsc, parts, packets, timeNs };
}
