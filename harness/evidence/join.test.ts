import { expect } from 'chai';
import { be, concat, fromHex, toHex } from '#base/bytes.js';
import { MANAGEMENT } from '#wire/dot11/mac-header.js';
import { EAPOL_TYPE, eapolPacket } from '#wire/eap/eapol.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { byteAttribute } from '#wire/wps/build.js';
import type { BenchEvent, Evidence, JoinFact } from './model.js';
import { buildExchange, ENROLLEE, REGISTRAR, wpsElementsOf, type Sent } from './testing/exchange.js';
import { assemble, dot11, framesOf, management, radiotap, type Captured, type Wrap } from './testing/frames.js';

const STRANGER = fromHex('00 11 22 33 44 55');
const SSID = fromHex('0003616263');
const RSN = fromHex('30140100000fac040100000fac040100000fac020000');
const WPS = wpsElementsOf(concat(byteAttribute(ATTRIBUTE.Version, 0x10), byteAttribute(ATTRIBUTE.RequestType, 1)));
const EXCHANGE = buildExchange().sent;

/** Key Information of the four messages: pairwise, then acknowledge, MIC, install, secure, encrypted data. */
const KEY_INFO = [0x008a, 0x010a, 0x13ca, 0x030a] as const;

function keyMessage(number: 1 | 2 | 3 | 4, info: number = KEY_INFO[number - 1] ?? 0): Sent {
  const data = number === 2 ? RSN : new Uint8Array(0);
  const body = concat(Uint8Array.of(2), be(info, 2), new Uint8Array(90), be(data.length, 2), data);
  const from = number % 2 === 0 ? 'enrollee' : 'registrar';
  return { from, eapol: eapolPacket(EAPOL_TYPE.Key, body), what: `key ${number}` };
}

function request(elements: Uint8Array, subtype: number = MANAGEMENT.associationRequest, station = ENROLLEE): Captured {
  const fixed = new Uint8Array(subtype === MANAGEMENT.associationRequest ? 4 : 10);
  return { bytes: management(subtype, station, REGISTRAR, concat(fixed, SSID, elements)) };
}

function response(statusCode: number): Captured {
  const fixed = Uint8Array.of(0, 0, statusCode, 0, 0, 0);
  return { bytes: management(MANAGEMENT.associationResponse, REGISTRAR, ENROLLEE, concat(fixed, SSID)) };
}

function leave(subtype: number, reason: Uint8Array): Captured {
  return { bytes: management(subtype, ENROLLEE, REGISTRAR, reason) };
}

function factsOf(frames: readonly Captured[], evidence?: Evidence): string[] {
  const { join = [] } = evidence ?? evidenceOf(frames);
  return join.map(({ state, frame, isSecured, keyMessage: message, reasonCode }) =>
    [state, message, isSecured === true ? 'secured' : undefined, reasonCode, `#${frame ?? 0}`]
      .filter((part) => part !== undefined)
      .join(' '),
  );
}

function evidenceOf(frames: readonly Captured[]): Evidence {
  const [evidence, ...others] = assemble('dot11', frames);
  if (evidence === undefined || others.length > 0) throw new Error('not one device');
  return evidence;
}

const HANDSHAKE = framesOf(
  ([1, 2, 3, 4] as const).map((number) => keyMessage(number)),
  dot11({ qos: true }),
);
const JOINING = [
  request(WPS),
  ...framesOf(EXCHANGE, dot11()),
  leave(MANAGEMENT.deauthentication, fromHex('0300')),
  request(RSN),
  response(0),
  ...HANDSHAKE,
];

describe('Join of a device', () => {
  it('is told by its frames, one step each', () => {
    const after = EXCHANGE.length + 1;
    const evidence = evidenceOf(JOINING);
    expect(factsOf([], evidence)).to.deep.equal([
      'registering #1',
      `left 3 #${after + 1}`,
      `requested secured #${after + 2}`,
      `associated #${after + 3}`,
      ...[1, 2, 3, 4].map((number) => `key-message ${number} #${after + 3 + number}`),
      `handshake #${after + 7}`,
    ]);
    expect(evidence.ability.kinds).to.include.members(['association', 'join']);
    for (const { source, accessPoint, timeMs } of evidence.join ?? []) {
      expect([source, toHex(accessPoint ?? fromHex(''))]).to.deep.equal(['frames', toHex(REGISTRAR)]);
      expect(timeMs).to.be.closeTo(1_700_000_000_000, 1000);
    }
    expect(evidence.exchanges).to.have.length(1);
  });

  it('is not complete when the fourth message does not follow the third, nor by a group key', () => {
    const exchange = framesOf(EXCHANGE, dot11());
    const messages = (...sent: Sent[]): string[] =>
      factsOf([...exchange, ...framesOf(sent, dot11())]).map((fact) => fact.replace(/ #.*/, ''));
    expect(messages(keyMessage(1), keyMessage(2), keyMessage(1), keyMessage(2))).to.deep.equal([
      'key-message 1',
      'key-message 2',
      'key-message 1',
      'key-message 2',
    ]);
    expect(messages(keyMessage(1), keyMessage(4))).to.deep.equal(['key-message 1', 'key-message 4']);
    // WPA does not set the Secure bit in message 4; an empty Key Data tells.
    expect(messages(keyMessage(3), keyMessage(4, 0x0109))).to.deep.equal([
      'key-message 3',
      'key-message 4',
      'handshake',
    ]);
    expect(messages(keyMessage(3, 0x1382), keyMessage(4, 0x0302))).to.deep.equal([]);
    const cut = eapolPacket(EAPOL_TYPE.Key, new Uint8Array(94));
    expect(messages({ from: 'registrar', eapol: cut, what: 'cut' })).to.deep.equal([]);
  });

  it('has no refused association, no step of others, and tells leaving with or without a reason', () => {
    const exchange = framesOf(EXCHANGE, dot11());
    const stranger: Wrap = dot11({}, STRANGER);
    expect(
      factsOf([
        ...exchange,
        response(17),
        request(RSN, MANAGEMENT.associationRequest, STRANGER),
        ...framesOf([keyMessage(3), keyMessage(4)], stranger),
        leave(MANAGEMENT.disassociation, fromHex('0800')),
        leave(MANAGEMENT.deauthentication, fromHex('')),
        request(new Uint8Array(0), MANAGEMENT.reassociationRequest),
      ]).map((fact) => fact.replace(/ #.*/, '')),
    ).to.deep.equal(['left 8', 'left', 'requested']);
  });

  it('keeps the last 256 steps', () => {
    const loop = Array.from({ length: 300 }, (_, index) =>
      leave(MANAGEMENT.deauthentication, Uint8Array.of(index % 256, 0)),
    );
    const facts = factsOf([...framesOf(EXCHANGE, dot11()), ...loop]);
    expect(facts).to.have.length(256);
    expect(facts[0]).to.match(/^left 44 /);
  });

  it('is not taken from frames the radio found damaged', () => {
    const [sent] = EXCHANGE;
    if (sent === undefined) throw new Error('nothing sent');
    const good = radiotap(() => request(RSN).bytes)(sent, 0);
    const bad = good.with(16, 0x50);
    const exchange = framesOf(EXCHANGE, radiotap(dot11()));
    const seen = [good, bad].map((bytes) => assemble('dot11-radiotap', [...exchange, { bytes }])[0]?.join?.length);
    expect(seen).to.deep.equal([1, 0]);
  });

  it('is no evidence of a capture without it', () => {
    const exchange = framesOf(EXCHANGE, dot11());
    const { ability, join } = evidenceOf(exchange);
    expect(ability.kinds).to.not.include.members(['association', 'join']);
    expect(join).to.deep.equal([]);
    const leaving = leave(MANAGEMENT.deauthentication, fromHex('0300'));
    for (const frames of [
      [request(WPS), ...exchange, leaving],
      [request(new Uint8Array(0)), ...exchange, leaving, request(WPS)],
    ]) {
      const { kinds } = evidenceOf(frames).ability;
      expect(kinds).to.include('association');
      expect(kinds).to.not.include('join');
    }
    expect(evidenceOf([...JOINING.slice(1, EXCHANGE.length), request(RSN)]).ability.kinds).to.not.include('join');
  });
});

describe('Join events', () => {
  const event = (kind: string, detail: Record<string, unknown>): BenchEvent => ({ monotonicMs: 1, kind, detail });
  const run = (...events: BenchEvent[]): readonly JoinFact[] =>
    assemble('dot11', JOINING, {
      run: { dutMac: ENROLLEE, ability: { kinds: ['m1', 'join'], sessions: 1 }, events },
    })[0]?.join ?? [];

  it('stand with the frames, by time', () => {
    const facts = run(
      event('join', { state: 'address', wallMs: 1_700_000_001_000, address: '10.9.0.7', family: 4 }),
      event('join', { state: 'associated', wallMs: 1_700_000_000_900 }),
    );
    expect(facts.slice(-2)).to.deep.equal([
      { state: 'associated', timeMs: 1_700_000_000_900, source: 'bench' },
      {
        state: 'address',
        timeMs: 1_700_000_001_000,
        source: 'bench',
        address: '10.9.0.7',
        family: 'ipv4',
      },
    ]);
    expect(facts.filter(({ source }) => source === 'frames')).to.have.length(9);
  });

  it('are passed over where they lack what they should have', () => {
    const facts = run(
      event('join', { state: 'handshake' }),
      event('join', { state: 'flying', wallMs: 1 }),
      event('join', { state: 'registering', wallMs: 1 }),
      event('progress', { state: 'associated', wallMs: 1 }),
      event('join', { state: 'lost', wallMs: 1, family: 'ipx', address: 7 }),
    );
    expect(facts.filter(({ source }) => source === 'bench')).to.deep.equal([
      { state: 'lost', timeMs: 1, source: 'bench' },
    ]);
  });
});
