import type { Finding, Rule } from '#judge/rule.js';
import type { AppSequence } from '#wire/soap.js';
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
      const failures = [...told.flatMap(unreadable), ...stepsInSequence(told).flatMap(notGrowing)];
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
        ...stepsBy(told, ({ address }) => address, instanceOf).flatMap(instanceBack),
        ...stepsInSequence(told).flatMap(numberBack),
        ...stepsBy(told, versionKeyOf, ({ target }) => target.metadataVersion).flatMap(versionBack),
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

/** A message that has an AppSequence. */
interface Numbered extends Told {
  readonly sequence: AppSequence;
}

/** Those messages, without copies. */
function numberedMessages(view: WsdView): Numbered[] {
  const copies = otherCopies(view);
  return view.told.flatMap((told) => {
    const sequence = told.message.soap.appSequence;
    return sequence === null || copies.has(told) ? [] : [{ ...told, sequence }];
  });
}

/** Messages that repeat an earlier one but for its MessageID, or have none to be known by; each with that one. */
function otherCopies({ told }: WsdView): Map<Told, Told> {
  const latest = new Map<string, Told>();
  const copies = new Map<Told, Told>();
  for (const each of told) {
    const { datagram } = each;
    // Without a number a copy cannot be told from a message that says the same once more.
    if ((each.message.soap.appSequence?.messageNumber ?? null) === null) continue;
    const key = `${datagram.destination.address} ${datagram.destination.port} ${withoutId(each)}`;
    const first = latest.get(key);
    if (first === undefined || datagram.timeMs - first.datagram.timeMs > COPIES_WITHIN_MS) latest.set(key, each);
    else if (first.datagram !== datagram) copies.set(each, first);
  }
  return copies;
}

function withoutId({ datagram: { bytes }, message }: Told): string {
  const decoder = new TextDecoder('latin1');
  const { messageId } = message.soap;
  if (messageId === null) return decoder.decode(bytes);
  const { start, end } = messageId.element.contentSpan;
  return decoder.decode(bytes.subarray(0, start)) + decoder.decode(bytes.subarray(end));
}

const numberOf = ({ sequence }: Numbered): number | null => sequence.messageNumber;
const instanceOf = ({ sequence }: Numbered): number | null => sequence.instanceId;

/** Two messages, the second of which came after the first, with a number that each of them has. */
interface Step {
  readonly before: Told;
  readonly after: Numbered;
  readonly was: number;
  readonly is: number;
}

/** Each message with the last one of its group before it that has the number; targets of one datagram are one message. */
function stepsBy(
  told: readonly Numbered[],
  keyOf: (told: Numbered) => string,
  valueOf: (told: Numbered) => number | null,
): Step[] {
  const last = new Map<string, { readonly before: Told; readonly was: number }>();
  return told.flatMap((after): Step[] => {
    const is = valueOf(after);
    if (is === null) return [];
    const key = keyOf(after);
    const earlier = last.get(key);
    last.set(key, { before: after, was: is });
    return earlier === undefined || earlier.before.datagram === after.datagram ? [] : [{ ...earlier, after, is }];
  });
}

function stepsInSequence(told: readonly Numbered[]): Step[] {
  const readable = told.filter((each) => instanceOf(each) !== null);
  return stepsBy(
    readable,
    ({ address, sequence: { instanceId, sequenceId } }) => JSON.stringify([address, instanceId, sequenceId]),
    numberOf,
  );
}

const versionKeyOf = (told: Numbered): string => JSON.stringify([told.address, instanceOf(told)]);

function unreadable(told: Numbered): Finding[] {
  const { instanceId, messageNumber } = told.sequence;
  if (instanceId !== null && messageNumber !== null) return [];
  const name = instanceId === null ? 'InstanceId' : 'MessageNumber';
  return [
    failure(told, `${name} of ${datagramLabel(told.datagram)} is no unsigned 32-bit decimal`, {
      expected: 'digits, at most 4294967295',
      actual: 'missing or something else',
    }),
  ];
}

function notGrowing({ before, after, was, is }: Step): Finding[] {
  if (is > was) return [];
  return [
    failure(after, 'MessageNumber does not grow within its sequence', {
      expected: `more than ${was}, the number of frame ${before.datagram.frame.number}`,
      actual: String(is),
    }),
  ];
}

function numberBack({ before, after, was, is }: Step): Finding[] {
  if (is >= was) return [];
  return [
    failure(after, 'MessageNumber goes back', {
      expected: `not less than ${was}, the number of frame ${before.datagram.frame.number}`,
      actual: String(is),
    }),
  ];
}

function instanceBack({ before, after, was, is }: Step): Finding[] {
  if (is >= was) return [];
  return [
    failure(after, 'InstanceId goes back', {
      expected: `not less than ${was}, that of frame ${before.datagram.frame.number}`,
      actual: String(is),
    }),
  ];
}

function versionBack({ before, after, was, is }: Step): Finding[] {
  if (is >= was) return [];
  return [
    fail('MetadataVersion goes back', {
      expected: `not less than ${was}, that of frame ${before.datagram.frame.number}`,
      actual: String(is),
      at: locateElement(after.datagram, after.target.metadataVersionElement ?? after.target.element),
      remedy: 'Send one MetadataVersion in all messages, and raise it when the metadata change.',
    }),
  ];
}

function failure(told: Numbered, text: string, { expected, actual }: { expected: string; actual: string }): Finding {
  const label = datagramLabel(told.datagram);
  return fail(text, {
    expected,
    actual,
    at: locateElement(told.datagram, told.sequence.element),
    remedy: `Give this ${label} a number of the one counter that all messages share, when it is sent.`,
  });
}

function summary(told: readonly Numbered[], text: string): Finding {
  const [first] = told;
  if (first === undefined) return inconclusive('no message with an AppSequence was seen');
  return pass(`${told.length} messages: ${text}`, locateDatagram(first.datagram));
}

export const wsdSequenceRules: readonly Rule[] = [wsd020, wsd021, wsd033, wsd034];
