import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isRallyError } from '#base/error.js';
import { CATEGORIES } from './allure-words.js';
import { writeAllure } from './allure.js';
import { exampleVerdicts, exampleView } from './testing/view.js';
import type { RunView } from './view.js';

interface Result {
  readonly name: string;
  readonly status?: string;
  readonly statusDetails: { readonly message?: string; readonly trace?: string };
  readonly testCaseId: string;
  readonly descriptionHtml: string;
  readonly parameters: readonly { readonly name: string; readonly value: string; readonly excluded?: boolean }[];
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly attachments: readonly { readonly name: string; readonly source: string; readonly type: string }[];
  readonly start: number;
  readonly stop: number;
}

describe('Allure results', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'rally-allure-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const read = (name: string): string => readFileSync(path.join(dir, name), 'utf8');
  const result = (id: string): Result => JSON.parse(read(`${id.toLowerCase()}-result.json`)) as Result;
  const write = (view: RunView): readonly string[] => writeAllure(view, dir).ids;
  const files = (): Record<string, string> =>
    Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(path.join(dir, name), 'latin1')]));

  it('writes one result for each planned rule and none outside the scope', () => {
    const view = exampleView();
    expect([...write(view)]).to.have.members([...view.verdicts.planned]);
    const written = readdirSync(dir).filter((name) => /^rvp-.*-result\.json$/.test(name));
    expect(written).to.have.length(8).and.not.to.contain('rvp-disc-01-result.json');
  });

  it('takes the status from the verdict', () => {
    write(exampleView());
    const statuses = ['VX-01', 'VX-02', 'VPI-02', 'VPI-03', 'TUU-05', 'TUU-07', 'WSC-02', 'WSC-03'].map(
      (number) => result(`RVP-${number}`).status ?? 'unknown',
    );
    expect(statuses).to.deep.equal(['passed', 'passed', 'failed', 'unknown', 'skipped', 'skipped', 'broken', 'passed']);
  });

  it('says what is so in the message, with a reason on everything that was not judged', () => {
    write(exampleView());
    const message = (id: string): string | undefined => result(id).statusDetails.message;
    expect(message('RVP-VX-01')).to.equal(undefined);
    expect(message('RVP-VX-02')).to.equal('WARN RVP-VX-02 @0x0141: M1 holds two Microsoft vendor extensions.');
    expect(message('RVP-VPI-02')).to.equal(
      'FAIL RVP-VPI-02 @0x014a: The Length field of the Vertical Pairing Identifier is 4.',
    );
    expect(message('RVP-VPI-03')).to.equal('INCONCLUSIVE RVP-VPI-03: The field cannot be read: RVP-VPI-02 failed.');
    expect(message('RVP-TUU-05')).to.match(/^NOT RUN RVP-TUU-05: No identity of the device is known/);
    expect(message('RVP-TUU-07')).to.equal('NOT APPLICABLE RVP-TUU-07: The device declares one transport only.');
    expect(message('RVP-WSC-02')).to.equal('ERROR RVP-WSC-02: The bench lost its socket after M1.');
  });

  it('labels a case by area, clause, rule, level and verdict', () => {
    write(exampleView());
    const labels = result('RVP-VPI-02').labels.map(({ name, value }) => `${name}=${value}`);
    expect(labels).to.include.members([
      'epic=vertical-pairing',
      'feature=vertical-pairing-identifier',
      'story=RVP-VPI-02',
      'severity=critical',
      'tag=fail',
      'level=MUST',
      'verdict=fail',
    ]);
    expect(result('RVP-VX-02').labels).to.deep.include({ name: 'tag', value: 'warning' });
    expect(result('RVP-VX-02').labels).to.deep.include({ name: 'severity', value: 'minor' });
  });

  it('keeps two devices apart by a parameter that counts', () => {
    write(exampleView());
    const { testCaseId, parameters } = result('RVP-VPI-02');
    expect(testCaseId).to.equal('RVP-VPI-02');
    expect(parameters).to.have.length(1);
    expect(parameters[0]).to.deep.equal({
      name: 'dut',
      value: '<script>alert(1)</script><U+202E>gnp.exe<U+0007> (02:00:5e:10:20:30)',
    });
  });

  it('describes a failure: expected, actual, bytes, remedy, requirement, why, source, reading', () => {
    write(exampleView());
    const { descriptionHtml, statusDetails } = result('RVP-VPI-02');
    for (const text of [
      '<th>Expected</th><td>2 bytes: 00 02</td>',
      '<th>Actual</th><td>4 bytes: 00 04, sent by &lt;script&gt;',
      '10 01<b>[00 04]</b>',
      '<h4>Remedy</h4>\n<p>Write Length 0x0002 and drop the two bytes after Profile Request.</p>',
      '<h4>Requirement</h4>\n<p>What make the Vertical Pairing Identifier 2 bytes long asks for, in our words.</p>',
      '<h4>Why it matters on Windows</h4>\n<p>Windows drops the device without a word.</p>',
      '&quot;Rally Vertical Pairing TLVs&quot;, line 117',
      '<h4>Our reading</h4>\n<ul><li>I-1: ',
      'MUST, revision 1',
    ])
      expect(descriptionHtml).to.contain(text);
    for (const raw of ['<script', '\u202E', '\u0007']) expect(descriptionHtml).not.to.contain(raw);
    expect(statusDetails.trace).to.contain('> 0x0148  0x0168   10 01[00 04]');
  });

  it('describes what was seen, and why a rule was not judged', () => {
    write(exampleView());
    expect(result('RVP-VX-01').descriptionHtml).to.contain('<h4>What was seen</h4>\n<ul><li>M1 holds one');
    expect(result('RVP-TUU-05').descriptionHtml).to.contain('<h4>Why it was not judged</h4>\n<p>No identity');
    expect(result('RVP-TUU-05').descriptionHtml.split('No identity')).to.have.length(2);
    expect(result('RVP-WSC-02').descriptionHtml).to.contain('<h4>What went wrong on our side</h4>\n<p>The bench');
  });

  it('attaches annotated hex, decode, message sequence and frames to what failed or warns, and to nothing else', () => {
    write(exampleView());
    expect(result('RVP-VPI-02').attachments).to.deep.equal([
      { name: 'Annotated hex: M1 (frame 7)', type: 'text/html', source: 'rvp-vpi-02-1-attachment.html' },
      { name: 'Decoded: M1 (frame 7)', type: 'text/plain', source: 'rvp-vpi-02-2-attachment.txt' },
      { name: 'Message sequence: exchange 1', type: 'image/svg+xml', source: 'rvp-vpi-02-3-attachment.svg' },
      { name: 'Exchange 1.pcapng', type: 'application/octet-stream', source: 'rvp-vpi-02-4-attachment.pcapng' },
    ]);
    expect(result('RVP-VX-02').attachments).to.have.length(4);
    for (const id of ['RVP-VX-01', 'RVP-VPI-03', 'RVP-WSC-02']) expect(result(id).attachments).to.deep.equal([]);
    expect(read('rvp-vpi-02-1-attachment.html')).to.contain('<b>[00 04]</b>').and.not.to.contain('<script');
    expect(read('rvp-vpi-02-2-attachment.txt')).to.contain('1011 Device Name (36): "<script>alert(1)');
  });

  it('still says where and what without evidence', () => {
    const { info, verdicts, bundleDir } = exampleView();
    write({ info, verdicts, bundleDir });
    const { descriptionHtml, attachments } = result('RVP-VPI-02');
    expect(descriptionHtml).to.contain('offset 0x014a, frame 7 offset 0x016a, exchange 1, bytes 00 04');
    expect(attachments).to.deep.equal([]);
  });

  it('writes a planned rule without verdict as an error of ours', () => {
    const view = exampleView();
    const verdicts = exampleVerdicts({ planned: [...view.verdicts.planned, 'RVP-SEC-01', 'RVP-DISC-01'] });
    expect(write({ ...view, verdicts })).to.include.members(['RVP-SEC-01', 'RVP-DISC-01']);
    expect(result('RVP-SEC-01').status).to.equal('broken');
    expect(result('RVP-DISC-01').name).to.equal('RVP-DISC-01 Be found on every declared transport');
    expect(read('environment.properties')).to.contain('Result=no statement: the record contradicts its plan');
  });

  it('gives each message exactly one category', () => {
    write(exampleView());
    const categories = CATEGORIES.map(({ name, messageRegex, matchedStatuses }) => ({
      name,
      matchedStatuses: new Set<string>(matchedStatuses),
      regex: new RegExp(`^${messageRegex.replace('(?s)', '')}$`, 's'),
    }));
    const matches = exampleView().verdicts.planned.map((id) => {
      const { status, statusDetails } = result(id);
      const { message } = statusDetails;
      if (message === undefined) return [];
      return categories
        .filter(({ matchedStatuses, regex }) => matchedStatuses.has(status ?? 'unknown') && regex.test(message))
        .map(({ name }) => name);
    });
    expect(matches).to.deep.equal([
      [],
      ['Warnings (SHOULD)'],
      ['Failed MUST rules'],
      ['Inconclusive'],
      ['Not run'],
      ['Not applicable'],
      ['Errors of our tool or bench'],
      [],
    ]);
  });

  it('counts a SHOULD that fails under strict among the warnings', () => {
    const strict = exampleVerdicts().results.map((entry) =>
      entry.id === 'RVP-VX-02' ? { ...entry, verdict: 'fail' as const } : entry,
    );
    write(exampleView({ verdicts: exampleVerdicts({ results: strict, strict: true }) }));
    const { status, statusDetails } = result('RVP-VX-02');
    expect(status).to.equal('failed');
    expect(statusDetails.message).to.match(/^WARN RVP-VX-02/);
  });

  it('gives the same files for the same run, and keeps nothing of the one before', () => {
    write(exampleView());
    const before = files();
    const fewer = exampleVerdicts({ results: exampleVerdicts().results.slice(0, 2) });
    write(exampleView({ verdicts: fewer }));
    expect(Object.keys(files()).filter((name) => /^rvp-.*-result\.json$/.test(name))).to.have.length(2);
    write(exampleView());
    expect(files()).to.deep.equal(before);
  });

  it('has no secret in any file', () => {
    const verdicts = exampleVerdicts();
    const leaky = verdicts.results.map((entry) => ({ ...entry, reason: 'PIN 12345670', findings: [] }));
    write(exampleView({ verdicts: { ...verdicts, results: leaky } }));
    for (const content of Object.values(files())) expect(content).not.to.contain('12345670');
  });

  it('does not wipe a folder that holds anything else', () => {
    writeFileSync(path.join(dir, 'thesis.txt'), 'years of work');
    expect(() => writeAllure(exampleView(), dir))
      .to.throw()
      .that.satisfies((error: unknown) => isRallyError(error, 'ERR_OUTPUT_EXISTS'));
    expect(read('thesis.txt')).to.equal('years of work');
  });

  it('says what cannot be written', () => {
    const file = path.join(dir, 'file');
    writeFileSync(file, '');
    expect(() => writeAllure(exampleView(), path.join(file, 'results')))
      .to.throw(/ERR_DISK/)
      .that.satisfies((error: unknown) => isRallyError(error, 'ERR_DISK'));
  });
});
