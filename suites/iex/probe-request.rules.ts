import { equal, toHex } from '#base/bytes.js';
import type { Evidence, ManagementFrame } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import type { TlvNode } from '#wire/tlv.js';
import { ATTRIBUTE, attributeName } from '#wire/wps/attributes.js';
import { attribute, attributesOf } from '#wire/wps/message.js';
import { MESSAGE_TABLES, missingAttributes } from '#wire/wps/messages.js';
import { checkAttributeValue, checkValues, type ValueViolation } from '#wire/wps/values.js';
import { version2Of } from '#wire/wps/wfa.js';
import { brokenContinuation, noFrame, ownFrames } from '../air.js';
import { blocked, fail, pass } from '../finding.js';
import { hexNumber, locate, locateEnd, placeText, seenManagement, type Seen } from '../locate.js';
import { allM1s, cutAttribute, LENGTH_OWNERS, noM1, unreadableEnd, type M1 } from '../observe.js';
import { WSC } from '../sources.js';

const iex01: Rule = {
  id: 'RVP-IEX-01',
  title: 'Send Probe Requests with the mandatory WPS attributes',
  source: [WSC],
  requirement:
    'Probe Requests in WPS mode carry the WPS element with every mandatory attribute of its table, and each attribute has a legal length and value. What M1 has in the same bytes is judged there.',
  why: 'An access point that waits for a push button or a PIN finds the device by its Probe Requests.',
  level: 'MUST',
  revision: 1,
  needs: ['frames'],
  uses: ['m1'],
  remedy: 'Add the attribute that is named to the WPS element, or correct its Length or value.',
  blockedBy: ['RVP-IEX-04'],
  check: (evidence) => {
    const frames = ownFrames(evidence, 'probe-request');
    return frames.length === 0 ? [noFrame(evidence, 'Probe Request')] : frames.flatMap((each) => judge(evidence, each));
  },
};

function judge(evidence: Evidence, frame: ManagementFrame): Finding[] {
  const seen = seenManagement(frame);
  if (brokenContinuation(frame) !== null)
    return [blocked('RVP-IEX-04', `the WPS elements of a ${seen.label} cannot be put together`)];
  const violations = violationsOf(evidence, frame).map((violation) => violationFinding(seen, violation));
  // In a list that is cut, absence cannot be told; that it is cut is among the violations.
  const missing = cutAttribute(seen) === null ? missingIds(frame).map((id) => missingFinding(seen, id)) : [];
  const findings = [...violations, ...missing];
  return findings.length > 0 ? findings : [pass(`the WPS element of a ${seen.label} is complete`)];
}

/** Mandatory attributes a Probe Request lacks; one of a Registrar names its UUID-R instead of UUID-E. */
function missingIds({ wsc }: ManagementFrame): number[] {
  const isRegistrar = attribute(wsc, ATTRIBUTE.UuidR) !== null;
  return missingAttributes(MESSAGE_TABLES.ProbeRequest, wsc, version2Of(wsc) !== null)
    .map(({ id }) => id)
    .filter((id) => id !== ATTRIBUTE.UuidE || !isRegistrar);
}

/** Illegal lengths and values that only the frame has. Strings are a matter of recommendation. */
function violationsOf(evidence: Evidence, { wsc }: ManagementFrame): ValueViolation[] {
  return checkValues(wsc).filter(({ owner, at }) => {
    if (owner === 'RVP-WSC-16') return false;
    const node = wsc.attributes.find(({ span }) => at.start < span.end);
    return node === undefined || !isInM1(evidence, node);
  });
}

function isInM1(evidence: Evidence, { type, value, declaredLength }: TlvNode): boolean {
  return allM1s(evidence).some((m1) =>
    attributesOf(m1.wsc, type).some((other) => other.declaredLength === declaredLength && equal(other.value, value)),
  );
}

function violationFinding(seen: Seen, { path, at: span, expected, actual }: ValueViolation): Finding {
  const at = locate(seen, { span, path });
  const remedy = `Send ${expected} at ${placeText(at)}; there is ${actual}.`;
  return fail(`${path} of a ${seen.label} is not legal`, { expected, actual, at, remedy });
}

function missingFinding(seen: Seen, id: number): Finding {
  const at = locateEnd(seen, 'wsc');
  const text = `${attributeName(id)} (${hexNumber(id, 4)})`;
  return fail(`a ${seen.label} has no ${attributeName(id)}`, {
    expected: text,
    actual: 'no such attribute',
    at,
    remedy: `Add ${text} to the WPS element, which ends at ${placeText(at)}.`,
  });
}

/** Attributes that describe the device, which both messages carry. */
const SHARED = [
  ATTRIBUTE.ConfigMethods,
  ATTRIBUTE.PrimaryDeviceType,
  ATTRIBUTE.Manufacturer,
  ATTRIBUTE.ModelName,
  ATTRIBUTE.ModelNumber,
  ATTRIBUTE.DeviceName,
] as const;

const iex03: Rule = {
  id: 'RVP-IEX-03',
  title: 'Describe the device alike in Probe Requests and M1',
  alsoKnownAs: ['RVP-REG-48'],
  source: [WSC],
  requirement:
    'Manufacturer, Model Name, Model Number, Device Name, Primary Device Type and Config Methods of Probe Requests are those of M1.',
  why: 'A user who chose the device by what its Probe Requests say is shown another one afterwards.',
  level: 'SHOULD',
  revision: 2,
  needs: ['frames', 'm1'],
  remedy: 'Take both descriptions from the same place.',
  blockedBy: ['RVP-IEX-01', 'RVP-IEX-04', 'RVP-WSC-03', ...LENGTH_OWNERS],
  check: (evidence) => {
    const frames = ownFrames(evidence, 'probe-request');
    if (frames.length === 0) return [noFrame(evidence, 'Probe Request')];
    if (allM1s(evidence).length === 0) return [noM1(evidence)];
    return frames.flatMap((frame) => compare(evidence, frame));
  },
};

function compare(evidence: Evidence, frame: ManagementFrame): Finding[] {
  const seen = seenManagement(frame);
  if (brokenContinuation(frame) !== null)
    return [blocked('RVP-IEX-04', `the WPS elements of a ${seen.label} cannot be put together`)];
  const illegal = violationsOf(evidence, frame);
  const missing = missingIds(frame);
  const findings = SHARED.flatMap((id): Finding[] => {
    const name = attributeName(id);
    const node = attribute(frame.wsc, id);
    if (node === null) {
      const isOwed = missing.includes(id) || cutAttribute(seen) !== null;
      return isOwed
        ? [blocked('RVP-IEX-01', `whether a ${seen.label} has ${name} cannot be told, or it lacks it`)]
        : [];
    }
    if (illegal.some(({ path }) => path === node.path))
      return [blocked('RVP-IEX-01', `${name} of a ${seen.label} cannot be read`)];
    return differing(evidence, seen, node, name);
  });
  return findings.length > 0 ? findings : [pass(`a ${seen.label} describes the device as M1 does`)];
}

/** A value that no M1 has. Which M1 a frame belongs to is not known: the settings may change between sessions. */
function differing(evidence: Evidence, seen: Seen, node: TlvNode, name: string): Finding[] {
  const m1s = allM1s(evidence);
  const values = m1s.flatMap(({ wsc }) => attribute(wsc, node.type) ?? []);
  if (values.some((other) => equal(other.value, node.value))) return [];
  const unreadable = m1s.flatMap((m1) => unreadableIn(m1, node.type, name) ?? []);
  if (unreadable.length > 0) return unreadable;
  const [other] = values;
  if (other === undefined) return m1s.map(({ text }) => blocked('RVP-WSC-03', `${text} has no ${name}`));
  const at = locate(seen, { span: node.valueSpan, path: node.path });
  return [
    fail(`${name} of a ${seen.label} is not that of M1`, {
      expected: toHex(other.value, ' '),
      actual: toHex(node.value, ' '),
      at,
      remedy: `Send the same ${name} at ${placeText(at)} as in M1: ${toHex(other.value, ' ')}.`,
    }),
  ];
}

/** Why what this M1 says cannot be told; null where it can, or where it says nothing. */
function unreadableIn(m1: M1, id: number, name: string): Finding | null {
  const node = attribute(m1.wsc, id);
  if (node === null) return unreadableEnd(m1, `it has ${name}`);
  const isIllegal = checkAttributeValue(node)?.owner === 'RVP-WSC-05';
  return isIllegal ? blocked('RVP-WSC-05', `${name} of ${m1.text} cannot be read`) : null;
}

export const probeRequestRules: readonly Rule[] = [iex01, iex03];
