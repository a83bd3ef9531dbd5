import { equal } from '#base/bytes.js';
import type { Evidence, ManagementFrame } from '#evidence/model.js';
import type { Finding } from '#judge/rule.js';
import type { TlvNode } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { benchError, inconclusive } from './finding.js';
import { overlapText } from './overlap.js';

type Kind = ManagementFrame['kind'];

/** Address bit of addresses a station makes up for itself. */
const LOCAL_BIT = 0x02;
/** Most bytes of WPS data in one information element: 255 less OUI and type. */
const ELEMENT_DATA_BYTES = 251;

/**
 * Frames of these kinds the DUT sent: under its own address, and Probe Requests under made-up ones, which are in the
 * evidence because they name its UUID-E.
 */
export function ownFrames(evidence: Evidence, ...kinds: readonly Kind[]): ManagementFrame[] {
  const { dutMac, exchanges, management } = evidence;
  const isRegistrar = (address: Uint8Array): boolean =>
    exchanges.some(({ registrarMac }) => registrarMac !== null && equal(registrarMac, address));
  return management.filter(({ kind, transmitter }) => {
    if (!kinds.includes(kind)) return false;
    if (dutMac !== null && equal(transmitter, dutMac)) return true;
    const isMadeUp = ((transmitter[0] ?? 0) & LOCAL_BIT) !== 0;
    return kind === 'probe-request' && isMadeUp && !isRegistrar(transmitter);
  });
}

/** Why there is nothing to judge: our bench, or an air in which no such frame was heard, which proves nothing. */
export function noFrame(evidence: Evidence, what: string): Finding {
  if (evidence.benchFailure !== null)
    return benchError(`the bench failed before a ${what} was seen: ${evidence.benchFailure.text}`);
  return inconclusive(`no ${what} of the DUT with a WPS element in the evidence${overlapText(evidence)}`);
}

/** Where WPS data that needs more than one element does not go on as it should. */
export interface BrokenContinuation {
  readonly node: Pick<TlvNode, 'span' | 'path'>;
  readonly expected: string;
  readonly actual: string;
}

/** What is wrong with the elements the WPS data of a frame is spread over; null when nothing is. */
export function brokenContinuation({ wsc, parts }: ManagementFrame): BrokenContinuation | null {
  const [first, ...further] = parts;
  if (further.length === 0 && first?.lengthBytes !== ELEMENT_DATA_BYTES) return null;
  const begins = new Set(further.map(({ messageOffset }) => messageOffset));
  const anew = wsc.attributes.find(
    ({ type, span }, index) => index > 0 && type === ATTRIBUTE.Version && begins.has(span.start),
  );
  if (anew !== undefined)
    return { node: anew, expected: 'the bytes that follow those of the element before', actual: 'a list of its own' };
  const { rest } = wsc.list;
  const cut =
    wsc.attributes.find(({ missingBytes }) => missingBytes > 0) ??
    (rest === null ? null : { span: rest.span, path: 'wsc.rest' });
  if (cut === null) return null;
  const where = further.length === 0 ? 'a second element' : 'the last element';
  return { node: cut, expected: `its rest in ${where}`, actual: 'the data ends within it' };
}
