import type { Finding, Rule } from '#judge/rule.js';
import { dutDatagrams, whenDeclared } from '../discovery.js';
import { fail, inconclusive, note, pass } from '../finding.js';
import { datagramLabel, locateDatagram, locateElement } from '../locate-text.js';
import { WIN, WSD } from '../sources.js';
import { eachHeard, firstOfEach, UNHEARD, type Told, type WsdView } from '../wsd-view.js';

const wsd020: Rule = {
  id: 'RVP-WSD-020',
  title: 'Number the messages of a sequence upwards',
  source: [WSD],
  requirement:
    'AppSequence has InstanceId and MessageNumber as unsigned 32-bit decimals, and MessageNumber grows with each message of one InstanceId and SequenceId; what is sent again keeps its number.',
  why: 'Windows orders the messages of a device by these numbers.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Count MessageNumber up by one for each message, whatever its kind and interface, and not for copies.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const told = numberedMessages(view);
      const failures = [...told.flatMap(unreadable), ...pairsInSequence(told).flatMap(notGrowing)];
      return firstOfEach(failures, summary(told, 'the numbers grow'));
    }),
};

const wsd021: Rule = {
  id: 'RVP-WSD-021',
  title: 'Never go back in InstanceId, MessageNumber or MetadataVersion',
  source: [WIN, WSD],
  requirement:
    'No message has a lower InstanceId than an earlier one of the same endpoint reference, or within one InstanceId a lower MessageNumber of the same SequenceId or a lower MetadataVersion.',
  why: 'Windows drops a message that goes back: a device that does so after a restart cannot be found.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy:
    'Keep one counter and one version for all messages, and number a message when it is sent, not when it is made.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const told = numberedMessages(view);
      const failures = [
        ...pairsBy(told, ({ address }) => address).flatMap(instanceBack),
        ...pairsInSequence(told).flatMap(numberBack),
        ...versionPairs(told).flatMap(versionBack),
      ];
      return firstOfEach(failures, summary(told, 'nothing goes back'));
    }),
};

const wsd033: Rule = {
  id: 'RVP-WSD-033',
  title: 'Keep the MessageID when a message is sent again',
  source: [WSD],
  requirement: 'A datagram that repeats an earlier one for the sake of UDP has the same MessageID.',
  why: 'Receivers tell copies by their MessageID: with another one each copy is a new message.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Write the message once and send the same bytes again.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, (view) => {
      const failures = [...otherCopies(view)].flatMap(([{ datagram, message }, first]) => {
        const [was, is] = [first.message.soap.messageId, message.soap.messageId];
        // Without any it lacks what another rule asks for.
        if (was === null || is === null) return [];
        const label = datagramLabel(datagram);
        return [
          fail(`a copy of ${label} has another MessageID`, {
            expected: `${was.value}, as in frame ${first.datagram.frame.number}`,
            actual: is.value,
            at: locateElement(datagram, is.element),
            remedy: `Draw one MessageID for each ${label}, and send its copies with it.`,
          }),
        ];
      });
      const copies = dutDatagrams(view.evidence, 'dpws', { repeats: true }).filter(({ isRepeat }) => isRepeat).length;
      return firstOfEach(failures, pass(`${copies} copies, each with the MessageID of its original`));
    }),
};

const wsd034: Rule = {
  id: 'RVP-WSD-034',
  title: 'Tell whether messages of WS-Discovery 1.1 are seen',
  source: [WIN],
  requirement: 'Messages of the device in the namespaces of 2009/01 are reported.',
  why: 'Windows neither sends nor understands them for finding devices; they do no harm beside those of 2005/04.',
  level: 'INFO',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['wsd'],
  remedy: 'Nothing needs to be done as long as the device speaks WS-Discovery 2005/04 too.',
  blockedBy: [UNHEARD],
  check: (evidence, profile) =>
    eachHeard(evidence, profile, () => {
      const newer = dutDatagrams(evidence, 'dpws').filter(({ wsd }) => wsd?.isNewer === true);
      const [first] = newer;
      if (first === undefined) return [pass('every message is of WS-Discovery 2005/04')];
      return [note(`${newer.length} messages are of WS-Discovery 1.1 (2009/01)`, locateDatagram(first))];
    }),
};

/** Copies of a message under other ids follow within this time at most (DPWS 2006/02, appendix I). */
const COPIES_WITHIN_MS = 3000;

/** Messages that have an AppSequence, without copies. */
function numberedMessages(view: WsdView): Told[] {
  const copies = otherCopies(view);
  return view.told.filter((told) => told.message.soap.appSequence !== null && !copies.has(told));
}

/** Messages that repeat an earlier one but for its MessageID, or have none to be known by; each with that one. */
function otherCopies({ told }: WsdView): Map<Told, Told> {
  const latest = new Map<string, Told>();
  const copies = new Map<Told, Told>();
  for (const each of told) {
    const { datagram } = each;
    const text = withoutId(each);
    if (numberOf(each) === null) continue;
    const key = `${datagram.destination.address} ${datagram.destination.port} ${text}`;
    const first = latest.get(key);
    const isCopy = first !== undefined && datagram.timeMs - first.datagram.timeMs <= COPIES_WITHIN_MS;
    if (first === undefined || !isCopy) latest.set(key, each);
    else if (first.datagram !== datagram) copies.set(each, first);
  }
  return copies;
}

function withoutId({ datagram: { bytes }, message }: Told): string {
  const { start, end } = message.soap.messageId?.element.contentSpan ?? { start: 0, end: 0 };
  const decoder = new TextDecoder('latin1');
  return decoder.decode(bytes.subarray(0, start)) + decoder.decode(bytes.subarray(end));
}

function numberOf({ message }: Told): number | null {
  return message.soap.appSequence?.messageNumber ?? null;
}

function instanceOf({ message }: Told): number | null {
  return message.soap.appSequence?.instanceId ?? null;
}

/** Two messages, the second of which came after the first. */
type Pair = readonly [earlier: Told, later: Told];

/** Each message with the one of its group before it; several targets of one datagram are one message. */
function pairsBy(told: readonly Told[], keyOf: (told: Told) => string): Pair[] {
  const last = new Map<string, Told>();
  return told.flatMap((each) => {
    const key = keyOf(each);
    const before = last.get(key);
    last.set(key, each);
    return before === undefined || before.datagram === each.datagram ? [] : [[before, each] as const];
  });
}

function pairsInSequence(told: readonly Told[]): Pair[] {
  const readable = told.filter((each) => instanceOf(each) !== null);
  return pairsBy(readable, (each) => {
    const sequenceId = each.message.soap.appSequence?.sequenceId ?? null;
    return JSON.stringify([each.address, instanceOf(each), sequenceId]);
  });
}

function versionPairs(told: readonly Told[]): Pair[] {
  return pairsBy(
    told.filter(({ target }) => target.metadataVersion !== null),
    (each) => JSON.stringify([each.address, instanceOf(each)]),
  );
}

function unreadable(told: Told): Finding[] {
  const { instanceId = null, messageNumber = null } = told.message.soap.appSequence ?? {};
  if (instanceId !== null && messageNumber !== null) return [];
  const name = instanceId === null ? 'InstanceId' : 'MessageNumber';
  return [
    failure(told, `${name} of ${datagramLabel(told.datagram)} is no unsigned 32-bit decimal`, {
      expected: 'digits, at most 4294967295',
      actual: 'missing or something else',
    }),
  ];
}

function notGrowing([before, after]: Pair): Finding[] {
  const [was, is] = [numberOf(before), numberOf(after)];
  if (was === null || is === null || is > was) return [];
  return [
    failure(after, 'MessageNumber does not grow within its sequence', {
      expected: `more than ${was}, the number of frame ${before.datagram.frame.number}`,
      actual: String(is),
    }),
  ];
}

function numberBack([before, after]: Pair): Finding[] {
  const [was, is] = [numberOf(before), numberOf(after)];
  if (was === null || is === null || is >= was) return [];
  return [
    failure(after, 'MessageNumber goes back', {
      expected: `not less than ${was}, the number of frame ${before.datagram.frame.number}`,
      actual: String(is),
    }),
  ];
}

function instanceBack([before, after]: Pair): Finding[] {
  const [was, is] = [instanceOf(before), instanceOf(after)];
  if (was === null || is === null || is >= was) return [];
  return [
    failure(after, 'InstanceId goes back', {
      expected: `not less than ${was}, that of frame ${before.datagram.frame.number}`,
      actual: String(is),
    }),
  ];
}

function versionBack([before, after]: Pair): Finding[] {
  const [was, is] = [before.target.metadataVersion, after.target.metadataVersion];
  if (was === null || is === null || is >= was) return [];
  return [
    fail('MetadataVersion goes back', {
      expected: `not less than ${was}, that of frame ${before.datagram.frame.number}`,
      actual: String(is),
      at: locateElement(after.datagram, after.target.metadataVersionElement ?? after.target.element),
      remedy: 'Send one MetadataVersion in all messages, and raise it when the metadata change.',
    }),
  ];
}

function failure(told: Told, text: string, { expected, actual }: { expected: string; actual: string }): Finding {
  const element = told.message.soap.appSequence?.element ?? told.target.element;
  const label = datagramLabel(told.datagram);
  return fail(text, {
    expected,
    actual,
    at: locateElement(told.datagram, element),
    remedy: `Give this ${label} a number of the one counter that all messages share, when it is sent.`,
  });
}

function summary(told: readonly Told[], text: string): Finding {
  const [first] = told;
  if (first === undefined) return inconclusive('no message with an AppSequence was seen');
  return pass(`${told.length} messages: ${text}`, locateDatagram(first.datagram));
}

export const wsdSequenceRules: readonly Rule[] = [wsd020, wsd021, wsd033, wsd034];
