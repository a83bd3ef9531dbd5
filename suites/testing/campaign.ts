import type { EapPacket, Evidence, Exchange, Scenario, StimulusId } from '#evidence/model.js';
import type { MessageName } from '#wire/wps/message.js';
import { SENSOR } from './devices.js';
import { evidenceOf, WIRED } from './evidence.js';
import { buildExchange, type Script } from './exchange.js';

/** Runs of the sensor in which the Registrar gives it stimuli. */

const FIRST = 3;

/** Two ordinary exchanges, and what comes after them. */
export function campaign(
  scenarios: readonly Scenario[],
  exchanges: readonly Exchange[],
  more: Partial<Evidence> = {},
): Evidence {
  const ordinary = [1, 2].map((number) => buildExchange(SENSOR, {}, { number, method: 'pin' }));
  const ability = { kinds: WIRED, sessions: 2, scenarios };
  return evidenceOf(SENSOR, [...ordinary, ...exchanges], { ability, ...more });
}

/** An exchange under a stimulus; the third of the run by default. */
export function under(id: StimulusId, script: Script, number = FIRST): Exchange {
  return { ...buildExchange(SENSOR, script, { number, method: 'pin' }), script: id };
}

/** The ordinary exchange after a stimulus. */
export function recovering(id: StimulusId, script: Script, number = FIRST): Exchange {
  return { ...buildExchange(SENSOR, script, { number, method: 'pin' }), recovers: id };
}

/** The packet of a message of this name. */
export function packetOf({ messages }: Exchange, name: MessageName): EapPacket {
  const packet = messages.find(({ wsc }) => wsc.name === name)?.packets[0];
  if (packet === undefined) throw new Error(`no ${name}`);
  return packet;
}

/** The exchange with these packets, which came before, once more behind one of its own. */
export function withPackets(exchange: Exchange, behind: EapPacket, ...more: readonly EapPacket[]): Exchange {
  const again = more.map((packet) => ({ ...packet, retransmission: true }));
  return { ...exchange, packets: exchange.packets.toSpliced(exchange.packets.indexOf(behind) + 1, 0, ...again) };
}
