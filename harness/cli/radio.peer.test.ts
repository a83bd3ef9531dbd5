import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { CATALOGUE } from '#suites/catalogue.js';
import { readBundle } from '#evidence/bundle-read.js';
import type { BenchEvent, Evidence } from '#evidence/model.js';
import type { RunInfo, Verdicts } from '#judge/record.js';
import { callWith, PROJECT } from './testing/call.js';

const PROFILE = 'fixtures/profiles/radio-reference-none.yaml';
const DPWS_PROFILE = 'fixtures/profiles/radio-reference-dpws.yaml';
const DUAL_PROFILE = 'fixtures/profiles/radio-reference-dual.yaml';
const MESSAGES = ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'WSC_DONE'];
/** Those of the session in which our Registrar first does as Windows does. */
const SCRIPTED = ['M1', 'M2D', 'WSC_ACK', ...MESSAGES.slice(1)];
/** Booting and onboarding twice takes 40 s on an idle machine of two cores, three times that on a busy one. */
const RUN_LIMIT_MS = 240_000;

/** What a device makes of a Registrar that misbehaves: no rule for a run without a campaign. */
const ABOUT_STIMULI: readonly string[] = CATALOGUE.filter(({ rule }) => rule.underStimuli === 'whole').map(
  ({ rule }) => rule.id,
);

describe('run over simulated air, in the virtual machine', function () {
  this.timeout(RUN_LIMIT_MS);
  let base = '';

  before(() => {
    base = mkdtempSync(join(tmpdir(), 'rally-radio-'));
  });

  after(() => {
    rmSync(base, { recursive: true });
  });

  async function run(
    name: string,
    profile: string,
    ...more: readonly string[]
  ): Promise<{ exitCode: number; said: string; folder: string }> {
    const folder = join(base, name);
    const said = await callWith(
      { limitMs: RUN_LIMIT_MS },
      'run',
      '--bench',
      'radio',
      '--place',
      'vm',
      '--profile',
      join(PROJECT, profile),
      '--out',
      folder,
      ...more,
    );
    return { exitCode: said.exitCode, said: said.output + said.errors, folder };
  }

  /** Steps onto the network; of the addresses, those of IPv4. */
  function joinsIn(events: readonly BenchEvent[]): string[] {
    return events.flatMap(({ kind, detail }) =>
      kind === 'join' && detail['family'] !== 6 ? [`${String(detail['session'])} ${String(detail['state'])}`] : [],
    );
  }

  /** IPv6 addresses the device took in a session, without the part that is its own. */
  function prefixesIn(events: readonly BenchEvent[], session: number): unknown[] {
    const own = events.filter(({ detail }) => detail['family'] === 6 && detail['session'] === session);
    return own.map(({ detail }) =>
      String(detail['address']).replace(/::?[0-9a-f]*:[0-9a-f]*ff:fe[0-9a-f]*:[0-9a-f]*$/, ''),
    );
  }

  function timesIn({ events }: Evidence): Readonly<Record<string, unknown>> {
    return events.find(({ kind }) => kind === 'times')?.detail ?? {};
  }

  it('onboards by push button, then by PIN: the device joins the WPA2 network each time and gets an address', async () => {
    const { exitCode, said, folder } = await run('both', PROFILE);
    expect(exitCode, said).to.equal(0);
    // What a person is asked for, and what only a stimulus shows, is not in this scope.
    const [, passed, applicable] = /^passes scope radio: (\d+) of (\d+) applicable MUST rules; not a/m.exec(said) ?? [];
    const { results } = JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')) as Verdicts;
    const outside = results.filter(({ level, inScope }) => level === 'MUST' && !inScope);
    expect(Number(applicable) - Number(passed), said).to.equal(outside.length);
    expect([...new Set(outside.map(({ area }) => area))].sort()).to.deep.equal(['pin', 'reg', 'sec']);
    expect(said).to.match(
      /^Time {4}\d+\.\d s: boot \d+\.\d s, waits of protocol and device \d+\.\d s, ours \d+\.\d s$/m,
    );
    const { evidence } = await readBundle(folder);
    expect(evidence.exchanges.map(({ closing, method }) => [method, closing])).to.deep.equal([
      ['pbc', 'done'],
      ['pin', 'done'],
    ]);
    expect(evidence.exchanges.map(({ script }) => script)).to.deep.equal([undefined, 'm2d-windows']);
    for (const exchange of evidence.exchanges) {
      const expected = exchange.script === undefined ? MESSAGES : SCRIPTED;
      expect(exchange.messages.map(({ wsc }) => wsc.name)).to.deep.equal(expected);
      expect(exchange.packets.map(({ frame }) => frame.linkType)).not.to.include('ethernet');
    }
    expect(evidence.losses).to.deep.equal([]);
    const steps = ['associated', 'handshake', 'address'];
    expect(joinsIn(evidence.events)).to.deep.equal(
      [1, 2].flatMap((session) => steps.map((step) => `${session} ${step}`)),
    );
    // Those of IPv6 are not waited for: a session ends when the device has an IPv4 address.
    for (const session of [1, 2])
      expect(['fe80', 'fd82:5650:1:1']).to.include.members(prefixesIn(evidence.events, session));
    for (const { kind, detail } of evidence.events)
      if (kind === 'sequence') expect(detail).to.include({ certain: 0, jumps: 0 });
    expect(evidence.management.map(({ kind }) => kind)).to.include.members([
      'beacon',
      'probe-request',
      'association-request',
    ]);
    const times = timesIn(evidence);
    expect(times).to.have.all.keys('placeMs', 'setUpMs', 'waitingMs', 'exchangeMs', 'followUpMs');
    const { info } = JSON.parse(readFileSync(join(folder, 'record.json'), 'utf8')) as { info: RunInfo };
    expect(info.environment).to.include.all.keys('time: boot', 'time: waits', 'time: bench');
    expect(info.environment).to.include.all.keys('hostapd', 'kernel', 'adapter: access point', 'adapter: monitor');
    console.log(`        ${JSON.stringify(times)}`);
  });

  it('finds a device by UPnP and DPWS on the network it has joined, and has all of it in the bundle', async () => {
    const { exitCode, said, folder } = await run('dual', DUAL_PROFILE, '--scope', 'full');
    expect(exitCode, said).to.be.oneOf([0, 2]);
    const { evidence } = await readBundle(folder);
    expect(evidence.benchFailure).to.equal(null);
    expect(evidence.losses).to.deep.equal([]);
    const { discovery } = evidence;
    expect(discovery?.isComplete).to.equal(true);
    const heard = discovery?.datagrams.filter(({ sender }) => sender === 'dut') ?? [];
    const kinds = new Set(heard.map(({ ssdp, wsd }) => ssdp?.kind ?? wsd?.kind));
    expect([...kinds]).to.include.members(['notify', 'response', 'hello', 'probe-matches', 'resolve-matches', 'bye']);
    expect(discovery?.fetches.flatMap(({ purpose, status }) => (status === 200 ? purpose : []))).to.include.members([
      'description',
      'metadata',
    ]);
    expect(discovery?.stimuli.map(({ name, failed }) => [name, failed])).to.deep.equal([
      ['leave', null],
      ['power-cycle', null],
    ]);
    // The access point passes a device's multicast on to everybody; it was said once all the same.
    const hellos = heard.filter(({ wsd, isRepeat }) => wsd?.kind === 'hello' && !isRepeat);
    const by = (family: string): number => hellos.filter((each) => each.family === family).length;
    expect(by('ipv4')).to.equal(2);
    // When it has its IPv4 address, whether those of IPv6 are free may still be asked; after the restart it is known.
    expect(by('ipv6')).to.be.within(1, 2);
    const { results } = JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')) as Verdicts;
    const wrong = results.filter(({ verdict }) => verdict === 'fail' || verdict === 'error');
    expect(wrong.map(({ id }) => id)).to.deep.equal([]);
    const open = results.filter(
      ({ id, inScope, verdict }) => inScope && verdict === 'not-run' && !ABOUT_STIMULI.includes(id),
    );
    expect(open.map(({ id, reason }) => `${id}: ${reason}`)).to.deep.equal([]);
    console.log(`        ${JSON.stringify(timesIn(evidence))}`);
  });

  it('judges all of the reference printer but what needs a stimulus, with the recorded answers of its profile', async () => {
    const { exitCode, said, folder } = await run('full', DPWS_PROFILE, '--scope', 'full');
    expect(said, said).to.match(/^incomplete in scope full: /m);
    expect(exitCode, said).to.equal(2);
    const { evidence } = await readBundle(folder);
    expect(evidence.operator?.map(({ question, answer, by }) => [question, answer, by])).to.deep.equal([
      ['display-shows-pin', 'yes', 'profile'],
      ['display-pin-is-dynamic', 'yes', 'profile'],
    ]);
    const { results } = JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')) as Verdicts;
    const open = results.filter(
      ({ id, verdict }) => (verdict === 'not-run' || verdict === 'inconclusive') && !ABOUT_STIMULI.includes(id),
    );
    // A SHOULD that looks at more sessions than this run has.
    expect(open.map(({ id, reason }) => `${id}: ${reason}`)).to.deep.equal([
      'RVP-SEC-04: needs 5 sessions, there is 2',
    ]);
  });
});
