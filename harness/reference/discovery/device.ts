import { decodeSsdp } from '#wire/ssdp.js';
import type { Device } from '../device.js';
import { referenceParts } from '../enrollee.js';
import type { Behaviour } from '../parts.js';
import { streamOf } from '../seed.js';
import { Agenda } from './agenda.js';
import { chained } from './behaviour.js';
import { conformantDiscovery, type DevicePorts } from './build.js';
import { DpwsHttp } from './dpws-http.js';
import type { DeviceOutput, DiscoveryDevice, HttpRequest, HttpResponse } from './engine.js';
import { emptyResponse } from './http.js';
import { Addresses } from './network.js';
import type { DiscoveryParts } from './parts.js';
import { SsdpSide } from './ssdp-side.js';
import { serveUpnp } from './upnp-http.js';
import { WsdSide } from './wsd-side.js';

/** 5357 and 5358 are what Windows devices use for DPWS and Secure DPWS. */
export function usualPorts({ model }: Device): DevicePorts {
  const isSecure = model.transports.some(({ transport }) => transport === 'secure-dpws');
  return { upnp: 49152, dpws: isSecure ? 5358 : 5357 };
}

export interface DiscoveryOptions {
  /** Absent: {@link usualPorts}. */
  readonly ports?: DevicePorts;
}

/**
 * The device on its network, faults on top: what its model says it pairs by, under the identities it has. The same
 * device, faults and calls give the same outputs.
 */
export function createDiscoveryDevice(
  device: Device,
  faults: readonly Behaviour[],
  options: DiscoveryOptions = {},
): DiscoveryDevice {
  return new ReferenceDiscovery(device, faults, options.ports ?? usualPorts(device));
}

/** From one start to the next. */
interface Running {
  readonly parts: DiscoveryParts;
  readonly ssdp: SsdpSide | null;
  readonly wsd: WsdSide | null;
  readonly http: DpwsHttp | null;
}

class ReferenceDiscovery implements DiscoveryDevice {
  readonly ports: DiscoveryDevice['ports'];
  private readonly agenda = new Agenda();
  private boot = 0;
  private running: Running | null = null;

  constructor(
    private readonly device: Device,
    private readonly faults: readonly Behaviour[],
    private readonly numbers: DevicePorts,
  ) {
    const { upnp, dpws } = this.parts(1);
    this.ports = [
      ...(upnp === null ? [] : [{ port: upnp.port, isSecure: false }]),
      ...(dpws === null ? [] : [{ port: dpws.port, isSecure: dpws.isSecure }]),
    ];
  }

  start(addresses: readonly string[], nowMs: number): readonly DeviceOutput[] {
    this.boot += 1;
    this.agenda.clear();
    this.running = this.run(this.parts(this.boot), new Addresses(addresses));
    this.running.ssdp?.start(nowMs);
    this.running.wsd?.start(nowMs);
    return this.agenda.due(nowMs);
  }

  datagram(
    { protocol, from, isMulticast, bytes }: Parameters<DiscoveryDevice['datagram']>[0],
    nowMs: number,
  ): readonly DeviceOutput[] {
    if (protocol === 'ssdp') this.running?.ssdp?.heard(decodeSsdp(bytes), from, isMulticast, nowMs);
    else this.running?.wsd?.heard(bytes, from, nowMs);
    return this.agenda.due(nowMs);
  }

  request(request: HttpRequest): HttpResponse {
    const { running } = this;
    const upnp = running?.parts.upnp ?? null;
    const found = (upnp === null ? null : serveUpnp(upnp, request)) ?? running?.http?.serve(request) ?? null;
    const { served, response } = found ?? { served: 'none', response: emptyResponse(404) };
    return this.scripts('http').reduce((each, script) => script(each, { request, served }), response);
  }

  tick(nowMs: number): readonly DeviceOutput[] {
    return this.agenda.due(nowMs);
  }

  stop(nowMs: number): readonly DeviceOutput[] {
    this.agenda.clear();
    const outputs = [...(this.running?.ssdp?.stop(nowMs) ?? []), ...(this.running?.wsd?.stop(nowMs) ?? [])];
    this.running = null;
    // Copies of what it said last.
    return [...outputs, ...this.agenda.due(nowMs)];
  }

  private parts(boot: number): DiscoveryParts {
    const context = { device: this.device, boot };
    const { identities } = referenceParts(this.device, this.faults);
    const bare = conformantDiscovery(context, identities, this.numbers);
    return this.scripts('build').reduce((parts, build) => build(parts, context), bare);
  }

  private run(parts: DiscoveryParts, addresses: Addresses): Running {
    const random = streamOf(this.device.seed, 'discovery', this.boot);
    const { agenda } = this;
    const ssdp =
      parts.upnp === null ? null : new SsdpSide(parts.upnp, chained(this.scripts('ssdp')), addresses, random, agenda);
    if (parts.dpws === null) return { parts, ssdp, wsd: null, http: null };
    const wsd = new WsdSide(parts.dpws, chained(this.scripts('wsd')), addresses, random, agenda);
    return { parts, ssdp, wsd, http: new DpwsHttp(parts.dpws, wsd, addresses, random) };
  }

  /** This hook of every layer that has it, the oldest first. */
  private scripts<Hook extends keyof NonNullable<Behaviour['discovery']>>(
    hook: Hook,
  ): NonNullable<NonNullable<Behaviour['discovery']>[Hook]>[] {
    return this.faults.toReversed().flatMap(({ discovery }) => {
      const script = discovery?.[hook];
      return script === undefined ? [] : [script];
    });
  }
}
