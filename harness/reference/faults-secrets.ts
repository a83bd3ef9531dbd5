import { be, concat } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { altersDraws, type Drawn } from './draws.js';
import { anyModel, type Fault } from './fault.js';
import { attributes, setValue } from './message-edits.js';
import { streamOf } from './seed.js';

/** Every session draws the same for these. */
function constant(...which: readonly Drawn[]): Fault['behaviour'] {
  return ({ seed }) => {
    const fixed = new Map(which.map((what) => [what, streamOf(seed, 'fault', 0)(what === 'private value' ? 32 : 16)]));
    return altersDraws((what, fresh) => fixed.get(what) ?? fresh);
  };
}

/** A draw is that of another value drawn before it. */
function copies(copy: Drawn, original: Drawn): Fault['behaviour'] {
  return () => altersDraws((what, fresh, earlier) => (what === copy ? (earlier.get(original) ?? fresh) : fresh));
}

/** Faults of the Diffie-Hellman key and of what has to be random. */
export const SECRET_FAULTS: readonly Fault[] = [
  {
    id: 'public-key-of-191-bytes',
    change: 'strips the first byte of its Public Key',
    refuses: anyModel,
    fails: ['RVP-WSC-08'],
    warns: [],
    changes: ['M1.Public Key'],
    ends: 'M1',
    behaviour: () => ({
      message: attributes(
        'M1',
        setValue(ATTRIBUTE.PublicKey, (key) => key.subarray(1)),
      ),
    }),
  },
  {
    id: 'public-key-1',
    change: 'sends 1 as Public Key',
    refuses: anyModel,
    // The same key in every session, besides.
    fails: ['RVP-WSC-08', 'RVP-SEC-02'],
    warns: [],
    changes: ['M1.Public Key'],
    ends: 'M1',
    behaviour: () => ({
      message: attributes(
        'M1',
        setValue(ATTRIBUTE.PublicKey, () => concat(new Uint8Array(191), Uint8Array.of(1))),
      ),
    }),
  },
  {
    id: 'equal-secret-nonces',
    change: 'draws E-S2 equal to E-S1',
    refuses: anyModel,
    fails: ['RVP-SEC-01'],
    warns: [],
    changes: ['M7.settings.E-SNonce2'],
    behaviour: copies('E-S2', 'E-S1'),
  },
  {
    id: 'secret-nonces-equal-enrollee-nonce',
    change: 'uses the Enrollee Nonce as E-S1 and E-S2',
    refuses: anyModel,
    fails: ['RVP-SEC-01'],
    warns: [],
    changes: ['M5.settings.E-SNonce1', 'M7.settings.E-SNonce2'],
    behaviour: () =>
      altersDraws((what, fresh, earlier) =>
        what === 'E-S1' || what === 'E-S2' ? (earlier.get('Enrollee Nonce') ?? fresh) : fresh,
      ),
  },
  {
    id: 'secret-nonces-zero',
    change: 'uses zeros as E-S1 and E-S2',
    refuses: anyModel,
    // The same in every session, besides.
    fails: ['RVP-SEC-01', 'RVP-SEC-02'],
    warns: [],
    changes: ['M5.settings.E-SNonce1', 'M7.settings.E-SNonce2'],
    behaviour: () =>
      altersDraws((what, fresh) => (what === 'E-S1' || what === 'E-S2' ? new Uint8Array(fresh.length) : fresh)),
  },
  {
    id: 'static-public-key',
    change: 'uses one Diffie-Hellman key for ever',
    refuses: anyModel,
    fails: ['RVP-SEC-02'],
    warns: [],
    changes: ['M1.Public Key'],
    behaviour: constant('private value'),
  },
  {
    id: 'static-enrollee-nonce',
    change: 'uses one Enrollee Nonce for ever',
    refuses: anyModel,
    fails: ['RVP-SEC-02'],
    warns: [],
    changes: ['*.Enrollee Nonce'],
    behaviour: constant('Enrollee Nonce'),
  },
  {
    id: 'static-e-s1',
    change: 'uses one E-S1 for ever',
    refuses: anyModel,
    fails: ['RVP-SEC-02'],
    warns: [],
    changes: ['M5.settings.E-SNonce1'],
    behaviour: constant('E-S1'),
  },
  {
    id: 'one-iv-for-a-session',
    change: 'encrypts M5 and M7 under one IV',
    refuses: anyModel,
    fails: ['RVP-SEC-02'],
    warns: [],
    changes: ['M7.settings.IV'],
    behaviour: copies('IV of M7', 'IV of M5'),
  },
  {
    id: 'lcg-nonces',
    change: 'draws its nonces from a linear congruential generator of 32 bits',
    refuses: anyModel,
    fails: [],
    // Nothing repeats: a run of several sessions shows the step.
    warns: ['RVP-SEC-04'],
    changes: ['*.Enrollee Nonce', 'M5.settings.E-SNonce1', 'M7.settings.E-SNonce2'],
    behaviour: ({ seed }) =>
      altersDraws((what, fresh, _earlier, session) => {
        const place = LCG_DRAWS.indexOf(what);
        return place < 0 ? fresh : lcgBytes(seed, (session - 1) * LCG_DRAWS.length + place);
      }),
  },
];

/** What the generator is asked for in each session, in this order. */
const LCG_DRAWS: readonly Drawn[] = ['Enrollee Nonce', 'E-S1', 'E-S2'];

/** The generator's 16 bytes number `index`: four steps of a textbook generator, state by state. */
function lcgBytes(seed: number, index: number): Uint8Array {
  let state = seed >>> 0;
  const words: Uint8Array[] = [];
  for (let step = 0; step < 4 * (index + 1); step++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    words.push(be(state, 4));
  }
  return concat(...words.slice(-4));
}
