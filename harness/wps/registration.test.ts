import { expect } from 'chai';
import { ascii, concat, equal, fromHex, toHex } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { vendorExtensionAttribute } from '#wire/wps/build.js';
import { MICROSOFT_VENDOR_ID } from '#wire/wps/vendor-extension.js';
import type { EnrolleeConfig } from './enrollee-config.js';
import { createEnrollee } from './enrollee.js';
import type { EngineOutput, RegistrarConfig } from './engine.js';
import { createRegistrar } from './registrar.js';
import { CREDENTIAL, enrolleeConfig, registrarConfig } from './testing/fixtures.js';
import { runLink, saidBy, type Fate, type Run } from './testing/link.js';

const COMPLETE = ['WSC_Start', 'M2', 'M4', 'M6', 'M8', 'EAP-Failure'];

function register(
  options: { registrar?: Partial<RegistrarConfig>; enrollee?: Partial<EnrolleeConfig>; fate?: Fate } = {},
): Run & { credentials: readonly { ssid: Uint8Array; networkKey: Uint8Array; macAddress: Uint8Array }[] } {
  const enrollee = createEnrollee(enrolleeConfig(options.enrollee));
  const registrar = createRegistrar(registrarConfig(options.registrar));
  return { ...runLink({ registrar, enrollee }, options.fate), credentials: enrollee.credentials };
}

function keysOf(outputs: readonly EngineOutput[]): string[] {
  return outputs.flatMap((output) =>
    output.kind === 'keys' ? [`${toHex(output.keys.authKey)} ${toHex(output.keys.keyWrapKey)}`] : [],
  );
}

function expectDone(run: ReturnType<typeof register>): void {
  expect(run.ends.registrar?.outcome, run.ends.registrar?.text).to.equal('done');
  expect(run.ends.enrollee?.outcome, run.ends.enrollee?.text).to.equal('done');
  expect(run.credentials).to.have.length(1);
  const [credential] = run.credentials;
  expect(toHex(credential?.ssid ?? fromHex(''))).to.equal(toHex(CREDENTIAL.ssid));
  expect(equal(credential?.networkKey ?? fromHex(''), CREDENTIAL.networkKey)).to.equal(true);
  expect(toHex(credential?.macAddress ?? fromHex(''))).to.equal('020000000100');
  expect(keysOf(run.outputs.registrar).at(-1)).to.equal(keysOf(run.outputs.enrollee).at(-1));
}

describe('registration', () => {
  it('runs from EAPOL-Start to EAP-Failure by PIN', () => {
    const run = register();
    expectDone(run);
    expect(saidBy(run, 'registrar').slice(-6)).to.deep.equal(COMPLETE);
    const enrollee = ['EAPOL-Start', 'Identity', 'M1', 'M3', 'M5', 'M7', 'WSC_DONE'];
    expect(saidBy(run, 'enrollee')).to.deep.equal(enrollee);
    expect(run.ends.registrar?.atMs).to.be.below(50);
  });

  it('runs by a PIN of 4 digits and by push button', () => {
    expectDone(register({ registrar: { pin: '1234' }, enrollee: { pin: '1234' } }));
    expectDone(register({ registrar: { method: 'pbc', pin: '' }, enrollee: { method: 'pbc', pin: '' } }));
  });

  it('runs with a WSC 1.0 device', () => {
    expectDone(register({ enrollee: { identity: { ...enrolleeConfig().identity, version2: null } } }));
  });

  it('runs with public keys and secrets that begin with zeros', () => {
    for (const x of ['0600', '0653'])
      expectDone(register({ enrollee: { privateKey: fromHex(x) }, registrar: { privateKey: fromHex('abcdef01') } }));
  });

  for (const [registrar, enrollee] of [
    [50, undefined],
    [undefined, 50],
    [1, 1],
    [300, 100],
  ] as const) {
    it(`runs in fragments of ${registrar ?? 'all'} and ${enrollee ?? 'all'} bytes`, () => {
      const run = register({
        registrar: registrar === undefined ? {} : { fragmentBytes: registrar },
        enrollee: enrollee === undefined ? {} : { fragmentBytes: enrollee },
      });
      expectDone(run);
      expect(saidBy(run, 'registrar').includes('WSC_FRAG_ACK')).to.equal(enrollee !== undefined);
      expect(saidBy(run, 'enrollee').includes('WSC_FRAG_ACK')).to.equal(registrar !== undefined);
    });
  }

  it('is refused with 18 for a wrong first half, nothing revealed', () => {
    const run = register({ enrollee: { pin: '02345670' } });
    expect(run.ends.enrollee).to.deep.include({
      outcome: 'failed',
      text: 'the Registrar does not know the first half of the password',
    });
    expect(run.ends.registrar).to.deep.include({ outcome: 'nack', text: 'WSC_NACK, Configuration Error 18' });
    expect(saidBy(run, 'enrollee')).to.not.include('M5');
  });

  it('is refused with 18 for a wrong second half, E-S2 not revealed', () => {
    const run = register({ enrollee: { pin: '12340000' } });
    expect(run.ends.registrar).to.deep.include({ outcome: 'nack', text: 'WSC_NACK, Configuration Error 18' });
    expect(saidBy(run, 'enrollee')).to.include('M5');
    expect(saidBy(run, 'enrollee')).to.not.include('M7');
  });

  it('puts extra attributes at their places', () => {
    const microsoft = vendorExtensionAttribute(MICROSOFT_VENDOR_ID, fromHex('100100020001'));
    const foreign = vendorExtensionAttribute(fromHex('0050f2'), ascii('x'));
    const run = register({
      enrollee: {
        extras: {
          M1: [{ bytes: foreign, before: ATTRIBUTE.PublicKey }, { bytes: microsoft }],
          M3: [{ bytes: microsoft, before: ATTRIBUTE.EHash1 }],
          M5: [{ bytes: microsoft }],
          M7: [{ bytes: foreign, before: 0x10fa }],
        },
      },
    });
    expectDone(run);
    const bytesOf = (what: string): string =>
      toHex(run.packets.find((packet) => packet.what === what)?.bytes ?? fromHex(''));
    expect(bytesOf('M1')).to.match(new RegExp(`${toHex(foreign)}103200c0.*${toHex(microsoft)}$`));
    expect(bytesOf('M3')).to.include(`${toHex(microsoft)}10140020`);
    expect(bytesOf('M5')).to.match(new RegExp(`${toHex(microsoft)}10050008.{16}$`));
    expect(bytesOf('M7')).to.match(new RegExp(`${toHex(foreign)}10050008.{16}$`));
  });

  it('is the same again from the same seed, another from another', () => {
    const bytes = (seed: number): string =>
      register({ enrollee: { random: seededRandom(seed) } })
        .packets.map((packet) => toHex(packet.bytes))
        .join(' ');
    expect(bytes(7)).to.equal(bytes(7));
    expect(bytes(7)).to.not.equal(bytes(8));
  });
});

describe('registration over a bad link', () => {
  const packets = register().packets;

  for (const lost of packets) {
    it(`survives the loss of the ${lost.from}'s packet ${lost.number}, ${lost.what}`, () => {
      const run = register({
        // The Registrar repeats M8 after 5 s when WSC_DONE is lost.
        enrollee: { limits: { ...enrolleeConfig().limits, closingMs: 20_000 } },
        fate: ({ from, number, bytes }) => (from === lost.from && number === lost.number ? [] : [bytes]),
      });
      expectDone(run);
    });
  }

  it('takes every packet twice, and none of the second ones for a new one', () => {
    const run = register({ fate: ({ bytes }) => [bytes, bytes] });
    expectDone(run);
    expect(saidBy(run, 'registrar').filter((what) => what === 'M4')).to.have.length(1);
  });

  it('survives heavy loss in fragments', () => {
    const random = seededRandom(5);
    const run = register({
      registrar: { fragmentBytes: 200, limits: { retransmitMs: 1000, tries: 10, sessionMs: 120_000 } },
      enrollee: { fragmentBytes: 100, limits: { ...enrolleeConfig().limits, closingMs: 20_000 } },
      fate: ({ bytes, what }) => (what !== 'EAP-Failure' && (random(1)[0] ?? 0) < 64 ? [] : [bytes]),
    });
    expectDone(run);
  });

  it('ends in time when the Enrollee falls silent after any message', () => {
    for (let said = 0; said < 7; said++) {
      const run = register({
        fate: ({ from, number, bytes }) => (from === 'enrollee' && number >= said ? [] : [bytes]),
      });
      expect(run.ends.registrar?.outcome, `after ${said}`).to.equal('timeout');
      expect(run.ends.registrar?.silenceMs, `after ${said}`).to.be.at.least(14_000);
      expect(run.ends.registrar?.atMs, `after ${said}`).to.be.at.most(120_000);
      expect(run.ends.enrollee?.atMs, `after ${said}`).to.be.at.most(121_000);
    }
  });

  it('begins anew after EAPOL-Start in the middle', () => {
    let restarted = false;
    const run = register({
      fate: ({ what, bytes }) => {
        if (what !== 'M5' || restarted) return [bytes];
        restarted = true;
        return [concat(Uint8Array.of(1, 1, 0, 0))];
      },
    });
    expectDone(run);
    expect(keysOf(run.outputs.registrar)).to.have.length(2);
    expect(new Set(keysOf(run.outputs.registrar)).size).to.equal(2);
  });
});
