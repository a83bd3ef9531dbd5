import { expect } from 'chai';
import { RallyError } from '#base/error.js';
import type { Engine, EngineOutput } from '#wps/engine.js';
import { systemClock } from '../clock.js';
import type { EapolListener } from './eapol-link.js';
import { WiredSession, type SessionOptions } from './wired-session.js';

const START = Uint8Array.of(2, 1, 0, 0);
const RESPONSE = Uint8Array.of(2, 0, 0, 5, 2, 7, 0, 5, 1);

/** A link without a wire. */
class FakeLink {
  readonly sent: Uint8Array[] = [];
  listener: EapolListener | null = null;

  listen(listener: EapolListener | null): void {
    this.listener = listener;
  }

  send(eapol: Uint8Array): void {
    this.sent.push(eapol);
  }

  receive(eapol: Uint8Array): void {
    this.listener?.packet(eapol);
  }
}

/** An engine that says one word at the start and does as told afterwards. */
class FakeEngine implements Engine {
  readonly received: Uint8Array[] = [];

  constructor(
    readonly sessionMs: number,
    private readonly onReceive: readonly EngineOutput[],
    private readonly onTick: readonly EngineOutput[],
  ) {}

  start(nowMs: number): readonly EngineOutput[] {
    return [
      { kind: 'send', bytes: Uint8Array.of(1), what: 'Identity' },
      { kind: 'wake', atMs: nowMs + 1 },
    ];
  }

  receive(eapol: Uint8Array): readonly EngineOutput[] {
    this.received.push(eapol);
    return this.onReceive;
  }

  tick(): readonly EngineOutput[] {
    return this.onTick;
  }
}

const DONE: EngineOutput = { kind: 'end', outcome: 'done', text: 'finished' };
const GIVES_UP: EngineOutput = { kind: 'end', outcome: 'timeout', text: 'no answer', silenceMs: 1 };

interface Bench {
  readonly session: WiredSession;
  readonly link: FakeLink;
  readonly engines: FakeEngine[];
  readonly abort: AbortController;
}

function bench(
  onReceive: readonly EngineOutput[],
  onTick: readonly EngineOutput[] = [],
  limits: Partial<Pick<SessionOptions, 'startMs' | 'sessionMs'>> = {},
): Bench {
  const link = new FakeLink();
  const engines: FakeEngine[] = [];
  const abort = new AbortController();
  const session = new WiredSession({
    link,
    newEngine: (sessionMs) => {
      const engine = new FakeEngine(sessionMs, onReceive, onTick);
      engines.push(engine);
      return engine;
    },
    startMs: limits.startMs ?? 1000,
    sessionMs: limits.sessionMs ?? 1000,
    clock: systemClock,
    signal: abort.signal,
    onKeys: () => undefined,
    onStep: () => undefined,
  });
  return { session, link, engines, abort };
}

async function failure(work: Promise<unknown>): Promise<RallyError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RallyError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('wired session', () => {
  it('answers EAPOL-Start with the first words of a Registrar and ends as the Registrar ends', async () => {
    const { session, link, engines } = bench([DONE]);
    link.receive(START);
    expect(link.sent).to.deep.equal([Uint8Array.of(1)]);
    expect(engines[0]?.received).to.deep.equal([]);
    link.receive(RESPONSE);
    expect(await session.ended).to.deep.equal({ outcome: 'done', text: 'finished' });
    expect(link.listener).to.equal(null);
  });

  it('reports a device that never speaks as a timeout with the time it was given', async () => {
    const { session, engines } = bench([], [], { startMs: 20 });
    const end = await session.ended;
    expect(end).to.include({ outcome: 'timeout', silenceMs: 20 });
    expect(engines).to.have.length(0);
  });

  it('gives a device that answers a question the waiting time and a whole session', () => {
    const { session, link, engines, abort } = bench([]);
    session.ask();
    link.receive(RESPONSE);
    expect(engines.map((engine) => engine.sessionMs)).to.deep.equal([2000]);
    expect(engines[0]?.received).to.deep.equal([RESPONSE]);
    session.ended.catch(() => undefined);
    abort.abort(new RallyError('ERR_ABORTED', 'enough'));
  });

  it('begins anew with a device that starts by itself after it was asked', () => {
    const { session, link, engines, abort } = bench([]);
    session.ask();
    link.receive(START);
    expect(engines.map((engine) => engine.sessionMs)).to.deep.equal([2000, 1000]);
    session.ended.catch(() => undefined);
    abort.abort(new RallyError('ERR_ABORTED', 'enough'));
  });

  it('does not take a Registrar that gave up on a silent device for the end of the session', async () => {
    const { session } = bench([], [GIVES_UP], { startMs: 60 });
    session.ask();
    expect(await session.ended).to.include({ outcome: 'timeout', silenceMs: 60 });
  });

  it('takes the timeout of a Registrar that was in talk with the device', async () => {
    const { session, link } = bench([], [GIVES_UP]);
    link.receive(START);
    expect(await session.ended).to.deep.equal({ outcome: 'timeout', text: 'no answer', silenceMs: 1 });
  });

  it('fails with the failure of the link, and with nothing after it', async () => {
    const { session, link } = bench([DONE]);
    const { listener } = link;
    listener?.failure(new RallyError('ERR_INTERFACE', 'gone'));
    listener?.packet(RESPONSE);
    expect((await failure(session.ended)).code).to.equal('ERR_INTERFACE');
  });

  it('fails with the reason of an abort, also one that came before', async () => {
    const late = bench([]);
    late.abort.abort(new RallyError('ERR_ABORTED', 'enough'));
    expect((await failure(late.session.ended)).code).to.equal('ERR_ABORTED');

    const signal = AbortSignal.abort(new RallyError('ERR_ABORTED', 'enough'));
    const early = new WiredSession({
      link: new FakeLink(),
      newEngine: () => new FakeEngine(1, [], []),
      startMs: 1000,
      sessionMs: 1000,
      clock: systemClock,
      signal,
      onKeys: () => undefined,
      onStep: () => undefined,
    });
    expect((await failure(early.ended)).code).to.equal('ERR_ABORTED');
  });

  it('turns an error thrown by a timer into the end of the session', async () => {
    const link = new FakeLink();
    const session = new WiredSession({
      link,
      newEngine: () => {
        throw new Error('no engine today');
      },
      startMs: 1000,
      sessionMs: 1000,
      clock: systemClock,
      signal: new AbortController().signal,
      onKeys: () => undefined,
      onStep: () => undefined,
    });
    session.ask();
    expect((await failure(session.ended)).code).to.equal('ERR_INTERNAL');
  });
});
