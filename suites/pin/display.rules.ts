import type { Evidence, Exchange, ExchangeMessage, OperatorAnswer } from '#evidence/model.js';
import type { Finding, Location, Rule } from '#judge/rule.js';
import { PIN_SHOWN_MS, type QuestionId } from '#profile/questions.js';
import { ascii, equal } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute } from '#wire/wps/message.js';
import { benchError, inconclusive, notRun } from '../finding.js';
import { locate, seenMessage } from '../locate.js';
import { allM1s, noM1, seconds } from '../observe.js';
import { answerTo, judgeAnswer, locateConfigMethods, NO_WORD_OF_A_DISPLAY, type Denied } from '../operator.js';
import { REQ } from '../sources.js';

const WINDOWS = ascii('Windows');
/** Between the time stamp of a frame and the bench's own clock. */
const CLOCK_SLACK_MS = 1000;

const pin01: Rule = {
  id: 'RVP-PIN-01',
  title: 'Show a dynamic PIN for two minutes after the M2D of Windows',
  source: [REQ],
  requirement:
    'A device with a display shows a dynamic PIN of 4 or 8 digits, with no action of the user, for at least 2 minutes after an M2D whose Model Name is "Windows".',
  why: 'Windows sends that M2D and asks the user for the PIN: who finds none on the display, or only for a moment, cannot go on.',
  level: 'MUST',
  revision: 1,
  needs: ['operator', 'exchange', 'profile'],
  scenarios: ['m2d-windows'],
  interpretation: ['I-13', 'I-14'],
  remedy: 'Show the PIN as soon as an M2D comes whose Model Name is "Windows", and keep it for two minutes.',
  appliesWhen: 'display',
  check: (evidence, profile) => {
    if (profile?.ics.display === undefined) return [notRun(NO_WORD_OF_A_DISPLAY)];
    const shown = judgeShown(evidence, 'display-shows-pin', NOT_SHOWN);
    // Of a PIN that is not shown nothing more is to be said.
    if (answerTo(evidence, 'display-shows-pin')?.answer === 'no') return [shown];
    return [shown, judgeShown(evidence, 'display-pin-is-dynamic', NOT_DYNAMIC)];
  },
};

const NOT_SHOWN: Denied = {
  text: 'the display does not show the PIN by itself for two minutes after the M2D of Windows',
  expected: `a PIN of 4 or 8 digits for at least ${seconds(PIN_SHOWN_MS)}, with nobody touching the device`,
  actual: 'no PIN, or not for so long, or only after somebody did something',
  remedy:
    'On an M2D whose Model Name is "Windows", show the PIN at once, without waiting for a key, and start a timer of two minutes or more.',
};

const NOT_DYNAMIC: Denied = {
  text: 'the PIN on the display is a fixed one',
  expected: 'a PIN made up anew, at each start or for each registration',
  actual: 'the same PIN every time',
  remedy: 'Draw a new PIN for the display; a fixed one belongs on a label of a device that has no display.',
};

function judgeShown(evidence: Evidence, id: QuestionId, denied: Denied): Finding {
  const given = answerTo(evidence, id);
  const sent = windowsM2d(evidence);
  if (given === null && sent === null) return notSent(evidence, id);
  const unfounded = given === null || given.by === 'profile' ? null : unfoundedAnswer(id, given, sent);
  return unfounded ?? judgeAnswer(evidence, id, denied, sent?.at ?? locateConfigMethods(evidence));
}

/** Nobody can tell what an M2D brings about that was not sent, nor say of two minutes that they were seen before they were over. */
function unfoundedAnswer(id: QuestionId, { answer, timeMs }: OperatorAnswer, sent: SentM2d | null): Finding | null {
  if (answer !== 'yes' && answer !== 'no') return null;
  if (sent === null) return inconclusive(`${id}: answered, but no M2D with Model Name "Windows" is in the evidence`);
  const sinceMs = timeMs - sent.timeMs;
  if (answer === 'no' || sinceMs >= PIN_SHOWN_MS - CLOCK_SLACK_MS) return null;
  return inconclusive(`${id}: answered ${seconds(sinceMs)} after the M2D, before the two minutes were over`);
}

function notSent(evidence: Evidence, id: QuestionId): Finding {
  if (allM1s(evidence).length === 0) return noM1(evidence);
  const text = `${id}: no M2D with Model Name "Windows" was sent, so there was nothing to look for`;
  return evidence.benchFailure === null
    ? notRun(text)
    : benchError(`${text}: the bench failed: ${evidence.benchFailure.text}`);
}

interface SentM2d {
  readonly at: Location;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
}

/** The first M2D of a Registrar that runs on Windows, or that says so. */
function windowsM2d({ exchanges }: Evidence): SentM2d | null {
  for (const exchange of exchanges) {
    for (const message of exchange.messages) {
      const at = windowsName(exchange, message);
      if (at !== null) return { at, timeMs: Number(message.timeNs / 1_000_000n) };
    }
  }
  return null;
}

function windowsName(exchange: Exchange, message: ExchangeMessage): Location | null {
  if (message.from !== 'registrar' || message.wsc.name !== 'M2D') return null;
  const name = attribute(message.wsc, ATTRIBUTE.ModelName);
  return name !== null && equal(name.value, WINDOWS) ? locate(seenMessage(exchange, message), name) : null;
}

export const displayRules: readonly Rule[] = [pin01];
