import { expect } from 'chai';
import type { BenchEvent } from '#evidence/model.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import { discoverySteps, scenarioSteps, type ScenarioStep } from './scenario-steps.js';
import { barePacket, exchangeOf, wscPacket } from './testing/exchange.js';

const WALL_MS = 1_790_000_000_000;
const event = (monotonicMs: number, kind: string, detail: BenchEvent['detail'] = {}): BenchEvent => ({
  monotonicMs,
  kind,
  detail,
});
const at = (ms: number): { readonly wallMs: number } => ({ wallMs: WALL_MS + ms });

/** Each step in a line, inner ones indented, times from the begin. */
function lines(steps: readonly ScenarioStep[], indent = ''): string[] {
  return steps.flatMap(({ name, startMs, stopMs, outcome, steps: inner }) => [
    `${indent}${startMs - WALL_MS}-${stopMs - WALL_MS} ${outcome}: ${name}`,
    ...lines(inner, `${indent}  `),
  ]);
}

describe('steps of a scenario', () => {
  it('are what the bench noted, one in another, with their times', () => {
    const events = [
      event(500, 'clock', at(0)),
      event(600, 'session-start', { session: 1, method: 'pbc', script: 'm2d-windows', ...at(100) }),
      event(700, 'progress', { step: 'M1 received' }),
      event(900, 'join', { state: 'address', address: '192.0.2.9', ...at(400) }),
      event(1000, 'discovery-start', { addresses: ['192.0.2.9'], ...at(500) }),
      event(1100, 'fetch', {
        method: 'GET',
        url: 'http://192.0.2.9/',
        purpose: 'description',
        status: 200,
        ...at(600),
        endMs: WALL_MS + 650,
      }),
      event(1200, 'search', { name: 'ssdp:all', protocol: 'ssdp', ...at(700) }),
      event(1300, 'stimulus', { name: 'power-cycle', failed: 'no relay', beganMs: WALL_MS + 750, ...at(800) }),
      event(1400, 'discovery-end', { outcome: 'limit', ...at(900) }),
      event(1500, 'sequence', { frames: 3 }),
      event(1500, 'session-end', { session: 1, outcome: 'done', ...at(1000) }),
      event(1600, 'operator', { text: 'Is it on?', answer: 'yes', by: 'panel', ...at(1100) }),
      event(1700, 'bench-failure', { code: 'ERR_SOCKET', text: 'the socket died' }),
    ];
    const steps = scenarioSteps({ events, exchanges: [] });
    expect(lines(steps)).to.deep.equal([
      '100-1000 done: Registration 1 by push button, scripted: m2d-windows: done',
      '  100-200 done: M1 received',
      '  200-400 done: Access point: address 192.0.2.9',
      '  500-900 done: Looking for the device on its network, 192.0.2.9: limit',
      '    500-650 done: GET http://192.0.2.9/ for description: 200',
      '    600-700 done: Search ssdp:all (ssdp)',
      '    750-800 unknown: The device is made to power-cycle: no relay',
      '1000-1100 done: Asked: Is it on? yes (panel)',
      '1100-1200 broken: bench-failure: the socket died',
    ]);
    expect(lines(discoverySteps(steps))[0]).to.equal(
      '500-900 done: Looking for the device on its network, 192.0.2.9: limit',
    );
  });

  it('say when a session ended badly, and when no end is recorded', () => {
    const events = [
      event(0, 'clock', at(0)),
      event(0, 'session-start', { session: 1, method: 'pin', ...at(0) }),
      event(10, 'session-end', { session: 1, outcome: 'timeout', ...at(10) }),
      event(20, 'session-start', { session: 2, method: 'pin', ...at(20) }),
      event(30, 'discovery-start', { ...at(30) }),
      event(40, 'progress', { step: 'waiting' }),
    ];
    expect(lines(scenarioSteps({ events, exchanges: [] }))).to.deep.equal([
      '0-10 unknown: Registration 1 by PIN: timeout',
      '20-40 unknown: Registration 2 by PIN: no end is recorded',
      '  30-40 unknown: Looking for the device on its network: no end is recorded',
      '    30-40 done: waiting',
    ]);
  });

  it('never take anything out of a record that lacks what it should have', () => {
    const events = [
      event(5, 'session-end'),
      event(5, 'search'),
      event(6, 'fetch', { url: 7, status: null, problem: null, beganMs: 'yesterday' }),
      event(4, 'operator', { wallMs: Number.NaN }),
    ];
    const steps = scenarioSteps({ events, exchanges: [] });
    expect(steps).to.have.length(4);
    for (const { startMs, stopMs } of steps) expect(stopMs).to.be.at.least(startMs);
  });

  it('are bounded, and count the rest', () => {
    const events = Array.from({ length: 5000 }, (_unused, index) => event(index, 'progress', { step: `${index}` }));
    const steps = scenarioSteps({ events, exchanges: [] });
    expect(steps).to.have.length(300);
    expect(steps.at(-1)?.name).to.equal('and 4701 more steps');
    expect(steps.at(-1)?.stopMs).to.equal(4999);
  });

  it('are the packets of each exchange where there was no bench', () => {
    const m1 = wscPacket('enrollee', 'M1', 5);
    const exchange = exchangeOf([barePacket('registrar', OP_CODE.Start, 2), m1, { ...m1, atMs: 9 }], {
      closing: 'open',
    });
    expect(lines(scenarioSteps({ events: [], exchanges: [exchange] }))).to.deep.equal([
      '2-9 unknown: Exchange 1',
      '  2-2 done: Registrar: WSC_Start (frame 1)',
      '  2-5 done: device: M1 (frame 2)',
      '  5-9 done: device: M1 again (frame 3)',
    ]);
  });
});
