import type { Fault } from '../fault.js';
import type { Served, SsdpDraft, SsdpField } from './behaviour.js';
import type { HttpResponse } from './engine.js';
import { withBody } from './http.js';
import type { DiscoveryContext, DpwsParts, UpnpNode, UpnpParts } from './parts.js';
import type { WsdDraft, WsdSaid } from './wsd-draft.js';

/* Ways in which a device's discovery side goes wrong. */

type Behave = Fault['behaviour'];

/** The device is something else by UPnP. */
export function upnp(change: (own: UpnpParts, context: DiscoveryContext) => Partial<UpnpParts>): Behave {
  return () => ({
    discovery: {
      build: (parts, context) =>
        parts.upnp === null ? parts : { ...parts, upnp: { ...parts.upnp, ...change(parts.upnp, context) } },
    },
  });
}

/** Its root device is something else. */
export function rootNode(change: (root: UpnpNode, context: DiscoveryContext) => Partial<UpnpNode>): Behave {
  return upnp(({ root }, context) => ({ root: { ...root, ...change(root, context) } }));
}

/** Its embedded devices are something else. */
export function embeddedNodes(change: (node: UpnpNode, root: UpnpNode) => Partial<UpnpNode>): Behave {
  return rootNode((root) => ({ embedded: root.embedded.map((node) => ({ ...node, ...change(node, root) })) }));
}

/** The device is something else by DPWS. */
export function dpws(change: (own: DpwsParts, context: DiscoveryContext) => Partial<DpwsParts>): Behave {
  return () => ({
    discovery: {
      build: (parts, context) =>
        parts.dpws === null ? parts : { ...parts, dpws: { ...parts.dpws, ...change(parts.dpws, context) } },
    },
  });
}

/** Both at once. */
export function together(...all: readonly Behave[]): Behave {
  return (device) => {
    const layers = all.map((each) => each(device).discovery ?? {});
    return {
      discovery: {
        build: (parts, context) => layers.reduce((made, { build }) => build?.(made, context) ?? made, parts),
      },
    };
  };
}

type What = SsdpDraft['what'];

/** Messages of SSDP of these kinds, altered, dropped or multiplied on their way out. */
export function ssdp(
  kinds: readonly What[],
  edit: (draft: SsdpDraft, own: UpnpParts) => SsdpDraft | readonly SsdpDraft[],
): Behave {
  return () => ({
    discovery: {
      ssdp: (draft, own) => (kinds.includes(draft.what) ? [edit(draft, own)].flat() : [draft]),
    },
  });
}

/** A header with another value; null: without it. */
export function header(
  kinds: readonly What[],
  name: string,
  change: (value: string, draft: SsdpDraft) => string | null,
): Behave {
  return ssdp(kinds, (draft) => ({ ...draft, headers: changed(draft, name, change) }));
}

function changed(
  draft: SsdpDraft,
  name: string,
  change: (value: string, draft: SsdpDraft) => string | null,
): SsdpField[] {
  return draft.headers.flatMap((field) => {
    if (field[0] !== name) return [field];
    const value = change(field[1], draft);
    return value === null ? [] : [[name, value] as const];
  });
}

/** One more header, behind the others. */
export function addHeader(kinds: readonly What[], name: string, value: string): Behave {
  return ssdp(kinds, (draft) => ({ ...draft, headers: [...draft.headers, [name, value]] }));
}

/** Messages of WS-Discovery of these kinds, altered, dropped or multiplied on their way out. */
export function wsd(
  kinds: readonly WsdDraft['what'][],
  edit: (draft: WsdDraft, own: DpwsParts) => WsdDraft | readonly WsdDraft[],
): Behave {
  return () => ({
    discovery: {
      wsd: (draft, own) => (kinds.includes(draft.what) ? [edit(draft, own)].flat() : [draft]),
    },
  });
}

/** What these messages say of the device, altered; matches without any stay so. */
export function says(
  kinds: readonly WsdDraft['what'][],
  change: (said: WsdSaid, own: DpwsParts) => Partial<WsdSaid>,
): Behave {
  return wsd(kinds, (draft, own) =>
    draft.said === null ? draft : { ...draft, said: { ...draft.said, ...change(draft.said, own) } },
  );
}

/** Answers by HTTP of this kind, altered. */
export function answers(kind: Served, edit: (response: HttpResponse) => HttpResponse): Behave {
  return () => ({ discovery: { http: (response, { served }) => (served === kind ? edit(response) : response) } });
}

/** The text of a document, altered; its length is right. */
export function documentText(kind: Served, edit: (text: string) => string): Behave {
  return answers(kind, (response) =>
    withBody(response, new TextEncoder().encode(edit(new TextDecoder().decode(response.body)))),
  );
}

/** A header of an answer by HTTP with another value; null: without it. */
export function httpHeader(kind: Served, wanted: string, value: string | null): Behave {
  return answers(kind, (response) => ({
    ...response,
    headers: response.headers.flatMap(([name, old]) => {
      if (name !== wanted) return [[name, old] as const];
      return value === null ? [] : [[name, value] as const];
    }),
  }));
}
