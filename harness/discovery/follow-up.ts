import type { RandomBytes } from '#base/random.js';
import { Agenda } from './agenda.js';
import { DpwsFollowUp } from './dpws-follow-up.js';
import type { Abilities, FetchResult, FollowUpEngine, FollowUpOutput, ReceivedDatagram } from './engine.js';
import { UpnpFollowUp } from './upnp-follow-up.js';

type Family = 'ipv4' | 'ipv6';

export interface FollowUpOptions {
  /** Transports the device declares: waited for until the limit. Of the others it is only looked whether they are there. */
  readonly declared: { readonly upnp: boolean; readonly dpws: boolean };
  /** Lower-case UUIDs that M1 promises; null where unknown. */
  readonly promised: { readonly upnp: string | null; readonly dpws: string | null };
  readonly families: readonly Family[];
  /** The device's addresses when it begins, text form. */
  readonly addresses: readonly string[];
  /** Our own address on the same network, IPv4. */
  readonly ownAddress: string;
  /** The profile's limit for being found, from the start. */
  readonly limitMs: number;
  /** How long to wait for announcements to be refreshed; 0: not. */
  readonly refreshWaitMs: number;
  readonly abilities: Abilities;
  readonly random: RandomBytes;
}

/** A device has one address of IPv4 and a handful of IPv6. */
const MAX_ADDRESSES = 32;
/** A device that leaves says so at once. */
const LEAVE_MS = 3000;
/** From the end of the first part, for what is done to the device after it. */
const STIMULI_MS = 60_000;

/**
 * The follow-up after a device has joined: listens, searches by every transport at once, fetches what is offered, and,
 * where the bench can, lets the device leave and come back. It ends when everything was seen, else at its limits.
 */
export function createFollowUp(options: FollowUpOptions): FollowUpEngine {
  return new FollowUp(options);
}

/** `leaving` and `starting`: the bench was asked to do it. `left`: it was told to leave, and its farewell is waited for. */
type Phase = 'before' | 'looking' | 'leaving' | 'left' | 'starting' | 'returning' | 'over';

class FollowUp implements FollowUpEngine {
  private readonly agenda = new Agenda();
  private readonly addresses: Set<string>;
  private readonly families: Set<Family>;
  private readonly upnp: UpnpFollowUp;
  private readonly dpws: DpwsFollowUp;
  private phase: Phase = 'before';
  private isLimitReached = false;

  constructor(private readonly options: FollowUpOptions) {
    const { declared, promised, families, addresses, ownAddress, refreshWaitMs, random } = options;
    this.addresses = new Set(addresses);
    this.families = new Set(families);
    const own = (): readonly string[] => [...this.addresses];
    this.upnp = new UpnpFollowUp(this.agenda, {
      isDeclared: declared.upnp,
      promised: promised.upnp,
      families,
      addresses: own,
      ownAddress,
      refreshWaitMs,
    });
    this.dpws = new DpwsFollowUp(this.agenda, {
      isDeclared: declared.dpws,
      promised: promised.dpws,
      families,
      addresses: own,
      random,
    });
  }

  start(nowMs: number): readonly FollowUpOutput[] {
    return this.step(nowMs, () => {
      const { limitMs, refreshWaitMs, declared } = this.options;
      this.phase = 'looking';
      const names = [...(declared.upnp ? ['UPnP'] : []), ...(declared.dpws ? ['DPWS'] : [])];
      this.agenda.emit({
        kind: 'progress',
        step: 'looking for the device on the network',
        waitingFor: names.length === 0 ? 'what it may offer undeclared' : names.join(' and '),
        limitMs,
      });
      this.upnp.start();
      this.dpws.start();
      const limit = (isOver: () => boolean) => (): void => {
        if (this.phase !== 'looking' || !isOver()) return;
        this.isLimitReached = true;
        this.looked();
      };
      // A whole set is worth waiting for its refreshment; nothing else is waited for beyond the limit.
      this.agenda.after(
        limitMs,
        limit(() => !this.upnp.isRefreshAwaited()),
      );
      this.agenda.after(
        limitMs + refreshWaitMs,
        limit(() => true),
      );
    });
  }

  datagram(received: ReceivedDatagram, nowMs: number): readonly FollowUpOutput[] {
    return this.step(nowMs, () => {
      if (received.protocol === 'ssdp') this.upnp.datagram(received);
      else this.dpws.datagram(received);
    });
  }

  addressed(address: string, nowMs: number): readonly FollowUpOutput[] {
    return this.step(nowMs, () => {
      if (this.addresses.has(address) || this.addresses.size >= MAX_ADDRESSES) return;
      this.addresses.add(address);
      this.agenda.emit({ kind: 'event', name: 'discovery-address', detail: { address } });
      const family = address.includes(':') ? 'ipv6' : 'ipv4';
      if (this.families.has(family) || this.phase !== 'looking') return;
      this.families.add(family);
      this.upnp.lookBy(family);
      this.dpws.lookBy(family);
    });
  }

  fetched(result: FetchResult, nowMs: number): readonly FollowUpOutput[] {
    return this.step(nowMs, () => {
      this.agenda.fetched(result);
    });
  }

  stimulated(name: 'leave' | 'power-cycle', failed: string | null, nowMs: number): readonly FollowUpOutput[] {
    return this.step(nowMs, () => {
      this.noteStimulus(name, failed);
      if (name === 'leave') {
        if (failed !== null) this.switchOn();
        else {
          this.phase = 'left';
          this.agenda.after(LEAVE_MS, () => {
            if (this.phase === 'left') this.switchOn();
          });
        }
      } else if (failed !== null) this.end();
      else {
        this.upnp.restarted();
        this.dpws.restarted();
        this.phase = 'returning';
        this.agenda.emit({
          kind: 'progress',
          step: 'the device was switched on again',
          waitingFor: 'its announcements',
        });
        this.agenda.after(this.options.limitMs, () => {
          if (this.phase === 'returning') this.end();
        });
      }
    });
  }

  tick(nowMs: number): readonly FollowUpOutput[] {
    return this.step(nowMs, () => undefined);
  }

  private step(nowMs: number, action: () => void): readonly FollowUpOutput[] {
    // What was under way when it ended may still come back.
    if (this.phase === 'over') return [];
    this.agenda.nowMs = Math.max(this.agenda.nowMs, nowMs);
    action();
    this.agenda.runDue(nowMs);
    this.advance();
    return this.agenda.take();
  }

  private advance(): void {
    if (this.phase === 'looking' && this.upnp.isSatisfied() && this.dpws.isSatisfied()) this.looked();
    else if (this.phase === 'left' && this.upnp.hasLeft() && this.dpws.hasLeft()) this.switchOn();
    else if (this.phase === 'returning' && this.upnp.hasReturned() && this.dpws.hasReturned()) this.end();
  }

  private looked(): void {
    const { abilities } = this.options;
    if (!this.upnp.isFound && !this.dpws.isFound) {
      this.end();
      return;
    }
    this.agenda.after(STIMULI_MS, () => {
      this.end();
    });
    this.phase = 'leaving';
    if (abilities.leave) this.agenda.emit({ kind: 'stimulate', name: 'leave' });
    else {
      this.noteStimulus('leave', 'this bench cannot tell the device to leave');
      this.switchOn();
    }
  }

  private switchOn(): void {
    this.phase = 'starting';
    if (this.options.abilities.powerCycle) this.agenda.emit({ kind: 'stimulate', name: 'power-cycle' });
    else {
      this.noteStimulus('power-cycle', 'this bench cannot switch the device off and on');
      this.end();
    }
  }

  private noteStimulus(name: 'leave' | 'power-cycle', failed: string | null): void {
    this.agenda.emit({ kind: 'event', name: 'stimulus', detail: { name, failed } });
  }

  private end(): void {
    if (this.phase === 'over') return;
    this.phase = 'over';
    this.agenda.cancelAll();
    this.agenda.emit({ kind: 'end', outcome: this.isLimitReached ? 'limit' : 'all-seen' });
  }
}
