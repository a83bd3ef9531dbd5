import type { Discovery } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { SSDP_GROUP_IPV4, SSDP_PORT, ssdpHeader, ssdpHeaders, type SsdpHeader } from '#wire/ssdp.js';
import { fetchesFor } from '../discovery.js';
import { blocked, fail, inconclusive } from '../finding.js';
import { datagramLabel, locateDatagramEnd, locateHeader } from '../locate-text.js';
import {
  eachMessage,
  isAlive,
  isAliveOrResponse,
  maxAgeOf,
  notificationOf,
  olderThan11,
  valueOf,
  type Message,
} from '../ssdp-view.js';
import { isForeign } from '../upnp-documents.js';
import { allOf, upnpRule } from '../upnp-rule.js';

const ALIVE = 'Device available: NOTIFY with ssdp:alive';
const MIN_MAX_AGE_S = 1800;

/** A header that has to be there: the failure where it is missing. */
function missing(message: Message, name: string, remedy: string): Finding {
  return fail(`${datagramLabel(message)} has no ${name}`, {
    expected: `the header ${name}`,
    actual: 'none',
    at: locateDatagramEnd(message, `ssdp.${name.toLowerCase()}`),
    remedy,
  });
}

/** A header with a wrong value. */
function wrong(message: Message, header: SsdpHeader, text: string, expected: string, remedy: string): Finding {
  return fail(text, { expected, actual: header.value, at: locateHeader(message, header), remedy });
}

const ssdp013 = upnpRule({
  id: 'RVP-SSDP-013',
  title: 'Send HOST with the multicast address and port',
  heading: ALIVE,
  requirement: `HOST of each NOTIFY is ${SSDP_GROUP_IPV4}:${SSDP_PORT}, by IPv6 the group it is sent to with the same port.`,
  why: 'Control points may drop a NOTIFY of another group, or without a port.',
  level: 'MUST',
  needs: ['ssdp'],
  remedy: `Send HOST: ${SSDP_GROUP_IPV4}:${SSDP_PORT}, with the port.`,
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'a NOTIFY',
      (messages) => allOf(evidence, messages.flatMap(judgeHost), 'HOST of every NOTIFY is right'),
      ({ ssdp }) => ssdp.kind === 'notify',
    ),
});

function judgeHost(message: Message): Finding[] {
  const header = ssdpHeader(message.ssdp, 'HOST');
  const expected =
    message.family === 'ipv4' ? `${SSDP_GROUP_IPV4}:${SSDP_PORT}` : `a group of SSDP in brackets, port ${SSDP_PORT}`;
  const remedy = `Send HOST: ${expected} in ${datagramLabel(message)}.`;
  // RVP-SSDP-030 asks for the headers of a byebye.
  if (header === null) return isAlive(message) ? [missing(message, 'HOST', remedy)] : [];
  const isRight =
    message.family === 'ipv4' ? header.value === expected : /^\[ff0[0-9a-f]::c\]:1900$/i.test(header.value);
  return isRight ? [] : [wrong(message, header, `HOST of ${datagramLabel(message)} is another one`, expected, remedy)];
}

const ssdp014 = upnpRule({
  id: 'RVP-SSDP-014',
  title: 'Say in CACHE-CONTROL how long an announcement holds',
  heading: ALIVE,
  requirement: 'CACHE-CONTROL of announcements and answers holds max-age with a whole number of seconds.',
  why: 'Without it a control point does not know when the device is gone, and may not keep it at all.',
  level: 'MUST',
  needs: ['ssdp'],
  remedy: 'Send CACHE-CONTROL: max-age=1800, or more.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'an announcement',
      (messages) => allOf(evidence, messages.flatMap(judgeMaxAge), 'every CACHE-CONTROL holds max-age'),
      isAliveOrResponse,
    ),
});

function judgeMaxAge(message: Message): Finding[] {
  const header = ssdpHeader(message.ssdp, 'CACHE-CONTROL');
  const remedy = `Send CACHE-CONTROL: max-age=1800 in ${datagramLabel(message)}.`;
  // In an answer RVP-SSDP-044 asks for the header.
  if (header === null) return isAlive(message) ? [missing(message, 'CACHE-CONTROL', remedy)] : [];
  if (maxAgeOf(message) !== null) return [];
  const text = `CACHE-CONTROL of ${datagramLabel(message)} holds no max-age`;
  return [wrong(message, header, text, 'max-age= and a whole number of seconds', remedy)];
}

const ssdp015 = upnpRule({
  id: 'RVP-SSDP-015',
  title: 'Let announcements hold for half an hour or longer',
  heading: ALIVE,
  requirement: `max-age is at least ${MIN_MAX_AGE_S} seconds.`,
  why: 'Short times load the network, and a device that misses one refreshment vanishes from Windows.',
  level: 'SHOULD',
  needs: ['ssdp'],
  interpretation: ['I-7'],
  remedy: `Raise max-age to ${MIN_MAX_AGE_S} or more.`,
  blockedBy: ['RVP-SSDP-014'],
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'an announcement',
      (messages) => allOf(evidence, messages.flatMap(judgeDuration), `every max-age is at least ${MIN_MAX_AGE_S}`),
      isAliveOrResponse,
    ),
});

function judgeDuration(message: Message): Finding[] {
  const header = ssdpHeader(message.ssdp, 'CACHE-CONTROL');
  const maxAgeS = maxAgeOf(message);
  const label = datagramLabel(message);
  if (header === null) return isAlive(message) ? [blocked('RVP-SSDP-014', `${label} has no CACHE-CONTROL`)] : [];
  if (maxAgeS === null) return [blocked('RVP-SSDP-014', `max-age of ${label} cannot be read`)];
  if (maxAgeS >= MIN_MAX_AGE_S) return [];
  const remedy = `Raise max-age in ${label} from ${maxAgeS} to ${MIN_MAX_AGE_S} seconds or more.`;
  return [
    wrong(message, header, `${label} holds for a short time only`, `max-age of at least ${MIN_MAX_AGE_S}`, remedy),
  ];
}

const ssdp016 = upnpRule({
  id: 'RVP-SSDP-016',
  title: 'Send no directive but max-age in CACHE-CONTROL',
  heading: ALIVE,
  requirement: 'From UPnP 1.1 on, CACHE-CONTROL holds max-age alone.',
  why: 'A parser that expects one directive may miss max-age behind another.',
  level: 'SHOULD',
  needs: ['ssdp'],
  uses: ['description'],
  remedy: 'Leave max-age alone in CACHE-CONTROL.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'an announcement',
      (messages) => {
        const older = olderThan11(evidence);
        if (older !== null) return [older];
        return allOf(evidence, messages.flatMap(judgeDirectives), 'no CACHE-CONTROL holds another directive');
      },
      isAliveOrResponse,
    ),
});

function judgeDirectives(message: Message): Finding[] {
  const header = ssdpHeader(message.ssdp, 'CACHE-CONTROL');
  const maxAgeS = maxAgeOf(message);
  if (header === null || maxAgeS === null) return [];
  if (header.value.split(',').every((each) => /^\s*max-age\b/i.test(each))) return [];
  const text = `CACHE-CONTROL of ${datagramLabel(message)} holds another directive`;
  return [wrong(message, header, text, 'max-age alone', `Send CACHE-CONTROL: max-age=${maxAgeS}.`)];
}

const ssdp017 = upnpRule({
  id: 'RVP-SSDP-017',
  title: 'Name in LOCATION one URL at which the description can be fetched',
  heading: ALIVE,
  requirement:
    'LOCATION is one absolute http URL on an address of the device, and something listens there on the network the message was sent to.',
  why: 'Windows fetches the description from there; without it the device is not installed.',
  level: 'MUST',
  needs: ['ssdp'],
  uses: ['description'],
  remedy: 'Build LOCATION from the address of the interface the message goes out on, and the port of the web server.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'an announcement',
      (messages, discovery) =>
        allOf(
          evidence,
          messages.flatMap((message) => judgeLocation(evidence, discovery, message)),
          'every LOCATION is one URL on the device, and something listens there',
        ),
      isAliveOrResponse,
    ),
});

function judgeLocation(evidence: Evidence, discovery: Discovery, message: Message): Finding[] {
  const label = datagramLabel(message);
  const [header, second] = ssdpHeaders(message.ssdp, 'LOCATION');
  const remedy = `Send LOCATION: http://${hostOf(message.source.address)}:<port>/<path> in ${label}, as messages from this address go.`;
  // In an answer RVP-SSDP-044 asks for the header.
  if (header === undefined) return isAlive(message) ? [missing(message, 'LOCATION', remedy)] : [];
  if (second !== undefined) return [wrong(message, second, `${label} has LOCATION twice`, 'one LOCATION', remedy)];
  const url = URL.canParse(header.value) ? new URL(header.value) : null;
  if (url?.protocol !== 'http:')
    return [wrong(message, header, `LOCATION of ${label} is no absolute http URL`, 'http:// and an address', remedy)];
  if (isForeign(url, discovery))
    return [
      wrong(
        message,
        header,
        `LOCATION of ${label} is on an address the device does not have`,
        message.source.address,
        remedy,
      ),
    ];
  const fetch = fetchesFor(evidence, 'description').find((each) => each.url === header.value);
  if (fetch === undefined && evidence.source === 'capture')
    return [inconclusive('LOCATION has the right form, but a capture does not tell whether something listens there')];
  const problem = fetch?.problem ?? null;
  if (problem?.code === 'foreign-address')
    return [inconclusive(`whether ${url.hostname} is a name of the device cannot be told: ${problem.text}`)];
  if (problem === null || !['refused', 'unreachable', 'bad-url'].includes(problem.code)) return [];
  return [
    wrong(
      message,
      header,
      `nothing listens at LOCATION of ${label}: ${problem.text}`,
      'a URL that can be fetched',
      remedy,
    ),
  ];
}

function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

const ssdp018 = upnpRule({
  id: 'RVP-SSDP-018',
  title: 'Send NT, NTS and USN in each announcement',
  heading: ALIVE,
  requirement: 'A NOTIFY of SSDP has NTS with ssdp:alive, ssdp:byebye or ssdp:update, and NT and USN.',
  why: 'A control point cannot tell what such a message announces, or that it announces anything.',
  level: 'MUST',
  needs: ['ssdp'],
  remedy: 'Send NT, NTS: ssdp:alive and USN in every announcement.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'a NOTIFY',
      (messages) => allOf(evidence, messages.flatMap(judgeNotify), 'every announcement has NT, NTS and USN'),
      // RVP-SSDP-030 asks for the headers of a byebye.
      (message) => message.ssdp.kind === 'notify' && notificationOf(message) !== 'byebye',
    ),
});

function judgeNotify(message: Message): Finding[] {
  const remedies = ['NT', 'NTS', 'USN'].filter((name) => (valueOf(message, name) ?? '') === '');
  const found = remedies.map((name) => missing(message, name, `Send ${name} in every announcement.`));
  const nts = ssdpHeader(message.ssdp, 'NTS');
  if (found.length > 0 || nts === null || notificationOf(message) !== null) return found;
  return [wrong(message, nts, 'NTS of a NOTIFY is none of SSDP', 'ssdp:alive', 'Send NTS: ssdp:alive.')];
}

const SERVER = /^[^/]+\/\S+,?\s+UPnP\/[12]\.[0-9]+,?\s[^/]+\/\S/;

const ssdp019 = upnpRule({
  id: 'RVP-SSDP-019',
  title: 'Name operating system, UPnP version and product in SERVER',
  heading: ALIVE,
  requirement: 'SERVER has three parts, each with a version: the operating system, UPnP/1.x, the product.',
  why: 'Control points take the version of UPnP from it, and adapt to known products by it.',
  level: 'MUST',
  needs: ['ssdp'],
  remedy: 'Send SERVER as in Linux/6.1 UPnP/1.0 Product/1.0.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'an announcement',
      (messages) => allOf(evidence, messages.flatMap(judgeServer), 'every SERVER names system, UPnP and product'),
      isAliveOrResponse,
    ),
});

function judgeServer(message: Message): Finding[] {
  const header = ssdpHeader(message.ssdp, 'SERVER');
  const remedy = 'Send SERVER: <system>/<version> UPnP/1.0 <product>/<version>.';
  // In an answer RVP-SSDP-044 asks for the header.
  if (header === null) return isAlive(message) ? [missing(message, 'SERVER', remedy)] : [];
  if (SERVER.test(header.value)) return [];
  const text = `SERVER of ${datagramLabel(message)} does not name system, UPnP and product`;
  return [wrong(message, header, text, 'system/version UPnP/1.x product/version', remedy)];
}

export const announcementRules: readonly Rule[] = [ssdp013, ssdp014, ssdp015, ssdp016, ssdp017, ssdp018, ssdp019];
