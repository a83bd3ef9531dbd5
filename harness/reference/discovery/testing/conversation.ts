import { decodeSsdp, encodeSsdp, ssdpHeader } from '#wire/ssdp.js';
import { decodeWsd, type WsdMessage } from '#wire/wsd.js';
import { makeDevice } from '../../device.js';
import { requireModel } from '../../models.js';
import type { Behaviour } from '../../parts.js';
import { createDiscoveryDevice } from '../device.js';
import type { DeviceEndpoint, DeviceOutput, DiscoveryDevice, HttpRequest } from '../engine.js';

export type Sent = Extract<DeviceOutput, { kind: 'send' }> & { readonly atMs: number };

export const OWN = '192.0.2.10';
export const OWN_IPV6 = 'fe80::10%eth0';
export const ASKER: DeviceEndpoint = { address: '192.0.2.1', port: 40_000 };

/** A device without a network: what it sends, and when. */
export class Conversation {
  readonly device: DiscoveryDevice;
  readonly sent: Sent[] = [];
  private nowMs = 0;
  private wakeMs: number | null = null;

  constructor(modelId: string, faults: readonly Behaviour[] = [], seed = 1) {
    this.device = createDiscoveryDevice(makeDevice(requireModel(modelId), seed), faults);
  }

  start(addresses: readonly string[] = [OWN]): this {
    return this.keep(this.device.start(addresses, this.nowMs));
  }

  stop(): this {
    return this.keep(this.device.stop(this.nowMs));
  }

  ask(protocol: 'ssdp' | 'wsd', bytes: Uint8Array, { from = ASKER, isMulticast = true } = {}): this {
    return this.keep(this.device.datagram({ protocol, from, isMulticast, bytes }, this.nowMs));
  }

  /** Let time pass, waking the device when it wants to be. */
  pass(ms: number): this {
    const untilMs = this.nowMs + ms;
    while (this.wakeMs !== null && this.wakeMs <= untilMs) {
      this.nowMs = this.wakeMs;
      this.wakeMs = null;
      this.keep(this.device.tick(this.nowMs));
    }
    this.nowMs = untilMs;
    return this;
  }

  /** What was sent since the last call. */
  taken(): Sent[] {
    return this.sent.splice(0);
  }

  private keep(outputs: readonly DeviceOutput[]): this {
    for (const output of outputs) {
      if (output.kind === 'send') this.sent.push({ ...output, atMs: this.nowMs });
      else this.wakeMs = output.atMs;
    }
    return this;
  }
}

export function mSearch(searchTarget: string, mx: string | null = '2'): Uint8Array {
  return encodeSsdp('M-SEARCH * HTTP/1.1', [
    ['HOST', '239.255.255.250:1900'],
    ['MAN', '"ssdp:discover"'],
    ...(mx === null ? [] : [['MX', mx] as const]),
    ['ST', searchTarget],
  ]);
}

export function headerOf({ bytes }: Sent, name: string): string | null {
  return ssdpHeader(decodeSsdp(bytes), name)?.value ?? null;
}

export function wsdOf({ bytes }: Sent): WsdMessage {
  return decodeWsd(bytes);
}

/** A request by HTTP to the first address. */
export function httpRequest(
  path: string,
  body: Uint8Array | null = null,
  headers: Record<string, string> = {},
): HttpRequest {
  return {
    method: body === null ? 'GET' : 'POST',
    path,
    headers: new Map(Object.entries({ host: `${OWN}:5357`, ...headers })),
    body: body ?? new Uint8Array(0),
  };
}
