import { expect } from 'chai';
import { installOf } from '#judge/install.js';
import type { StepId } from '#judge/install-steps.js';
import type { RuleResult } from '#judge/record.js';
import { toldDevice } from './testing/told-device.js';

/** Step at which each way stops, by transport; null where it does not. */
type Stops = Readonly<Record<string, StepId | null>>;

const FAULTS: readonly (readonly [model: string, fault: string, stops: Stops, rule: string])[] = [
  ['all-in-one', 'no-microsoft-extension', { none: 'read' }, 'RVP-VX-01'],
  ['all-in-one', 'no-vpi', { none: 'read' }, 'RVP-VPI-01'],
  ['all-in-one', 'transport-uuid-cut', { UPnP: null, DPWS: 'read' }, 'RVP-VX-06'],
  ['all-in-one', 'reserved-transport', { none: 'learn' }, 'RVP-VPI-03'],
  ['all-in-one', 'declares-none', { none: 'learn' }, 'RVP-VPI-10'],
  ['all-in-one', 'wrong-authenticator', { UPnP: 'configure', DPWS: 'configure' }, 'RVP-WSC-09'],
  ['all-in-one', 'no-e-hash2', { UPnP: 'configure', DPWS: 'configure' }, 'RVP-WSC-12'],
  ['all-in-one', 'transport-uuid-zero', { UPnP: 'pre-pair', DPWS: 'pre-pair' }, 'RVP-TUU-09'],
  ['all-in-one', 'uuid-e-zero', { UPnP: null, DPWS: null }, 'RVP-UID-01'],
  ['upnp-renderer', 'uuid-e-zero', { UPnP: 'pre-pair' }, 'RVP-UID-01'],
  ['all-in-one', 'mixed-endian-guid', { UPnP: 'wait', DPWS: 'wait' }, 'RVP-TUU-05'],
  ['all-in-one', 'shared-uuid-for-one-transport', { UPnP: null, DPWS: 'wait' }, 'RVP-TUU-07'],
  ['all-in-one', 'upper-case-udn', { UPnP: 'wait', DPWS: null }, 'RVP-UID-05'],
  ['all-in-one', 'identity-on-embedded-device', { UPnP: 'wait', DPWS: null }, 'RVP-UID-04'],
  ['all-in-one', 'upper-case-epr', { UPnP: null, DPWS: 'wait' }, 'RVP-UID-08'],
  ['all-in-one', 'silent-on-ssdp', { UPnP: 'wait', DPWS: null }, 'RVP-DISC-01'],
  ['all-in-one', 'silent-on-ws-discovery', { UPnP: null, DPWS: 'wait' }, 'RVP-DISC-01'],
  ['all-in-one', 'ignores-search-for-uuid', { UPnP: 'wait', DPWS: null }, 'RVP-DISC-03'],
  ['all-in-one', 'ignores-resolve', { UPnP: null, DPWS: 'wait' }, 'RVP-DISC-03'],
  ['all-in-one', 'location-on-closed-port', { UPnP: 'fetch', DPWS: null }, 'RVP-SSDP-017'],
  ['all-in-one', 'description-not-found', { UPnP: 'fetch', DPWS: null }, 'RVP-DESC-001'],
  ['all-in-one', 'second-element-in-body', { UPnP: null, DPWS: 'fetch' }, 'RVP-MEX-003'],
  ['all-in-one', 'hardware-id-alone', { UPnP: 'pnpx', DPWS: null }, 'RVP-PNPX-01'],
  ['all-in-one', 'ids-without-category', { UPnP: null, DPWS: 'pnpx' }, 'RVP-PNPX-11'],
  ['all-in-one', 'no-pnpx-in-description', { UPnP: 'pnpx', DPWS: null }, 'RVP-PNPX-07'],
  ['all-in-one', 'pnpx-in-namespace-of-upnp', { UPnP: null, DPWS: 'pnpx' }, 'RVP-PNPX-12'],
  ['upnp-renderer', 'container-id-in-pnpx-namespace', { UPnP: null }, 'RVP-PNPX-12'],
  ['all-in-one', 'types-of-2006-01', { UPnP: null, DPWS: 'driver' }, 'RVP-MEX-016'],
  ['all-in-one', 'udn-of-each-start', { UPnP: 'wait', DPWS: null }, 'RVP-UID-10'],
  ['secure-scanner', 'secure-epr-in-upper-case', { 'Secure DPWS': null }, 'RVP-UID-08'],
];

describe('what Windows would do', function () {
  this.timeout(30_000);

  for (const [model, fault, stops, rule] of FAULTS) {
    const where = Object.entries(stops).map(([transport, step]) => `${transport} ${step ?? 'goes on'}`);
    it(`${model} with ${fault}: ${where.join(', ')}`, () => {
      const { install, verdicts } = toldDevice(model, fault);
      const seen = install.paths.map((path) => [path.transport ?? 'none', path.end === 'stops' ? path.at.id : null]);
      expect(Object.fromEntries(seen), install.sentence).to.deep.equal(stops);
      const isBroken = ({ id, verdict, warning }: RuleResult): boolean =>
        id === rule && (verdict === 'fail' || warning);
      expect(verdicts.results.some(isBroken), `${rule} fails or warns`).to.equal(true);
      const cited = install.paths.flatMap(({ steps }) => steps.flatMap(({ because }) => because));
      const stopping = Object.values(stops).some((each) => each !== null);
      if (stopping && rule !== 'RVP-UID-10') expect(cited.map(({ id }) => id)).to.include(rule);
      for (const { source, reason } of cited) expect([source.length > 0, reason !== '']).to.deep.equal([true, true]);
      expect(install.sentence.startsWith('Windows would stop at step ')).to.equal(stopping);
    });
  }

  it('leaves nothing behind a step that stops', () => {
    const [path] = toldDevice('upnp-renderer', 'upper-case-udn').install.paths;
    expect(path?.steps.map(({ state }) => state)).to.deep.equal([
      ...['done', 'done', 'done', 'done', 'not-known', 'stops'],
      ...['not-reached', 'not-reached', 'not-reached', 'not-reached', 'not-reached'],
    ]);
  });

  it('says of a conformant device what the bench does not show', () => {
    const { paths, sentence } = toldDevice('all-in-one').install;
    expect(sentence).to.equal(
      'Nothing seen would stop Windows by UPnP and by DPWS; not known: step 5 (sees the device join the network)',
    );
    for (const { steps, expected } of paths) {
      expect(steps.filter(({ state }) => state === 'not-known').map(({ id }) => id)).to.deep.equal(['join']);
      expect(steps.find(({ id }) => id === 'driver')?.state).to.equal('not-judged');
      expect(expected).to.match(/^(urn:)?uuid:[0-9a-f-]{36}$/);
    }
  });

  it('installs a device of which everything is known', () => {
    const { verdicts, trace } = toldDevice('all-in-one');
    const results = verdicts.results.map((result): RuleResult =>
      result.area === 'join' ? { ...result, inScope: true, verdict: 'pass', reason: '' } : result,
    );
    expect(installOf({ results }, trace).sentence).to.equal('Windows would install it by UPnP and by DPWS');
  });

  it('tells what is at risk, strict or not', () => {
    const { verdicts, trace, install } = toldDevice('all-in-one', 'container-id-of-each-transport');
    expect(install.sentence).to.match(/; at risk: step 9$/);
    const strict = verdicts.results.map((result): RuleResult =>
      result.warning ? { ...result, verdict: 'fail' } : result,
    );
    expect(installOf({ results: strict }, trace)).to.deep.equal(install);
  });

  it('expects no pairing of a device that declares no transport', () => {
    const { paths, sentence } = toldDevice('sensor').install;
    expect(sentence).to.match(
      /^Windows would not pair with the device, and is not expected to: it declares no transport; /,
    );
    expect(paths).to.have.length(1);
    expect(paths[0]?.steps.find(({ id }) => id === 'wait')?.state).to.equal('not-taken');
  });

  it('knows nothing of what was not judged, and nothing without a trace', () => {
    const { verdicts, trace } = toldDevice('dpws-printer');
    const results = verdicts.results.map((result): RuleResult => ({ ...result, verdict: 'not-run', findings: [] }));
    const { paths, sentence } = installOf({ results }, trace);
    expect(sentence).to.match(/^Nothing seen would stop Windows by DPWS; not known: steps 1 to 10$/);
    expect(paths[0]?.end).to.equal('not-known');
    expect(installOf(verdicts, undefined).paths.map(({ transport, end }) => [transport, end])).to.deep.equal([
      [null, 'not-known'],
    ]);
  });
});
