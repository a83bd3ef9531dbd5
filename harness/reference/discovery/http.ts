import type { HttpResponse } from './engine.js';

export const SOAP_TYPE = 'application/soap+xml; charset=utf-8';

/** An answer with its length. */
export function response(
  status: number,
  type: string,
  body: Uint8Array,
  headers: HttpResponse['headers'] = [],
): HttpResponse {
  const own = [
    ['Content-Type', type],
    ['Content-Length', String(body.length)],
  ] as const;
  return { status, headers: body.length === 0 ? [['Content-Length', '0']] : [...own, ...headers], body, delayMs: 0 };
}

/** An answer without a body. */
export function emptyResponse(status: number): HttpResponse {
  return response(status, '', new Uint8Array(0));
}

/** The same answer with another body, its length right. */
export function withBody(old: HttpResponse, body: Uint8Array): HttpResponse {
  const headers = old.headers.map(([name, value]): readonly [string, string] =>
    name.toLowerCase() === 'content-length' ? [name, String(body.length)] : [name, value],
  );
  return { ...old, headers, body };
}
