import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BenchEvent, Evidence, Exchange } from '#evidence/model.js';
import { writeAllure } from './allure.js';
import { exampleEvidence } from './testing/m1.js';
import { exampleView } from './testing/view.js';

interface Step {
  readonly name: string;
  readonly status?: string;
  readonly start: number;
  readonly stop: number;
  readonly steps: readonly Step[];
}

interface Result {
  readonly status?: string;
  readonly statusDetails: { readonly message?: string };
  readonly descriptionHtml: string;
  readonly steps: readonly Step[];
  readonly attachments: readonly { readonly name: string; readonly source: string }[];
}

const WALL_MS = 1_790_000_000_000;

describe('the run retold in the Allure results', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'rally-registrations-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const read = (name: string): string => readFileSync(path.join(dir, name), 'utf8');
  const result = (id: string): Result => JSON.parse(read(`${id}-result.json`)) as Result;
  const write = (more: Partial<Evidence> = {}): void => {
    writeAllure(exampleView({ evidence: { ...exampleEvidence(), ...more } }), dir);
  };
  const exchange = (more: Partial<Exchange>): Exchange => {
    const [example] = exampleEvidence().exchanges;
    if (example === undefined) throw new Error('the example has no exchange');
    return { ...example, ...more };
  };

  it('draws each exchange with every rule that fails on it, and a failed case with its own', () => {
    write();
    const { attachments } = result('registrations');
    expect(attachments.map(({ name }) => name)).to.deep.equal(['Message sequence: exchange 1']);
    const whole = read(attachments[0]?.source ?? '');
    expect(whole).to.contain('RVP-VPI-02: The Length field').and.to.contain('RVP-VX-02: M1 holds two');
    const own = read('rvp-vpi-02-3-attachment.svg');
    expect(own).to.contain('RVP-VPI-02: The Length field').and.not.to.contain('RVP-VX-02');
  });

  it('is no verdict: passed when every exchange was finished, else unknown with the reason', () => {
    write({ exchanges: [exchange({ closing: 'done' })] });
    expect(result('registrations').status).to.equal('passed');
    write({ exchanges: [exchange({ closing: 'done' }), exchange({ number: 2, closing: 'timeout', silenceMs: 5000 })] });
    expect(result('registrations')).not.to.have.property('status');
    expect(result('registrations').statusDetails.message).to.equal('Registrations: 1 of 2 without WSC_Done');
    expect(result('registrations').descriptionHtml).to.contain(
      '<th>Exchange 2 of 2, PIN</th><td>The device said nothing for 5.0 s, and the bench waited no longer</td>',
    );
  });

  it('meters what the capture lost, in its description and in the environment', () => {
    write({ exchanges: [exchange({ closing: 'done' })] });
    expect(result('registrations').descriptionHtml).to.contain('<p>no loss is known, every exchange is whole</p>');
    const losses = [
      { source: 'kernel', count: 17, text: 'the capture counts 17 lost packets <b>' },
      { source: 'cut-frame', count: 1, text: '1 frames are cut short' },
    ] as const;
    write({ exchanges: [exchange({ lossy: true })], losses });
    const { descriptionHtml } = result('registrations');
    expect(descriptionHtml).to.contain('<p>18 known losses; frames of exchange 1 may be missing</p>');
    expect(descriptionHtml).to.contain('<td>17</td><th>counted by the kernel</th>').and.not.to.contain('packets <b>');
    expect(read('environment.properties')).to.match(/^Capture\\ loss=18 known losses; frames of exchange 1/m);
  });

  it('shows the steps of the bench with their times, as text and without secrets', () => {
    const events: BenchEvent[] = [
      { monotonicMs: 0, kind: 'clock', detail: { wallMs: WALL_MS } },
      { monotonicMs: 10, kind: 'session-start', detail: { session: 1, method: 'pin', wallMs: WALL_MS + 10 } },
      { monotonicMs: 20, kind: 'progress', detail: { step: 'M1 of \u202Eevil with 12345670' } },
      { monotonicMs: 30, kind: 'session-end', detail: { session: 1, outcome: 'done', wallMs: WALL_MS + 30 } },
    ];
    write({ events });
    const [session] = result('registrations').steps;
    expect(session).to.deep.include({
      name: 'Registration 1 by PIN: done',
      status: 'passed',
      start: WALL_MS + 10,
      stop: WALL_MS + 30,
    });
    expect(session?.steps.map(({ name }) => name)).to.deep.equal(['M1 of <U+202E>evil with [masked]']);
  });

  it('gives a failed rule the steps of its exchange, and a passed one none', () => {
    write();
    const [step] = result('rvp-vpi-02').steps;
    expect(step?.name).to.equal('Exchange 1');
    expect(step?.steps.map(({ name }) => name).at(-1)).to.equal('device: M1 (frame 7)');
    expect(result('rvp-vx-01').steps).to.deep.equal([]);
  });
});
