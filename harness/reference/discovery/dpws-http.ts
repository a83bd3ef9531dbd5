import type { RandomBytes } from '#base/random.js';
import { decodeSoap, NAMESPACE, type SoapMessage } from '#wire/soap.js';
import { encodeFault, encodeGetResponse } from '#wire/wsd-write.js';
import type { Served } from './behaviour.js';
import { drawMessageId } from './draw.js';
import type { HttpRequest, HttpResponse } from './engine.js';
import { emptyResponse, response, SOAP_TYPE } from './http.js';
import { metadataOf } from './metadata.js';
import { hostOf, type Addresses } from './network.js';
import type { DpwsParts, Refusal } from './parts.js';
import type { WsdSide } from './wsd-side.js';

const PROBE = `${NAMESPACE.discovery}/Probe`;
const GET = `${NAMESPACE.transfer}/Get`;

/** What a DPWS device answers by HTTP: Get, directed Probe, faults for the rest. */
export class DpwsHttp {
  constructor(
    private readonly parts: DpwsParts,
    private readonly side: WsdSide,
    private readonly addresses: Addresses,
    private readonly random: RandomBytes,
  ) {}

  /** Null for a path that is not the device's. */
  serve(request: HttpRequest): { readonly served: Served; readonly response: HttpResponse } | null {
    const { path } = this.parts;
    const isHosted = this.parts.hosted.some(({ name }) => request.path === `${path}/${name}`);
    if (request.path !== path && !isHosted) return null;
    if (request.method !== 'POST') return { served: 'none', response: emptyResponse(405) };
    const soap = decodeSoap(request.body);
    const action = soap.action?.value;
    if (action === undefined || soap.version !== '1.2') return { served: 'none', response: emptyResponse(400) };
    const refusal = this.parts.refuses(soap);
    if (refusal !== null) return this.fault(soap, refusal);
    const probeMatches = action === PROBE && !isHosted ? this.side.directed(request.body) : null;
    if (probeMatches !== null) return { served: 'directed-probe', response: response(200, SOAP_TYPE, probeMatches) };
    if (action === GET && !isHosted) return this.metadata(soap, request);
    return this.fault(soap, { subcode: 'ActionNotSupported', reason: 'The action is not supported' });
  }

  private metadata({ messageId }: SoapMessage, { headers }: HttpRequest): { served: Served; response: HttpResponse } {
    const body = encodeGetResponse({
      messageId: drawMessageId(this.random),
      relatesTo: messageId?.value ?? '',
      metadata: metadataOf(this.parts, this.hostAsked(headers.get('host') ?? '')),
    });
    return { served: 'metadata', response: response(200, SOAP_TYPE, body) };
  }

  private fault({ messageId }: SoapMessage, { subcode, reason }: Refusal): { served: Served; response: HttpResponse } {
    const body = encodeFault({
      messageId: drawMessageId(this.random),
      relatesTo: messageId?.value ?? '',
      code: 'Sender',
      subcode: `{${NAMESPACE.addressing}}${subcode}`,
      reason,
    });
    return { served: 'fault', response: response(400, SOAP_TYPE, body) };
  }

  /** Which of its own hosts a request was for; the first where that does not tell. */
  private hostAsked(header: string): string {
    const own = this.addresses.all.map(hostOf);
    return own.find((host) => header === host || header.startsWith(`${host}:`)) ?? own[0] ?? 'localhost';
  }
}
