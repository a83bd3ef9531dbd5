import { expect } from 'chai';
import type { Fetch } from '#evidence/discovery-model.js';
import type { Finding } from '#judge/rule.js';
import { decodeMetadata } from '#wire/dpws-metadata.js';
import { NAMESPACE } from '#wire/soap.js';
import { encodeFault } from '#wire/wsd-write.js';
import { eachDescribed, eachServed, isAnswer, judgeGetResponse, UNSERVED, type Served } from './dpws-metadata.js';
import { pass } from './finding.js';
import { DPWS_PRINTER } from './testing/devices.js';
import { fetched, metadataBody, onNetwork } from './testing/wsd.js';
import { viewOfRun } from './testing/wsd-view.js';

const ACTION = `${NAMESPACE.transfer}/GetResponse`;
const WHOLE = new TextDecoder().decode(metadataBody('d1'));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const edited = (from: string | RegExp, to: string): Uint8Array => {
  const text = WHOLE.replace(from, to);
  if (text === WHOLE) throw new Error(`nothing like ${String(from)}`);
  return utf8(text);
};
/** The answer to the plain Get. */
const got = (body: Uint8Array | null, more: Partial<Fetch> = {}): Fetch => fetched('metadata', 'd1', body, more);
const FAULT = encodeFault({ messageId: 'urn:uuid:1', relatesTo: 'urn:uuid:2', code: 'Receiver', reason: 'no' });
const WITHOUT_BODY = edited(/<soap:Body>.*<\/soap:Body>/s, '');
const CUT = utf8(WHOLE.slice(0, WHOLE.indexOf('</soap:Body>')));

/** What RVP-MEX-002 says of an answer. */
function judged(fetch: Fetch, ...others: readonly Fetch[]): readonly Finding[] {
  return judgeGetResponse(viewOfRun({ fetches: () => [...others, fetch] }), fetch);
}

describe('an answer that holds metadata', () => {
  const isOne = (body: Uint8Array, status: number | null = 200): boolean =>
    isAnswer(decodeMetadata(body), got(body, { status }));

  it('is an envelope with status 200', () => {
    expect(isOne(utf8(WHOLE))).to.equal(true);
    for (const status of [null, 201, 400, 500]) expect(isOne(utf8(WHOLE), status), String(status)).to.equal(false);
  });

  it('has a body, and no fault in it', () => {
    expect(isOne(WITHOUT_BODY)).to.equal(false);
    expect(isOne(FAULT)).to.equal(false);
    expect(isOne(utf8('<html/>'))).to.equal(false);
  });

  it('was read to its end', () => {
    const depth = 100;
    const broken = {
      'xml-malformed': CUT,
      'xml-encoding': edited('A printer', 'A ~').map((byte) => (byte === 0x7e ? 0xff : byte)),
      'xml-too-deep': edited('A printer', '<a>'.repeat(depth) + '</a>'.repeat(depth)),
    };
    for (const [code, body] of Object.entries(broken)) {
      const { soap } = decodeMetadata(body);
      expect(
        soap.xml.issues.map((issue) => issue.code),
        code,
      ).to.deep.equal([code]);
      expect(soap.body, code).to.not.equal(null);
      expect(isOne(body), code).to.equal(false);
    }
  });

  it('may have a DOCTYPE, which takes nothing from it', () => {
    expect(isOne(edited('<soap:Envelope', '<!DOCTYPE a><soap:Envelope'))).to.equal(true);
  });
});

describe('the metadata that are judged', () => {
  const served = (...fetches: readonly Fetch[]): { served: Served[]; findings: readonly Finding[] } => {
    const seen: Served[] = [];
    const evidence = onNetwork({ fetches: () => fetches });
    const findings = eachServed(evidence, DPWS_PRINTER.profile, (each) => {
      seen.push(each);
      return [];
    });
    return { served: seen, findings };
  };

  it('are those of the plain Get, though another was answered before', () => {
    const plain = got(metadataBody('d1'));
    const [one] = served(fetched('metadata-chunked', 'd2', metadataBody('d2')), plain).served;
    expect(one?.fetch).to.equal(plain);
    expect(one?.metadata.soap.relatesTo?.value).to.equal(plain.messageId);
  });

  it('are none where the answer is no envelope that was read, or was cut', () => {
    for (const fetch of [got(null), got(FAULT), got(CUT), got(utf8(WHOLE), { status: 500 })]) {
      const { served: seen, findings } = served(fetch);
      expect(seen).to.deep.equal([]);
      expect(findings).to.deep.equal([
        { verdict: 'inconclusive', text: 'the answer to Get holds no metadata', blockedBy: 'RVP-MEX-002' },
      ]);
    }
    const cut = got(CUT, { problem: { code: 'too-large', text: 'more than 1 MiB' } });
    expect(served(cut).findings).to.deep.equal([
      { verdict: 'inconclusive', text: 'the metadata are too large to be read', blockedBy: 'RVP-MEX-005' },
    ]);
  });
});

describe('the metadata of a device', () => {
  const described = (...fetches: readonly Fetch[]): readonly Finding[] =>
    eachDescribed(onNetwork({ fetches: () => fetches }), DPWS_PRINTER.profile, ({ metadata }) => [
      pass(metadata.metadata?.name ?? 'none'),
    ]);

  it('are what stands in Metadata', () => {
    expect(described(got(utf8(WHOLE)))).to.deep.equal([pass('wsx:Metadata')]);
    expect(described(got(edited(/wsx:Metadata(?=[ >])/g, 'wsx:Other')))).to.deep.equal([
      {
        verdict: 'inconclusive',
        text: 'the Body of the answer to Get has no Metadata of the right namespace',
        blockedBy: 'RVP-MEX-003',
      },
    ]);
  });

  it('cannot be judged where the Get was not sent, or others failed first', () => {
    expect(described()).to.deep.equal([{ verdict: 'not-run', text: 'the Get of the metadata was not sent' }]);
    expect(UNSERVED).to.deep.equal(['RVP-WSD-013', 'RVP-WSD-022', 'RVP-MEX-002', 'RVP-MEX-005', 'RVP-DISC-01']);
  });
});

describe('the answer to the plain Get', () => {
  const notAnswered = (fetch: Fetch): Partial<Finding> => {
    const [finding, ...more] = judged(fetch);
    expect(more).to.deep.equal([]);
    expect(finding).to.include({ verdict: 'fail', text: 'Get is not answered by an envelope with status 200' });
    return finding ?? {};
  };

  it('is right where it is GetResponse to that Get', () => {
    const fetch = got(utf8(WHOLE));
    const [finding, ...more] = judged(fetch);
    expect(more).to.deep.equal([]);
    expect(finding).to.deep.include({ verdict: 'pass', text: 'Get is answered by GetResponse' });
    expect(finding?.at).to.include({ message: `the answer to POST ${fetch.url}`, document: '001-metadata.xml' });
  });

  it('is not to be used where something went wrong on the way', () => {
    const tooLarge = got(utf8(WHOLE), { problem: { code: 'too-large', text: 'more than 1 MiB' } });
    expect(judged(tooLarge)).to.deep.equal([
      { verdict: 'inconclusive', text: 'the metadata are too large to be read', blockedBy: 'RVP-MEX-005' },
    ]);
    const [moved, ...more] = judged(got(utf8(WHOLE), { problem: { code: 'redirect', text: 'it was moved' } }));
    expect(more).to.deep.equal([]);
    expect(moved).to.include({
      verdict: 'fail',
      text: 'Get has no usable answer',
      expected: 'status 200 and the metadata',
      actual: 'it was moved',
      remedy: 'Answer Get at the URL of XAddrs at once, without redirect and without content encoding.',
    });
    expect(moved?.at).to.include({ document: '001-metadata.xml' });
  });

  it('is judged by its own body, not by that of an earlier Get', () => {
    const earlier = fetched('metadata-chunked', 'd2', FAULT);
    expect(judged(got(utf8(WHOLE)), earlier).map(({ verdict }) => verdict)).to.deep.equal(['pass']);
    const right = fetched('metadata-chunked', 'd2', metadataBody('d2'));
    expect(judged(got(FAULT), right).map(({ verdict }) => verdict)).to.deep.equal(['fail']);
  });

  it('is none where it has another status or no envelope, and says what it is instead', () => {
    const wrong: readonly (readonly [fetch: Fetch, actual: string])[] = [
      [got(null), 'status 200, no body'],
      [got(null, { status: 500 }), 'status 500, no body'],
      [got(null, { status: null }), 'status unknown, no body'],
      [got(utf8('<html/>')), 'status 200, no envelope'],
      [got(FAULT, { status: 500 }), `status 500, the fault {${NAMESPACE.soap12}}Receiver`],
      [got(CUT), 'status 200, a body that is not read to its end'],
    ];
    for (const [fetch, actual] of wrong)
      expect(notAnswered(fetch)).to.include({
        expected: 'status 200 and GetResponse',
        actual,
        remedy: 'Answer WS-Transfer Get, sent to the endpoint reference of the device, with its metadata.',
      });
    expect(notAnswered(got(FAULT, { status: 500 })).at?.path).to.equal('soap:Envelope');
  });

  it('is of the type of SOAP 1.2 envelopes, whatever follows it and however it is written', () => {
    const typed = (...headers: Fetch['headers']): readonly Finding[] => judged(got(utf8(WHOLE), { headers }));
    for (const value of ['application/soap+xml', 'Application/SOAP+XML', 'application/soap+xml ; charset=utf-8'])
      expect(typed(['Server', 'x'], ['content-type', value])[0]?.verdict, value).to.equal('pass');
    for (const value of ['text/xml', 'x-application/soap+xml', 'application/soap+xml-old', ';application/soap+xml'])
      expect(typed(['Content-Type', value])[0], value).to.include({
        verdict: 'fail',
        text: 'Content-Type of the metadata is not application/soap+xml',
        expected: 'application/soap+xml',
        actual: value,
        remedy: 'Send Content-Type: application/soap+xml; charset=utf-8 with every envelope.',
      });
    expect(typed()[0]).to.include({ verdict: 'fail', actual: 'no Content-Type' });
    expect(typed(['Server', 'application/soap+xml'])[0]).to.include({ verdict: 'fail', actual: 'no Content-Type' });
  });

  it('names GetResponse in Action', () => {
    const wrong = {
      expected: ACTION,
      verdict: 'fail',
      text: 'Action of the metadata is not GetResponse',
      remedy: `Send ${ACTION} as Action of the answer to Get.`,
    };
    const [other, ...more] = judged(got(edited(ACTION, `${NAMESPACE.transfer}/Get`)));
    expect(more).to.deep.equal([]);
    expect(other).to.include({ ...wrong, actual: `${NAMESPACE.transfer}/Get` });
    expect(other?.at?.path).to.equal('wsa:Action');
    const [none] = judged(got(edited(/<wsa:Action.*<\/wsa:Action>/s, '')));
    expect(none).to.include({ ...wrong, actual: 'no Action' });
    expect(none?.at?.path).to.equal('soap:Header');
  });

  it('names the Get it answers in RelatesTo, where the request had a MessageID', () => {
    const text = 'RelatesTo of the metadata does not name the Get';
    const remedy = 'Copy MessageID of the request into RelatesTo of the answer.';
    const [other] = judged(got(metadataBody('d2')));
    expect(other).to.include({ verdict: 'fail', text, expected: got(null).messageId, remedy });
    expect(other?.at?.path).to.equal('wsa:RelatesTo');
    const [none] = judged(got(edited(/<wsa:RelatesTo.*<\/wsa:RelatesTo>/s, '')));
    expect(none).to.include({ verdict: 'fail', text, actual: 'no RelatesTo' });
    expect(none?.at?.path).to.equal('soap:Header');
    expect(judged(got(metadataBody('d2'), { messageId: null }))[0]?.verdict).to.equal('pass');
  });
});
