import { Agent as HttpAgent, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';

type Connected = (error: Error | null, stream: Duplex) => void;

/** An address of the link means nothing without its interface: with it, `fe80::1%wlan0`. Others stay as they are. */
export function scoped(host: string, scope: string): string {
  return isIPv6(host) && /^fe[89ab]/i.test(host) && !host.includes('%') ? `${host}%${scope}` : host;
}

/** Connections for one request each, link-local addresses through one interface. */
export class DeviceHttpAgent extends HttpAgent {
  constructor(private readonly scope: string) {
    super({ keepAlive: false });
  }

  override createConnection(options: ClientRequestArgs, callback?: Connected): Duplex | null | undefined {
    return super.createConnection({ ...options, host: scoped(options.host ?? '', this.scope) }, callback);
  }
}

/**
 * The same by TLS. A device's certificate is its own: that it has one is judged, not who signed it, nor when it ends.
 * Protocols and keys that no browser takes any more are taken here, for what is fetched is no secret.
 */
export class DeviceHttpsAgent extends HttpsAgent {
  constructor(private readonly scope: string) {
    super({ keepAlive: false, rejectUnauthorized: false, minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' });
  }

  override createConnection(options: RequestOptions, callback?: Connected): Duplex | null | undefined {
    return super.createConnection({ ...options, host: scoped(options.host ?? '', this.scope) }, callback);
  }
}
