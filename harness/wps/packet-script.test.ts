import { expect } from 'chai';
import { concat, toHex } from '#base/bytes.js';
import { createEnrollee } from './enrollee.js';
import type { PacketScript } from './engine.js';
import type { EnrolleeConfig } from './enrollee-config.js';
import { createRegistrar } from './registrar.js';
import { enrolleeConfig, registrarConfig } from './testing/fixtures.js';
import { runLink, saidBy, type Run } from './testing/link.js';

function register(enrollee: Partial<EnrolleeConfig>): Run {
  return runLink({ registrar: createRegistrar(registrarConfig()), enrollee: createEnrollee(enrolleeConfig(enrollee)) });
}

const sentAs = (run: Run, what: string): string[] =>
  run.packets.filter((packet) => packet.from === 'enrollee' && packet.what === what).map(({ bytes }) => toHex(bytes));

describe('packet script of the Enrollee', () => {
  it('sees every packet it sends, whole, and changes nothing when it returns it', () => {
    const seen: string[] = [];
    const packetScript: PacketScript = ({ what, bytes }) => {
      seen.push(`${what} ${toHex(bytes)}`);
      return [bytes];
    };
    const run = register({ packetScript });
    const plain = register({});
    const own = plain.packets.filter(({ from }) => from === 'enrollee');
    expect(run.ends.enrollee?.outcome).to.equal('done');
    expect(seen).to.deep.equal(own.map(({ what, bytes }) => `${what} ${toHex(bytes)}`));
  });

  it('sends what it returns in the place of the packet, as it is', () => {
    const packetScript: PacketScript = ({ what, bytes }) =>
      what === 'M1' ? [concat(bytes, Uint8Array.of(0)), bytes] : [bytes];
    const [first, second] = sentAs(register({ packetScript }), 'M1');
    expect(first).to.equal(`${second}00`);
  });

  it('drops a packet for which it returns nothing, and its repetitions', () => {
    const run = register({ packetScript: ({ what, bytes }) => (what === 'WSC_DONE' ? [] : [bytes]) });
    expect(saidBy(run, 'enrollee')).to.not.include('WSC_DONE');
    expect(saidBy(run, 'registrar').filter((what) => what === 'M8')).to.have.length(3);
    expect(run.ends.registrar?.outcome).to.equal('timeout');
  });

  it('repeats what it made of a packet when the request is repeated', () => {
    const packetScript: PacketScript = ({ what, bytes }) => (what === 'M3' ? [bytes.subarray(0, 20)] : [bytes]);
    const said = sentAs(register({ packetScript }), 'M3');
    expect(said).to.have.length(3);
    expect(new Set(said)).to.have.property('size', 1);
  });
});

describe('an Enrollee that accepts any password', () => {
  it('reveals E-S1 to a Registrar that does not know the password', () => {
    const honest = register({ pin: '00000000' });
    expect(saidBy(honest, 'enrollee')).to.not.include('M5');
    const broken = register({ pin: '00000000', acceptsAnyPassword: true });
    expect(saidBy(broken, 'enrollee')).to.include('M5');
    expect(broken.ends.registrar?.text).to.equal('the Enrollee does not know the first half of the password');
  });
});
