import type { Engine } from './engine.js';
import type { EnrolleeConfig, ReceivedCredential } from './enrollee-config.js';
import { EnrolleeSession } from './enrollee-session.js';
import { EapSupplicant } from './supplicant.js';

export interface EnrolleeEngine extends Engine {
  /** What M8 brought, usable credentials only; empty before. */
  readonly credentials: readonly ReceivedCredential[];
}

/**
 * EAP peer and WSC Enrollee in one: a device that enrolls, from EAPOL-Start to EAP-Failure. Deterministic for a
 * deterministic `random`. Throws RangeError for a `fragmentBytes` outside 1 to 65000, never for what a peer sends.
 */
export function createEnrollee(config: EnrolleeConfig): EnrolleeEngine {
  let session: EnrolleeSession | null = null;
  const newLayer = (): EnrolleeSession => (session = new EnrolleeSession(config));
  const { limits, fragmentBytes, packetScript, overlooks } = config;
  const supplicant = new EapSupplicant({ limits, fragmentBytes, packetScript, overlooks, newLayer });
  return {
    start: (nowMs) => supplicant.start(nowMs),
    receive: (eapol, nowMs) => supplicant.receive(eapol, nowMs),
    tick: (nowMs) => supplicant.tick(nowMs),
    get credentials() {
      return session?.credentials ?? [];
    },
  };
}
