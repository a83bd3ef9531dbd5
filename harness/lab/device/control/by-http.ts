import { RallyError } from '#base/error.js';
import type { ControlAction } from '#profile/control.js';
import { fetchFromDevice } from '../../discovery/http-client.js';
import { textLines } from './by-process.js';
import { Pattern, wholePin } from './pattern.js';
import type { SecretMask } from './secret-mask.js';

/** Of an answer; a longer one is no answer of a control. */
const BODY_BYTES = 256 * 1024;

/**
 * Ask an HTTP interface to do something to the device: one request, no redirects, no proxy. Resolves with the PIN of
 * `expect`. Throws RallyError ERR_CONTROL_FAILED, ERR_CONTROL_TIMEOUT, ERR_CONTROL_PATTERN, ERR_CONTROL_PIN, and the
 * signal's reason.
 *
 * @param scope interface that link-local addresses belong to
 * @param report takes status and answer, without secrets
 */
export async function requestForDevice(
  { method, url, headers, body, expect, limitMs }: Extract<ControlAction, { by: 'http' }>,
  scope: string,
  report: (text: string) => void,
  mask: SecretMask,
  signal: AbortSignal,
): Promise<string | null> {
  const { result } = await fetchFromDevice(
    {
      kind: 'fetch',
      id: 0,
      purpose: 'description',
      method,
      url,
      headers: Object.entries(headers),
      body: body === undefined ? null : new TextEncoder().encode(body),
      isChunked: false,
      messageId: null,
    },
    scope,
    signal,
    { totalMs: limitMs, bodyBytes: BODY_BYTES },
  );
  const { host } = new URL(url);
  const { status, problem } = result;
  const lines = textLines(result.body ?? new Uint8Array(0));
  const found = expect === undefined ? null : new Pattern(expect).firstIn(lines);
  mask.learn(found?.pin ?? '');
  report([`status ${String(status)}`, ...lines.map((line) => mask.mask(line))].join('\n'));
  const context = { host, status };
  if (problem !== null)
    throw new RallyError(
      problem.code === 'timeout' ? 'ERR_CONTROL_TIMEOUT' : 'ERR_CONTROL_FAILED',
      `${host}: ${mask.mask(problem.text)}`,
      {
        context: { ...context, problem: problem.code },
        remedy: 'Check the address in the profile, and what answers there.',
      },
    );
  if (status === null || status < 200 || status > 299)
    throw new RallyError('ERR_CONTROL_FAILED', `${host} answered with status ${String(status)}`, { context });
  if (expect === undefined) return null;
  if (found === null) throw new RallyError('ERR_CONTROL_FAILED', `${host} did not answer ${expect}`, { context });
  return wholePin(found);
}
