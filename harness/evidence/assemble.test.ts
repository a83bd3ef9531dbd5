import { expect } from 'chai';
import fc from 'fast-check';
import { be, concat, equal, fromHex, toHex } from '#base/bytes.js';
import type { CaptureLinkType } from '#wire/pcap/blocks.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import { EAPOL_TYPE, eapolPacket } from '#wire/eap/eapol.js';
import { EAP_CODE, eapPacket, typedBody } from '#wire/eap/eap.js';
import type { BenchEvent, Evidence, Exchange } from './model.js';
import { buildExchange, ENROLLEE, PIN, REGISTRAR, type Sent, wscPacket } from './testing/exchange.js';
import {
  assemble,
  assembleFile,
  captureBlocks,
  type Captured,
  cooked,
  dot11,
  ethernet,
  framesOf,
  frameTime,
  groupEthernet,
  LAYERS,
  type Wrap,
} from './testing/frames.js';

const BUILT = buildExchange();
const NAMES = ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'WSC_DONE'];

function only<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined || list.length !== 1) throw new Error(`${list.length} instead of one`);
  return first;
}

const names = (exchange: Exchange): (string | null)[] => exchange.messages.map(({ wsc }) => wsc.name);
const onlyExchange = (evidence: readonly Evidence[]): Exchange => only(only(evidence).exchanges);
const without = (sent: readonly Sent[], ...indexes: number[]): Sent[] =>
  sent.filter((_packet, index) => !indexes.includes(index));

/** Every byte of a message is where its parts say. */
function expectParts(exchange: Exchange): void {
  for (const { wsc, parts } of exchange.messages) {
    const bytes = concat(
      ...parts.map(({ frame, frameOffset, lengthBytes }) =>
        frame.bytes.subarray(frameOffset, frameOffset + lengthBytes),
      ),
    );
    expect(equal(bytes, wsc.bytes)).to.equal(true);
  }
  for (const { frame, span, bytes } of exchange.packets)
    expect(equal(frame.bytes.subarray(span.start, span.end), bytes)).to.equal(true);
}

describe('Assembler on a whole exchange', () => {
  for (const [name, linkType, wrap] of LAYERS) {
    it(`finds it on ${name}`, () => {
      const evidence = only(assemble(linkType, framesOf(BUILT.sent, wrap)));
      const exchange = only(evidence.exchanges);
      expect(evidence.source).to.equal('capture');
      expect(toHex(evidence.dutMac ?? new Uint8Array(0))).to.equal(toHex(ENROLLEE));
      expect(toHex(exchange.enrolleeMac)).to.equal(toHex(ENROLLEE));
      expect(toHex(exchange.registrarMac ?? new Uint8Array(0))).to.equal(toHex(REGISTRAR));
      expect(names(exchange)).to.deep.equal(NAMES);
      expect(exchange.packets).to.have.length(13);
      expect(exchange.identities.map(({ frame }) => frame.number)).to.deep.equal([3]);
      expect(exchange).to.deep.include({ closing: 'done', method: 'pin', lossy: false, framing: [], keys: null });
      expect(evidence.losses).to.deep.equal([]);
      expect(evidence.ability.kinds.includes('frames')).to.equal(linkType.startsWith('dot11'));
      expectParts(exchange);
    });
  }

  it('puts fragments together', () => {
    const exchange = onlyExchange(
      assemble('ethernet', framesOf(buildExchange({ fragmentBytes: 100 }).sent, groupEthernet())),
    );
    expect(names(exchange)).to.deep.equal(NAMES);
    expect(exchange).to.deep.include({ closing: 'done', lossy: false, framing: [] });
    expect(exchange.messages[0]?.parts.length).to.equal(3);
    expectParts(exchange);
  });

  it('tells the sides apart', () => {
    const exchange = onlyExchange(assemble('ethernet', framesOf(BUILT.sent, ethernet())));
    const sides = exchange.messages.map(({ from }) => from);
    expect(sides).to.deep.equal([...Array<string[]>(4).fill(['enrollee', 'registrar']).flat(), 'enrollee']);
  });

  it('takes an access point for the Enrollee when that sends M1', () => {
    const turned = BUILT.sent
      .filter(({ what }) => what === 'M1' || what === 'M2')
      .map(({ what }, index): Sent => {
        const original = BUILT.sent.find((packet) => packet.what === what);
        const data = original?.eapol.subarray(18) ?? new Uint8Array(0);
        const code = what === 'M1' ? EAP_CODE.Request : EAP_CODE.Response;
        const from = what === 'M1' ? 'enrollee' : 'registrar';
        return { from, what, eapol: wscPacket(code, 9 + Math.floor(index / 2), OP_CODE.Msg, data) };
      });
    const exchange = onlyExchange(assemble('dot11', framesOf(turned, dot11())));
    expect(toHex(exchange.enrolleeMac)).to.equal(toHex(ENROLLEE));
    expect(exchange.messages.map(({ from }) => from)).to.deep.equal(['enrollee', 'registrar']);
  });

  it('passes over protected frames, key frames, other methods and noise', () => {
    const key: Sent = { from: 'registrar', what: 'key', eapol: eapolPacket(EAPOL_TYPE.Key, new Uint8Array(95)) };
    const peap: Sent[] = [
      { from: 'registrar', what: 'request', eapol: eapolPacket(0, eapPacket(1, 1, typedBody(1))) },
      { from: 'enrollee', what: 'identity', eapol: eapolPacket(0, eapPacket(2, 1, typedBody(1, fromHex('6161')))) },
      { from: 'registrar', what: 'peap', eapol: eapolPacket(0, eapPacket(1, 2, typedBody(25, fromHex('20')))) },
      { from: 'enrollee', what: 'peap', eapol: eapolPacket(0, eapPacket(2, 2, typedBody(25, fromHex('20')))) },
    ];
    const frames = [
      ...framesOf(BUILT.sent, dot11({ protected: true })),
      ...framesOf([key, ...peap], dot11()),
      { bytes: fromHex('d400 0000 020000000100') },
      { bytes: new Uint8Array(0) },
      { bytes: new Uint8Array(24).fill(0xff) },
    ];
    expect(assemble('dot11', frames)).to.deep.equal([]);
  });

  it('reads behind VLAN tags and ignores bytes behind the packet', () => {
    const wrap: Wrap = (sent, index) => {
      const frame = ethernet()(sent, index);
      return concat(frame.subarray(0, 12), fromHex('88a8 0001 8100 0002'), frame.subarray(12), new Uint8Array(60));
    };
    const exchange = onlyExchange(assemble('ethernet', framesOf(BUILT.sent, wrap)));
    expect(exchange).to.deep.include({ closing: 'done', framing: [] });
    expectParts(exchange);
  });
});

describe('Assembler on several exchanges', () => {
  const second = fromHex('020000000200'.replace('02', '06'));

  it('tells repeated attempts of one device apart, with the same identifiers', () => {
    const again = buildExchange({ seed: 2 });
    const evidence = only(assemble('ethernet', framesOf([...BUILT.sent, ...again.sent], groupEthernet())));
    expect(evidence.exchanges.map(({ number, closing }) => [number, closing])).to.deep.equal([
      [1, 'done'],
      [2, 'done'],
    ]);
    expect(evidence.exchanges.map(names)).to.deep.equal([NAMES, NAMES]);
    expect(evidence.ability).to.deep.equal({ kinds: ['m1', 'exchange', 'sessions'], sessions: 2 });
  });

  it('takes an exchange for that of the session in which the device speaks, not of one that waited for it in vain', () => {
    // EAPOL-Start, then the request for the identity: here it came a minute before, to a device that did not answer.
    const [, ask, ...answered] = framesOf(BUILT.sent, ethernet());
    if (ask === undefined) throw new Error('no request');
    const timeNs = frameTime(0) - 60_000_000_000n;
    const beganMs = Number(timeNs / 1_000_000n);
    const event = (kind: string, session: number, wallMs: number, more: object = {}): BenchEvent => {
      return { monotonicMs: wallMs, kind, detail: { session, method: 'pin', wallMs, ...more } };
    };
    const events = [
      event('session-start', 1, beganMs, { script: 'reg-40' }),
      event('session-end', 1, beganMs + 30_000, { outcome: 'timeout', silenceMs: 30_000 }),
      event('session-start', 2, beganMs + 40_000, { recovers: 'reg-40' }),
    ];
    const ability = { kinds: ['m1', 'exchange'] as const, sessions: 1 };
    const run = { dutMac: ENROLLEE, ability, events };
    const exchange = onlyExchange(assemble('ethernet', [{ ...ask, timeNs }, ...answered], { run }));
    expect(exchange).to.include({ closing: 'done', recovers: 'reg-40' });
    expect(exchange).to.not.have.property('script');
    expect(exchange).to.not.have.property('silenceMs');
  });

  it('begins a new one where the old one was left without an end', () => {
    const again = buildExchange({ seed: 2 });
    for (const cut of [5, 7, 13]) {
      for (const from of [0, 1]) {
        const sent = [...BUILT.sent.slice(0, cut), ...again.sent.slice(from)];
        const evidence = only(assemble('ethernet', framesOf(sent, groupEthernet())));
        expect(evidence.exchanges.map(({ closing, lossy }) => [closing, lossy])).to.deep.equal([
          ['open', false],
          ['done', false],
        ]);
      }
    }
  });

  it('does not take an EAPOL-Start that nobody heeds for a new exchange', () => {
    const sent = [...BUILT.sent.slice(0, 8), ...BUILT.sent.slice(0, 1), ...BUILT.sent.slice(8)];
    expect(onlyExchange(assemble('ethernet', framesOf(sent, groupEthernet()))).closing).to.equal('done');
  });

  for (const [name, linkType, wrap] of [
    ['Ethernet', 'ethernet', ethernet],
    ['802.11', 'dot11', (enrollee: Uint8Array) => dot11({}, enrollee)],
    ['Linux cooked', 'linux-cooked', cooked],
  ] as const) {
    it(`tells two devices at once apart on ${name}`, () => {
      const other = buildExchange({ seed: 3, enrolleeMac: second });
      const frames: Captured[] = BUILT.sent.flatMap((packet, index) => {
        const beside = other.sent[index];
        const pair = [{ bytes: wrap(ENROLLEE)(packet, index) }];
        if (beside !== undefined) pair.push({ bytes: wrap(second)(beside, index) });
        return pair;
      });
      const evidence = assemble(linkType, frames);
      expect(evidence.map(({ dutMac }) => toHex(dutMac ?? new Uint8Array(0)))).to.deep.equal([
        toHex(ENROLLEE),
        toHex(second),
      ]);
      expect(evidence.map(({ exchanges }) => exchanges.map(names))).to.deep.equal([[NAMES], [NAMES]]);
    });
  }

  it('tells devices apart that follow each other in a cooked capture', () => {
    const other = buildExchange({ seed: 3, enrolleeMac: second });
    const frames = [...framesOf(BUILT.sent, cooked()), ...framesOf(other.sent, cooked(second))];
    const evidence = assemble('linux-cooked', frames);
    expect(evidence.map(({ exchanges }) => exchanges.map(names))).to.deep.equal([[NAMES], [NAMES]]);
    expect(evidence.flatMap(({ exchanges }) => exchanges.map(({ closing }) => closing))).to.deep.equal([
      'done',
      'done',
    ]);
  });

  it('gives requests that come before anything of the device to the device that answers', () => {
    const sent = without(BUILT.sent, 0);
    for (const wrap of [groupEthernet(), ethernet()]) {
      const exchange = onlyExchange(assemble('ethernet', framesOf(sent, wrap)));
      expect(exchange.packets).to.have.length(13);
      expect(exchange).to.deep.include({ closing: 'done', lossy: false });
    }
  });

  it('follows a device to another access point', () => {
    const elsewhere = buildExchange({ seed: 4 });
    const frames = [
      ...framesOf(BUILT.sent.slice(0, 6), ethernet()),
      ...framesOf(elsewhere.sent, ethernet(ENROLLEE, second)),
    ];
    const evidence = only(assemble('ethernet', frames));
    expect(evidence.exchanges.map(({ closing }) => closing)).to.deep.equal(['open', 'done']);
  });
});

describe('Assembler on retransmissions', () => {
  it('flags what repeats an earlier packet and makes no second message of it', () => {
    const doubled = BUILT.sent.flatMap((packet) => [packet, packet]);
    for (const wrap of [dot11(), dot11({ retry: true })]) {
      const exchange = onlyExchange(assemble('dot11', framesOf(doubled, wrap)));
      expect(names(exchange)).to.deep.equal(NAMES);
      expect(exchange.packets.map(({ retransmission }) => retransmission)).to.deep.equal(
        Array<boolean[]>(13).fill([false, true]).flat(),
      );
      expect(exchange).to.deep.include({ closing: 'done', lossy: false, framing: [] });
      expect(exchange.identities).to.have.length(1);
    }
  });
});

describe('Closing of an exchange', () => {
  const closing = (sent: readonly Sent[]): string =>
    onlyExchange(assemble('ethernet', framesOf(sent, groupEthernet()))).closing;
  const nack = (from: Sent['from'], identifier: number): Sent => {
    const code = from === 'enrollee' ? EAP_CODE.Response : EAP_CODE.Request;
    const data = concat(fromHex('104a000110 102200010e'), fromHex('1009 0002'), be(0, 2));
    return { from, what: 'WSC_NACK', eapol: wscPacket(code, identifier, OP_CODE.Nack, data) };
  };

  it('is done only by EAP-Failure after WSC_Done', () => {
    expect(closing(BUILT.sent)).to.equal('done');
    expect(closing(BUILT.sent.slice(0, -1))).to.equal('open');
    expect(closing([...BUILT.sent.slice(0, 8), ...BUILT.sent.slice(-1)])).to.equal('failed');
  });

  it('is failed by a WSC_NACK that is answered', () => {
    const begin = BUILT.sent.slice(0, 7);
    expect(closing([...begin, nack('registrar', 4)])).to.equal('open');
    expect(closing([...begin, nack('registrar', 4), nack('enrollee', 4)])).to.equal('failed');
  });
});

describe('Losses', () => {
  const lost = (indexes: number[], linkType: CaptureLinkType = 'dot11'): Exchange =>
    onlyExchange(assemble(linkType, framesOf(without(BUILT.sent, ...indexes), dot11())));

  it('are seen by a missing request or answer', () => {
    for (let index = 1; index < BUILT.sent.length - 1; index++) {
      // Without the request for the identity its answer is the first EAP packet, and has no request.
      const exchange = lost([index]);
      const harmless = BUILT.sent[index]?.what === 'Identity';
      expect([index, exchange.lossy]).to.deep.equal([index, !harmless]);
    }
  });

  it('are seen where the beginning or one side is missing', () => {
    expect(lost([0, 1]).lossy).to.equal(true);
    expect(lost([0, 1, 2, 3, 4]).lossy).to.equal(true);
    const mute = BUILT.sent.filter(({ from }) => from === 'registrar');
    expect(onlyExchange(assemble('dot11', framesOf(mute, dot11()))).lossy).to.equal(true);
  });

  it('are not supposed where the registrar gave up after a while', () => {
    const frames = framesOf([...BUILT.sent.slice(0, 6), ...BUILT.sent.slice(-1)], dot11());
    const late = frames.map((frame, index) => (index === 6 ? { ...frame, timeNs: frameTime(20_000) } : frame));
    expect(onlyExchange(assemble('dot11', late))).to.deep.include({ closing: 'failed', lossy: false });
  });

  it('come from the counts of the capture, where they fall', () => {
    const again = buildExchange({ seed: 2 });
    const frames = framesOf([...BUILT.sent, ...again.sent], groupEthernet()).map((frame, index) =>
      index === 20 ? { ...frame, dropCount: 3 } : frame,
    );
    const evidence = only(assemble('ethernet', frames));
    expect(evidence.exchanges.map(({ lossy }) => lossy)).to.deep.equal([false, true]);
    expect(evidence.losses.map(({ source, count }) => [source, count])).to.deep.equal([['kernel', 3]]);
  });

  it('come from frames the capture cut, which are not judged', () => {
    const frames = framesOf(BUILT.sent, ethernet()).map((frame, index) =>
      index === 4 ? { bytes: frame.bytes.subarray(0, 100), wireLength: frame.bytes.length } : frame,
    );
    const evidence = only(assemble('ethernet', frames));
    expect(only(evidence.exchanges)).to.deep.include({ lossy: true, framing: [] });
    expect(names(only(evidence.exchanges))).to.deep.equal(NAMES.slice(1));
    expect(evidence.losses.map(({ source }) => source)).to.include('cut-frame');
  });

  it('come from a file that was cut off, for an exchange that was not over', () => {
    const blocks = captureBlocks('ethernet', framesOf(BUILT.sent, ethernet()));
    const cut = (count: number): Evidence[] =>
      assembleFile(concat(...blocks.slice(0, count), (blocks[count] ?? blocks[1] ?? new Uint8Array(0)).subarray(0, 9)));
    expect(onlyExchange(cut(10)).lossy).to.equal(true);
    expect(onlyExchange(cut(blocks.length)).lossy).to.equal(false);
    expect(only(cut(10)).losses.map(({ source }) => source)).to.deep.equal(['truncated-file']);
  });
});

describe('Every prefix of a capture', () => {
  function expectOpen(file: Uint8Array): void {
    for (const { exchanges } of assembleFile(file)) {
      for (const exchange of exchanges) {
        expect(exchange).to.deep.include({ closing: 'open', framing: [] });
        expectParts(exchange);
      }
    }
  }

  for (const [name, linkType, wrap] of LAYERS) {
    it(`gives evidence without an end on ${name}`, () => {
      const blocks = captureBlocks(linkType, framesOf(BUILT.sent, wrap));
      for (let count = 1; count < blocks.length; count++) expectOpen(concat(...blocks.slice(0, count)));
      const last = blocks[blocks.length - 1] ?? new Uint8Array(0);
      const before = concat(...blocks.slice(0, -1));
      for (let bytes = 1; bytes < last.length; bytes++) expectOpen(concat(before, last.subarray(0, bytes)));
    });
  }

  it('does so within every block', () => {
    const [begin = new Uint8Array(0), ...blocks] = captureBlocks('ethernet', framesOf(BUILT.sent, groupEthernet()));
    const file = concat(begin, ...blocks);
    for (let bytes = begin.length; bytes < file.length; bytes += 5) expectOpen(file.subarray(0, bytes));
  });
});

describe('Frames that are not as they should be', () => {
  it('never make the assembler throw, and leave it consistent', () => {
    const change = fc.record({ frame: fc.nat(13), at: fc.nat(600), value: fc.nat(255), cut: fc.boolean() });
    const changes = fc.array(change, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom(...LAYERS), changes, fc.boolean(), ([, linkType, wrap], list, fragments) => {
        const { sent } = fragments ? buildExchange({ fragmentBytes: 90 }) : BUILT;
        const frames = framesOf(sent, wrap).map(({ bytes }) => ({ bytes: bytes.slice() }));
        for (const { frame, at, value, cut } of list) {
          const target = frames[frame];
          if (target === undefined) continue;
          const offset = at % (target.bytes.length + 1);
          if (cut) target.bytes = target.bytes.slice(0, offset);
          else target.bytes[offset] = value;
        }
        for (const { exchanges } of assemble(linkType, frames)) for (const exchange of exchanges) expectParts(exchange);
      }),
      { numRuns: 300 },
    );
  });
});

describe('PIN of an exchange', () => {
  it('is that of push button where the registrar offers it', () => {
    const built = buildExchange({ passwordId: 4 });
    const exchange = onlyExchange(
      assemble('ethernet', framesOf(built.sent, ethernet()), {
        keys: { sessions: [], pairs: [], privateKeys: [], pin: PIN },
      }),
    );
    expect(exchange).to.deep.include({ method: 'pbc', pin: '00000000' });
  });
});
