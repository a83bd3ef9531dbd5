import { isStimulus, type Evidence, type Exchange } from '#evidence/model.js';
import type { Rule } from './rule.js';

type Share = NonNullable<Rule['underStimuli']> | 'nothing';

/** Rules remember what they make of an evidence: each share of one is the same object every time. */
const SHARES = new WeakMap<Evidence, Map<Share, Evidence>>();

/**
 * The evidence as a rule is shown it. In an exchange that our Registrar broke by a stimulus the device has to do what no
 * other exchange asks of it, so only the rules that are about stimuli look at the whole of it.
 */
export function shownTo(rule: Pick<Rule, 'underStimuli'>, evidence: Evidence): Evidence {
  const share = rule.underStimuli ?? 'nothing';
  if (share === 'whole' || !evidence.exchanges.some(isBroken)) return evidence;
  const shares = SHARES.get(evidence) ?? new Map<Share, Evidence>();
  SHARES.set(evidence, shares);
  const shown = shares.get(share) ?? { ...evidence, exchanges: sharedExchanges(evidence, share) };
  shares.set(share, shown);
  return shown;
}

/** True for an exchange in which our Registrar departed from the protocol, or took it to its limits. */
export function isBroken({ script }: Exchange): boolean {
  return isStimulus(script);
}

function sharedExchanges({ exchanges }: Evidence, share: Share): Exchange[] {
  if (share === 'nothing') return exchanges.filter((exchange) => !isBroken(exchange));
  return exchanges.flatMap((exchange) => {
    if (!isBroken(exchange)) return [exchange];
    const beginning = untilM1(exchange);
    return beginning === null ? [] : [beginning];
  });
}

/** The exchange as if it had ended with M1; null where it did not come to M1. */
function untilM1(exchange: Exchange): Exchange | null {
  const at = exchange.messages.findIndex(({ from, wsc }) => from === 'enrollee' && wsc.name === 'M1');
  const last = exchange.messages[at]?.packets.at(-1);
  if (last === undefined) return null;
  return {
    ...exchange,
    messages: exchange.messages.slice(0, at + 1),
    packets: exchange.packets.slice(0, exchange.packets.indexOf(last) + 1),
    closing: 'failed',
    lossy: false,
  };
}
