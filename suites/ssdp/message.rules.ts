import type { Finding, Rule } from '#judge/rule.js';
import { SSDP_PORT, ssdpHeader } from '#wire/ssdp.js';
import { fail, note } from '../finding.js';
import { datagramLabel, locateDatagram, locateDatagramEnd, locateHeader } from '../locate-text.js';
import { eachMessage, olderThan11, udnOf, type Message } from '../ssdp-view.js';
import { allOf, upnpRule } from '../upnp-rule.js';

/** Everything the device sends by SSDP. */
const ANY = (): boolean => true;
const START_LINES = ['NOTIFY * HTTP/1.1', 'M-SEARCH * HTTP/1.1', 'HTTP/1.1 200 OK'];
const MAX_BYTES = 1472;
const SMALL_BYTES = 512;
const MAX_TTL = 4;

const ssdp001 = upnpRule({
  id: 'RVP-SSDP-001',
  title: 'Begin each message with a start line of SSDP, and end its lines with CR LF',
  heading: 'SSDP message format',
  requirement:
    'The start line is exactly NOTIFY * HTTP/1.1, M-SEARCH * HTTP/1.1 or HTTP/1.1 200 OK, and every line ends with carriage return and line feed.',
  why: 'A control point drops what it cannot parse: Windows then never hears of the device.',
  level: 'MUST',
  needs: ['ssdp'],
  remedy: 'Write the start line letter by letter, with single spaces, and \\r\\n at the end of every line.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'a message of SSDP',
      (messages) => allOf(evidence, messages.flatMap(judgeLines), 'every start line and line end is right'),
      ANY,
    ),
});

function judgeLines(message: Message): Finding[] {
  const { startLine, issues } = message.ssdp;
  const label = datagramLabel(message);
  if (!START_LINES.includes(startLine.text))
    return [
      fail(`${label} begins with none of the three start lines`, {
        expected: START_LINES.join(', or '),
        actual: startLine.text,
        at: locateDatagram(message, { span: startLine.span, path: 'ssdp.startLine' }),
        remedy: `Begin this message with one of ${START_LINES.join(', ')}.`,
      }),
    ];
  // A last line that just stops has no blank line behind it either: that is for RVP-SSDP-003.
  const wrong = issues.find(({ code, at }) => code === 'ssdp-line-end' && at.end > at.start);
  if (wrong === undefined) return [];
  return [
    fail(`${label} has a line that does not end with CR LF`, {
      expected: 'CR LF at the end of every line',
      actual: wrong.text,
      at: locateDatagram(message, { span: wrong.at, path: wrong.path }),
      remedy: `End every line of ${label} with \\r\\n, the blank one too.`,
    }),
  ];
}

const ssdp003 = upnpRule({
  id: 'RVP-SSDP-003',
  title: 'End the headers of each message with a blank line',
  heading: 'SSDP message format',
  requirement: 'A blank line follows the last header.',
  why: 'Without it a parser of HTTP waits for more, and the message counts for nothing.',
  level: 'MUST',
  needs: ['ssdp'],
  remedy: 'Send \\r\\n\\r\\n behind the last header.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'a message of SSDP',
      (messages) => allOf(evidence, messages.flatMap(judgeBlankLine), 'a blank line ends the headers of every message'),
      ANY,
    ),
});

function judgeBlankLine(message: Message): Finding[] {
  const missing = message.ssdp.issues.find(({ code }) => code === 'ssdp-no-blank-line' || code === 'ssdp-empty');
  if (missing === undefined) return [];
  const label = datagramLabel(message);
  return [
    fail(`no blank line ends the headers of ${label}`, {
      expected: 'an empty line behind the last header',
      actual: missing.text,
      at: locateDatagramEnd(message, 'ssdp.blankLine'),
      remedy: `Append \\r\\n to ${label}, so that it ends with \\r\\n\\r\\n.`,
    }),
  ];
}

const ssdp003b = upnpRule({
  id: 'RVP-SSDP-003b',
  title: 'Send nothing behind the blank line',
  heading: 'SSDP message format',
  requirement: 'A message of SSDP has no body.',
  why: 'Receivers may ignore a body, and some take the datagram for damaged.',
  level: 'SHOULD',
  needs: ['ssdp'],
  remedy: 'End the datagram with the blank line.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'a message of SSDP',
      (messages) => allOf(evidence, messages.flatMap(judgeBody), 'no message has a body'),
      ANY,
    ),
});

function judgeBody(message: Message): Finding[] {
  const { body } = message.ssdp;
  if (body === null) return [];
  const label = datagramLabel(message);
  return [
    fail(`${label} has bytes behind its blank line`, {
      expected: 'nothing behind the blank line',
      actual: `${body.end - body.start} bytes`,
      at: locateDatagram(message, { span: body, path: 'ssdp.body' }),
      remedy: `Cut ${label} off behind its blank line; check the length that is passed to the socket.`,
    }),
  ];
}

const ssdp004 = upnpRule({
  id: 'RVP-SSDP-004',
  title: 'Keep each message within one datagram that needs no fragments',
  heading: 'Device available: NOTIFY with ssdp:alive',
  requirement: `Each message is one UDP datagram of at most ${MAX_BYTES} bytes; some stacks take ${SMALL_BYTES} only.`,
  why: 'Fragments of multicasts are lost easily on wireless networks, and with one of them the whole message.',
  level: 'MUST',
  needs: ['ssdp'],
  remedy: 'Shorten the headers: LOCATION, SERVER and those of the vendor.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'a message of SSDP',
      (messages) => allOf(evidence, messages.flatMap(judgeSize), `every message has at most ${SMALL_BYTES} bytes`),
      ANY,
    ),
});

function judgeSize(message: Message): Finding[] {
  const { length } = message.bytes;
  const label = datagramLabel(message);
  if (length <= SMALL_BYTES) return [];
  if (length <= MAX_BYTES)
    return [
      note(`${label} has more than ${SMALL_BYTES} bytes, which some stacks do not take`, locateDatagram(message)),
    ];
  return [
    fail(`${label} does not fit one frame`, {
      expected: `at most ${MAX_BYTES} bytes`,
      actual: `${length} bytes in ${message.parts.length} fragments`,
      at: locateDatagram(message),
      remedy: `Shorten ${label} by at least ${length - MAX_BYTES} bytes.`,
    }),
  ];
}

/** Names that UDA and the extension framework of HTTP define, and those of HTTP that appear with them. */
const DEFINED = new Set([
  ...['host', 'cache-control', 'location', 'nt', 'nts', 'server', 'usn', 'ext', 'date', 'st', 'mx', 'man', 'opt'],
  ...['user-agent', 'content-length', 'content-type', 'connection', 'expires', 'age', 'vary', 'pragma'],
]);

const ssdp005 = upnpRule({
  id: 'RVP-SSDP-005',
  title: 'Name headers of the vendor after its domain',
  heading: 'Vendor-specific extensions (1.1)',
  requirement: 'From UPnP 1.1 on, a header that UDA does not define has a name that ends in a domain of the vendor.',
  why: 'Names without a domain collide with those of other vendors and of later versions.',
  level: 'SHOULD',
  needs: ['ssdp'],
  uses: ['description'],
  remedy: 'Rename the header, e.g. to MODE.EXAMPLE.COM, or leave it out.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'a message of SSDP',
      (messages) => {
        const older = olderThan11(evidence);
        if (older !== null) return [older];
        return allOf(evidence, messages.flatMap(judgeNames), 'every header of the vendor names a domain');
      },
      ANY,
    ),
});

function judgeNames(message: Message): Finding[] {
  const isOwn = (name: string): boolean =>
    !DEFINED.has(name.toLowerCase()) && !/^[0-9]{2}-/.test(name) && !/[^.]\.[a-z][a-z0-9-]+$/i.test(name);
  return message.ssdp.headers
    .filter(({ name }) => isOwn(name.trim()))
    .map((header) =>
      fail(`the header ${header.name} of ${datagramLabel(message)} names no domain`, {
        expected: 'a name that ends in the domain of the vendor',
        actual: header.name,
        at: locateDatagram(message, { span: header.span, path: `ssdp.${header.name.trim().toLowerCase()}` }),
        remedy: `Append a domain of the vendor to ${header.name}.`,
      }),
    );
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const ssdp006 = upnpRule({
  id: 'RVP-SSDP-006',
  title: 'Write UUIDs as 8-4-4-4-12 hexadecimal digits',
  heading: 'UUID format and recommended generation algorithms (1.1)',
  requirement: 'What follows uuid: in USN, NT and ST is a UUID of 32 hexadecimal digits in five groups, with hyphens.',
  why: 'Windows compares it with the UUID that M1 gave, which is 16 bytes: anything else is no such UUID.',
  level: 'MUST',
  revision: 2,
  needs: ['ssdp'],
  remedy: 'Format the 16 bytes of the UUID; do not build the name from model or serial number.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'a message with a USN',
      (messages) => allOf(evidence, messages.flatMap(judgeUuids), 'every UUID is 8-4-4-4-12 hexadecimal digits'),
      (message) => udnOf(message) !== null,
    ),
});

function judgeUuids(message: Message): Finding[] {
  return (['USN', 'NT', 'ST'] as const).flatMap((name) => {
    const header = ssdpHeader(message.ssdp, name);
    if (header === null) return [];
    const udn = header.value.replace(/::.*/s, '');
    // NT and ST may name a type; USN always begins with a UUID.
    if (!(name === 'USN' || /^uuid:/i.test(udn))) return [];
    const uuid = udn.replace(/^uuid:/i, '');
    if (UUID.test(uuid)) return [];
    return [
      fail(`${name} of ${datagramLabel(message)} holds no UUID`, {
        expected: 'uuid: and 8-4-4-4-12 hexadecimal digits',
        actual: header.value,
        at: locateHeader(message, header),
        remedy: `Put the UUID itself behind uuid: in ${name}, not ${uuid}.`,
      }),
    ];
  });
}

const ssdp025 = upnpRule({
  id: 'RVP-SSDP-025',
  title: 'Multicast with a small time to live',
  heading: 'Device available: NOTIFY with ssdp:alive',
  requirement: `The IP TTL of multicasts is 1 to ${MAX_TTL}; UPnP 1.0 uses 4, later versions 2.`,
  why: 'With a larger one announcements leave the site where multicasts are routed.',
  level: 'SHOULD',
  needs: ['ssdp'],
  remedy: 'Set IP_MULTICAST_TTL of the socket to 2 or 4.',
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'a multicast',
      (messages) => allOf(evidence, messages.flatMap(judgeTtl), 'the TTL of every multicast is small'),
      ({ isMulticast, family }) => isMulticast && family === 'ipv4',
    ),
});

function judgeTtl(message: Message): Finding[] {
  const { ttl } = message;
  if (ttl >= 1 && ttl <= MAX_TTL) return [];
  return [
    fail(`${datagramLabel(message)} is multicast with a TTL of ${ttl}`, {
      expected: `a TTL of 1 to ${MAX_TTL}`,
      actual: String(ttl),
      at: locateDatagram(message),
      remedy: `Set IP_MULTICAST_TTL to 2 instead of ${ttl}.`,
    }),
  ];
}

const ssdp027 = upnpRule({
  id: 'RVP-SSDP-027',
  title: 'Multicast to port 1900',
  heading: 'Advertisement protocols and standards',
  requirement: `Multicasts go to port ${SSDP_PORT}, from whatever port.`,
  why: 'Nobody listens for SSDP on another port.',
  level: 'MUST',
  needs: ['ssdp'],
  remedy: `Send to port ${SSDP_PORT}; the port the message comes from is free.`,
  check: (evidence, profile) =>
    eachMessage(
      evidence,
      profile,
      'a multicast',
      (messages) => allOf(evidence, messages.flatMap(judgePort), `every multicast goes to port ${SSDP_PORT}`),
      ({ isMulticast }) => isMulticast,
    ),
});

function judgePort(message: Message): Finding[] {
  const { address, port } = message.destination;
  if (port === SSDP_PORT) return [];
  return [
    fail(`${datagramLabel(message)} is multicast to port ${port}`, {
      expected: `port ${SSDP_PORT}`,
      actual: `${address}, port ${port}`,
      at: locateDatagram(message),
      remedy: `Send it to ${address}, port ${SSDP_PORT}.`,
    }),
  ];
}

export const messageRules: readonly Rule[] = [ssdp001, ssdp003, ssdp003b, ssdp004, ssdp005, ssdp006, ssdp025, ssdp027];
