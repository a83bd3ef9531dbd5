import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import axios, { isAxiosError } from 'axios';
import type { FetchOutput, FetchResult } from '#discovery/engine.js';
import type { FetchProblem } from '#evidence/discovery-model.js';
import { DeviceHttpAgent, DeviceHttpsAgent, scoped } from './device-agents.js';

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
  if (request.method === 'CONNECT')
    return { result: await tryConnection(request, scope, signal, limits), bodyBytes: 0 };
  const deadline = new Deadline(limits.totalMs, signal);
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
      signal: deadline.signal,
      httpAgent: new DeviceHttpAgent(scope),
      httpsAgent: new DeviceHttpsAgent(scope),
    });
    return await received(request.id, response.data, limits, deadline);
  } catch (error) {
    signal.throwIfAborted();
    const problem = deadline.isReached ? tooSlow(limits) : problemOf(error);
    return { result: { id: request.id, ...NO_ANSWER, problem }, bodyBytes: 0 };
  } finally {
    deadline.clear();
  }
}

/** Ends a request at its limit, or with the run. */
class Deadline {
  isReached = false;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(
    totalMs: number,
    private readonly run: AbortSignal,
  ) {
    this.timer = setTimeout(() => {
      this.isReached = true;
      this.controller.abort();
    }, totalMs);
    run.addEventListener('abort', this.onAbort, { once: true });
    if (run.aborted) this.controller.abort();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  clear(): void {
    clearTimeout(this.timer);
    this.run.removeEventListener('abort', this.onAbort);
  }

  private readonly onAbort = (): void => {
    this.controller.abort();
  };
}

/** The first bytes of a body. Many small chunks take no more memory than few large ones. */
class BodyStart {
  readBytes = 0;
  private bytes = Buffer.alloc(0);

  constructor(private readonly limitBytes: number) {}

  /** False: it is longer than what is kept. */
  push(chunk: Uint8Array): boolean {
    const at = Math.min(this.readBytes, this.limitBytes);
    this.readBytes += chunk.length;
    const end = Math.min(this.readBytes, this.limitBytes);
    if (end > this.bytes.length) {
      const grown = Buffer.alloc(Math.min(this.limitBytes, Math.max(end, this.bytes.length * 2)));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes.set(chunk.subarray(0, end - at), at);
    return this.readBytes <= this.limitBytes;
  }

  kept(): Uint8Array {
    return this.bytes.subarray(0, Math.min(this.readBytes, this.limitBytes));
  }
}

async function received(
  id: number,
  message: IncomingMessage,
  limits: HttpLimits,
  deadline: Deadline,
): Promise<HttpAnswer> {
  const body = new BodyStart(limits.bodyBytes);
  let problem: FetchProblem | null = null;
  const stop = (): void => {
    message.destroy();
  };
  deadline.signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of message) {
      if (body.push(chunk as Buffer)) continue;
      const text = `the body is longer than ${limits.bodyBytes} bytes; the rest was not read`;
      problem = { code: 'too-large', text };
      break;
    }
  } catch (error) {
    if (deadline.signal.aborted && !deadline.isReached) throw error;
    problem = problemOf(error);
  } finally {
    deadline.signal.removeEventListener('abort', stop);
    message.destroy();
  }
  if (deadline.isReached && problem?.code !== 'too-large') problem = tooSlow(limits);
  const status = message.statusCode ?? null;
  const headers = pairsOf(message.rawHeaders);
  const redirected = status !== null && status >= 300 && status < 400;
  return {
    result: {
      id,
      status,
      httpVersion: message.httpVersion,
      headers,
      body: body.kept(),
      problem: problem ?? (redirected ? notFollowed(status, headers) : encodingProblem(headers)),
    },
    bodyBytes: body.readBytes,
  };
}

/** Whether the device takes a connection at the place a URL names. */
async function tryConnection(
  request: FetchOutput,
  scope: string,
  signal: AbortSignal,
  { totalMs }: HttpLimits,
): Promise<FetchResult> {
  const limitMs = Math.min(CONNECT_MS, totalMs);
  const url = new URL(request.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const problem = await new Promise<FetchProblem | null>((resolve) => {
    const socket = connect({ host: scoped(host, scope), port, signal });
    const giveUp = (): void => {
      socket.destroy();
      resolve({ code: 'timeout', text: `no connection to ${host} port ${port} within ${limitMs / 1000} s` });
    };
    // After a standstill of ours the timer comes before the connection that was made meanwhile: that is looked at first.
    const timer = setTimeout(() => setImmediate(giveUp), limitMs);
    const done = (outcome: FetchProblem | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    socket.on('connect', () => {
      done(null);
    });
    socket.on('error', (error) => {
      done(problemOf(error));
    });
  });
  signal.throwIfAborted();
  return { id: request.id, ...NO_ANSWER, problem };
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

function tooSlow({ totalMs }: HttpLimits): FetchProblem {
  return { code: 'timeout', text: `the answer was not complete within ${totalMs / 1000} s` };
}

const UNREACHABLE = ['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ETIMEDOUT', 'EADDRNOTAVAIL'];

function problemOf(error: unknown): FetchProblem {
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
