import { request } from 'node:http';

/** The WFAWLANConfig service of an access point, as hostapd serves it: WSC messages in SOAP calls. */
export interface WlanConfigService {
  readonly host: string;
  readonly port: number;
}

const SERVICE = 'urn:schemas-wifialliance-org:service:WFAWLANConfig:1';
const CALL_TIMEOUT_MS = 5000;

/** M1 of the access point, which is the Enrollee here. */
export async function getDeviceInfo(service: WlanConfigService): Promise<Uint8Array> {
  return call(service, 'GetDeviceInfo', '', 'NewDeviceInfo');
}

/** Hand over a message; resolves to the answer. Rejects when the access point gives none (an HTTP error). */
export async function putMessage(service: WlanConfigService, wsc: Uint8Array): Promise<Uint8Array> {
  const argument = `<NewInMessage>${Buffer.from(wsc).toString('base64')}</NewInMessage>`;
  return call(service, 'PutMessage', argument, 'NewOutMessage');
}

async function call(service: WlanConfigService, action: string, argument: string, result: string): Promise<Uint8Array> {
  const envelope =
    '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ' +
    's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>' +
    `<u:${action} xmlns:u="${SERVICE}">${argument}</u:${action}></s:Body></s:Envelope>`;
  const { status, body } = await post(service, `"${SERVICE}#${action}"`, envelope);
  const value = new RegExp(`<${result}[^>]*>([^<]*)</${result}>`).exec(body)?.[1];
  if (status !== 200 || value === undefined) throw new Error(`${action} gave HTTP ${status}`);
  return Uint8Array.from(Buffer.from(value.replace(/\s/g, ''), 'base64'));
}

function post(
  { host, port }: WlanConfigService,
  soapAction: string,
  body: string,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': 'text/xml; charset="utf-8"',
      'Content-Length': Buffer.byteLength(body),
      SOAPAction: soapAction,
    };
    const options = { host, port, path: '/wps_control', method: 'POST', headers, timeout: CALL_TIMEOUT_MS };
    const sending = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    sending.on('timeout', () => sending.destroy(new Error(`no answer within ${CALL_TIMEOUT_MS} ms`)));
    sending.on('error', reject);
    sending.end(body);
  });
}
