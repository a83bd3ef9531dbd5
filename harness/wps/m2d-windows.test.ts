import { expect } from 'chai';
import { ascii, toHex } from '#base/bytes.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute, decodeWsc } from '#wire/wps/message.js';
import { createEnrollee } from './enrollee.js';
import type { OutgoingMessage, Script } from './engine.js';
import { m2dWindows, m2dWindowsAlone } from './m2d-windows.js';
import { createRegistrar } from './registrar.js';
import { enrolleeConfig, registrarConfig } from './testing/fixtures.js';
import { runLink, saidBy, type Run } from './testing/link.js';

function register(script: Script): { run: Run; sent: OutgoingMessage[] } {
  const sent: OutgoingMessage[] = [];
  const registrar = createRegistrar({
    ...registrarConfig(),
    device: { ...registrarConfig().device, modelName: 'Registrar of the bench' },
    script: (message, tools) => {
      const made = script(message, tools);
      sent.push(...made);
      return made;
    },
  });
  return { run: runLink({ registrar, enrollee: createEnrollee(enrolleeConfig()) }), sent };
}

describe('M2D of Windows', () => {
  it('comes before M2, and the registration goes on to its end', () => {
    const { run, sent } = register(m2dWindows);
    expect(saidBy(run, 'registrar').slice(3, 6)).to.deep.equal(['M2D', 'M2', 'M4']);
    expect(saidBy(run, 'enrollee').slice(-6)).to.deep.equal(['M1', 'WSC_ACK', 'M3', 'M5', 'M7', 'WSC_DONE']);
    expect([run.ends.registrar?.outcome, run.ends.enrollee?.outcome]).to.deep.equal(['done', 'done']);
    const m2d = sent.find(({ what }) => what === 'M2D');
    const decoded = decodeWsc(m2d?.wsc ?? new Uint8Array(0));
    expect([decoded.name, m2d?.opCode]).to.deep.equal(['M2D', OP_CODE.Msg]);
    expect(toHex(attribute(decoded, ATTRIBUTE.ModelName)?.value ?? new Uint8Array(0))).to.equal(
      toHex(ascii('Windows')),
    );
    expect(toHex(attribute(decoded, ATTRIBUTE.ConfigurationError)?.value ?? new Uint8Array(0))).to.equal('0000');
    expect(decoded.attributes.filter(({ missingBytes }) => missingBytes > 0)).to.deep.equal([]);
    for (const id of [ATTRIBUTE.PublicKey, ATTRIBUTE.DevicePasswordID, ATTRIBUTE.Authenticator])
      expect(attribute(decoded, id)).to.equal(null);
  });

  it('alone ends the session once it is acknowledged', () => {
    const { run } = register(m2dWindowsAlone);
    expect(saidBy(run, 'registrar')).to.include('M2D').and.not.include('M2');
    expect(saidBy(run, 'enrollee').slice(-2)).to.deep.equal(['M1', 'WSC_ACK']);
    expect(run.ends.registrar).to.include({ outcome: 'failed', text: 'WSC_ACK after M2D: the Enrollee waits' });
  });
});
