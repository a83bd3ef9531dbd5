import { expect } from 'chai';
import { metadataAnswers } from './dpws-fetches.js';
import { fetched, metadataBody, onNetwork } from './testing/wsd.js';

describe('answers to a Get of metadata', () => {
  it('are none where nobody looked', () => {
    const { discovery, ...unheard } = onNetwork();
    expect(discovery?.fetches).to.have.length(6);
    expect(metadataAnswers(unheard)).to.deep.equal([]);
  });

  it('are those with a body, faults among them, in order, and no other fetch', () => {
    const purposes = metadataAnswers(onNetwork()).map(({ fetch }) => fetch.purpose);
    expect(purposes).to.deep.equal(['metadata', 'metadata-chunked', 'metadata-extended', 'metadata-reply-to']);
    const empty = [fetched('metadata', 'd1', null), fetched('metadata', 'd1', new Uint8Array(0))];
    expect(metadataAnswers(onNetwork({ fetches: () => empty }))).to.deep.equal([]);
  });

  it('are decoded once, each with its own body', () => {
    const bodies = [metadataBody('d1'), metadataBody('d2')];
    const evidence = onNetwork({ fetches: () => bodies.map((body) => fetched('metadata', 'd1', body)) });
    const [first, second] = metadataAnswers(evidence);
    expect(first?.metadata.soap.relatesTo?.value).to.match(/d1$/);
    expect(second?.metadata.soap.relatesTo?.value).to.match(/d2$/);
    expect(metadataAnswers(evidence)[0]?.metadata).to.equal(first?.metadata);
  });
});
