import type { Evidence, StimulusId } from '#evidence/model.js';
import type { Finding, Rule, RuleId } from '#judge/rule.js';
import { fail, inconclusive, note, pass } from './finding.js';
import {
  didText,
  neverReached,
  nextLabel,
  placeOf,
  reactionsTo,
  reactionText,
  registersOrdinarily,
  saidText,
  stimulusPlace,
  unsettled,
  type Reaction,
  type Step,
} from './reactions.js';
import { WSC } from './sources.js';

/** What tells one rule about a stimulus from the next. */
export interface StimulusRule {
  /** `05` of RVP-REG-05, which judges what a device makes of the stimulus `reg-05`. */
  readonly number: string;
  /** The message that is the stimulus, or in the place of which it comes. */
  readonly step: Step;
  readonly level: Rule['level'];
  readonly title: string;
  /** The stimulus as the device sees it, to go on after "When": `the Authenticator of M2 is wrong`. */
  readonly when: string;
  readonly why: string;
  readonly remedy: string;
  readonly appliesWhen?: Rule['appliesWhen'];
}

/** Id of the stimulus a rule number stands for. */
function stimulusId(number: string): StimulusId {
  return `reg-${number}`;
}

/**
 * A rule that a device may not go on after the stimulus. How it refuses is its own matter: WSC_NACK with any
 * Configuration Error, another message that is none of the exchange's course, or silence.
 */
export function refusalRule(spec: StimulusRule): Rule {
  const next = nextLabel(spec.step);
  return ruleOf(
    spec,
    `When ${spec.when}, the device does not answer with ${next}: it says WSC_NACK, or nothing more.`,
    (evidence, reaction) => judgeRefusal(spec, evidence, reaction),
  );
}

function judgeRefusal({ when, step, remedy }: StimulusRule, evidence: Evidence, reaction: Reaction): Finding {
  const { exchange, said, wentOn } = reaction;
  const where = `in exchange ${exchange.number}`;
  if (wentOn !== null)
    return fail(`the device goes on with ${saidText(wentOn)} ${where}, although ${when}`, {
      expected: `WSC_NACK or no answer, but not ${nextLabel(step)}`,
      actual: saidText(wentOn),
      at: placeOf(exchange, wentOn),
      remedy,
    });
  const open =
    said.some(({ wsc }) => wsc.name === 'WSC_NACK') && !exchange.lossy ? null : unsettled(evidence, exchange);
  return open ?? pass(`the device ${didText(reaction)} ${where}`, stimulusPlace(reaction));
}

/** A rule that a device has to take the stimulus like any other message and register. */
export function tolerationRule(spec: StimulusRule): Rule {
  return ruleOf(
    spec,
    `When ${spec.when}, the device goes on, and the exchange ends with its WSC_Done.`,
    (evidence, reaction) => judgeToleration(spec, evidence, reaction),
  );
}

function judgeToleration({ when, remedy }: StimulusRule, evidence: Evidence, reaction: Reaction): Finding {
  const { exchange, said } = reaction;
  const where = `in exchange ${exchange.number}`;
  if (exchange.closing === 'done') return pass(`the device sends WSC_Done ${where}`, stimulusPlace(reaction));
  const nack = said.find(({ wsc }) => wsc.name === 'WSC_NACK');
  const open = nack === undefined ? unsettled(evidence, exchange) : null;
  if (open !== null) return open;
  const actual = nack === undefined ? reactionText({ ...reaction, said: said.slice(-1) }) : saidText(nack);
  if (!registersOrdinarily(evidence))
    return inconclusive(`${actual} ${where}, but the device registers in no ordinary exchange either`);
  return fail(`the device does not register ${where}, where ${when}`, {
    expected: 'WSC_Done at the end',
    actual,
    at: nack === undefined ? stimulusPlace(reaction) : placeOf(exchange, nack),
    remedy,
  });
}

/** A rule that tells what a device makes of the stimulus, whatever that is. */
export function reportRule(spec: StimulusRule): Rule {
  return ruleOf(spec, `What the device does when ${spec.when} is reported.`, (evidence, reaction) => {
    const open = unsettled(evidence, reaction.exchange);
    const text = `the device ${didText(reaction)} in exchange ${reaction.exchange.number}`;
    return open ?? note(text, stimulusPlace(reaction));
  });
}

function ruleOf(
  spec: StimulusRule,
  requirement: string,
  judge: (evidence: Evidence, reaction: Reaction) => Finding,
): Rule {
  const id = stimulusId(spec.number);
  const ruleId: RuleId = `RVP-REG-${spec.number}`;
  return {
    id: ruleId,
    title: spec.title,
    source: [WSC],
    requirement,
    why: spec.why,
    level: spec.level,
    revision: 1,
    needs: ['exchange'],
    uses: ['keys'],
    scenarios: [id],
    underStimuli: 'whole',
    remedy: spec.remedy,
    ...(spec.appliesWhen === undefined ? {} : { appliesWhen: spec.appliesWhen }),
    check: (evidence) => {
      const reactions = reactionsTo(evidence, id, spec.step);
      if (reactions.length === 0) return [neverReached(evidence, id)];
      return reactions.map((reaction) => judge(evidence, reaction));
    },
  };
}
