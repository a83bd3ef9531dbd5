import type { Datagram, Discovery, Search } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, RuleId } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import type { DpwsMetadata } from '#wire/dpws-metadata.js';
import { NAMESPACE, type SoapField } from '#wire/soap.js';
import type { WsdKind, WsdMessage, WsdTarget } from '#wire/wsd.js';
import { dutDatagrams, notHeard, reachOf } from './discovery.js';
import { metadataAnswers } from './dpws-fetches.js';
import { blocked } from './finding.js';

/** The type every DPWS device has, as types are decoded. */
export const DEVICE_TYPE = `{${NAMESPACE.devprof}}Device`;
/** Who is spoken to by multicast, and by Hello and Bye. */
export const DISCOVERY_URN = 'urn:schemas-xmlsoap-org:ws:2005:04:discovery';

/** What one message of the DUT says of one target service. */
export interface Told {
  readonly datagram: Datagram;
  readonly message: WsdMessage;
  readonly target: WsdTarget;
  /** Address of its endpoint reference; empty without. */
  readonly address: string;
}

/** What the DUT said of itself by WS-Discovery 2005/04, and what it was asked. */
export interface WsdView {
  readonly evidence: Evidence;
  readonly profile: Profile | null;
  readonly discovery: Discovery;
  /** Hello, Bye and matches of the device itself, each once however often it was sent again. */
  readonly told: readonly Told[];
  /** The same of its hosted services, which are not to be found by themselves. */
  readonly hosted: readonly Told[];
  /** Addresses of its endpoint references. */
  readonly addresses: ReadonlySet<string>;
  /** Probes and Resolves by multicast of others, whose answers go where they came from. */
  readonly questions: readonly Search[];
}

/** Messages by which a device is found. */
const FOUND_BY: readonly WsdKind[] = ['hello', 'probe-matches', 'resolve-matches'];
const TELLING: readonly WsdKind[] = [...FOUND_BY, 'bye'];
const ANONYMOUS = `${NAMESPACE.addressing}/role/anonymous`;

/**
 * Judge a device by what it says in WS-Discovery. What cannot be judged is said instead: nobody listened, it does not
 * declare DPWS, it was not heard at all (RVP-DISC-01).
 */
export function eachHeard(
  evidence: Evidence,
  profile: Profile | null,
  judge: (view: WsdView) => readonly Finding[],
): readonly Finding[] {
  const { discovery, problem } = reachOf(evidence, profile, 'dpws');
  if (problem !== null) return [problem];
  if (dutDatagrams(evidence, 'dpws').some(({ wsd }) => wsd !== null && FOUND_BY.includes(wsd.kind)))
    return judge(viewOf(evidence, profile, discovery));
  return [
    notHeard(discovery, evidence, 'the device') ??
      blocked('RVP-DISC-01', 'the device was not heard by WS-Discovery at all'),
  ];
}

/** Rule that every rule on an answer or announcement can be blocked by: the device was never heard. */
export const UNHEARD: RuleId = 'RVP-DISC-01';

function viewOf(evidence: Evidence, profile: Profile | null, discovery: Discovery): WsdView {
  const all = dutDatagrams(evidence, 'dpws').flatMap((datagram) => toldBy(datagram));
  const isHosted = hostedTest(
    all,
    metadataAnswers(evidence).map(({ metadata }) => metadata),
  );
  const told = all.filter((each) => !isHosted(each));
  return {
    evidence,
    profile,
    discovery,
    told,
    hosted: all.filter(isHosted),
    addresses: new Set(told.map(({ address }) => address).filter((address) => address !== '')),
    // A device may leave IPv6 alone; what it says by it at all, it has to say rightly.
    questions: discovery.searches
      .filter(isQuestion)
      .filter(({ request: { family } }) => family === 'ipv4' || all.some(({ datagram }) => datagram.family === family)),
  };
}

function toldBy(datagram: Datagram): Told[] {
  const message = datagram.wsd;
  if (message === null || message.isNewer || !TELLING.includes(message.kind)) return [];
  return message.targets.map((target) => ({ datagram, message, target, address: target.address?.value ?? '' }));
}

/** A hosted service: not typed as a device, and known as hosted by the metadata by its address or its type. */
function hostedTest(all: readonly Told[], metadata: readonly DpwsMetadata[]): (told: Told) => boolean {
  const services = metadata.flatMap(({ hosted }) => hosted);
  const addresses = new Set(services.flatMap((service) => service.addresses.map(({ value }) => value)));
  const types = new Set(services.flatMap((service) => service.types));
  const devices = new Set(all.filter(isTypedDevice).map(({ address }) => address));
  const byTypes = new Set(
    all
      .filter(
        ({ address, target }) =>
          devices.size > 0 && !devices.has(address) && target.types.some((type) => types.has(type)),
      )
      .map(({ address }) => address),
  );
  return ({ address }) => !devices.has(address) && (addresses.has(address) || byTypes.has(address));
}

function isTypedDevice({ target }: Told): boolean {
  return target.types.includes(DEVICE_TYPE);
}

function isQuestion({ request }: Search): boolean {
  const { wsd, isMulticast } = request;
  if (wsd === null || wsd.isNewer || !isMulticast || !['probe', 'resolve'].includes(wsd.kind)) return false;
  return wsd.soap.replyTo === null || wsd.soap.replyTo.value === ANONYMOUS;
}

/** The finding for something that was waited for and did not come, null when that is the device's fault. */
export function absent({ discovery, evidence }: WsdView, what: string): Finding | null {
  return notHeard(discovery, evidence, what);
}

export function toldIn({ told }: WsdView, ...kinds: readonly WsdKind[]): Told[] {
  return told.filter(({ message }) => kinds.includes(message.kind));
}

/** Namespace of a type `{namespace}local`. */
export function namespaceOf(type: string): string {
  return type.slice(1, type.lastIndexOf('}'));
}

/** Local name of a type `{namespace}local`. */
export function localOf(type: string): string {
  return type.slice(type.lastIndexOf('}') + 1);
}

/** Failures, each thing that is wrong where it was first seen; without any, what holds. */
export function firstOfEach(failures: readonly Finding[], otherwise: Finding): readonly Finding[] {
  const texts = new Set<string>();
  const first = failures.filter(({ text }) => texts.size < texts.add(text).size);
  return first.length > 0 ? first : [otherwise];
}

export type Header = 'To' | 'MessageID' | 'RelatesTo' | 'AppSequence';

/** Which of these parts of a message are missing or empty, in words; headers of other namespaces do not count. */
export function missingIn(
  { message: { soap }, target }: Told,
  headers: readonly Header[],
  parts: readonly ('Address' | 'MetadataVersion')[],
): string[] {
  const fields: Readonly<Record<Exclude<Header, 'AppSequence'>, SoapField | null>> = {
    To: soap.to,
    MessageID: soap.messageId,
    RelatesTo: soap.relatesTo,
  };
  const isThere = (header: Header): boolean => {
    if (header === 'AppSequence') return soap.appSequence?.element.namespace === NAMESPACE.discovery;
    const field = fields[header];
    return field !== null && field.value !== '' && field.element.namespace === NAMESPACE.addressing;
  };
  return [
    ...headers.filter((header) => !isThere(header)),
    ...(parts.includes('Address') && (target.address?.value ?? '') === '' ? ['EndpointReference/Address'] : []),
    ...(parts.includes('MetadataVersion') && target.metadataVersion === null ? ['MetadataVersion'] : []),
  ];
}
