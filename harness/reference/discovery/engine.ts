/**
 * The discovery side of a reference device as an engine without I/O: announces itself, answers searches, serves its
 * documents. Times are monotonic milliseconds; everything random comes from the device's seed.
 */

export interface DeviceEndpoint {
  readonly address: string;
  readonly port: number;
}

export type DeviceOutput =
  | {
      readonly kind: 'send';
      readonly protocol: 'ssdp' | 'wsd';
      readonly family: 'ipv4' | 'ipv6';
      /** Null: the protocol's multicast group and port. */
      readonly to: DeviceEndpoint | null;
      readonly bytes: Uint8Array;
      /** IPv4 TTL or IPv6 hop limit of a multicast. */
      readonly ttl: number;
    }
  | { readonly kind: 'wake'; readonly atMs: number };

export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** Until it is sent. */
  readonly delayMs: number;
}

export interface DiscoveryDevice {
  /** TCP ports it serves HTTP on, and whether with TLS. */
  readonly ports: readonly { readonly port: number; readonly isSecure: boolean }[];
  /** It has joined and has these addresses. Called again after {@link stop}: a restart. */
  start(addresses: readonly string[], nowMs: number): readonly DeviceOutput[];
  datagram(
    received: {
      readonly protocol: 'ssdp' | 'wsd';
      readonly from: DeviceEndpoint;
      readonly isMulticast: boolean;
      readonly bytes: Uint8Array;
    },
    nowMs: number,
  ): readonly DeviceOutput[];
  request(request: HttpRequest, nowMs: number): HttpResponse;
  tick(nowMs: number): readonly DeviceOutput[];
  /** It leaves in good order. */
  stop(nowMs: number): readonly DeviceOutput[];
}
