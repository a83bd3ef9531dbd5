import type { Clock } from '#base/clock.js';
import type { Recorder } from '#evidence/recorder.js';
import { isLinkLocal, type AddressClaim } from './address-claim.js';

/** How far a device has come on its way into the network. */
export type JoinState = 'associated' | 'handshake' | 'address' | 'lost';

export interface JoinOptions {
  readonly evidence: Pick<Recorder, 'event'>;
  readonly clock: Clock;
  readonly onStep: (step: string) => void;
  /** Interface of the network that is joined. */
  readonly interfaceName: string;
}

/** `wlan0_op: STA 02:00:00:00:01:00 IEEE 802.11: associated (aid 1)` */
const ASSOCIATED = /^(\S+): STA ((?:[0-9a-f]{2}:){5}[0-9a-f]{2}) IEEE 802\.11: associated/;
const STEPS: Readonly<Record<JoinState, string>> = {
  associated: 'the device is associated with the network it was given',
  handshake: 'the device knows the network key',
  address: 'the device has an address',
  lost: 'the device left the network it was given',
};

/** Watches what hostapd and the DHCP server say of the device, and records each state as it comes. */
export class JoinWatch {
  /** The device's address in lower-case colon form; frames of others do not count. */
  device: string | null = null;
  private session = 0;
  /** Addresses of this session that are recorded. */
  private readonly addresses = new Set<string>();
  private done = false;
  private onDone: (() => void) | null = null;
  private rest = '';

  constructor(private readonly options: JoinOptions) {}

  /** A session begins: nothing is known of its join. */
  begin(session: number): void {
    this.session = session;
    this.done = false;
    this.addresses.clear();
  }

  /** What the device does from now on is our doing: its session is over. */
  end(): void {
    this.session = 0;
  }

  /**
   * Wait until the device has an IPv4 address, at most `limitMs`: it may take an IPv6 one long before. Resolves true
   * when it has any address. Throws the signal's reason when aborted.
   */
  async addressed(limitMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.done) return true;
    const limit = new AbortController();
    const cut = AbortSignal.any([signal, limit.signal]);
    this.onDone = () => {
      limit.abort();
    };
    try {
      await this.options.clock.sleep(limitMs, cut);
    } catch {
      signal.throwIfAborted();
    } finally {
      this.onDone = null;
    }
    return this.addresses.size > 0;
  }

  /** Addresses the device took in this session, text form. */
  get found(): readonly string[] {
    return [...this.addresses];
  }

  /** Output of hostapd. */
  log(chunk: Uint8Array): void {
    const lines = (this.rest + Buffer.from(chunk).toString('utf8')).split('\n');
    this.rest = (lines.pop() ?? '').slice(-1000);
    for (const line of lines) {
      const [, interfaceName, mac] = ASSOCIATED.exec(line) ?? [];
      if (interfaceName === this.options.interfaceName && mac !== undefined) this.take('associated', mac);
    }
  }

  /** Event of hostapd on the network that is joined. */
  event(text: string): void {
    const [word, mac = ''] = text.split(' ');
    if (word === 'EAPOL-4WAY-HS-COMPLETED') this.take('handshake', mac);
    if (word === 'AP-STA-DISCONNECTED') this.take('lost', mac);
  }

  /** The DHCP server gave out an address, or a station (lower-case colon form) uses one. */
  address(mac: string, claim: Omit<AddressClaim, 'mac'>): void {
    if (!this.concerns(mac) || this.addresses.has(claim.address)) return;
    this.addresses.add(claim.address);
    const { address, family } = claim;
    this.take('address', mac, { address, family: family === 'ipv4' ? 4 : 6, linkLocal: isLinkLocal(claim) });
    if (family !== 'ipv4') return;
    this.done = true;
    this.onDone?.();
  }

  private concerns(mac: string): boolean {
    return mac === this.device && this.session !== 0;
  }

  private take(state: JoinState, mac: string, detail: Readonly<Record<string, unknown>> = {}): void {
    if (!this.concerns(mac)) return;
    const { evidence, clock, onStep } = this.options;
    evidence.event('join', { state, session: this.session, wallMs: clock.wallMs(), ...detail });
    onStep(STEPS[state]);
  }
}
