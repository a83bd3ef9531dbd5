import { decodeSsdp, SSDP_PORT, ssdpHeader, type SsdpMessage } from '#wire/ssdp.js';
import { allDevices, decodeDescription, type UpnpDescription } from '#wire/upnp-description.js';
import type { Agenda } from './agenda.js';
import type { Endpoint } from '#evidence/discovery-model.js';
import type { FetchResult, ReceivedDatagram } from './engine.js';
import { bystanderNotify, MX_SECONDS, searchRequest } from './requests.js';
import { reachable, refusal } from './target.js';

export interface UpnpOptions {
  /** The device declares UPnP; without, it is only looked whether it offers it. */
  readonly isDeclared: boolean;
  /** Lower-case UUID that M1 promises; null when it is not known. */
  readonly promised: string | null;
  readonly families: readonly ('ipv4' | 'ipv6')[];
  /** The device's addresses as far as they are known, text form. */
  readonly addresses: () => readonly string[];
  /** Our own address, IPv4. */
  readonly ownAddress: string;
  /** How long to wait for announcements to be refreshed; 0: not. */
  readonly refreshWaitMs: number;
}

/** Beyond MX, for answers that come too late. */
const LATE_MS = 1500;
/** A set of announcements is sent up to three times with some hundred milliseconds between (UDA 1.2.2). */
const QUIET_MS = 2000;
const MAX_DESCRIPTIONS = 4;
/** Far more than a device has, and far longer than any is. */
const MAX_ANNOUNCED = 1024;
const MAX_USN = 1024;
/** Group of SSDP within a link, IPv6 (UDA, annex A). */
const GROUP_IPV6 = '[FF02::C]';
const NO_MATCH = 'urn:rally-conformance-invalid:device:Nothing:1';

/** What there is to be seen of a device by UPnP: announcements, answers to every form of search, its description. */
export class UpnpFollowUp {
  isFound = false;
  private searchesOpen = 0;
  private fetchesOpen = 0;
  private readonly asked = new Set<string>();
  private readonly locations = new Set<string>();
  private readonly alive = new Map<string, number>();
  private readonly gone = new Set<string>();
  private expected: ReadonlySet<string> | null = null;
  private lastAliveMs = -Infinity;
  private setCompleteMs: number | null = null;
  private isRefreshed = false;
  private restartMs: number | null = null;
  private isQuietAwaited = false;

  constructor(
    private readonly agenda: Agenda,
    private readonly options: UpnpOptions,
  ) {}

  start(): void {
    const { isDeclared, promised, families } = this.options;
    for (const family of families) this.lookBy(family);
    if (!isDeclared) return;
    this.search('upnp:rootdevice', 'upnp:rootdevice');
    if (promised !== null) this.search('uuid', `uuid:${promised}`);
    this.search('no-match', NO_MATCH, { isOwn: true });
    this.search('no-mx', 'ssdp:all', { mx: null });
    this.search('bad-mx', 'ssdp:all', { mx: 'soon' });
    this.pass('notify', null);
    const [address] = this.options.addresses().filter((each) => !each.includes(':'));
    if (address !== undefined) this.pass('notify to the device', { address, port: SSDP_PORT });
  }

  /** Search for everything by this family. */
  lookBy(family: 'ipv4' | 'ipv6'): void {
    this.search('ssdp:all', 'ssdp:all', { family });
  }

  datagram({ bytes, from, isMulticast }: ReceivedDatagram): void {
    const message = decodeSsdp(bytes);
    const subtype = valueOf(message, 'NTS')?.toLowerCase();
    const usn = valueOf(message, 'USN') ?? '';
    if (usn.length > MAX_USN) return;
    if (message.kind === 'notify' && subtype === 'ssdp:byebye' && this.alive.has(usn)) this.gone.add(usn);
    const isAlive = message.kind === 'notify' && subtype === 'ssdp:alive';
    if (!isAlive && message.kind !== 'response') return;
    this.isFound = true;
    this.gone.delete(usn);
    if (isAlive && isMulticast) this.announced(usn);
    const location = valueOf(message, 'LOCATION');
    if (location !== null) this.located(location, from.address);
    const type = valueOf(message, isAlive ? 'NT' : 'ST') ?? '';
    if (!this.options.isDeclared) return;
    if (/:device:/.test(type)) this.searchOnce('device-type', type);
    if (/:service:/.test(type)) this.searchOnce('service-type', type);
  }

  /** Everything that can be waited for has come, and nothing is under way. */
  isSatisfied(): boolean {
    if (this.searchesOpen + this.fetchesOpen > 0) return false;
    if (!this.options.isDeclared) return true;
    return (
      this.isFound && this.isAnnounced() && (this.options.refreshWaitMs === 0 || this.isRefreshed || this.isOverdue())
    );
  }

  /** Only the refreshment of what was announced is still to come. */
  isRefreshAwaited(): boolean {
    return this.options.refreshWaitMs > 0 && this.setCompleteMs !== null && !this.isRefreshed && !this.isOverdue();
  }

  /** Every announcement was taken back. */
  hasLeft(): boolean {
    return !this.isFound || (this.alive.size > 0 && [...this.alive.keys()].every((usn) => this.gone.has(usn)));
  }

  /** The device was switched on again: what was announced is waited for once more. */
  restarted(): void {
    this.restartMs = this.agenda.nowMs;
    this.alive.clear();
    this.gone.clear();
    this.lastAliveMs = -Infinity;
  }

  /** It announced itself again after a restart, and the set is over. */
  hasReturned(): boolean {
    return !this.isFound || this.restartMs === null || (this.lastAliveMs > this.restartMs && this.isAnnounced());
  }

  private isAnnounced(): boolean {
    const isQuiet = this.agenda.nowMs - this.lastAliveMs >= QUIET_MS;
    return this.alive.size > 0 && isQuiet && this.isSetComplete();
  }

  private isSetComplete(): boolean {
    return this.expected === null || [...this.expected].every((usn) => this.alive.has(usn));
  }

  private isOverdue(): boolean {
    return this.setCompleteMs !== null && this.agenda.nowMs - this.setCompleteMs >= this.options.refreshWaitMs;
  }

  private announced(usn: string): void {
    const { nowMs } = this.agenda;
    // After the pause that ends a set, the same announcement is its refreshment.
    if (this.alive.has(usn) && nowMs - this.lastAliveMs >= QUIET_MS) this.isRefreshed = true;
    if (this.alive.size < MAX_ANNOUNCED) this.alive.set(usn, (this.alive.get(usn) ?? 0) + 1);
    this.lastAliveMs = nowMs;
    if (!this.isQuietAwaited) this.awaitQuiet();
  }

  /** One timer, however many announcements come. */
  private awaitQuiet(): void {
    this.isQuietAwaited = true;
    this.agenda.after(Math.max(1, this.lastAliveMs + QUIET_MS - this.agenda.nowMs), () => {
      this.isQuietAwaited = false;
      if (this.agenda.nowMs - this.lastAliveMs < QUIET_MS) this.awaitQuiet();
      else if (this.setCompleteMs === null && this.isAnnounced()) {
        this.setCompleteMs = this.agenda.nowMs;
        // Woken then, if only to find that nothing was refreshed.
        this.agenda.after(this.options.refreshWaitMs, () => undefined);
      }
    });
  }

  private located(location: string, from: string): void {
    if (this.locations.has(location) || this.locations.size >= MAX_DESCRIPTIONS) return;
    this.locations.add(location);
    const request = { purpose: 'description', method: 'GET', url: location, messageId: null } as const;
    const problem = refusal(location, reachable(this.options.addresses(), from));
    if (problem !== null) {
      this.agenda.emit({ kind: 'event', name: 'fetch', detail: { ...request, problem } });
      return;
    }
    this.fetchesOpen++;
    const headers = [['accept-language', 'en']] as const;
    this.agenda.fetch({ ...request, headers, body: null, isChunked: false }, (result) => {
      this.described(result);
    });
  }

  private described({ body }: FetchResult): void {
    this.fetchesOpen--;
    if (body === null || this.expected !== null) return;
    this.expected = announcements(decodeDescription(body));
  }

  /** Somebody comes by: announces itself, and takes it back before the others have forgotten it by themselves. */
  private pass(name: string, to: Endpoint | null): void {
    const say = (subtype: 'alive' | 'byebye'): void => {
      const bytes = bystanderNotify(subtype, this.options.ownAddress);
      this.agenda.emit({ kind: 'search', name, protocol: 'ssdp', family: 'ipv4', to, bytes });
    };
    this.searchesOpen++;
    say('alive');
    this.agenda.after(MX_SECONDS * 1000, () => {
      say('byebye');
    });
    this.agenda.after(MX_SECONDS * 1000 + LATE_MS, () => {
      this.searchesOpen--;
      this.agenda.emit({ kind: 'close', name });
    });
  }

  private searchOnce(name: string, target: string): void {
    if (this.asked.has(name)) return;
    this.search(name, target);
  }

  private search(
    name: string,
    target: string,
    options: { mx?: string | null; family?: 'ipv4' | 'ipv6'; isOwn?: boolean } = {},
  ): void {
    const { mx = String(MX_SECONDS), family = 'ipv4', isOwn = false } = options;
    this.asked.add(name);
    this.searchesOpen++;
    const full = family === 'ipv6' ? `${name} by IPv6` : name;
    const bytes = searchRequest({ target, mx, ...(family === 'ipv6' ? { group: GROUP_IPV6 } : {}) });
    const byClient = mx === String(MX_SECONDS) && family === 'ipv4' && !isOwn;
    this.agenda.emit({
      kind: 'search',
      name: full,
      protocol: 'ssdp',
      family,
      to: null,
      bytes,
      ...(byClient ? { searchTarget: target } : {}),
    });
    this.agenda.after(MX_SECONDS * 1000 + LATE_MS, () => {
      this.searchesOpen--;
      this.agenda.emit({ kind: 'close', name: full });
    });
  }
}

function valueOf(message: SsdpMessage, name: string): string | null {
  return ssdpHeader(message, name)?.value ?? null;
}

/** USNs of the whole set (UDA 1.2.2): three for the root, two for each embedded device, one for each service type. */
function announcements(description: UpnpDescription): ReadonlySet<string> | null {
  if (description.device === null || description.xml.issues.some(({ code }) => code !== 'xml-byte-order-mark'))
    return null;
  const usns = new Set<string>();
  for (const device of allDevices(description)) {
    const udn = device.fields.get('UDN')?.value ?? '';
    if (device === description.device) usns.add(`${udn}::upnp:rootdevice`);
    usns.add(udn).add(`${udn}::${device.fields.get('deviceType')?.value ?? ''}`);
    for (const service of device.services) usns.add(`${udn}::${service.fields.get('serviceType')?.value ?? ''}`);
  }
  return usns;
}
