import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { fail, pass } from '../finding.js';
import { didText, neverReached, placeOf, reactionsTo, saidText, stimulusPlace, unsettled } from '../reactions.js';
import { WSC } from '../sources.js';

/** A Registrar that cannot prove its half of the password: the stimulus, and the message that brings the proof. */
const PROOFS = [
  { id: 'reg-03', step: 'M4', half: 'first', secret: 'E-S1', reveals: 'M5' },
  { id: 'reg-04', step: 'M6', half: 'second', secret: 'E-S2', reveals: 'M7' },
] as const;

const sec03: Rule = {
  id: 'RVP-SEC-03',
  alsoKnownAs: ['RVP-REG-03', 'RVP-REG-04'],
  title: 'Reveal nothing to a Registrar that does not prove the password',
  source: [WSC],
  requirement:
    'After an M4 whose R-S1 does not open R-Hash1 the device does not send M5, and after an M6 whose R-S2 does not open R-Hash2 it does not send M7.',
  why: 'E-S1 gives away the first half of the PIN and E-S2 the second: whoever gets both has the PIN without having known it.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange'],
  uses: ['keys'],
  scenarios: ['reg-03', 'reg-04'],
  underStimuli: 'whole',
  remedy:
    'Compute R-Hash1 and R-Hash2 anew from R-S1 and R-S2 of M4 and M6, compare them with those of M4, and answer with WSC_NACK, Configuration Error 18, when they differ.',
  check: (evidence) => PROOFS.flatMap((proof) => judgeProof(evidence, proof)),
};

function judgeProof(evidence: Evidence, { id, step, half, secret, reveals }: (typeof PROOFS)[number]): Finding[] {
  const reactions = reactionsTo(evidence, id, step);
  if (reactions.length === 0) return [neverReached(evidence, id)];
  return reactions.map((reaction): Finding => {
    const { exchange, said, wentOn } = reaction;
    if (wentOn !== null)
      return fail(`the device reveals ${secret} in exchange ${exchange.number} to a Registrar without the PIN`, {
        expected: `WSC_NACK or no answer to ${step}, but not ${reveals}`,
        actual: saidText(wentOn),
        at: placeOf(exchange, wentOn),
        remedy: `Open the hash of the ${half} half with the secret nonce of ${step} before ${reveals} is sent; answer with WSC_NACK, Configuration Error 18, when it does not open.`,
      });
    const refused = said.some(({ wsc }) => wsc.name === 'WSC_NACK') && !exchange.lossy;
    const open = refused ? null : unsettled(evidence, exchange);
    const text = `to an ${step} without the ${half} half of the PIN the device ${didText(reaction)}`;
    return open ?? pass(`${text} in exchange ${exchange.number}`, stimulusPlace(reaction));
  });
}

export const proofRules: readonly Rule[] = [sec03];
