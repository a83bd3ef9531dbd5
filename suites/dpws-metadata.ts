import type { Fetch } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, RuleId } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import type { DpwsMetadata } from '#wire/dpws-metadata.js';
import { NAMESPACE } from '#wire/soap.js';
import { answerTo, locateFetch } from './dpws-answers.js';
import { metadataAnswers } from './dpws-fetches.js';
import { blocked, fail, pass } from './finding.js';
import { eachHeard, firstOfEach, UNHEARD, type WsdView } from './wsd-view.js';

/** What a rule on metadata judges: the answer to the plain Get. */
export interface Served {
  readonly view: WsdView;
  readonly fetch: Fetch;
  readonly metadata: DpwsMetadata;
}

/** Rules that every rule on the content of metadata can be blocked by. */
export const UNSERVED: readonly RuleId[] = ['RVP-WSD-013', 'RVP-WSD-022', 'RVP-MEX-002', 'RVP-MEX-005', UNHEARD];

const GET_RESPONSE = `${NAMESPACE.transfer}/GetResponse`;
const NOT_SOAP: readonly string[] = ['xml-malformed', 'xml-encoding', 'xml-too-deep'];

/** The answer to the plain Get, judged where the device was reached. */
export function eachAnswered(
  evidence: Evidence,
  profile: Profile | null,
  judge: (view: WsdView, fetch: Fetch) => readonly Finding[],
): readonly Finding[] {
  return eachHeard(evidence, profile, (view) => {
    const { fetch, problem } = answerTo(view, 'metadata', 'the Get of the metadata');
    return problem === null ? judge(view, fetch) : [problem];
  });
}

/** The envelope of that answer; blocked where it is none (RVP-MEX-002) or was cut (RVP-MEX-005). */
export function eachServed(
  evidence: Evidence,
  profile: Profile | null,
  judge: (served: Served) => readonly Finding[],
): readonly Finding[] {
  return eachAnswered(evidence, profile, (view, fetch) => {
    if (fetch.problem?.code === 'too-large') return [blocked('RVP-MEX-005', 'the metadata are too large to be read')];
    const metadata = metadataAnswers(evidence).find((each) => each.fetch === fetch)?.metadata;
    if (metadata === undefined || !isAnswer(metadata, fetch))
      return [blocked('RVP-MEX-002', 'the answer to Get holds no metadata')];
    return judge({ view, fetch, metadata });
  });
}

/** The sections; blocked also where wsx:Metadata is missing (RVP-MEX-003). */
export function eachDescribed(
  evidence: Evidence,
  profile: Profile | null,
  judge: (served: Served) => readonly Finding[],
): readonly Finding[] {
  return eachServed(evidence, profile, (served) =>
    served.metadata.metadata === null
      ? [blocked('RVP-MEX-003', 'the Body of the answer to Get has no Metadata of the right namespace')]
      : judge(served),
  );
}

/** A SOAP envelope with a body that is no fault. */
export function isAnswer({ soap }: DpwsMetadata, { status }: Fetch): boolean {
  const isRead = !soap.xml.issues.some(({ code }) => NOT_SOAP.includes(code));
  return status === 200 && isRead && soap.body !== null && soap.faultCode === null;
}

/** RVP-MEX-002. */
export function judgeGetResponse(view: WsdView, fetch: Fetch): readonly Finding[] {
  const at = locateFetch(view, fetch);
  if (fetch.problem?.code === 'too-large') return [blocked('RVP-MEX-005', 'the metadata are too large to be read')];
  if (fetch.problem !== null)
    return [
      fail('Get has no usable answer', {
        expected: 'status 200 and the metadata',
        actual: fetch.problem.text,
        at,
        remedy: 'Answer Get at the URL of XAddrs at once, without redirect and without content encoding.',
      }),
    ];
  const metadata = metadataAnswers(view.evidence).find((each) => each.fetch === fetch)?.metadata;
  const soap = metadata?.soap;
  if (fetch.status !== 200 || metadata === undefined || soap === undefined || !isAnswer(metadata, fetch))
    return [
      fail('Get is not answered by an envelope with status 200', {
        expected: 'status 200 and GetResponse',
        actual: `status ${fetch.status ?? 'unknown'}, ${contentOf(metadata)}`,
        at: locateFetch(view, fetch, soap?.xml.root ?? null),
        remedy: 'Answer WS-Transfer Get, sent to the endpoint reference of the device, with its metadata.',
      }),
    ];
  const type = contentType(fetch);
  const failures = [
    ...(/^application\/soap\+xml$/i.test(type.split(';')[0]?.trim() ?? '')
      ? []
      : [
          fail('Content-Type of the metadata is not application/soap+xml', {
            expected: 'application/soap+xml',
            actual: type === '' ? 'no Content-Type' : type,
            at,
            remedy: 'Send Content-Type: application/soap+xml; charset=utf-8 with every envelope.',
          }),
        ]),
    ...(soap.action?.value === GET_RESPONSE
      ? []
      : [
          fail('Action of the metadata is not GetResponse', {
            expected: GET_RESPONSE,
            actual: soap.action?.value ?? 'no Action',
            at: locateFetch(view, fetch, soap.action?.element ?? soap.header),
            remedy: `Send ${GET_RESPONSE} as Action of the answer to Get.`,
          }),
        ]),
    ...(fetch.messageId === null || soap.relatesTo?.value === fetch.messageId
      ? []
      : [
          fail('RelatesTo of the metadata does not name the Get', {
            expected: fetch.messageId,
            actual: soap.relatesTo?.value ?? 'no RelatesTo',
            at: locateFetch(view, fetch, soap.relatesTo?.element ?? soap.header),
            remedy: 'Copy MessageID of the request into RelatesTo of the answer.',
          }),
        ]),
  ];
  return firstOfEach(failures, pass('Get is answered by GetResponse', at));
}

function contentOf(metadata: DpwsMetadata | undefined): string {
  if (metadata === undefined) return 'no body';
  const { soap } = metadata;
  if (soap.faultCode !== null) return `the fault ${soap.faultCode}`;
  return soap.body === null ? 'no envelope' : 'a body that is not read to its end';
}

function contentType({ headers }: Fetch): string {
  return headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
}
