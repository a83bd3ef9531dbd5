import { expect } from 'chai';
import { concat, toHex } from '#base/bytes.js';
import { createEnrollee } from './enrollee.js';
import type { PacketScript, RegistrarConfig } from './engine.js';
import { createRegistrar } from './registrar.js';
import { enrolleeConfig, registrarConfig } from './testing/fixtures.js';
import { runLink, saidBy, type Run } from './testing/link.js';

function register(registrar: Partial<RegistrarConfig>): Run {
  return runLink({
    registrar: createRegistrar(registrarConfig(registrar)),
    enrollee: createEnrollee(enrolleeConfig()),
  });
}

const sentAs = (run: Run, what: string): string[] =>
  run.packets.filter((packet) => packet.from === 'registrar' && packet.what === what).map(({ bytes }) => toHex(bytes));

describe('packet script of the Registrar', () => {
  it('sees every packet it sends, fragments and EAP-Failure included, and changes nothing when it returns it', () => {
    const seen: string[] = [];
    const packetScript: PacketScript = ({ what, bytes }) => {
      seen.push(`${what} ${toHex(bytes)}`);
      return [bytes];
    };
    const run = register({ packetScript, fragmentBytes: 200 });
    const plain = register({ fragmentBytes: 200 });
    expect(run.ends.registrar?.outcome).to.equal('done');
    const own = plain.packets.filter(({ from }) => from === 'registrar');
    expect(seen).to.deep.equal(own.map(({ what, bytes }) => `${what} ${toHex(bytes)}`));
    expect(seen.filter((packet) => packet.startsWith('M2 '))).to.have.length.above(1);
    expect(seen.at(-1)).to.match(/^EAP-Failure /);
  });

  it('sends what it returns in the place of the packet, as it is', () => {
    const packetScript: PacketScript = ({ what, bytes }) =>
      what === 'M2' ? [concat(bytes, Uint8Array.of(0)), bytes] : [bytes];
    const [first, second] = sentAs(register({ packetScript }), 'M2');
    expect(first).to.equal(`${second}00`);
  });

  it('repeats what it made of a packet, and drops a packet for which it returns nothing', () => {
    const cut = sentAs(
      register({ packetScript: ({ what, bytes }) => [what === 'M4' ? bytes.subarray(0, 9) : bytes] }),
      'M4',
    );
    expect(cut).to.have.length(3);
    expect(new Set(cut)).to.have.property('size', 1);
    const dropped = register({ packetScript: ({ what, bytes }) => (what === 'M4' ? [] : [bytes]) });
    expect(saidBy(dropped, 'registrar')).to.not.include('M4');
    expect(dropped.ends.registrar?.outcome).to.equal('timeout');
  });
});
