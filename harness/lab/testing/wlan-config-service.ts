/**
 * The WFAWLANConfig service of an access point that lets Registrars on the network serve stations, on loopback: what a
 * station says goes to the subscriber as WLANEvent, what a Registrar says to it comes by PutWLANResponse.
 */
import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ascii, concat } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import { encodeSsdp } from '#wire/ssdp.js';
import { encodeDescription } from '#wire/upnp-description-write.js';

const HOST = '127.0.0.1';
const SSDP = { host: '239.255.255.250', port: 1900 } as const;
const DEVICE_TYPE = 'urn:schemas-wifialliance-org:device:WFADevice:1';
const SERVICE_TYPE = 'urn:schemas-wifialliance-org:service:WFAWLANConfig:1';
const LIMIT_MS = 10_000;
const EVENT_TYPE_EAP = 2;
const PATHS = { description: '/device.xml', scpd: '/scpd.xml', control: '/control', event: '/event' } as const;

export interface AccessPoint {
  /** As text, without `uuid:`. */
  readonly uuid: string;
  /** What GetDeviceInfo answers: M1 of the access point. */
  readonly deviceInfo: Uint8Array;
}

export class WlanConfigService {
  /** Names of the actions that were called, in order. */
  readonly actions: string[] = [];
  private readonly arrivals = new EventEmitter();
  private readonly responses: Uint8Array[] = [];
  private callback: string | null = null;
  private sequence = 0;

  private constructor(
    private readonly accessPoint: AccessPoint,
    private readonly server: Server,
  ) {}

  static async start(accessPoint: AccessPoint): Promise<WlanConfigService> {
    const server = createServer();
    const service = new WlanConfigService(accessPoint, server);
    server.on('request', (incoming, outgoing) => {
      void service.serve(incoming, outgoing);
    });
    server.listen(0, HOST);
    await once(server, 'listening');
    return service;
  }

  /** Say on loopback that the service is there, and wait until somebody has subscribed. Throws RallyError ERR_TIMEOUT. */
  async announce(): Promise<void> {
    const { port } = this.server.address() as AddressInfo;
    const notify = encodeSsdp('NOTIFY * HTTP/1.1', [
      ['HOST', `${SSDP.host}:${SSDP.port}`],
      ['CACHE-CONTROL', 'max-age=1800'],
      ['LOCATION', `http://${HOST}:${port}${PATHS.description}`],
      ['NTS', 'ssdp:alive'],
      ['NT', DEVICE_TYPE],
      ['USN', `uuid:${this.accessPoint.uuid}::${DEVICE_TYPE}`],
    ]);
    const socket = createSocket('udp4');
    socket.bind(0, HOST);
    await once(socket, 'listening');
    socket.setMulticastInterface(HOST);
    socket.send(notify, SSDP.port, SSDP.host, () => socket.close());
    await this.arrival('a subscription', () => this.callback !== null);
  }

  /** Tell the subscriber what a station of this address (six bytes) said in EAP-WSC. */
  async tell(station: Uint8Array, wsc: Uint8Array): Promise<void> {
    if (this.callback === null) throw new RallyError('ERR_INTERNAL', 'nobody has subscribed');
    const value = concat(Uint8Array.of(EVENT_TYPE_EAP), ascii(addressText(station)), wsc);
    const property = `<e:property><WLANEvent>${Buffer.from(value).toString('base64')}</WLANEvent></e:property>`;
    const body = `<e:propertyset xmlns:e="urn:schemas-upnp-org:event-1-0">${property}</e:propertyset>`;
    const sending = request(this.callback, {
      method: 'NOTIFY',
      timeout: LIMIT_MS,
      headers: {
        'CONTENT-TYPE': 'text/xml; charset="utf-8"',
        'CONTENT-LENGTH': Buffer.byteLength(body),
        NT: 'upnp:event',
        NTS: 'upnp:propchange',
        SID: `uuid:${this.accessPoint.uuid}`,
        SEQ: this.sequence++,
      },
    });
    sending.on('timeout', () => sending.destroy(new RallyError('ERR_TIMEOUT', 'the subscriber takes no event')));
    sending.end(body);
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    answer.resume();
    if (answer.statusCode !== 200) throw new RallyError('ERR_DAEMON', `an event gave HTTP ${answer.statusCode}`);
  }

  /** The next message a Registrar has for the station. Throws RallyError ERR_TIMEOUT. */
  async response(): Promise<Uint8Array> {
    await this.arrival('a message for the station', () => this.responses.length > 0);
    return this.responses.shift() ?? new Uint8Array(0);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async arrival(what: string, isThere: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(LIMIT_MS);
    while (!isThere()) {
      try {
        await once(this.arrivals, 'arrival', { signal });
      } catch {
        throw new RallyError('ERR_TIMEOUT', `${what} did not come; called were: ${this.actions.join(', ')}`);
      }
    }
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks = (await incoming.toArray()) as Buffer[];
    const body = Buffer.concat(chunks).toString();
    const xml = { 'CONTENT-TYPE': 'text/xml; charset="utf-8"' };
    if (incoming.url === PATHS.description) outgoing.writeHead(200, xml).end(this.description());
    else if (incoming.url === PATHS.control) {
      const action = /#(\w+)"?$/.exec(String(incoming.headers.soapaction))?.[1] ?? 'no action';
      outgoing.writeHead(200, xml).end(this.call(action, body));
    } else if (incoming.method === 'SUBSCRIBE') {
      this.callback = /<(.*)>/.exec(String(incoming.headers.callback))?.[1] ?? null;
      outgoing.writeHead(200, { SID: `uuid:${this.accessPoint.uuid}`, TIMEOUT: 'Second-1800' }).end();
    } else if (incoming.method === 'UNSUBSCRIBE') outgoing.writeHead(200).end();
    else outgoing.writeHead(404).end();
    this.arrivals.emit('arrival');
  }

  private call(action: string, body: string): string {
    this.actions.push(action);
    if (action === 'PutWLANResponse') this.responses.push(base64Argument(body, 'NewMessage'));
    const info = `<NewDeviceInfo>${Buffer.from(this.accessPoint.deviceInfo).toString('base64')}</NewDeviceInfo>`;
    const result = action === 'GetDeviceInfo' ? info : '';
    return (
      '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
      `<u:${action}Response xmlns:u="${SERVICE_TYPE}">${result}</u:${action}Response></s:Body></s:Envelope>`
    );
  }

  private description(): Uint8Array {
    return encodeDescription({
      device: {
        fields: [
          ['deviceType', DEVICE_TYPE],
          ['friendlyName', 'Access point'],
          ['manufacturer', 'Rally'],
          ['modelName', 'WLANConfig on loopback'],
          ['UDN', `uuid:${this.accessPoint.uuid}`],
        ],
        services: [
          {
            serviceType: SERVICE_TYPE,
            serviceId: 'urn:wifialliance-org:serviceId:WFAWLANConfig1',
            SCPDURL: PATHS.scpd,
            controlURL: PATHS.control,
            eventSubURL: PATHS.event,
          },
        ],
      },
    });
  }
}

function base64Argument(body: string, name: string): Uint8Array {
  const text = new RegExp(`<${name}[^>]*>([^<]*)</${name}>`).exec(body)?.[1] ?? '';
  return Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'base64'));
}

function addressText(address: Uint8Array): string {
  return Buffer.from(address)
    .toString('hex')
    .replace(/..(?=.)/g, '$&:');
}
