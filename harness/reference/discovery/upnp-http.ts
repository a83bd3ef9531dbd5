import type { Served } from './behaviour.js';
import { descriptionXml, SCPD_PATH, scpdXml } from './description.js';
import type { HttpRequest, HttpResponse } from './engine.js';
import { emptyResponse, response } from './http.js';
import type { UpnpParts } from './parts.js';
import { DESCRIPTION_PATH } from './ssdp-side.js';
import { treeOf } from './ssdp-targets.js';

/** What a UPnP device serves: its description and those of its services (UDA 1.x, 2.9); null for any other path. */
export function serveUpnp(
  own: UpnpParts,
  { method, path, headers }: HttpRequest,
): { readonly served: Served; readonly response: HttpResponse } | null {
  const served = path === DESCRIPTION_PATH ? 'description' : isScpd(own, path) ? 'scpd' : null;
  if (served === null) return null;
  if (method !== 'GET') return { served: 'none', response: emptyResponse(405) };
  const body = served === 'description' ? descriptionXml(own) : scpdXml();
  const type = own.version === '1.0' ? 'text/xml' : 'text/xml; charset="utf-8"';
  const language = headers.has('accept-language') ? ([['Content-Language', 'en']] as const) : [];
  return { served, response: response(200, type, body, [['Server', own.server], ...language]) };
}

function isScpd(own: UpnpParts, path: string): boolean {
  const services = treeOf(own.root).flatMap((node) => node.services);
  return services.some(({ serviceId }) => path === `${SCPD_PATH}${serviceId.split(':').at(-1) ?? ''}.xml`);
}
