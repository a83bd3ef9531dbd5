import type { FetchPurpose } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { decodeSoap, NAMESPACE } from '#wire/soap.js';
import type { XmlElement } from '#wire/xml.js';
import { whenDeclared } from '../discovery.js';
import { answerTo, locateFetch } from '../dpws-answers.js';
import { metadataAnswers } from '../dpws-fetches.js';
import { eachAnswered, eachServed, isAnswer, judgeGetResponse, UNSERVED, type Served } from '../dpws-metadata.js';
import { blocked, fail, note, pass } from '../finding.js';
import { locateElement } from '../locate-text.js';
import { DPWS, REQ, WIN } from '../sources.js';
import { firstOfEach, UNHEARD, type WsdView } from '../wsd-view.js';

const MAX_ENVELOPE_BYTES = 32_767;
const MAX_URI_BYTES = 2048;

const mex002: Rule = {
  id: 'RVP-MEX-002',
  title: 'Answer Get with GetResponse',
  source: [DPWS],
  requirement:
    'Get by HTTP is answered with status 200, Content-Type application/soap+xml, the action GetResponse, and RelatesTo with the MessageID of the Get.',
  why: 'Windows drops what it cannot assign to its request, and has no metadata of the device.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['metadata'],
  uses: ['wsd'],
  remedy: 'Implement WS-Transfer Get at the URL of XAddrs.',
  blockedBy: ['RVP-WSD-013', 'RVP-WSD-022', 'RVP-MEX-005', UNHEARD],
  check: (evidence, profile) => eachAnswered(evidence, profile, judgeGetResponse),
};

const mex003: Rule = {
  id: 'RVP-MEX-003',
  title: 'Put Metadata and nothing else into the Body',
  source: [DPWS, WIN],
  requirement: 'The Body of the answer to Get holds one element, Metadata of the namespace 2004/09/mex.',
  why: 'Windows drops a device whose answer has another element there.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['metadata'],
  uses: ['wsd'],
  remedy: 'Write Metadata and MetadataSection in the namespace of WS-MetadataExchange, with nothing beside Metadata.',
  blockedBy: UNSERVED,
  check: (evidence, profile) =>
    eachServed(evidence, profile, ({ view, fetch, metadata: { metadata, others, soap } }) => {
      const [other] = others;
      if (metadata !== null && other === undefined)
        return [pass('the Body holds Metadata alone', locateFetch(view, fetch, metadata))];
      return [
        fail(metadata === null ? 'the Body holds no Metadata' : 'the Body holds more than Metadata', {
          expected: `{${NAMESPACE.mex}}Metadata alone`,
          actual: other === undefined ? 'an empty Body' : others.map(nameOf).join(', '),
          at: locateFetch(view, fetch, other ?? soap.body),
          remedy: `Let the Body hold Metadata of ${NAMESPACE.mex} and no other element.`,
        }),
      ];
    }),
};

function nameOf({ namespace, local }: XmlElement): string {
  return `{${namespace}}${local}`;
}

const mex004: Rule = {
  id: 'RVP-MEX-004',
  title: 'Speak SOAP 1.2 and take requests in chunks',
  source: [DPWS],
  requirement:
    'The answer to Get is an envelope of SOAP 1.2, and a Get that is sent in chunks is answered as any other.',
  why: 'Windows sends its requests in chunks and reads SOAP 1.2 alone.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['metadata'],
  uses: ['wsd'],
  remedy: 'Use an HTTP server that decodes Transfer-Encoding: chunked, and the SOAP 1.2 namespace.',
  blockedBy: UNSERVED,
  check: (evidence, profile) =>
    eachServed(evidence, profile, (served) => [
      judgeVersion(served),
      judgeVariant(evidence, served.view, 'metadata-chunked', {
        what: 'a Get in chunks',
        remedy: 'Decode the chunks of a request before its XML is read; do not insist on Content-Length.',
      }),
    ]),
};

function judgeVersion({ view, fetch, metadata: { soap } }: Served): Finding {
  const at = locateFetch(view, fetch, soap.xml.root);
  if (soap.version === '1.2') return pass('the answer is of SOAP 1.2', at);
  return fail('the answer is not of SOAP 1.2', {
    expected: NAMESPACE.soap12,
    actual: soap.xml.root?.namespace ?? 'no envelope',
    at,
    remedy: `Write Envelope, Header and Body in ${NAMESPACE.soap12}.`,
  });
}

/** A Get sent in another way, which has to be answered like the plain one. */
function judgeVariant(
  evidence: Evidence,
  view: WsdView,
  purpose: FetchPurpose,
  { what, remedy }: { what: string; remedy: string },
): Finding {
  const { fetch, problem } = answerTo(view, purpose, what);
  if (problem !== null) return problem;
  const answer = metadataAnswers(evidence).find((each) => each.fetch === fetch)?.metadata;
  const isTooLarge = fetch.problem?.code === 'too-large';
  if (isTooLarge) return blocked('RVP-MEX-005', 'the metadata are too large to be read');
  const at = locateFetch(view, fetch, answer?.soap.xml.root ?? null);
  if (fetch.problem === null && answer !== undefined && isAnswer(answer, fetch)) return pass(`${what} is answered`, at);
  const fault = answer?.soap.faultCode ?? null;
  return fail(`${what} is not answered as the plain one is`, {
    expected: 'status 200 and the metadata',
    actual: fetch.problem?.text ?? `status ${fetch.status ?? 'unknown'}${fault === null ? '' : `, the fault ${fault}`}`,
    at,
    remedy,
  });
}

const mex005: Rule = {
  id: 'RVP-MEX-005',
  title: 'Keep envelopes within 32767 and URIs within 2048 octets',
  source: [DPWS],
  requirement:
    'No envelope the device serves has more than 32767 octets, and no URI in it or in XAddrs more than 2048.',
  why: 'Windows closes the connection at the limit and drops the device.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['metadata'],
  uses: ['wsd'],
  remedy: 'Leave out what is not needed: comments, white space, long descriptions.',
  blockedBy: ['RVP-WSD-013', 'RVP-WSD-022', 'RVP-MEX-002', UNHEARD],
  check: (evidence, profile) =>
    eachAnswered(evidence, profile, (view, fetch) => {
      const size = fetch.bodyBytes;
      if (size === 0) return [blocked('RVP-MEX-002', 'the answer to Get has no body')];
      const at = locateFetch(view, fetch);
      const failures = [
        ...(size > MAX_ENVELOPE_BYTES
          ? [
              fail('the envelope of the metadata is too long', {
                expected: `at most ${MAX_ENVELOPE_BYTES} octets`,
                actual: fetch.problem?.code === 'too-large' ? `more than ${size} octets` : `${size} octets`,
                at,
                remedy: `Shorten the answer to Get to ${MAX_ENVELOPE_BYTES} octets.`,
              }),
            ]
          : []),
        ...longUris(evidence, view),
      ];
      return firstOfEach(failures, pass(`the envelope of the metadata has ${size} octets`, at));
    }),
};

const URI_ELEMENTS: readonly string[] = ['Address', 'ServiceId', 'ManufacturerUrl', 'ModelUrl', 'PresentationUrl'];

function longUris(evidence: Evidence, view: WsdView): Finding[] {
  const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
  const inAnswers = metadataAnswers(evidence).flatMap(({ fetch, metadata }) =>
    descendants(metadata.metadata)
      .filter(({ local, text }) => URI_ELEMENTS.includes(local) && bytesOf(text.trim()) > MAX_URI_BYTES)
      .map((element) => ({
        name: element.local,
        bytes: bytesOf(element.text.trim()),
        at: locateFetch(view, fetch, element),
      })),
  );
  const inMessages = view.told.flatMap(({ target: { xAddrs, xAddrsElement, element }, datagram }) =>
    xAddrs
      .filter((url) => bytesOf(url) > MAX_URI_BYTES)
      .map((url) => ({ name: 'XAddrs', bytes: bytesOf(url), at: locateElement(datagram, xAddrsElement ?? element) })),
  );
  return [...inAnswers, ...inMessages].map(({ name, bytes, at }) =>
    fail(`a URI of ${name} is too long`, {
      expected: `at most ${MAX_URI_BYTES} octets`,
      actual: `${bytes} octets`,
      at,
      remedy: `Shorten the URI in ${name}.`,
    }),
  );
}

function descendants(element: XmlElement | null): XmlElement[] {
  return element === null ? [] : [element, ...element.children.flatMap(descendants)];
}

const mex006: Rule = {
  id: 'RVP-MEX-006',
  title: 'Refuse a request whose answer shall go elsewhere',
  source: [DPWS],
  requirement: 'A Get whose ReplyTo is not the anonymous address is answered by a fault of addressing.',
  why: 'The device answers on the connection of the request alone: the fault tells the client so.',
  level: 'SHOULD',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['metadata'],
  uses: ['wsd'],
  remedy: 'Look at ReplyTo before the request is handled, and send a fault when it is not anonymous.',
  blockedBy: UNSERVED,
  check: (evidence, profile) => eachServed(evidence, profile, ({ view }) => [judgeReplyTo(view)]),
};

function judgeReplyTo(view: WsdView): Finding {
  const what = 'a Get whose answer shall go elsewhere';
  const { fetch, problem } = answerTo(view, 'metadata-reply-to', what);
  if (problem !== null) return problem;
  const soap = fetch.body === null ? null : decodeSoap(fetch.body);
  const code = soap?.faultCode ?? null;
  const at = locateFetch(view, fetch, soap?.body ?? null);
  if (code !== null && fetch.problem === null)
    return code.startsWith(`{${NAMESPACE.addressing}}`)
      ? pass(`${what} gets the fault ${code}`, at)
      : note(`${what} gets the fault ${code}, which is none of addressing`, at);
  return fail(`${what} is not refused`, {
    expected: 'a fault of addressing',
    actual: fetch.problem?.text ?? `status ${fetch.status ?? 'unknown'} without a fault`,
    at,
    remedy: 'Answer with status 400 and the fault InvalidMessageInformationHeader.',
  });
}

const mex013: Rule = {
  id: 'RVP-MEX-013',
  title: 'Pass over elements that are not known',
  source: [REQ, DPWS],
  requirement: 'A Get with a header and a body element of an unknown namespace is answered as any other.',
  why: 'Windows may add to its requests. A device that refuses what it does not know is not installed.',
  level: 'MUST',
  revision: 1,
  appliesWhen: whenDeclared('dpws'),
  needs: ['metadata'],
  uses: ['wsd'],
  remedy: 'Read the elements that are known by namespace and name, and skip all others, unless mustUnderstand is set.',
  blockedBy: UNSERVED,
  check: (evidence, profile) =>
    eachServed(evidence, profile, ({ view }) => [
      judgeVariant(evidence, view, 'metadata-extended', {
        what: 'a Get with unknown elements',
        remedy: 'Skip unknown headers and body elements instead of refusing the message.',
      }),
    ]),
};

export const mexExchangeRules: readonly Rule[] = [mex002, mex003, mex004, mex005, mex006, mex013];
