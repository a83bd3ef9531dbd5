import type { Evidence, Exchange, StimulusId } from '#evidence/model.js';
import { sessionsOf } from '#evidence/sessions.js';
import type { Finding, Rule } from '#judge/rule.js';
import { endingText } from '../exchanges.js';
import { benchError, fail, inconclusive, pass } from '../finding.js';
import { locateEap } from '../locate.js';
import { seconds } from '../observe.js';
import { registersOrdinarily, unsettled } from '../reactions.js';
import { OURS } from '../sources.js';
import { ABOUT_STIMULI } from './stimulus-list.js';

const reg99: Rule = {
  id: 'RVP-REG-99',
  title: 'Register in the next exchange, whatever the last Registrar did',
  source: [OURS, { document: 'WSC' }],
  requirement: 'After each exchange with a stimulus the next exchange, in which nothing is wrong, ends with WSC_Done.',
  why: 'A device that one wrong message puts out of order has to be switched off and on, or is lost to its owner.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange'],
  scenarios: ABOUT_STIMULI,
  underStimuli: 'whole',
  remedy: 'Drop all state of an exchange when it ends, however it ends, and begin the next one anew.',
  check: (evidence) => {
    const { scenarios = [] } = evidence.ability;
    return ABOUT_STIMULI.filter((id) => scenarios.includes(id)).flatMap((id) => judgeRecovery(evidence, id));
  },
};

function judgeRecovery(evidence: Evidence, id: StimulusId): Finding {
  const exchanges = evidence.exchanges.filter(({ recovers }) => recovers === id);
  const done = exchanges.find(({ closing }) => closing === 'done');
  if (done !== undefined) return pass(`the device registers in exchange ${done.number}, after the stimulus ${id}`);
  const last = exchanges.at(-1);
  if (last === undefined) return withoutExchange(evidence, id);
  const open = unsettled(evidence, last);
  if (open !== null) return open;
  if (!registersOrdinarily(evidence))
    return inconclusive(`${endingText(last)}, but the device registers in no ordinary exchange before either`);
  return notRegistered(last, id);
}

function notRegistered(exchange: Exchange, id: StimulusId): Finding {
  const text = `the device does not register in exchange ${exchange.number}, after the stimulus ${id}`;
  const packet = exchange.packets.at(-1);
  if (packet === undefined) return inconclusive(text);
  const span = { start: 0, end: packet.bytes.length };
  return fail(text, {
    expected: 'WSC_Done',
    actual: endingText(exchange),
    at: locateEap(exchange, packet, 'EAP packet', { span, path: 'eap' }),
    remedy: `Look at what exchange ${exchange.number - 1} left behind in the device: the next one has to find it as if it had not been.`,
  });
}

/** A device that says nothing at all may be one that nobody has started. */
function withoutExchange(evidence: Evidence, id: StimulusId): Finding {
  const what = `no exchange after the stimulus ${id}`;
  if (evidence.benchFailure !== null) return benchError(`${what}: ${evidence.benchFailure.text}`);
  const silenceMs = sessionsOf(evidence.events).find(({ recovers }) => recovers === id)?.silenceMs ?? null;
  const silence = silenceMs === null ? '' : `: the device sent nothing within ${seconds(silenceMs)}`;
  return inconclusive(`${what}${silence}`);
}

export const recoveryRules: readonly Rule[] = [reg99];
