import type { RandomBytes } from '#base/random.js';
import { formatUuid } from '#base/uuid.js';
import { NAMESPACE } from '#wire/soap.js';
import { SSDP_GROUP_IPV4, SSDP_PORT } from '#wire/ssdp.js';

/** What our control point asks, byte for byte. Device types have the prefix Windows gives them: devices compare it. */

const DISCOVERY_URN = 'urn:schemas-xmlsoap-org:ws:2005:04:discovery';
export const ANONYMOUS = `${NAMESPACE.addressing}/role/anonymous`;
/** No device has it: what it asks for is not there. */
export const FOREIGN_UUID = '5b1f8c06-93d2-4c1e-a7f4-0d6e2b9c8a31';
const FOREIGN_NAMESPACE = 'http://rally-conformance.invalid/type';

/** Seconds a device may take for its answer: what the searching client asks for, so that all questions are alike. */
export const MX_SECONDS = 3;

export interface SearchHeaders {
  /** The value of ST. */
  readonly target: string;
  /** Null: the header is left out. */
  readonly mx: string | null;
  /** Literal of the group in HOST; that of IPv4 when absent. */
  readonly group?: string;
}

/** An M-SEARCH (UDA 1.x, 1.3.2). */
export function searchRequest({ target, mx, group = SSDP_GROUP_IPV4 }: SearchHeaders): Uint8Array {
  const lines = [
    'M-SEARCH * HTTP/1.1',
    `HOST: ${group}:${SSDP_PORT}`,
    'MAN: "ssdp:discover"',
    ...(mx === null ? [] : [`MX: ${mx}`]),
    `ST: ${target}`,
    'USER-AGENT: Linux/6 UPnP/1.1 rally-conformance/1',
  ];
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
}

/** A device that is nowhere, of a type that nobody looks for: what announces it is to be heard and forgotten. */
const BYSTANDER_UUID = 'e2a4b7d0-3c58-4f16-9b07-7a1d5c9e6f24';
const BYSTANDER_TYPE = 'urn:rally-conformance-invalid:device:Bystander:1';
/** Forgotten soon, also where the leave-taking is lost. */
const BYSTANDER_MAX_AGE_S = 30;

/**
 * A NOTIFY of somebody else than the device (UDA 1.x, 1.2): alive, or byebye.
 *
 * @param address ours, IPv4: nothing listens at the LOCATION there
 */
export function bystanderNotify(subtype: 'alive' | 'byebye', address: string): Uint8Array {
  const lines = [
    'NOTIFY * HTTP/1.1',
    `HOST: ${SSDP_GROUP_IPV4}:${SSDP_PORT}`,
    ...(subtype === 'byebye'
      ? []
      : [
          `CACHE-CONTROL: max-age=${BYSTANDER_MAX_AGE_S}`,
          `LOCATION: http://${address}:9/`,
          'SERVER: Linux/6 UPnP/1.0 rally-conformance/1',
        ]),
    `NT: ${BYSTANDER_TYPE}`,
    `NTS: ssdp:${subtype}`,
    `USN: uuid:${BYSTANDER_UUID}::${BYSTANDER_TYPE}`,
  ];
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
}

/** `urn:uuid:` of a random UUID, version 4: a MessageID. */
export function messageId(random: RandomBytes): string {
  const bytes = Uint8Array.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return `urn:uuid:${formatUuid(bytes)}`;
}

export interface ProbeContent {
  /** `device`: the DPWS Device type; `foreign`: a type nobody has; null: any. */
  readonly types: 'device' | 'foreign' | null;
  readonly scopes?: { readonly value: string; readonly matchBy: 'rfc2396' | 'strcmp0' | null };
}

/** A Probe (WS-Discovery 2005/04, 5.2); `to` is the discovery URN by multicast, else the device's address. */
export function probeRequest(id: string, content: ProbeContent, to = DISCOVERY_URN): Uint8Array {
  const types =
    content.types === null
      ? ''
      : content.types === 'device'
        ? '<d:Types>wsdp:Device</d:Types>'
        : `<d:Types xmlns:f="${FOREIGN_NAMESPACE}">f:Nothing</d:Types>`;
  const { scopes } = content;
  const matchBy =
    scopes === undefined || scopes.matchBy === null ? '' : ` MatchBy="${NAMESPACE.discovery}/${scopes.matchBy}"`;
  const wanted = scopes === undefined ? '' : `<d:Scopes${matchBy}>${escape(scopes.value)}</d:Scopes>`;
  return envelope({
    action: `${NAMESPACE.discovery}/Probe`,
    to,
    id,
    body: `<d:Probe>${types}${wanted}</d:Probe>`,
  });
}

/** A Resolve of an endpoint reference address (WS-Discovery 2005/04, 6.2). */
export function resolveRequest(id: string, address: string): Uint8Array {
  return envelope({
    action: `${NAMESPACE.discovery}/Resolve`,
    to: DISCOVERY_URN,
    id,
    body: `<d:Resolve><a:EndpointReference><a:Address>${escape(address)}</a:Address></a:EndpointReference></d:Resolve>`,
  });
}

export interface GetOptions {
  /** Endpoint reference address of the device. */
  readonly to: string;
  readonly id: string;
  /** Where the answer shall go; anonymous when absent. */
  readonly replyTo?: string;
  /** With a header and an element of a namespace the device cannot know. */
  readonly isExtended?: boolean;
}

/** A WS-Transfer Get (DPWS 2006/02, 5). */
export function getRequest({ to, id, replyTo = ANONYMOUS, isExtended = false }: GetOptions): Uint8Array {
  const extension = isExtended ? `<f:Extension xmlns:f="${FOREIGN_NAMESPACE}"><f:Part>1</f:Part></f:Extension>` : '';
  return envelope({
    action: `${NAMESPACE.transfer}/Get`,
    to,
    id,
    headers: `<a:ReplyTo><a:Address>${escape(replyTo)}</a:Address></a:ReplyTo>${extension}`,
    body: isExtended ? extension : '',
  });
}

function envelope(parts: { action: string; to: string; id: string; headers?: string; body: string }): Uint8Array {
  const { action, to, id, headers = '', body } = parts;
  const text =
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<s:Envelope xmlns:s="${NAMESPACE.soap12}" xmlns:a="${NAMESPACE.addressing}"` +
    ` xmlns:d="${NAMESPACE.discovery}" xmlns:wsdp="${NAMESPACE.devprof}">` +
    `<s:Header><a:To>${escape(to)}</a:To><a:Action>${escape(action)}</a:Action>` +
    `<a:MessageID>${escape(id)}</a:MessageID>${headers}</s:Header>` +
    `<s:Body>${body}</s:Body></s:Envelope>`;
  return new TextEncoder().encode(text);
}

function escape(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
