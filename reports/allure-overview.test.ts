import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CATEGORIES } from './allure-words.js';
import { writeAllure } from './allure.js';
import { exampleTrace } from './testing/trace.js';
import { exampleVerdicts, exampleView } from './testing/view.js';

interface Result {
  readonly name: string;
  readonly status?: string;
  readonly statusDetails: { readonly message?: string };
  readonly descriptionHtml: string;
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly attachments: readonly { readonly source: string; readonly type: string }[];
}

describe('overview in the Allure results', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'rally-overview-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const read = (name: string): string => readFileSync(path.join(dir, name), 'utf8');
  const overview = (): Result => JSON.parse(read('overview-result.json')) as Result;

  it('is a case of its own beside those of the rules, and not among their ids', () => {
    const view = exampleView({ trace: exampleTrace() });
    const { ids } = writeAllure(view, dir);
    expect([...ids]).to.have.members([...view.verdicts.planned]);
    const others = readdirSync(dir).filter((name) => /-result\.json$/.test(name) && !name.startsWith('rvp-'));
    expect(others).to.deep.equal(['overview-result.json', 'registrations-result.json']);
    expect(overview().labels).to.deep.include({ name: 'epic', value: 'At a glance' });
    expect(read('environment.properties')).to.contain('Windows would stop at step 2');
  });

  it('is not there without a trace', () => {
    writeAllure(exampleView(), dir);
    expect(readdirSync(dir)).not.to.include.members(['overview-result.json', 'uuid-trace-attachment.svg']);
    expect(read('environment.properties')).not.to.contain('On Windows');
  });

  it('tells the steps, the rule that stops Windows with its clause, and each identity', () => {
    writeAllure(exampleView({ trace: exampleTrace() }), dir);
    const { descriptionHtml, statusDetails, status, attachments } = overview();
    expect(status).to.equal('failed');
    expect(statusDetails.message).to.match(/^Windows would stop at step 2/);
    for (const text of [
      '<th>2. learns the transports and their UUIDs</th><td><b>stops here (RVP-VPI-02)</b></td>',
      '<li><b>RVP-VPI-02</b> The Length field of the Vertical Pairing Identifier is 4.',
      '&quot;Rally Vertical Pairing TLVs&quot;, line 117',
      '<td>not reached</td>',
      'UPnP: Windows waits for uuid:1d0c4f1e-9e7a-4f60-8a3b-5c2d6e7f8091',
      '<b>USN of ssdp:alive</b></td><td>uuid:1D0C4F1E-9E7A-4F60-8A3B-5C2D6E7F8091<br>the UUID 1d0c4f1e-',
      'frame 7, byte 52, 2026-09-21T13:33:21.000Z, 6 times</td><td><b>parts here: is in upper case (RVP-UID-05)</b>',
      '006-description.xml, line 12, column 9',
      'no UUID in it',
    ])
      expect(descriptionHtml).to.contain(text);
    for (const raw of ['<script', '\u202E', '\u0007']) expect(descriptionHtml).not.to.contain(raw);
    expect(attachments).to.deep.equal([
      { name: 'UUID trace', type: 'image/svg+xml', source: 'uuid-trace-attachment.svg' },
    ]);
    expect(read('uuid-trace-attachment.svg')).to.contain('<svg ').and.not.to.contain('<script');
  });

  it('tells what the same rule says of each way', () => {
    const said = ['found by SSDP under another UUID', 'found by WS-Discovery under another UUID'];
    const results = passing().results.map((result) =>
      result.id === 'RVP-TUU-05'
        ? { ...result, verdict: 'fail' as const, findings: said.map((text) => ({ verdict: 'fail' as const, text })) }
        : result,
    );
    writeAllure(exampleView({ trace: exampleTrace(), verdicts: exampleVerdicts({ results }) }), dir);
    for (const text of said) expect(overview().descriptionHtml).to.contain(`<li><b>RVP-TUU-05</b> ${text} (`);
  });

  it('has the status of what Windows would do, and one category where it is not passed', () => {
    const statuses = (['pass', 'not-run', 'fail'] as const).map((verdict) => {
      const findings = [{ verdict, text: 'what was seen' }];
      const results = exampleVerdicts().results.map((result) => ({
        ...result,
        inScope: true,
        verdict,
        warning: false,
        findings,
      }));
      writeAllure(exampleView({ trace: exampleTrace(), verdicts: exampleVerdicts({ results }) }), dir);
      const { status = 'unknown', statusDetails } = overview();
      const message = statusDetails.message ?? '';
      const matching = CATEGORIES.filter(
        ({ messageRegex, matchedStatuses }) =>
          matchedStatuses.some((each) => each === status) &&
          new RegExp(`^${messageRegex.replace('(?s)', '')}$`, 's').test(message),
      );
      return [status, ...matching.map(({ name }) => name)];
    });
    // The example has few rules, so that most steps are not known even where all of them pass.
    expect(statuses).to.deep.equal([
      ['unknown', 'What Windows would do'],
      ['unknown', 'What Windows would do'],
      ['failed', 'What Windows would do'],
    ]);
    writeAllure(exampleView({ trace: exampleTrace({ promises: [], declares: 'none' }), verdicts: passing() }), dir);
    expect(overview()).to.deep.include({ status: 'passed', statusDetails: {} });
  });

  it('stands at the identity rules that fail, and at no other', () => {
    const results = exampleVerdicts().results.map((result) =>
      result.id === 'RVP-TUU-05' ? { ...result, verdict: 'fail' as const } : result,
    );
    writeAllure(exampleView({ trace: exampleTrace(), verdicts: exampleVerdicts({ results }) }), dir);
    const sources = (id: string): string[] =>
      (JSON.parse(read(`${id}-result.json`)) as Result).attachments.map(({ source }) => source);
    expect(sources('rvp-tuu-05')).to.include('uuid-trace-attachment.svg');
    expect(sources('rvp-tuu-07')).not.to.include('uuid-trace-attachment.svg');
    expect(sources('rvp-vpi-02')).not.to.include('uuid-trace-attachment.svg');
  });

  it('has no secret in any file', () => {
    const rows = exampleTrace().rows.map((row) => ({ ...row, sent: 'PIN 12345670' }));
    writeAllure(exampleView({ trace: exampleTrace({ rows }) }), dir);
    for (const name of readdirSync(dir)) expect(read(name), name).not.to.contain('12345670');
  });
});

function passing(): ReturnType<typeof exampleVerdicts> {
  const results = exampleVerdicts().results.map((result) => ({
    ...result,
    inScope: true,
    verdict: 'pass' as const,
    warning: false,
  }));
  return exampleVerdicts({ results });
}
