import { toHex } from '#base/bytes.js';
import { formatUuid } from '#base/uuid.js';
import { NAMESPACE } from '#wire/soap.js';
import { encodeSsdp } from '#wire/ssdp.js';
import { encodeGet, encodeProbe, encodeResolve } from '#wire/wsd-write.js';
import { makeDevice } from '../../device.js';
import { requireModel } from '../../models.js';
import type { Behaviour } from '../../parts.js';
import type { HttpResponse } from '../engine.js';
import { Conversation, httpRequest, mSearch } from './conversation.js';

const STRCMP0 = `${NAMESPACE.discovery}/strcmp0`;
const FLOOR = 'http://rally-reference.example/site/hq/floor-2';

/**
 * All that a device says and serves while it is asked everything, told to leave and started again: one line each. What a
 * fault changes shows here.
 */
export function transcript(modelId: string, faults: readonly Behaviour[] = [], seed = 1): string[] {
  const talk = new Conversation(modelId, faults, seed).start().pass(15_000);
  const own = makeDevice(requireModel(modelId), seed);
  const dpws = formatUuid(own.transportUuids.get('dpws') ?? own.transportUuids.get('secure-dpws') ?? own.uuidE);
  const upnp = formatUuid(own.transportUuids.get('upnp') ?? own.uuidE);
  let count = 0;
  const messageId = (): string => `urn:uuid:00000000-0000-4000-8000-${String(count++).padStart(12, '0')}`;
  for (const searchTarget of ['ssdp:all', 'upnp:rootdevice', `uuid:${upnp}`, 'urn:schemas-upnp-org:device:Toaster:1'])
    talk.ask('ssdp', mSearch(searchTarget)).pass(6000);
  talk.ask('ssdp', mSearch('ssdp:all', null)).pass(6000);
  talk
    .ask(
      'ssdp',
      encodeSsdp('NOTIFY * HTTP/1.1', [
        ['NT', 'upnp:rootdevice'],
        ['NTS', 'ssdp:alive'],
      ]),
    )
    .pass(6000);
  const scope = `${FLOOR}/printers`;
  for (const source of [
    {},
    { types: [`{${NAMESPACE.devprof}}Device`] },
    { types: ['{http://toast.example}Toaster'] },
    { scopes: [FLOOR] },
    { scopes: [FLOOR.toUpperCase()] },
    { scopes: [scope], matchBy: STRCMP0 },
    { scopes: [`${FLOOR}/scanners`], matchBy: STRCMP0 },
    { scopes: [scope.toUpperCase()], matchBy: STRCMP0 },
  ])
    talk.ask('wsd', encodeProbe({ messageId: messageId(), ...source })).pass(6000);
  for (const address of [`urn:uuid:${dpws}`, 'urn:uuid:00000000-0000-0000-0000-000000000000'])
    talk.ask('wsd', encodeResolve({ messageId: messageId(), address })).pass(6000);
  const get = (replyTo?: string, content = ''): Uint8Array =>
    encodeGet({
      messageId: messageId(),
      to: `urn:uuid:${dpws}`,
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(content === '' ? {} : { extraContent: content }),
    });
  const path = `/${dpws}`;
  const served = [
    httpRequest('/description.xml', null, { 'accept-language': 'en' }),
    httpRequest(path, encodeProbe({ messageId: messageId() })),
    httpRequest(path, get()),
    httpRequest(path, get(), { 'transfer-encoding': 'chunked' }),
    httpRequest(path, get('http://192.0.2.99/')),
    httpRequest(path, get(undefined, '<x:More xmlns:x="http://more.example"/>')),
  ].map((request) => talk.device.request(request, 0));
  talk.stop().pass(3000).start().pass(15_000);
  return [
    ...talk.taken().map(({ bytes, ...rest }) => `${JSON.stringify(rest)} ${toHex(bytes)}`),
    ...served.map(lineOf),
  ];
}

function lineOf({ body, ...rest }: HttpResponse): string {
  return `${JSON.stringify(rest)} ${toHex(body)}`;
}
