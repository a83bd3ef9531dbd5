import type { Evidence, Exchange, ManagementFrame, StimulusId } from '#evidence/model.js';
import { sessionsOf, type Session } from '#evidence/sessions.js';
import type { Finding, Location, Rule } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { u16be } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { DEVICE_PASSWORD_ID } from '#wire/wps/codes.js';
import { attribute } from '#wire/wps/message.js';
import { ownFrames } from './air.js';
import { endingText, ownMessages } from './exchanges.js';
import { benchError, fail, inconclusive, note, pass } from './finding.js';
import { locate, seenManagement } from './locate.js';
import { seconds } from './observe.js';
import { neverReached, placeOf, registersOrdinarily } from './reactions.js';
import { WSC } from './sources.js';
import type { StimulusRule } from './stimulus-rules.js';

/** What tells one rule about what an access point sends from the next; see {@link StimulusRule}. */
export type AirStimulusRule = Omit<StimulusRule, 'step' | 'appliesWhen'>;

/** A session in which the access point did something else than always, and what the device made of it. */
interface Encounter {
  readonly evidence: Evidence;
  readonly profile: Profile | null;
  readonly session: Session;
  /** The device's exchanges in it that came to an M1. */
  readonly exchanges: readonly Exchange[];
  /** Where the device looked for a Registrar of the session's method; null: it was not heard to. */
  readonly looked: Location | null;
}

/** A rule that a device keeps away from such an access point: no M1 while it looks for a Registrar. */
export function abstentionRule(spec: AirStimulusRule): Rule {
  return ruleOf(spec, `When ${spec.when}, the device sends no M1.`, (encounter) => judgeAbstention(spec, encounter));
}

function judgeAbstention({ when, remedy }: AirStimulusRule, encounter: Encounter): Finding {
  const { exchanges, session } = encounter;
  const [begun] = exchanges.flatMap((exchange) => ownMessages(exchange, 'M1').map((m1) => ({ exchange, m1 })));
  if (begun !== undefined)
    return fail(`the device begins exchange ${begun.exchange.number}, although ${when}`, {
      expected: 'no M1',
      actual: 'M1',
      at: placeOf(begun.exchange, begun.m1),
      remedy,
    });
  return unseen(encounter) ?? pass(`the device keeps away in session ${session.number}: ${silenceText(session)}`);
}

/** A rule that a device registers with such an access point as with any other. */
export function registrationRule(spec: AirStimulusRule): Rule {
  return ruleOf(spec, `When ${spec.when}, the device registers: the exchange ends with its WSC_Done.`, (encounter) =>
    judgeRegistration(spec, encounter),
  );
}

function judgeRegistration({ when, remedy }: AirStimulusRule, encounter: Encounter): Finding {
  const { evidence, exchanges, session, looked } = encounter;
  const done = exchanges.find(({ closing }) => closing === 'done');
  if (done !== undefined) return pass(`the device sends WSC_Done in exchange ${done.number}`);
  const open = unseen(encounter);
  if (open !== null) return open;
  const last = exchanges.at(-1);
  const actual = last === undefined ? silenceText(session) : endingText(last);
  if (last?.closing === 'open' || last?.lossy === true)
    return inconclusive(`the end of exchange ${last.number} was not seen`);
  if (!registersOrdinarily(evidence))
    return inconclusive(`${actual}, but the device registers in no ordinary exchange either`);
  const text = `the device does not register in session ${session.number}, where ${when}`;
  if (looked === null || (last === undefined && !isKnownToBeStarted(encounter)))
    return inconclusive(`${text}; it may not have been started`);
  return fail(text, { expected: 'an exchange that ends with WSC_Done', actual, at: looked, remedy });
}

/** One that nobody has started may send the Device Password ID of a PIN in Probe Requests, but not that of a button. */
function isKnownToBeStarted({ profile, session }: Encounter): boolean {
  return session.method === 'pbc' || profile?.ixit.dut !== undefined;
}

/** A rule that tells what a device makes of it, whatever that is. */
export function encounterRule(spec: AirStimulusRule): Rule {
  return ruleOf(spec, `What the device does when ${spec.when} is reported.`, (encounter) => {
    const { exchanges, session } = encounter;
    const [exchange] = exchanges;
    if (exchange !== undefined) return note(`the device registers, or tries to: ${endingText(exchange)}`);
    return unseen(encounter) ?? note(`the device keeps away in session ${session.number}: ${silenceText(session)}`);
  });
}

function silenceText({ silenceMs }: Session): string {
  return silenceMs === null ? 'no M1' : `no M1 within ${seconds(silenceMs)}`;
}

/** Why it cannot be told what the device made of it: the bench, or a device that nobody has started; null when it can. */
function unseen({ evidence, session, looked }: Encounter): Finding | null {
  const { number, endMs } = session;
  if (endMs === Infinity && evidence.benchFailure !== null)
    return benchError(`the bench failed during session ${number}: ${evidence.benchFailure.text}`);
  if (endMs === Infinity) return inconclusive(`the end of session ${number} was not seen`);
  if (looked === null)
    return inconclusive(
      `the device was not heard to look for a Registrar in session ${number}; it may not have been started`,
    );
  return null;
}

function encountersWith(evidence: Evidence, profile: Profile | null, id: StimulusId): Encounter[] {
  const probes = ownFrames(evidence, 'probe-request');
  return sessionsOf(evidence.events)
    .filter(({ script }) => script === id)
    .map((session) => ({
      evidence,
      profile,
      session,
      exchanges: evidence.exchanges.filter(
        (exchange) => exchange.script === id && ownMessages(exchange, 'M1').length > 0,
      ),
      looked: probes.flatMap((probe) => (isIn(session, probe) ? lookingFor(session, probe) : [])).at(0) ?? null,
    }));
}

function isIn({ startMs, endMs }: Session, { heard }: ManagementFrame): boolean {
  return heard?.some(({ fromMs, toMs }) => fromMs <= endMs && toMs >= startMs) === true;
}

/**
 * Where a Probe Request asks for a Registrar of the session's method. A device outside of WPS mode sends Probe Requests
 * too, and may say the Device Password ID of a PIN in them.
 */
function lookingFor({ method }: Session, probe: ManagementFrame): Location[] {
  const id = attribute(probe.wsc, ATTRIBUTE.DevicePasswordID);
  if (id?.value.length !== 2) return [];
  const isPushButton = u16be(id.value, 0) === DEVICE_PASSWORD_ID.PushButton;
  return isPushButton === (method === 'pbc') ? [locate(seenManagement(probe), id)] : [];
}

function ruleOf(spec: AirStimulusRule, requirement: string, judge: (encounter: Encounter) => Finding): Rule {
  const id: StimulusId = `reg-${spec.number}`;
  return {
    id: `RVP-REG-${spec.number}`,
    title: spec.title,
    source: [WSC],
    requirement,
    why: spec.why,
    level: spec.level,
    revision: 1,
    needs: ['exchange', 'frames'],
    scenarios: [id],
    underStimuli: 'whole',
    remedy: spec.remedy,
    check: (evidence, profile) => {
      const encounters = encountersWith(evidence, profile, id);
      return encounters.length === 0 ? [neverReached(evidence, id)] : encounters.map(judge);
    },
  };
}
