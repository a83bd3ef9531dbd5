import { expect } from 'chai';
import { NO_KEYS, type KeyRing } from './keys.js';
import type { Exchange } from './model.js';
import { buildExchange, ENROLLEE, PIN } from './testing/exchange.js';
import { assemble, ethernet, framesOf, frameTime } from './testing/frames.js';

const BUILT = buildExchange();
/** Packets before the Registrar's first proof, M4, and before its second, M6. */
const BEFORE_M4 = 7;
const BEFORE_M6 = 9;

function keysWith(pin: string | null, built = BUILT): KeyRing {
  return { ...NO_KEYS, pairs: [built.keys], pin };
}

function exchangeOf(keys: KeyRing, built = BUILT, count = built.sent.length): Exchange {
  const [evidence] = assemble('ethernet', framesOf(built.sent.slice(0, count), ethernet()), { keys });
  const exchange = evidence?.exchanges[0];
  if (exchange === undefined) throw new Error('no exchange');
  return exchange;
}

describe('a PIN that is given for a capture', () => {
  it('is taken where the Registrar proves it', () => {
    const exchange = exchangeOf(keysWith(PIN));
    expect(exchange.pin).to.equal(PIN);
    expect(exchange).to.not.have.property('pinProblem');
  });

  for (const [which, pin, from] of [
    ['first half', '99995670', BEFORE_M4 + 1],
    ['second half', '12349999', BEFORE_M6 + 1],
  ] as const) {
    it(`is refused once its ${which} is shown to be another's`, () => {
      expect(exchangeOf(keysWith(pin), BUILT, from - 1).pin).to.equal(pin);
      for (const count of [from, BUILT.sent.length]) {
        const { pin: taken, pinProblem, keys } = exchangeOf(keysWith(pin), BUILT, count);
        expect(taken).to.equal(null);
        expect(pinProblem).to.equal('the one that was given is not that of this exchange');
        expect(keys).to.not.equal(null);
      }
    });
  }

  it('is taken where no keys open anything, and nothing tells', () => {
    expect(exchangeOf({ ...NO_KEYS, pin: '99999999' }).pin).to.equal('99999999');
  });

  it('counts for nothing where the method is push button', () => {
    const pushed = buildExchange({ passwordId: 4, pin: '00000000' });
    expect(exchangeOf(keysWith('99999999', pushed), pushed).pin).to.equal('00000000');
  });

  it('is not questioned where a bench used it: its Registrar may lie on purpose', () => {
    const session = { session: 1, method: 'pin', wallMs: Number(frameTime(0) / 1_000_000n) };
    const events = [{ monotonicMs: 0, kind: 'session-start', detail: session }];
    const ability = { kinds: ['m1', 'exchange'] as const, sessions: 1 };
    const [evidence] = assemble('ethernet', framesOf(BUILT.sent, ethernet()), {
      keys: keysWith('99999999'),
      run: { dutMac: ENROLLEE, ability, events },
    });
    expect(evidence?.exchanges[0]?.pin).to.equal('99999999');
  });
});
