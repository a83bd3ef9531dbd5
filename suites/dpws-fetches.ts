import type { Fetch } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import { decodeMetadata, type DpwsMetadata } from '#wire/dpws-metadata.js';

/** An answer to a Get with what its body holds. */
export interface MetadataAnswer {
  readonly fetch: Fetch;
  readonly metadata: DpwsMetadata;
}

const DECODED = new WeakMap<Uint8Array, DpwsMetadata>();

/** Every answer with a body to a Get of metadata, in order; faults are among them. */
export function metadataAnswers({ discovery }: Evidence): MetadataAnswer[] {
  return (discovery?.fetches ?? []).flatMap((fetch) => {
    if (!fetch.purpose.startsWith('metadata') || fetch.body === null || fetch.body.length === 0) return [];
    return [{ fetch, metadata: decoded(fetch.body) }];
  });
}

/** Nearly every rule on metadata asks for them: they are decoded once. */
function decoded(body: Uint8Array): DpwsMetadata {
  const known = DECODED.get(body) ?? decodeMetadata(body);
  DECODED.set(body, known);
  return known;
}
