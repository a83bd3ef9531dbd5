import type { RallyError } from '#base/error.js';
import type { EapolLink, EapolListener } from './eapol-link.js';

/** Packets of a device that is told to begin and is not answered yet: it repeats itself a few times. */
const MAX_PACKETS = 64;

/**
 * A link whose device may begin before the session does: while the device is made ready, its packets are kept, and
 * handed to the session as soon as that listens.
 */
export class KeptPackets implements Pick<EapolLink, 'listen' | 'send'> {
  private readonly kept: Uint8Array[] = [];
  private listener: EapolListener | null = null;

  /** Listens from now on. `onFailure`: the link failed while nobody else listened. */
  constructor(
    private readonly link: Pick<EapolLink, 'listen' | 'send'>,
    onFailure: (error: RallyError) => void,
  ) {
    link.listen({
      packet: (eapol) => {
        if (this.kept.length < MAX_PACKETS) this.kept.push(Uint8Array.from(eapol));
      },
      failure: onFailure,
    });
  }

  listen(listener: EapolListener | null): void {
    this.listener = listener;
    this.link.listen(listener);
    if (this.kept.length > 0) queueMicrotask(this.handOn);
  }

  send(eapol: Uint8Array): void {
    this.link.send(eapol);
  }

  private readonly handOn = (): void => {
    for (const eapol of this.kept.splice(0)) this.listener?.packet(eapol);
  };
}
