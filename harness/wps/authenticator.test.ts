import { expect } from 'chai';
import { ascii, concat, equal, fromHex, toHex } from '#base/bytes.js';
import { decodeEap, EAP_CODE, EAP_TYPE, eapPacket, ENROLLEE_IDENTITY, expandedBody, typedBody } from '#wire/eap/eap.js';
import { decodeEapol, EAPOL_TYPE, eapolPacket } from '#wire/eap/eapol.js';
import { WSC_METHOD } from '#wire/eap/wsc-carrier.js';
import type { Engine, EngineOutput } from './engine.js';
import { createRegistrar } from './registrar.js';
import { ending, LIMITS, registrarConfig, sent, wakeAt } from './testing/fixtures.js';

const EAPOL_START = eapolPacket(EAPOL_TYPE.Start);

function identifierOf(packet: { bytes: Uint8Array } | undefined): number {
  const identifier = decodeEap(decodeEapol(packet?.bytes ?? new Uint8Array(0)).body).header?.identifier;
  if (identifier === undefined) throw new Error('not an EAP packet');
  return identifier;
}

function response(identifier: number, body: Uint8Array): Uint8Array {
  return eapolPacket(EAPOL_TYPE.EapPacket, eapPacket(EAP_CODE.Response, identifier, body));
}

const identity = (identifier: number): Uint8Array =>
  response(identifier, typedBody(EAP_TYPE.Identity, ascii(ENROLLEE_IDENTITY)));

const wsc = (identifier: number, payload: string): Uint8Array =>
  response(identifier, expandedBody(WSC_METHOD, fromHex(payload)));

/** A Registrar that has sent WSC_Start, and the identifier of that. */
function started(): { registrar: Engine; identifier: number; outputs: readonly EngineOutput[] } {
  const registrar = createRegistrar(registrarConfig());
  const [request] = sent(registrar.start(0));
  const outputs = registrar.receive(identity(identifierOf(request)), 10);
  return { registrar, identifier: identifierOf(sent(outputs)[0]), outputs };
}

describe('EAP authenticator', () => {
  it('asks for the identity at once', () => {
    const outputs = createRegistrar(registrarConfig()).start(0);
    expect(sent(outputs).map(({ what }) => what)).to.deep.equal(['Identity']);
    expect(toHex(decodeEapol(sent(outputs)[0]?.bytes ?? EAPOL_START).body)).to.match(/^01..000501$/);
    expect(wakeAt(outputs)).to.equal(LIMITS.retransmitMs);
  });

  it('begins anew with every EAPOL-Start, under a new identifier', () => {
    const { registrar, identifier } = started();
    const outputs = registrar.receive(EAPOL_START, 20);
    expect(sent(outputs).map(({ what }) => what)).to.deep.equal(['Identity']);
    expect(identifierOf(sent(outputs)[0])).to.equal((identifier + 1) & 0xff);
    expect(sent(registrar.receive(wsc(identifier, '0400'), 30))).to.deep.equal([]);
  });

  it('answers the identity by WSC_Start', () => {
    const { outputs } = started();
    expect(sent(outputs).map(({ what }) => what)).to.deep.equal(['WSC_Start']);
    expect(toHex(sent(outputs)[0]?.bytes ?? EAPOL_START)).to.match(/^0200000e01..000efe00372a000000010100$/);
  });

  it('repeats a request byte for byte, then gives up with EAP-Failure', () => {
    const { registrar, outputs } = started();
    const [first] = sent(outputs);
    const again = [10 + 5000, 10 + 10_000].map((now) => sent(registrar.tick(now))[0]?.bytes);
    for (const bytes of again) expect(equal(bytes ?? EAPOL_START, first?.bytes ?? EAPOL_START)).to.equal(true);
    const last = registrar.tick(10 + 15_000);
    expect(sent(last).map(({ what }) => what)).to.deep.equal(['EAP-Failure']);
    expect(ending(last)).to.deep.include({ outcome: 'timeout', silenceMs: 15_000 });
    expect(registrar.tick(99_999)).to.deep.equal([]);
    expect(registrar.receive(EAPOL_START, 99_999)).to.deep.equal([]);
  });

  it('asks a device that never answers until the session is over', () => {
    const registrar = createRegistrar(registrarConfig());
    let outputs = registrar.start(0);
    let requests = sent(outputs).length;
    while (ending(outputs) === null) {
      outputs = registrar.tick(wakeAt(outputs));
      requests += sent(outputs).filter(({ what }) => what === 'Identity').length;
    }
    expect(requests).to.equal(24);
    expect(ending(outputs)).to.deep.include({ outcome: 'timeout', silenceMs: LIMITS.sessionMs });
  });

  it('ignores duplicates, wrong identifiers, other codes, foreign methods and cut packets', () => {
    const { registrar, identifier } = started();
    const foreign = response(identifier, expandedBody({ vendorId: 1, vendorType: 1 }, fromHex('0400')));
    const request = eapolPacket(EAPOL_TYPE.EapPacket, eapPacket(EAP_CODE.Request, identifier, fromHex('01')));
    const lying = fromHex('02000010 02');
    const cut = eapolPacket(EAPOL_TYPE.EapPacket, concat(fromHex('02'), Uint8Array.of(identifier), fromHex('0020fe')));
    const others = [identity(identifier), wsc(identifier + 1, '0400'), foreign, request, lying, cut, fromHex('02')];
    for (const packet of [...others, eapolPacket(EAPOL_TYPE.Logoff), eapolPacket(EAPOL_TYPE.Key)])
      expect(sent(registrar.receive(packet, 20)), toHex(packet)).to.deep.equal([]);
  });

  it('ends when the device answers by Nak', () => {
    const { registrar, identifier } = started();
    const outputs = registrar.receive(response(identifier, typedBody(EAP_TYPE.Nak, Uint8Array.of(4))), 20);
    expect(sent(outputs).map(({ what }) => what)).to.deep.equal(['EAP-Failure']);
    expect(identifierOf(sent(outputs)[0])).to.equal(identifier);
    expect(ending(outputs)?.outcome).to.equal('failed');
  });

  it('refuses a message that is none by WSC_NACK, and ends with EAP-Failure after any answer', () => {
    const { registrar, identifier } = started();
    const nack = registrar.receive(wsc(identifier, '0400'), 20);
    expect(sent(nack).map(({ what }) => what)).to.deep.equal(['WSC_NACK']);
    const end = registrar.receive(wsc(identifierOf(sent(nack)[0]), '0300'), 30);
    expect(sent(end).map(({ what }) => what)).to.deep.equal(['EAP-Failure']);
    expect(ending(end)?.outcome).to.equal('failed');
  });

  it('acknowledges fragments and bounds those without end', () => {
    const { registrar, identifier } = started();
    const fragment = concat(fromHex('0401'), new Uint8Array(1400));
    let outputs = registrar.receive(response(identifier, expandedBody(WSC_METHOD, fragment)), 20);
    let count = 1;
    while (sent(outputs)[0]?.what === 'WSC_FRAG_ACK') {
      count += 1;
      const next = identifierOf(sent(outputs)[0]);
      outputs = registrar.receive(response(next, expandedBody(WSC_METHOD, fragment)), 20);
    }
    expect(sent(outputs).map(({ what }) => what)).to.deep.equal(['WSC_NACK']);
    expect(count).to.equal(47);
  });

  it('lets a script hold back, repeat and drop messages', () => {
    const registrar = createRegistrar(
      registrarConfig({
        script: (message) => {
          if (message.what === 'Identity')
            return [
              { ...message, delayMs: 700 },
              { ...message, retransmission: true },
            ];
          return message.what === 'WSC_Start' ? [] : [message];
        },
      }),
    );
    const start = registrar.start(0);
    expect(sent(start)).to.deep.equal([]);
    expect(wakeAt(start)).to.equal(700);
    const requests = sent(registrar.tick(700));
    expect(requests.map(({ what }) => what)).to.deep.equal(['Identity', 'Identity']);
    expect(toHex(requests[1]?.bytes ?? EAPOL_START)).to.equal(toHex(requests[0]?.bytes ?? EAPOL_START));
    const dropped = registrar.receive(identity(identifierOf(requests[0])), 800);
    expect(sent(dropped)).to.deep.equal([]);
    expect(wakeAt(dropped)).to.equal(LIMITS.sessionMs);
    expect(ending(registrar.tick(LIMITS.sessionMs))).to.deep.include({ outcome: 'timeout', silenceMs: 119_200 });
  });

  it('takes the first answer to a message for lost when a script says so, and repeats it as it was', () => {
    const registrar = createRegistrar(
      registrarConfig({
        script: (message) => [message.what === 'WSC_Start' ? { ...message, unheard: true } : message],
      }),
    );
    const identifier = identifierOf(sent(registrar.start(0))[0]);
    const [start] = sent(registrar.receive(identity(identifier), 10));
    const answer = wsc(identifierOf(start), '0400');
    const again = registrar.receive(answer, 20);
    expect(sent(again)).to.deep.equal([start]);
    expect(wakeAt(again), 'it waits for the second answer as for any').to.equal(20 + LIMITS.retransmitMs);
    expect(sent(registrar.receive(answer, 30)).map(({ what }) => what)).to.deep.equal(['WSC_NACK']);
  });

  it('ends a session whose device does nothing but start', () => {
    const registrar = createRegistrar(registrarConfig());
    registrar.start(0);
    let outputs: readonly EngineOutput[] = [];
    let now = 0;
    while (ending(outputs) === null && now < 200_000) outputs = registrar.receive(EAPOL_START, (now += 1000));
    expect(now).to.equal(LIMITS.sessionMs);
  });
});
