import type { Evidence, Exchange } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { u16be } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute } from '#wire/wps/message.js';
import { endingText, ownMessages } from '../exchanges.js';
import { benchError, fail, inconclusive, pass } from '../finding.js';
import { locateEap } from '../locate.js';
import { unsettled } from '../reactions.js';
import { WSC } from '../sources.js';

/** The device says that the password is not its own: so it may be that of another device, or an old one. */
const PASSWORD_FAILURE = 18;

const reg50: Rule = {
  id: 'RVP-REG-50',
  title: 'Register again after a registration that came to its end',
  source: [WSC],
  requirement: 'After an exchange that ended with WSC_Done the next one ends with WSC_Done as well.',
  why: 'Networks change their keys, and devices their owners: one that registers once only has to be reset then.',
  level: 'SHOULD',
  revision: 1,
  needs: ['exchange', 'sessions'],
  remedy: 'Begin each registration with new keys and nonces, whatever network the device has joined before.',
  check: (evidence) => {
    const ordinary = evidence.exchanges.filter(({ recovers }) => recovers === undefined);
    const first = ordinary.findIndex(({ closing }) => closing === 'done');
    const later = first < 0 ? [] : ordinary.slice(first + 1);
    if (later.length === 0) return [withoutSecond(evidence, first < 0)];
    return later.map((exchange) => judge(evidence, exchange));
  },
};

function withoutSecond({ benchFailure }: Evidence, isWithoutFirst: boolean): Finding {
  const text = isWithoutFirst
    ? 'no exchange ended with WSC_Done, so there is none after it'
    : 'no exchange follows the one that ended with WSC_Done';
  return benchFailure === null ? inconclusive(text) : benchError(`${text}: ${benchFailure.text}`);
}

function judge(evidence: Evidence, exchange: Exchange): Finding {
  const { number, closing, packets, messages } = exchange;
  if (closing === 'done') return pass(`exchange ${number} ended with WSC_Done too`);
  const open = unsettled(evidence, exchange);
  if (open !== null) return open;
  const text = endingText(exchange);
  const nack = ownMessages(exchange, 'WSC_NACK').at(-1);
  const code = nack === undefined ? null : attribute(nack.wsc, ATTRIBUTE.ConfigurationError)?.value;
  if (code?.length === 2 && u16be(code, 0) === PASSWORD_FAILURE)
    return inconclusive(`${text}; it says that the PIN is not its own`);
  if (messages.some(({ from, wsc }) => from === 'registrar' && wsc.name === 'WSC_NACK'))
    return inconclusive(`${text}; the Registrar refused it`);
  const packet = packets.at(-1);
  if (packet === undefined) return inconclusive(text);
  const span = { start: 0, end: packet.bytes.length };
  return fail(`the device does not register again in exchange ${number}`, {
    expected: 'WSC_Done',
    actual: text,
    at: locateEap(exchange, packet, 'EAP packet', { span, path: 'eap' }),
    remedy: 'Look at what the first registration left behind in the device.',
  });
}

export const repetitionRules: readonly Rule[] = [reg50];
