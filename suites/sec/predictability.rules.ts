import { equal } from '#base/bytes.js';
import type { Finding, Rule } from '#judge/rule.js';
import { drawnValues, type Drawn } from '../drawn-values.js';
import { blocked, fail, inconclusive, pass } from '../finding.js';
import { placeText } from '../locate.js';
import { LENGTH_OWNERS, noM1 } from '../observe.js';
import { PREDICTABILITY_SESSIONS, regularity } from '../predictability.js';
import { sessionM1s, tooFew } from '../sessions.js';
import { WSC } from '../sources.js';

const NONCES = ['Enrollee Nonce', 'E-S1', 'E-S2'] as const;

/**
 * Looks in each kind of nonce, session by session, for a counter or a clock, for steps of a linear congruential generator
 * between and within the values, and for the C library's generators seeded with the time. All of it has to hold in every
 * session; a device without fault shows any of it in less than one of a hundred million runs (`falseAlarmBound`, which
 * `predictability.test.ts` computes: 8.4e-9 for three kinds, nearly all of it from the steps between sessions).
 */
const sec04: Rule = {
  id: 'RVP-SEC-04',
  title: 'Draw nonces that cannot be foretold',
  source: [WSC],
  requirement: `A run of at least ${PREDICTABILITY_SESSIONS} sessions shows no nonce that is trivially predictable: no counter, no step of a linear congruential generator, no seed by the time.`,
  why: 'Who can foretell E-S1 and E-S2 computes the PIN from M3 offline.',
  level: 'SHOULD',
  revision: 1,
  needs: ['exchange', 'sessions'],
  uses: ['keys'],
  sessions: PREDICTABILITY_SESSIONS,
  remedy: 'Draw nonces from a cryptographic random generator that is seeded by the hardware.',
  blockedBy: ['RVP-SEC-02', 'RVP-WSC-03', 'RVP-WSC-11', 'RVP-WSC-12', ...LENGTH_OWNERS],
  check: (evidence) => {
    // Steps from session to session show only where no session between is left out.
    const row = { ...evidence, exchanges: evidence.exchanges.filter(({ recovers }) => recovers === undefined) };
    const m1s = sessionM1s(row);
    if (m1s.length === 0) return [noM1(evidence)];
    const { drawn, problems } = drawnValues(row);
    const findings = NONCES.map((what) =>
      judgeKind(
        what,
        drawn.filter((each) => each.what === what),
      ),
    );
    if (findings.some(({ verdict }) => verdict === 'fail')) return findings;
    const few = tooFew(evidence, m1s.length, 'sessions', PREDICTABILITY_SESSIONS);
    if (few !== null) return [few];
    return [...findings, ...problems];
  },
};

function judgeKind(what: (typeof NONCES)[number], drawn: readonly Drawn[]): Finding {
  const last = drawn.at(-1);
  if (last === undefined || drawn.length < PREDICTABILITY_SESSIONS)
    return inconclusive(`${what} is known of ${drawn.length} sessions; it takes ${PREDICTABILITY_SESSIONS}`);
  const repeats = drawn.some(({ value }, index) => drawn.slice(0, index).some((other) => equal(other.value, value)));
  if (repeats) return blocked('RVP-SEC-02', `${what} repeats, so there is nothing to foretell`);
  const found = regularity({
    values: drawn.map(({ value }) => value),
    seconds: drawn.map(({ timeNs }) => Number(timeNs / 1_000_000_000n)),
  });
  if (found === null) return pass(`${what} of ${drawn.length} sessions shows no rule by which it could be foretold`);
  return fail(`${what} ${found}, in each of ${drawn.length} sessions`, {
    expected: '16 bytes that nothing sent before gives away',
    actual: `${what} ${found}`,
    at: last.at,
    remedy: `Draw ${what} from a cryptographic random generator; the last one stands at ${placeText(last.at)}.`,
  });
}

export const predictabilityRules: readonly Rule[] = [sec04];
