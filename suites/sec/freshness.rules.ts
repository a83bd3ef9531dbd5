import { allBytes, equal, toHex } from '#base/bytes.js';
import type { Exchange } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute } from '#wire/wps/message.js';
import { drawnValues, SECRETS, type Drawn } from '../drawn-values.js';
import { eachExchange, ownMessages } from '../exchanges.js';
import { fail, inconclusive, pass } from '../finding.js';
import { locate, placeText, seenMessage } from '../locate.js';
import { LENGTH_OWNERS, m1sOf, noM1 } from '../observe.js';
import { revealed } from '../secrets.js';
import { FEWEST_SESSIONS, sessionM1s, tooFew } from '../sessions.js';
import { WSC } from '../sources.js';

const sec01: Rule = {
  id: 'RVP-SEC-01',
  title: 'Draw E-S1 and E-S2 at random',
  source: [WSC, { document: 'pixie dust' }],
  requirement: 'E-S1 and E-S2 differ from each other, are not zero, and do not equal the Enrollee Nonce.',
  why: 'With a guessable E-S1 and E-S2 anybody who sees M3 computes the PIN offline.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange', 'keys'],
  remedy: 'Draw 16 bytes each from a cryptographic random generator, once a session.',
  blockedBy: ['RVP-WSC-03', 'RVP-WSC-11', 'RVP-WSC-12', ...LENGTH_OWNERS],
  check: (evidence) => eachExchange(evidence, judgeSecrets, 'M5', 'M7'),
};

function judgeSecrets(exchange: Exchange): Finding[] {
  const findings: Finding[] = [];
  const earlier: { readonly name: string; readonly value: Uint8Array }[] = [];
  const m1 = m1sOf(exchange).at(-1);
  const nonce = m1 === undefined ? null : attribute(m1.wsc, ATTRIBUTE.EnrolleeNonce);
  if (nonce !== null) earlier.push({ name: 'the Enrollee Nonce', value: nonce.value });
  for (const { message, id, name } of SECRETS) {
    const opener = ownMessages(exchange, message).at(-1);
    if (opener === undefined) continue;
    const secret = revealed(exchange, opener, id);
    if (secret.value === null) {
      findings.push(secret.problem);
      continue;
    }
    const { value } = secret;
    const like = allBytes(value, 0) ? 'zero' : earlier.find((other) => equal(other.value, value))?.name;
    earlier.push({ name, value });
    const at = locate(seenMessage(exchange, opener), secret.settings);
    findings.push(
      like === undefined
        ? pass(`${name} of exchange ${exchange.number} is no value known before`, at)
        : fail(`${name} of exchange ${exchange.number} is ${like === 'zero' ? 'zero' : `the same as ${like}`}`, {
            expected: '16 random bytes',
            actual: like === 'zero' ? 'all zero' : `equal to ${like}`,
            at,
            remedy: `Draw ${name} from a cryptographic random generator; it is revealed in the Encrypted Settings at ${placeText(at)}.`,
          }),
    );
  }
  return findings;
}

const sec02: Rule = {
  id: 'RVP-SEC-02',
  title: 'Use fresh nonces, IVs and public key in every session',
  source: [WSC],
  requirement:
    'Enrollee Nonce, E-S1, E-S2, IVs and Public Key are fresh in every session; a public key bound to an out-of-band token is exempt.',
  why: 'What repeats can be replayed or computed offline, and gives away the PIN.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange', 'sessions'],
  underStimuli: 'm1',
  uses: ['keys'],
  sessions: 2,
  remedy: 'Draw nonces, IVs and the private value of the key anew from a cryptographic random generator.',
  blockedBy: ['RVP-WSC-03', 'RVP-WSC-11', 'RVP-WSC-12', ...LENGTH_OWNERS],
  check: (evidence) => {
    const m1s = sessionM1s(evidence);
    if (m1s.length === 0) return [noM1(evidence)];
    const { drawn, problems } = drawnValues(evidence);
    const repeats = repeatsOf(drawn);
    if (repeats.length > 0) return repeats;
    const few = tooFew(evidence, m1s.length, 'sessions');
    if (few !== null) return [few];
    const open = eachExchange(evidence, () => []);
    const sessions = new Set(drawn.filter(({ what }) => what === 'E-S2').map(({ exchange }) => exchange)).size;
    if (open.length > 0 || problems.length > 0) return [...problems, ...open];
    if (sessions < FEWEST_SESSIONS)
      return [inconclusive(`E-S1 and E-S2 were revealed in ${sessions} sessions, comparing needs ${FEWEST_SESSIONS}`)];
    return [pass(`nothing repeats in ${m1s.length} sessions`)];
  },
};

/** One finding for each kind of value that repeats: its first repetition. */
function repeatsOf(drawn: readonly Drawn[]): Finding[] {
  const told = new Set<string>();
  return drawn.flatMap((sample, index) => {
    if (told.has(sample.what)) return [];
    const { what, exchange, at } = sample;
    const earlier = drawn.slice(0, index).find((other) => other.what === what && equal(other.value, sample.value));
    if (earlier === undefined) return [];
    told.add(what);
    const actual = what === 'E-S1' || what === 'E-S2' ? 'the same value again' : toHex(sample.value.subarray(0, 16));
    return [
      fail(`${what} of exchange ${exchange} is that of exchange ${earlier.exchange}`, {
        expected: 'a value that was not used before',
        actual,
        at,
        remedy: `Draw ${what === 'Public Key' ? 'the private value behind the Public Key' : what} anew for every session; it stands at ${placeText(at)}.`,
      }),
    ];
  });
}

export const freshnessRules: readonly Rule[] = [sec01, sec02];
