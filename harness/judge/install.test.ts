import { expect } from 'chai';
import { INSTALL_STEPS } from './install-steps.js';
import { installOf, type Install } from './install.js';
import type { RuleResult } from './record.js';
import type { Finding, Location, RuleId } from './rule.js';
import { finding } from './testing/samples.js';
import type { Trace, TracePromise } from './trace.js';

const IDS = new Set(
  INSTALL_STEPS.flatMap(({ stops, stopsUuidE, stopsBy, risks, risksBy }) => {
    return [...stops, ...stopsUuidE, ...stopsBy.upnp, ...stopsBy.dpws, ...risks, ...risksBy.upnp, ...risksBy.dpws];
  }),
);

/** What differs from a device that keeps every rule, by id without prefix; null: the record does not have it. */
type Changes = Readonly<Record<string, Partial<RuleResult> | null>>;

/** A rule that was not judged. */
function unjudged(id: RuleId): RuleResult {
  return {
    id,
    area: '',
    clause: '',
    title: '',
    requirement: '',
    why: '',
    remedy: '',
    level: 'MUST',
    revision: 1,
    source: [{ document: `source of ${id}` }],
    interpretation: [],
    inScope: true,
    warning: false,
    reason: '',
    blockedBy: [],
    findings: [],
  };
}

function resultOf(id: RuleId, change: Partial<RuleResult>): RuleResult {
  return { ...unjudged(id), verdict: 'pass', findings: [finding('pass')], ...change };
}

const broken = (text: string, more: Partial<Finding> = {}): Partial<RuleResult> => ({
  verdict: 'fail',
  reason: 'the reason of the rule',
  findings: [finding('pass'), finding('fail', { text, ...more })],
});
const warned = (text: string): Partial<RuleResult> => ({
  ...broken(text),
  level: 'SHOULD',
  verdict: 'pass',
  warning: true,
});
const hidden = (by: RuleId): Partial<RuleResult> => ({
  verdict: 'inconclusive',
  findings: [finding('inconclusive', { text: 'hidden', blockedBy: by })],
});
const OPEN: Partial<RuleResult> = {
  verdict: 'inconclusive',
  findings: [finding('inconclusive', { text: 'not seen' })],
};

function promise(way: TracePromise['way'], more: Partial<TracePromise> = {}): TracePromise {
  const transport = way === 'upnp' ? 'UPnP' : 'DPWS';
  const expected = `${way} identity`;
  return {
    way,
    transport,
    expected,
    origin: 'transport-uuid',
    problem: '',
    paths: [`m1.${way}`, `m1.${way}.uuid`],
    ...more,
  };
}

const UPNP = promise('upnp');
const DPWS = promise('dpws');

function install(
  changes: Changes,
  promises: readonly TracePromise[] = [UPNP, DPWS],
  more: Partial<Trace> = {},
): Install {
  const results = [...IDS].flatMap((id) => {
    const change = changes[id.replace(/^RVP-/, '')];
    return change === null ? [] : [resultOf(id, change ?? {})];
  });
  const trace: Trace = {
    traceVersion: 1,
    declares: 'transports',
    isLookedFor: true,
    promises,
    rows: [],
    unlisted: 0,
    ...more,
  };
  return installOf({ results }, trace);
}

/** Each way with the steps that are not simply done, and why: `UPnP ends stops: learn stops (VPI-02 text), ...`. */
function told({ paths }: Install): string[] {
  return paths.map(({ transport, end, at, steps }) => {
    const odd = steps.filter(({ id, state }) => state !== (id === 'driver' ? 'not-judged' : 'done'));
    const texts = odd.map(({ id, state, because }) => {
      const why = because.map((reason) => `${reason.id.replace(/^RVP-/, '')} ${reason.reason}`).join('; ');
      return `${id} ${state}${why === '' ? '' : ` (${why})`}`;
    });
    return `${transport ?? 'none'} ${end}${at === null ? '' : ` at ${at.number}`}: ${texts.join(', ')}`;
  });
}

/** Of one transport alone. */
const toldOf = (changes: Changes, promises: readonly TracePromise[] = [UPNP]): string => {
  return told(install(changes, promises)).join();
};

const BEHIND_LEARN =
  'configure not-reached, pre-pair not-reached, join not-reached, wait not-reached, fetch not-reached, ' +
  'pnpx not-reached, container not-reached, driver not-reached, again not-reached';

describe('steps of an installation, by verdicts', () => {
  it('are all taken where every rule holds', () => {
    const whole = install({});
    expect(told(whole)).to.deep.equal(['UPnP installs: ', 'DPWS installs: ']);
    expect(whole.sentence).to.equal('Windows would install it by UPnP and by DPWS');
    expect(whole.paths.flatMap(({ steps }) => steps.flatMap(({ because }) => because))).to.deep.equal([]);
    const [upnp, dpws] = whole.paths;
    expect([upnp?.expected, dpws?.expected]).to.deep.equal(['upnp identity', 'dpws identity']);
    const titles = INSTALL_STEPS.map(({ title, titleBy }) => titleBy?.upnp ?? title);
    expect(upnp?.steps.map(({ number, title }) => [number, title])).to.deep.equal(
      titles.map((title, index) => [index + 1, title]),
    );
    expect(dpws?.steps[5]?.title).to.equal('waits for WS-Discovery under exactly that UUID');
  });

  it('stop at the first rule that fails and stops Windows, and say nothing of what comes behind', () => {
    const changes = { 'VPI-02': broken('no length'), 'VPI-05': broken('a risk'), 'WSC-09': broken('later') };
    expect(toldOf(changes)).to.equal(`UPnP stops at 2: learn stops (VPI-02 no length), ${BEHIND_LEARN}`);
    const [step] = install(changes).paths[0]?.steps.filter(({ state }) => state === 'stops') ?? [];
    expect(step?.because).to.deep.equal([
      { id: 'RVP-VPI-02', reason: 'no length', source: [{ document: 'source of RVP-VPI-02' }] },
    ]);
  });

  it('are not known where a rule that would stop Windows was not judged, whyever', () => {
    expect(toldOf({ 'JOIN-01': null })).to.equal(
      'UPnP not-known at 5: join not-known (JOIN-01 the record does not have this rule)',
    );
    const missing = install({ 'JOIN-01': null }).paths[0]?.at?.because;
    expect(missing?.map(({ source }) => source)).to.deep.equal([[]]);
    const outside = { ...unjudged('RVP-JOIN-01'), inScope: false, reason: 'out of scope' };
    expect(told(installOf({ results: [outside] }, undefined))[0]).to.contain(
      'join not-known (JOIN-01 out of scope; JOIN-02',
    );
    const failed = { verdict: 'error', reason: 'our bench failed', findings: [finding('fail')] } as const;
    expect(toldOf({ 'JOIN-01': failed })).to.equal('UPnP not-known at 5: join not-known (JOIN-01 our bench failed)');
    const silent = { verdict: 'fail', reason: 'no findings', findings: [] } as const;
    expect(toldOf({ 'JOIN-01': silent })).to.equal('UPnP not-known at 5: join not-known (JOIN-01 no findings)');
    expect(toldOf({ 'JOIN-01': OPEN, 'JOIN-02': hidden('RVP-JOIN-01') })).to.equal(
      'UPnP not-known at 5: join not-known (JOIN-01 not seen; JOIN-02 hidden)',
    );
    for (const verdict of ['not-run', 'error'] as const) {
      const each = { verdict: 'inconclusive', findings: [finding('pass'), finding(verdict)] } as const;
      expect(toldOf({ 'JOIN-01': each })).to.equal(`UPnP not-known at 5: join not-known (JOIN-01 it is ${verdict})`);
    }
  });

  it('are taken where a rule has no subject, or its findings are of no weight', () => {
    const without = { verdict: 'not-applicable', findings: [finding('not-applicable')] } as const;
    expect(toldOf({ 'TUU-09': without })).to.equal('UPnP installs: ');
    const odd = { verdict: 'inconclusive', findings: [finding('pass'), finding('not-applicable')] } as const;
    expect(toldOf({ 'TUU-09': odd })).to.equal('UPnP installs: ');
  });

  it('are at risk by what Windows may pass over, and by recommendations', () => {
    const advised = broken('advice', { level: 'SHOULD' });
    expect(toldOf({ 'VPI-02': advised, 'VPI-05': broken('a risk'), 'TUU-12': warned('a warning') })).to.equal(
      'UPnP installs: learn at-risk (VPI-02 advice; VPI-05 a risk; TUU-12 a warning)',
    );
    const both: Partial<RuleResult> = {
      verdict: 'fail',
      findings: [finding('fail', { text: 'advice', level: 'SHOULD' }), finding('fail', { text: 'binding' })],
    };
    expect(toldOf({ 'VPI-02': both })).to.contain('learn stops (VPI-02 binding)');
    const strict = { ...warned('a warning'), verdict: 'fail' } as const;
    expect(toldOf({ 'VPI-02': strict })).to.equal('UPnP installs: learn at-risk (VPI-02 a warning)');
    expect(toldOf({ 'VPI-05': OPEN })).to.equal('UPnP installs: ');
    // The only risk of a step that its other rules show to be taken.
    expect(toldOf({ 'JOIN-03': OPEN })).to.equal('UPnP installs: ');
    // An INFO rule that does not hold passes.
    const remark = { ...broken('a remark'), level: 'INFO', verdict: 'pass' } as const;
    expect(toldOf({ 'VPI-05': remark })).to.equal('UPnP installs: ');
  });

  it('stop by a risk that hides a rule of the same step, and by no other', () => {
    const hiding = { 'PNPX-12': broken('another namespace'), 'PNPX-01': hidden('RVP-PNPX-12') };
    expect(toldOf(hiding)).to.contain('pnpx stops (PNPX-12 another namespace), container not-reached');
    expect(toldOf({ 'PNPX-12': broken('another namespace'), 'PNPX-01': hidden('RVP-DESC-010') })).to.equal(
      'UPnP not-known at 8: pnpx not-known (PNPX-01 hidden)',
    );
    expect(
      toldOf({ 'PNPX-12': broken('another'), 'PNPX-13': broken('a risk'), 'PNPX-01': hidden('RVP-PNPX-12') }),
    ).to.contain('pnpx stops (PNPX-12 another), ');
  });

  it('that nothing stops are known by their other rules', () => {
    expect(toldOf({ 'PNPX-09': OPEN, 'PNPX-14': OPEN })).to.equal(
      'UPnP not-known at 9: container not-known (PNPX-09 not seen; PNPX-14 not seen)',
    );
    expect(toldOf({ 'PNPX-09': OPEN })).to.equal('UPnP installs: ');
    const without = { verdict: 'not-applicable', findings: [finding('not-applicable')] } as const;
    expect(toldOf({ 'PNPX-09': OPEN, 'PNPX-14': without })).to.equal('UPnP installs: ');
    // Knowing it again is no part of installing it.
    const open = { 'UID-10': OPEN, 'SSDP-023': OPEN, 'SSDP-030': OPEN, 'SSDP-031': OPEN, 'SSDP-033': OPEN };
    expect(toldOf(open)).to.match(/^UPnP installs: again not-known/);
    expect(install(open, [UPNP]).sentence).to.equal('Windows would install it by UPnP');
  });

  it('ask for UUID-E only where it stands for a Transport UUID', () => {
    const zero = { 'UID-01': broken('all zero') };
    expect(toldOf(zero)).to.equal('UPnP installs: pre-pair at-risk (UID-01 all zero)');
    expect(toldOf(zero, [promise('upnp', { origin: 'uuid-e' })])).to.contain('pre-pair stops (UID-01 all zero), ');
  });
});

describe('what a finding says of a transport', () => {
  const at = (path: string, message = 'M1'): Location => ({ path, message, messageOffset: 0, lengthBytes: 0, hex: '' });
  const stopped = (text: string, place?: Location): string[] => {
    const more = place === undefined ? {} : { at: place };
    return install({ 'TUU-05': broken(text, more) }).paths.flatMap(({ end, transport }) =>
      end === 'stops' ? (transport ?? []) : [],
    );
  };

  it('is told by its place in M1 first', () => {
    expect(stopped('SSDP', at('m1.dpws'))).to.deep.equal(['DPWS']);
    expect(stopped('WS-Discovery', at('m1.upnp'))).to.deep.equal(['UPnP']);
    expect(stopped('a word', at('m1.both'))).to.deep.equal(['UPnP', 'DPWS']);
  });

  it('is told by its words and its document else', () => {
    for (const word of ['UPnP', 'SSDP', 'M-SEARCH', 'GET', 'uuid:1'])
      expect(stopped(`a ${word} that fails`), word).to.deep.equal(['UPnP']);
    for (const word of [
      'DPWS',
      'WS-Discovery',
      'Resolve',
      'Probe',
      'Hello',
      'POST',
      'ThisModel',
      'ThisDevice',
      'Hosted',
    ])
      expect(stopped(`a ${word} that fails`), word).to.deep.equal(['DPWS']);
    expect(stopped('urn:uuid:1 fails')).to.deep.equal(['DPWS']);
    expect(stopped('a UPnP and a DPWS one')).to.deep.equal(['UPnP', 'DPWS']);
    expect(stopped('nothing of either, as UPnPx or ResolveMatches')).to.deep.equal(['UPnP', 'DPWS']);
    expect(stopped('it fails', at('body', 'Hello'))).to.deep.equal(['DPWS']);
    expect(stopped('it fails')).to.deep.equal(['UPnP', 'DPWS']);
  });

  it('counts whatever it is about where no transport is known', () => {
    const changes = { 'WSC-09': broken('a UPnP and a DPWS one', { at: at('m1.upnp') }) };
    expect(told(install(changes, [], { declares: 'unknown' }))[0]).to.match(/^none stops at 3: configure stops/);
    // Of a single transport, a word of another one is about it all the same.
    expect(toldOf({ 'TUU-05': broken('a Hello') })).to.contain('wait stops (TUU-05 a Hello)');
  });
});

describe('sentence on an installation', () => {
  const sentence = (changes: Changes, promises?: readonly TracePromise[]): string =>
    install(changes, promises).sentence;

  it('tells where each way stops, and of the rest how it goes on', () => {
    expect(sentence({ 'UID-05': broken('upper case') })).to.equal(
      'Windows would stop at step 6, where it waits for SSDP under exactly that UUID (RVP-UID-05) by UPnP; it would install it by DPWS',
    );
    expect(sentence({ 'UID-05': broken('upper case'), 'JOIN-01': OPEN })).to.equal(
      'Windows would stop at step 6 at the latest, where it waits for SSDP under exactly that UUID (RVP-UID-05) by UPnP; nothing seen would stop it by DPWS',
    );
    expect(sentence({ 'UID-05': broken('upper case'), 'MEX-016': broken('another') })).to.equal(
      'Windows would stop at step 6, where it waits for SSDP under exactly that UUID (RVP-UID-05) by UPnP, and at step 10, where it installs the driver (RVP-MEX-016) by DPWS',
    );
    expect(sentence({ 'UID-05': broken('upper case') }, [UPNP])).to.equal(
      'Windows would stop at step 6, where it waits for SSDP under exactly that UUID (RVP-UID-05)',
    );
  });

  it('tells ways apart that stop at one step for other rules', () => {
    expect(sentence({ 'UID-05': broken('upper case'), 'UID-08': broken('upper case') })).to.equal(
      'Windows would stop at step 6, where it waits for SSDP under exactly that UUID (RVP-UID-05) by UPnP, and at step 6, where it waits for WS-Discovery under exactly that UUID (RVP-UID-08) by DPWS',
    );
  });

  it('says once what stops both ways', () => {
    expect(sentence({ 'TUU-05': broken('it fails') })).to.equal(
      'Windows would stop at step 6, where it waits for the device under exactly that UUID (RVP-TUU-05)',
    );
    const two = { 'WSC-01': broken('a'), 'WSC-02': broken('b') };
    expect(sentence(two)).to.contain('(RVP-WSC-01, RVP-WSC-02)');
    expect(sentence({ ...two, 'WSC-03': broken('c') })).to.equal(
      'Windows would stop at step 3, where it configures the Wi-Fi of the device (RVP-WSC-01, RVP-WSC-02 and 1 more)',
    );
    expect(sentence({ 'TUU-05': broken('it fails'), 'UID-05': broken('upper case') })).to.equal(
      'Windows would stop at step 6, where it waits for SSDP under exactly that UUID (RVP-TUU-05, RVP-UID-05) by UPnP, and at step 6, where it waits for WS-Discovery under exactly that UUID (RVP-TUU-05) by DPWS',
    );
  });

  it('names what is not known and at risk', () => {
    expect(sentence({ 'JOIN-01': OPEN })).to.equal(
      'Nothing seen would stop Windows by UPnP and by DPWS; not known: step 5 (sees the device join the network)',
    );
    expect(sentence({ 'JOIN-01': OPEN, 'WSC-01': OPEN }, [UPNP])).to.equal(
      'Nothing seen would stop Windows by UPnP; not known: step 3 (configures the Wi-Fi of the device) and step 5 (sees the device join the network)',
    );
    expect(sentence({ 'JOIN-01': OPEN, 'WSC-01': OPEN, 'VX-01': OPEN }, [UPNP])).to.contain(
      '; not known: steps 1, 3, 5',
    );
    expect(sentence({ 'VPI-05': broken('a risk') })).to.equal(
      'Windows would install it by UPnP and by DPWS; at risk: step 2',
    );
    const risks = { 'VX-02': broken('a'), 'VPI-05': broken('b'), 'PNPX-03': broken('c'), 'PNPX-09': broken('d') };
    expect(sentence({ ...risks, 'UID-10': broken('e') })).to.match(/; at risk: steps 1, 2, 8, 9, 11$/);
    expect(sentence({ ...risks, 'WSC-04': broken('f') })).to.match(/; at risk: steps 1 to 3, 8, 9$/);
    // Only the second way is at risk at step 6: the steps are told in order all the same.
    expect(sentence({ 'WSD-001': broken('a'), 'PNPX-09': broken('b') })).to.match(/; at risk: steps 6, 9$/);
  });

  it('expects no pairing of a device that declares no transport', () => {
    const none = install({}, [], { declares: 'none' });
    expect(told(none)).to.deep.equal([
      'none none: pre-pair not-taken, wait not-taken, fetch not-taken, pnpx not-taken, container not-taken, driver not-taken, again not-taken',
    ]);
    expect(none.paths[0]?.expected).to.equal(null);
    expect(none.sentence).to.equal(
      'Windows would not pair with the device, and is not expected to: it declares no transport',
    );
    const risky = install({ 'VX-02': broken('a risk'), 'JOIN-01': OPEN }, [], { declares: 'none' });
    expect(risky.sentence).to.match(
      /no transport; not known: step 5 \(sees the device join the network\); at risk: step 1$/,
    );
    expect(install({ 'VX-01': broken('no extension') }, [], { declares: 'none' }).sentence).to.equal(
      'Windows would stop at step 1, where it reads the vendor extension in M1 (RVP-VX-01)',
    );
  });

  it('knows nothing of what comes after M1 where no transport is known', () => {
    const unknown = install({}, [], { declares: 'unknown' });
    expect(told(unknown)[0]).to.match(/^none not-known at 4: pre-pair not-known, wait not-known, fetch not-known, /);
    expect(unknown.paths[0]?.steps.map(({ title }) => title)).to.deep.equal(INSTALL_STEPS.map(({ title }) => title));
    expect(unknown.sentence).to.equal('Nothing seen would stop Windows; not known: steps 4, 6 to 10');
    const results = [...IDS].map((id) => resultOf(id, {}));
    expect(installOf({ results }, undefined)).to.deep.equal(unknown);
  });
});
