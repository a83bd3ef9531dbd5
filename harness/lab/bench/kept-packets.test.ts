import { expect } from 'chai';
import { RallyError } from '#base/error.js';
import type { EapolListener } from './eapol-link.js';
import { KeptPackets } from './kept-packets.js';

/** A link that the test speaks on. */
class Link {
  listener: EapolListener | null = null;
  readonly sent: Uint8Array[] = [];

  listen(listener: EapolListener | null): void {
    this.listener = listener;
  }

  send(eapol: Uint8Array): void {
    this.sent.push(eapol);
  }
}

describe('packets of a device that begins before its session', () => {
  it('reach the session in their order, before those that come later, and not before it listens', async () => {
    const link = new Link();
    const kept = new KeptPackets(link, () => undefined);
    link.listener?.packet(Uint8Array.of(1));
    link.listener?.packet(Uint8Array.of(2));
    const heard: number[] = [];
    kept.listen({ packet: ([first = 0]) => heard.push(first), failure: () => undefined });
    expect(heard).to.deep.equal([]);
    await Promise.resolve();
    link.listener?.packet(Uint8Array.of(3));
    expect(heard).to.deep.equal([1, 2, 3]);
    kept.listen(null);
    expect(link.listener).to.equal(null);
  });

  it('are bounded', async () => {
    const link = new Link();
    const kept = new KeptPackets(link, () => undefined);
    for (let count = 0; count < 1000; count++) link.listener?.packet(Uint8Array.of(1));
    let heard = 0;
    kept.listen({ packet: () => (heard += 1), failure: () => undefined });
    await Promise.resolve();
    expect(heard).to.equal(64);
  });

  it('do not hide that the link has failed', () => {
    const link = new Link();
    const told: RallyError[] = [];
    new KeptPackets(link, (error) => told.push(error)).send(Uint8Array.of(9));
    const gone = new RallyError('ERR_INTERFACE', 'gone');
    link.listener?.failure(gone);
    expect(told).to.deep.equal([gone]);
    expect(link.sent).to.have.length(1);
  });
});
