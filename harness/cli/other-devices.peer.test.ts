import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { toHex } from '#base/bytes.js';
import { parseUuid } from '#base/uuid.js';
import { readBundle } from '#evidence/bundle-read.js';
import type { Evidence } from '#evidence/model.js';
import { judge } from '#judge/judge.js';
import { loopbackEvidence } from '#lab/bench/loopback-evidence.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import { FOLLOW_UP_SETUP, NAMESPACE_DEVICE_ADDRESS } from '#lab/testing/follow-up.js';
import { probeInNamespace } from '#lab/testing/in-namespace.js';
import { markedEnvironment, processesOf } from '#lab/testing/left-behind.js';
import { NO_NAMES_SETUP, OTHER_DEVICES } from '#lab/testing/other-devices.js';
import type { Profile } from '#profile/schema.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { OTHER_DEVICE_TABLES } from '#suites/other-devices.js';
import { makeDevice } from '#reference/device.js';
import { referenceParts } from '#reference/enrollee.js';
import { requireModel } from '#reference/models.js';

const SETUP = `${FOLLOW_UP_SETUP}; ${NO_NAMES_SETUP}`;
const RUN_LIMIT_MS = 120_000;
const LIMIT_MS = 30_000;

/** As many as rules about identities compare. */
const SESSIONS = 2;

const NAMES = ['gupnp', 'minidlna', 'wsdd'] as const;
type Name = (typeof NAMES)[number];

describe('discovery devices of other makers', function () {
  this.timeout(RUN_LIMIT_MS);
  let base = '';
  const run = `other-devices-${process.pid}`;
  const env = markedEnvironment(run);

  before(() => {
    base = mkdtempSync(join(tmpdir(), 'rally-other-devices-'));
  });

  after(() => {
    rmSync(base, { recursive: true });
  });

  afterEach('leave no process behind', () => {
    expect(processesOf(run).map(({ name }) => name)).to.deep.equal([]);
  });

  const bundleOf = (name: string): string => join(base, name);

  for (const name of NAMES)
    describe(name, () => {
      let evidence: Evidence;

      before(async () => {
        const plan = { device: name, bundleDir: bundleOf(name), folder: join(base, `${name}-own`), limitMs: LIMIT_MS };
        await probeInNamespace('other-device-probe.ts', SETUP, RUN_LIMIT_MS, { args: [JSON.stringify(plan)], env });
        ({ evidence } = await readBundle(plan.bundleDir));
      });

      it('is seen datagram by datagram as tshark sees it', () => {
        const theirs = tsharkDatagrams(bundleOf(name));
        const ours = evidence.discovery?.datagrams.filter(({ sender }) => sender === 'dut') ?? [];
        expect(ours.map(({ frame, bytes }) => `${frame.number} ${toHex(bytes)}`)).to.deep.equal(theirs);
        expect(theirs.length).to.be.greaterThan(10);
      });

      it('served the documents that tshark takes from the capture', () => {
        const folder = join(base, `${name}-objects`);
        const theirs = tsharkObjects(bundleOf(name), folder);
        const fetched = evidence.discovery?.fetches.filter(({ status }) => status === 200) ?? [];
        expect(fetched.length).to.be.greaterThan(0);
        for (const { body } of fetched) expect(theirs).to.include(toHex(body ?? new Uint8Array(0)));
      });

      it('is found under its own identity', () => {
        expect(evidence.discovery?.isComplete).to.equal(true);
        expect(identitiesOf(evidence, name)).to.include(OTHER_DEVICES[name].uuid);
        expect(evidence.discovery?.stimuli.map(({ failed }) => failed)).to.deep.equal([null, null]);
      });

      it('passes every rule of its protocol but those that are said to be broken or untried', () => {
        const { registersAs, areas, shortcomings } = OTHER_DEVICE_TABLES[name];
        const { profile, registered } = asIfRegistered(registersAs, OTHER_DEVICES[name].uuid, evidence);
        const { results } = judge(CATALOGUE, profile, registered, { scope: 'loopback', strict: false });
        const own = results.filter(({ area }) => areas.includes(area));
        const seen = own.flatMap(({ id, verdict, warning }) =>
          warning || (verdict !== 'pass' && verdict !== 'not-applicable' && verdict !== undefined)
            ? [[id, warning ? 'warning' : verdict]]
            : [],
        );
        const said = [...shortcomings].map(([id, [shortcoming]]) => [id, shortcoming]);
        expect(seen.toSorted()).to.deep.equal(said.toSorted());
        expect(own.filter(({ verdict, warning }) => verdict === 'pass' && !warning).length).to.be.greaterThan(20);
      });
    });

  it('are right about the reference device: GSSDP and wsdd find it under the identities it promises', async () => {
    const model = 'all-in-one';
    const plan = { bundleDir: bundleOf('control-points'), model };
    const args = [JSON.stringify(plan)];
    const said = (await probeInNamespace('control-point-probe.ts', SETUP, RUN_LIMIT_MS, { args, env })) as {
      readonly gssdp?: string;
      readonly wsdd?: string;
    };
    const { upnp, dpws } = referenceParts(makeDevice(requireModel(model), 1), []).identities;
    const { evidence } = await readBundle(plan.bundleDir);
    const announced = evidence.discovery?.datagrams.flatMap(({ sender, ssdp }) => {
      const usn = ssdp?.headers.find(({ name }) => name.toUpperCase() === 'USN')?.value;
      return sender === 'dut' && usn !== undefined ? [usn] : [];
    });
    const found = [...(said.gssdp ?? '').matchAll(/^found (\S+)$/gm)].map(([, usn]) => usn);
    // Whom the follow-up lets come by is seen by others too, and is gone again for them.
    const [bystander = ''] = found.filter(
      (usn) => usn?.endsWith('::urn:rally-conformance-invalid:device:Bystander:1') === true,
    );
    expect([...new Set(found)].toSorted()).to.deep.equal([...new Set([...(announced ?? []), bystander])].toSorted());
    expect(said.gssdp).to.match(new RegExp(`^lost ${bystander}$`, 'm'));
    expect(found).to.include(`${upnp ?? ''}::upnp:rootdevice`);
    expect(said.wsdd).to.match(new RegExp(`(?:Hello from|match for) ${dpws ?? 'nothing'} on http`));
  });
});

/** What is seen of a device on its network, behind the registration of a reference model that promises its UUID. */
function asIfRegistered(modelId: string, uuid: string, found: Evidence): { profile: Profile; registered: Evidence } {
  const own = parseUuid(uuid);
  if (own === null) throw new Error(`${uuid} is no UUID`);
  const device = {
    ...makeDevice(requireModel(modelId), 1),
    uuidE: own,
    transportUuids: new Map([['dpws', own]] as const),
  };
  const before = loopbackEvidence({ device, faults: [], sessions: SESSIONS });
  const { discovery } = found;
  if (discovery === undefined) throw new Error('nothing was found');
  return { profile: loopbackProfile(device, [], SESSIONS), registered: { ...before, discovery } };
}

/** Frame and payload of each datagram of the device that is of SSDP or WS-Discovery, as tshark reads them. */
function tsharkDatagrams(bundle: string): string[] {
  const filter = `ip.src == ${NAMESPACE_DEVICE_ADDRESS} && (udp.port == 1900 || udp.port == 3702) && !icmp`;
  const fields = ['-T', 'fields', '-e', 'frame.number', '-e', 'udp.payload'];
  const text = tshark(['-r', join(bundle, 'capture.pcapng'), '-Y', filter, ...fields]);
  return text
    .trim()
    .split('\n')
    .map((row) => row.replace('\t', ' ').replaceAll(':', ''));
}

/** Bodies of all answers by HTTP, in hex. */
function tsharkObjects(bundle: string, folder: string): string[] {
  mkdirSync(folder);
  tshark(['-q', '-r', join(bundle, 'capture.pcapng'), '--export-objects', `http,${folder}`]);
  return readdirSync(folder).map((file) => toHex(readFileSync(join(folder, file))));
}

function tshark(args: readonly string[]): string {
  return execFileSync('tshark', ['-n', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** UUIDs the device names itself by. */
function identitiesOf(evidence: Evidence, name: Name): string[] {
  const own = evidence.discovery?.datagrams.filter(({ sender }) => sender === 'dut') ?? [];
  const texts = own.flatMap(({ ssdp, wsd }) =>
    OTHER_DEVICES[name].foundBy === 'upnp'
      ? (ssdp?.headers ?? []).filter((header) => header.name.toUpperCase() === 'USN').map(({ value }) => value)
      : (wsd?.targets ?? []).map(({ address }) => address?.value ?? ''),
  );
  return texts.map((text) => /[\da-f]{8}-[\da-f-]{27}/.exec(text)?.[0] ?? '');
}
