import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseProfile } from '#profile/load.js';
import type { Profile } from '#profile/schema.js';
import type { Verdicts } from '#judge/record.js';
import { planDevices, type NamedDevice } from './many-plan.js';
import { MOST_CASES, pages, type DeviceOutcome } from './many-report.js';

const fixture = (name: string): Profile =>
  parseProfile(readFileSync(new URL(`../../fixtures/profiles/${name}.yaml`, import.meta.url), 'utf8'), name);

const WIRED = fixture('reference-none');
const RADIO = fixture('radio-reference-none');

/** A device in somebody's hand on adapters of this machine. */
function inHand(ap: string, monitor: string): Profile {
  const { dut, radio, ...ixit } = RADIO.ixit;
  if (dut === undefined || radio === undefined) throw new Error('the profile is of no radio bench');
  return { ...RADIO, ixit: { ...ixit, radio: { ...radio, ap, monitor } } };
}

const onPort = (name: string, port: string): Profile => {
  const { dut, ...ixit } = WIRED.ixit;
  if (dut === undefined) throw new Error('the profile is of no device of its own');
  return { ...WIRED, device: { name }, ixit: { ...ixit, interface: port } };
};

const named = (...profiles: Profile[]): NamedDevice[] =>
  profiles.map((profile, index) => ({ file: `${index}.yaml`, profile }));

describe('a run of several devices', () => {
  it('takes each to the bench of its profile, else to the one that was asked for', () => {
    const { bench, ...ixit } = RADIO.ixit;
    expect(bench).to.equal('radio');
    const plan = planDevices(named(WIRED, RADIO, { ...RADIO, ixit }), { bench: 'wired' });
    expect(plan.map(({ args }) => args)).to.deep.equal([
      ['--bench', 'wired', '--profile', '0.yaml'],
      ['--bench', 'radio', '--profile', '1.yaml'],
      ['--bench', 'wired', '--profile', '2.yaml'],
    ]);
    const [device] = planDevices([{ model: 'sensor', args: ['--fault', 'no-done'] }], { bench: 'wired' });
    expect(device?.args).to.deep.equal(['--bench', 'loopback', '--device', 'sensor', '--fault', 'no-done']);
  });

  it('lets those share a bench that share a port or an adapter of this machine, and no others', () => {
    const devices = named(
      ...[onPort('a', 'eth1'), onPort('b', 'eth2'), onPort('c', 'eth1')],
      ...[inHand('wlan0', 'wlan1'), inHand('wlan2', 'wlan3'), inHand('wlan4', 'wlan1')],
    );
    const benches = planDevices(devices, { bench: 'wired' }).map(({ bench }) => bench);
    expect(benches).to.deep.equal([
      ...['wired, eth1', 'wired, eth2', 'wired, eth1'],
      ...['radio, wlan0', 'radio, wlan2', 'radio, wlan0'],
    ]);
  });

  it('gives a device that its bench starts a bench of its own, unless it is asked for on this machine', () => {
    const alone = planDevices(named(RADIO, RADIO), { bench: 'wired' }).map(({ bench }) => bench);
    expect(new Set(alone)).to.have.property('size', 2);
    const here = planDevices(named(RADIO, RADIO), { bench: 'wired', place: 'here' });
    expect(new Set(here.map(({ bench }) => bench))).to.have.property('size', 1);
    expect(here[0]?.args.slice(-2)).to.deep.equal(['--place', 'here']);
  });

  it('keeps devices of one name apart, and folders of one spelling', () => {
    const plan = planDevices(named(onPort('A b', 'eth1'), onPort('A b', 'eth2'), onPort('a-b', 'eth3')), {
      bench: 'wired',
    });
    expect(plan.map(({ name }) => name)).to.deep.equal(['A b', 'A b 2', 'a-b']);
    expect(plan.map(({ folder }) => folder)).to.deep.equal(['a-b', 'a-b-2', 'a-b-3']);
  });

  it('refuses a profile on the loopback bench', () => {
    const { bench, ...ixit } = RADIO.ixit;
    expect(bench).to.equal('radio');
    expect(() => planDevices(named({ ...RADIO, ixit }), { bench: 'loopback' })).to.throw(
      'cannot be tested on the loopback',
    );
  });
});

describe('the page of several devices', () => {
  function outcomes(
    cases: readonly number[],
    mac = (index: number): string => `${index}`,
  ): Map<DeviceOutcome, { verdicts: Verdicts }> {
    return new Map(
      cases.map((count, index) => {
        const name = `d${index}`;
        const device = { name, folder: name, bench: 'b', args: [] };
        const results = Array.from({ length: count }, () => ({ inScope: true, verdict: 'pass' }));
        const verdicts = { results, dut: { name: 'Printer', mac: mac(index) } } as unknown as Verdicts;
        return [{ device, path: `/out/${name}`, exitCode: 0, tookMs: 1, reason: null }, { verdicts }];
      }),
    );
  }
  const folder = { html: '/out/report.html' };

  it('is one for all', () => {
    const [page, ...others] = pages(outcomes([MOST_CASES - 1, 1]), folder);
    expect(others).to.deep.equal([]);
    expect(page?.slice(0, 3)).to.deep.equal([
      'Report',
      '/out/report.html',
      ['/out/d0/allure-results', '/out/d1/allure-results'],
    ]);
  });

  it('is one each where it would be too large', () => {
    expect(pages(outcomes([MOST_CASES, 1]), folder).map(([, file, results]) => [file, results])).to.deep.equal([
      ['/out/d0/report.html', ['/out/d0/allure-results']],
      ['/out/d1/report.html', ['/out/d1/allure-results']],
    ]);
  });

  it('is one each where two devices look the same, so that none hides behind the other', () => {
    expect(
      pages(
        outcomes([1, 1, 1], (index) => `${index % 2}`),
        folder,
      ),
    ).to.have.length(3);
  });

  it('is none where no device was judged', () => {
    expect(pages(new Map(), folder)).to.deep.equal([]);
  });
});
