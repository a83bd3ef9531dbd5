import { EapAuthenticator } from './authenticator.js';
import type { Engine, RegistrarConfig } from './engine.js';
import { RegistrarSession } from './registrar-session.js';

/**
 * EAP authenticator and WSC Registrar in one: from EAPOL-Start to EAP-Failure with a device that enrolls. Throws
 * RangeError for a configuration it cannot work with (`fragmentBytes` outside 1 to 65000), never for what a peer sends.
 */
export function createRegistrar(config: RegistrarConfig): Engine {
  let isFirst = true;
  return new EapAuthenticator({
    limits: config.limits,
    random: config.random,
    fragmentBytes: config.fragmentBytes,
    packetScript: config.packetScript,
    newLayer: () => {
      const session = new RegistrarSession(config);
      // Now, not while M1 waits for its answer. Later ones wait for M1: strangers can make us begin anew.
      if (isFirst) session.prepare();
      isFirst = false;
      return session;
    },
  });
}
