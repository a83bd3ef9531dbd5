import { createEnrollee, type EnrolleeEngine } from '#wps/enrollee.js';
import { ENROLLEE_LIMITS, type EnrolleeConfig, type ExtraAttribute } from '#wps/enrollee-config.js';
import { bareParts, CONFORMANT } from './behaviours.js';
import type { Device } from './device.js';
import type { Carrier } from './model.js';
import { buildParts, messageScript, packetScript, probeRequestData, type Behaviour, type Parts } from './parts.js';
import { probeRequestAttributes, probeRequestFrame } from './probe-request.js';

/** A device in one session: what it sends before WPS begins, and the engine that holds the registration. */
export interface ReferenceSession {
  readonly engine: EnrolleeEngine;
  /** An 802.11 frame. */
  readonly probeRequest: Uint8Array;
  readonly parts: Parts;
}

/** The device, faults on top, in session `session` (from 1). */
export function referenceSession(device: Device, faults: readonly Behaviour[], session: number): ReferenceSession {
  const stack = [...faults, ...CONFORMANT];
  const context = { device, session };
  const parts = buildParts(stack, bareParts(context), context);
  const data = probeRequestData(stack, probeRequestAttributes(parts, device.model));
  return {
    engine: createEnrollee(enrolleeConfig(device, stack, parts)),
    probeRequest: probeRequestFrame(parts.transmitter, parts.elements(data), session),
    parts,
  };
}

/** The parts of a device's first session: what its profile is written from. */
export function referenceParts(device: Device, faults: readonly Behaviour[]): Parts {
  const context = { device, session: 1 };
  return buildParts([...faults, ...CONFORMANT], bareParts(context), context);
}

function enrolleeConfig({ model }: Device, stack: readonly Behaviour[], parts: Parts): EnrolleeConfig {
  return {
    method: model.method,
    pin: parts.pin,
    identity: parts.identity,
    extras: {
      M1: extras(parts, 'M1', parts.extensionsBefore),
      M3: extras(parts, 'M3', null),
      M5: extras(parts, 'M5', null),
      M7: extras(parts, 'M7', null),
    },
    random: parts.random,
    limits: ENROLLEE_LIMITS,
    ...(model.fragmentBytes === undefined ? {} : { fragmentBytes: model.fragmentBytes }),
    script: messageScript(stack),
    packetScript: packetScript(stack),
    ...(parts.acceptsAnyPassword ? { acceptsAnyPassword: true } : {}),
    ...(parts.overlooks === null ? {} : { overlooks: parts.overlooks }),
    ...(parts.objects === null ? {} : { objects: parts.objects }),
  };
}

function extras(parts: Parts, carrier: Carrier, before: number | null): ExtraAttribute[] {
  return (parts.extensions[carrier] ?? []).map((bytes) => (before === null ? { bytes } : { bytes, before }));
}
