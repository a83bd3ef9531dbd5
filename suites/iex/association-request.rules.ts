import { equal } from '#base/bytes.js';
import { millisecondsOf } from '#base/nanoseconds.js';
import type { Evidence, Exchange, JoinFact, ManagementFrame } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import type { Finding, Rule } from '#judge/rule.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute } from '#wire/wps/message.js';
import { brokenContinuation, noFrame, ownFrames } from '../air.js';
import { blocked, fail, inconclusive, notApplicable, pass } from '../finding.js';
import { hexNumber, locate, locateEnd, placeText, seenManagement } from '../locate.js';
import { WSC } from '../sources.js';

/** An Enrollee that will do WSC over 802.1X without a key. */
const ENROLLEE_OPEN_8021X = 0x01;
const EXPECTED = `Request Type ${hexNumber(ENROLLEE_OPEN_8021X)} (Enrollee, open 802.1X)`;

const iex02: Rule = {
  id: 'RVP-IEX-02',
  title: 'Say in the Association Request that the device registers',
  source: [WSC],
  requirement:
    'The Association Request before a registration carries the WPS element with Request Type 0x01. A device of WSC 1.0 may leave the element out.',
  why: 'By it an access point knows that WSC follows; without it some refuse the station, or wait for an EAPOL-Start.',
  level: 'MUST',
  revision: 1,
  needs: ['frames', 'association'],
  uses: ['profile'],
  remedy: 'Put dd, length, 00 50 f2 04, 10 4a 00 01 10, 10 3a 00 01 01 and the Wi-Fi Alliance extension into it.',
  blockedBy: ['RVP-IEX-04'],
  check: (evidence, profile) => {
    const findings = [
      ...ownFrames(evidence, 'association-request').map(judge),
      ...evidence.exchanges.flatMap((exchange) => bareRequest(evidence, exchange, profile)),
    ];
    return findings.length > 0 ? findings : [noFrame(evidence, 'Association Request')];
  },
};

function judge(frame: ManagementFrame): Finding {
  const seen = seenManagement(frame);
  if (brokenContinuation(frame) !== null)
    return blocked('RVP-IEX-04', `the WPS elements of an ${seen.label} cannot be put together`);
  const node = attribute(seen.wsc, ATTRIBUTE.RequestType);
  const [value] = node?.value ?? [];
  if (node?.declaredLength === 1 && value === ENROLLEE_OPEN_8021X)
    return pass(`an ${seen.label} says that the device registers`, locate(seen, node));
  const at = node === null ? locateEnd(seen, 'wsc') : locate(seen, node);
  return fail(`an ${seen.label} does not say that the device registers`, {
    expected: EXPECTED,
    actual: requestTypeText(node?.declaredLength, value),
    at,
    remedy: `Send 10 3a 00 01 01 at ${placeText(at)}.`,
  });
}

function requestTypeText(lengthBytes: number | undefined, value: number | undefined): string {
  if (lengthBytes === undefined) return 'no Request Type';
  if (lengthBytes !== 1) return `a Request Type of ${lengthBytes} bytes`;
  return value === undefined ? 'a Request Type that ends before its value' : hexNumber(value);
}

/** The request that led to an exchange, when it has neither WPS element nor the RSN element of a network with a key. */
function bareRequest(evidence: Evidence, exchange: Exchange, profile: Profile | null): Finding[] {
  const request = lastRequest(evidence, exchange);
  if (request?.state !== 'requested' || request.frame === undefined) return [];
  const text = `the Association Request in frame ${request.frame}, before exchange ${exchange.number}, has no WPS element`;
  if (profile?.ics.wscVersion === '1.0') return [notApplicable(`${text}, which WSC 1.0 allows`)];
  if (exchange.lossy || evidence.losses.length > 0)
    return [inconclusive(`${text}; another may be among the frames that are missing`)];
  const at = { path: 'associationRequest', message: 'Association Request', messageOffset: 0, lengthBytes: 0, hex: '' };
  return [
    fail(text, {
      expected: `a WPS element with ${EXPECTED}`,
      actual: 'no WPS element',
      at: { ...at, frame: request.frame, frameOffset: 0 },
      remedy: 'Put dd, length, 00 50 f2 04, 10 4a 00 01 10, 10 3a 00 01 01 and the Wi-Fi Alliance extension into it.',
    }),
  ];
}

/** The last request before an exchange to its access point, of those that are not for a network with a key. */
function lastRequest({ join = [] }: Evidence, { registrarMac, packets }: Exchange): JoinFact | undefined {
  const [first] = packets;
  if (first === undefined || registrarMac === null) return undefined;
  const beginMs = millisecondsOf(first.frame.timeNs);
  return join.findLast(
    ({ state, isSecured, accessPoint, timeMs }) =>
      (state === 'registering' || isSecured === false) &&
      timeMs < beginMs &&
      accessPoint !== undefined &&
      equal(accessPoint, registrarMac),
  );
}

export const associationRequestRules: readonly Rule[] = [iex02];
