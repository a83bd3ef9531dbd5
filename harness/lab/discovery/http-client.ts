import { Agent as HttpAgent, type AgentOptions, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { connect, isIPv6 } from 'node:net';
import { Readable } from 'node:stream';
import axios, { isAxiosError } from 'axios';
import type { FetchOutput, FetchResult } from '#discovery/engine.js';
import type { FetchProblem } from '#evidence/discovery-model.js';

export interface HttpLimits {
  /** From the request until the last byte of the answer. */
  readonly totalMs: number;
  /** Of a body; what is longer is cut there. */
  readonly bodyBytes: number;
}

/** What UDA allows a device for an answer, and far more than any description has. */
export const HTTP_LIMITS: HttpLimits = { totalMs: 30_000, bodyBytes: 1024 * 1024 };
/** A device that accepts a connection does so at once. */
const CONNECT_MS = 5000;
const CHUNK_BYTES = 256;

export interface HttpAnswer {
  readonly result: FetchResult;
  /** Bytes of the body that were read, also of one that was cut. */
  readonly bodyBytes: number;
}

const NO_ANSWER = { status: null, httpVersion: null, headers: [], body: null } as const;

/**
 * Carry out one request to the device, within limits and through one interface: no redirects, no proxy, no name look-up,
 * nothing unpacked. Bytes and headers are kept as they came. Never rejects for what the device does.
 *
 * @param scope interface that link-local addresses belong to
 */
export async function fetchFromDevice(
  request: FetchOutput,
  scope: string,
  signal: AbortSignal,
  limits: HttpLimits = HTTP_LIMITS,
): Promise<HttpAnswer> {
  if (request.method === 'CONNECT') return { result: await tryConnection(request, scope, signal), bodyBytes: 0 };
  const deadline = AbortSignal.timeout(limits.totalMs);
  const agent = agentOptions(scope);
  try {
    const response = await axios.request<IncomingMessage>({
      url: request.url,
      method: request.method,
      headers: { ...Object.fromEntries(request.headers), 'accept-encoding': 'identity', connection: 'close' },
      ...(request.body === null ? {} : { data: bodyOf(request.body, request.isChunked) }),
      responseType: 'stream',
      decompress: false,
      maxRedirects: 0,
      proxy: false,
      validateStatus: () => true,
      signal: AbortSignal.any([signal, deadline]),
      httpAgent: new HttpAgent(agent),
      // A device's certificate is its own: that it has one is judged, not who signed it.
      httpsAgent: new HttpsAgent({ ...agent, rejectUnauthorized: false }),
    });
    return await received(request.id, response.data, limits);
  } catch (error) {
    signal.throwIfAborted();
    return { result: { id: request.id, ...NO_ANSWER, problem: problemOf(error, deadline, limits) }, bodyBytes: 0 };
  }

  async function received(
    id: number,
    message: IncomingMessage,
    { bodyBytes, totalMs }: HttpLimits,
  ): Promise<HttpAnswer> {
    const chunks: Uint8Array[] = [];
    let read = 0;
    let problem: FetchProblem | null = null;
    const stop = (): void => {
      message.destroy();
    };
    deadline.addEventListener('abort', stop, { once: true });
    try {
      for await (const chunk of message) {
        const bytes = chunk as Buffer;
        chunks.push(bytes.subarray(0, Math.max(0, bodyBytes - read)));
        read += bytes.length;
        if (read <= bodyBytes) continue;
        problem = { code: 'too-large', text: `the body is longer than ${bodyBytes} bytes; the rest was not read` };
        break;
      }
    } catch (error) {
      signal.throwIfAborted();
      problem = problemOf(error, deadline, limits);
    } finally {
      deadline.removeEventListener('abort', stop);
      message.destroy();
    }
    if (problem === null && deadline.aborted) problem = tooSlow(totalMs);
    const status = message.statusCode ?? null;
    const headers = pairsOf(message.rawHeaders);
    const redirected = status !== null && status >= 300 && status < 400;
    return {
      result: {
        id,
        status,
        httpVersion: message.httpVersion,
        headers,
        body: Buffer.concat(chunks),
        problem: problem ?? (redirected ? notFollowed(status, headers) : encodingProblem(headers)),
      },
      bodyBytes: read,
    };
  }
}

/** Whether the device takes a connection at the place a URL names. */
async function tryConnection(request: FetchOutput, scope: string, signal: AbortSignal): Promise<FetchResult> {
  const url = new URL(request.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const problem = await new Promise<FetchProblem | null>((resolve) => {
    const socket = connect({ host: scoped(host, scope), port, signal });
    const timer = setTimeout(() => {
      socket.destroy();
      resolve({ code: 'timeout', text: `no connection to ${host} port ${port} within ${CONNECT_MS / 1000} s` });
    }, CONNECT_MS);
    const done = (outcome: FetchProblem | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    socket.on('connect', () => {
      done(null);
    });
    socket.on('error', (error) => {
      done(problemOf(error, null, HTTP_LIMITS));
    });
  });
  signal.throwIfAborted();
  return { id: request.id, ...NO_ANSWER, problem };
}

function agentOptions(scope: string): AgentOptions {
  // An address of the link means nothing without the interface.
  return {
    keepAlive: false,
    createConnection: (options) => connect({ ...options, host: scoped(options.host ?? '', scope) }),
  } as AgentOptions & {
    createConnection: (options: { host?: string; port: number }) => ReturnType<typeof connect>;
  };
}

function scoped(host: string, scope: string): string {
  return isIPv6(host) && /^fe[89ab]/i.test(host) ? `${host}%${scope}` : host;
}

/** In chunks, a body has no length beforehand. */
function bodyOf(body: Uint8Array, isChunked: boolean): Buffer | Readable {
  if (!isChunked) return Buffer.from(body);
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; at += CHUNK_BYTES) chunks.push(Buffer.from(body.subarray(at, at + CHUNK_BYTES)));
  return Readable.from(chunks, { objectMode: false });
}

function pairsOf(raw: readonly string[]): (readonly [string, string])[] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []));
}

function notFollowed(status: number, headers: readonly (readonly [string, string])[]): FetchProblem {
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
  return {
    code: 'redirect',
    text: `status ${status}${location === undefined ? '' : ` to ${location.slice(0, 200)}`}: redirects are not followed`,
  };
}

function encodingProblem(headers: readonly (readonly [string, string])[]): FetchProblem | null {
  const encoding = headers
    .find(([name]) => name.toLowerCase() === 'content-encoding')?.[1]
    ?.trim()
    .toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') return null;
  return { code: 'content-encoding', text: `the body is encoded as ${encoding.slice(0, 40)}, which was not asked for` };
}

function tooSlow(totalMs: number): FetchProblem {
  return { code: 'timeout', text: `the answer was not complete within ${totalMs / 1000} s` };
}

const UNREACHABLE = ['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ETIMEDOUT', 'EADDRNOTAVAIL'];

function problemOf(error: unknown, deadline: AbortSignal | null, limits: HttpLimits): FetchProblem {
  if (deadline?.aborted === true) return tooSlow(limits.totalMs);
  const code = isAxiosError(error) || isCoded(error) ? (error.code ?? '') : '';
  const text = (error instanceof Error ? error.message : String(error)).slice(0, 200);
  if (code === 'ECONNREFUSED') return { code: 'refused', text };
  if (UNREACHABLE.includes(code)) return { code: 'unreachable', text };
  if (/^ERR_(TLS|SSL)|CERT|EPROTO/.test(code)) return { code: 'tls', text };
  if (code === 'ERR_INVALID_URL') return { code: 'bad-url', text };
  return { code: 'protocol', text };
}

function isCoded(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
