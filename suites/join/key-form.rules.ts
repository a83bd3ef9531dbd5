import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { benchError, blocked, fail, inconclusive, notRun, pass } from '../finding.js';
import {
  eachJoin,
  formTrials,
  isAssociated,
  joinsOf,
  keyForm,
  locateEndOfWsc,
  refusedForm,
  type FormTrial,
} from '../joins.js';
import { overlapText } from '../overlap.js';
import { WSC } from '../sources.js';

const join03: Rule = {
  id: 'RVP-JOIN-03',
  title: 'Accept the key as passphrase and as 64 hex digits',
  source: [WSC],
  requirement: 'The device joins with a Network Key that is a passphrase, and with one that is 64 hex digits.',
  why: 'Access points deliver either: some send the hex digits to every device that has no display.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange', 'join', 'sessions'],
  uses: ['keys', 'profile'],
  sessions: 2,
  remedy: 'Take a Network Key of 64 hex digits for the key itself, and one of 8 to 63 characters for a passphrase.',
  blockedBy: ['RVP-WSC-13', 'RVP-JOIN-01', 'RVP-JOIN-02'],
  check: (evidence, profile) => {
    if (joinsOf(evidence).length === 0) return eachJoin(evidence, () => []);
    const refused = refusedForm(evidence, profile);
    if (refused !== null) return [refusal(refused)];
    const trials = formTrials(evidence, profile);
    const [only] = trials;
    if (only === undefined || joinsOf(evidence).some(({ exchange }) => keyForm(exchange) === null))
      return [inconclusive('in which form the key was delivered cannot be told without session keys')];
    if (trials.length < 2) return [oneForm(evidence, only)];
    return trials.map((trial) => judgeTrial(evidence, trial));
  },
};

function refusal({ form, join }: FormTrial): Finding {
  const at = locateEndOfWsc(join);
  const text = `the device does not join with ${form} as key, delivered in exchange ${join.exchange.number}`;
  if (at === null) return inconclusive(text);
  return fail(text, {
    expected: 'a join with either form of the key',
    actual: `none with ${form}`,
    at,
    remedy:
      form === '64 hex digits'
        ? 'Take a Network Key of 64 hex digits for the key itself: no passphrase is that long.'
        : 'Take a Network Key of 8 to 63 characters for a passphrase, and compute the key of it and the SSID.',
  });
}

function oneForm(evidence: Evidence, { form }: FormTrial): Finding {
  const { ability, benchFailure } = evidence;
  const joins = joinsOf(evidence).length;
  if (benchFailure !== null && joins < ability.sessions)
    return benchError(`${joins} of ${ability.sessions} planned sessions: ${benchFailure.text}`);
  return notRun(`the key was delivered as ${form} alone${overlapText(evidence)}`);
}

function judgeTrial(evidence: Evidence, { form, outcome, join }: FormTrial): Finding {
  const { number } = join.exchange;
  if (outcome === 'taken') return pass(`the device joins with ${form}, delivered in exchange ${number}`);
  const text = `the device did not join with ${form}, delivered in exchange ${number}`;
  if (outcome === 'refused') return blocked(isAssociated(join) ? 'RVP-JOIN-02' : 'RVP-JOIN-01', text);
  if (evidence.benchFailure !== null) return benchError(`${text}: ${evidence.benchFailure.text}`);
  return inconclusive(`${text}, in the time there was`);
}

export const keyFormRules: readonly Rule[] = [join03];
