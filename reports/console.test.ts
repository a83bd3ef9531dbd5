import { expect } from 'chai';
import { formatSummary } from './console.js';
import { exampleVerdicts, exampleView } from './testing/view.js';

const PLAIN = { color: false, width: 100 } as const;

describe('console summary', () => {
  it('says on one screen what failed, what to do, and what was not judged', () => {
    expect(formatSummary(exampleView(), { ...PLAIN, files: [['Report', 'runs/1/report.html']] })).to.equal(
      `Device  <script>alert(1)</script><U+202E>gnp.exe<U+0007> (02:00:5e:10:20:30)
Scope   wired
Bench   wired, sandbox; rally-conformance 0.1.0, 2026-09-21T13:33:20.000Z

area              pass  warn  fail  incon  not run  n/a  error  outside
vertical-pairing     2     1     1      1        1    1      0        0
wsc-exchange         1     0     0      0        0    0      1        0
discovery            0     0     0      0        0    0      0        1
total                3     1     1      1        1    1      1        1

FAIL RVP-VPI-02 Make the Vertical Pairing Identifier 2 bytes long
     M1, m1.vendorExtension[0].tlv[0], offset 0x014a, frame 7 offset 0x016a, exchange 1, bytes 00 04
     expected 2 bytes: 00 02; actual 4 bytes: 00 04, sent by
     <script>alert(1)</script><U+202E>gnp.exe<U+0007>
     Remedy: Write Length 0x0002 and drop the two bytes after Profile Request.

WARN RVP-VX-02 Use one Microsoft vendor extension only
     M1, m1.vendorExtension[0], offset 0x0141, frame 7 offset 0x0161, exchange 1, bytes 10 49
     expected one; actual two
     Remedy: Repair the field in the table the firmware builds M1 from.

ERROR        RVP-WSC-02: The bench lost its socket after M1.
INCONCLUSIVE RVP-VPI-03: The field cannot be read: RVP-VPI-02 failed.
NOT RUN      RVP-TUU-05: No identity of the device is known: give one in the profile, or run with
             discovery.

Fails scope wired: 1 of 6 applicable MUST rules failed; not a statement of conformance.
Not affiliated with Microsoft or the Wi-Fi Alliance. The result of a test run, not a certification.

Report: runs/1/report.html
`,
    );
  });

  it('leaves out what there is nothing of', () => {
    const results = exampleVerdicts().results.filter((result) => result.verdict === 'pass' && !result.warning);
    const verdicts = exampleVerdicts({ results, exitCode: 0, sentence: 'Passes scope wired.' });
    const text = formatSummary(exampleView({ verdicts }), PLAIN);
    expect(text).to.contain('area              pass  fail\nvertical-pairing     1     0\n');
    expect(text).not.to.match(/FAIL|WARN|NOT RUN|INCONCLUSIVE/);
  });

  it('counts what does not fit', () => {
    const [, , failed] = exampleVerdicts().results;
    if (failed === undefined) throw new Error('the example has no failed rule');
    const results = Array.from({ length: 40 }, (_unused, index) => ({ ...failed, id: `RVP-X-${index}` as const }));
    const lines = formatSummary(exampleView({ verdicts: exampleVerdicts({ results }) }), PLAIN).split('\n');
    expect(lines).to.include('FAIL and 34 more, see the report');
    expect(lines.length).to.be.at.most(50);
  });

  it('keeps to the width of the terminal', () => {
    for (const width of [60, 80, 132]) {
      const text = formatSummary(exampleView(), { color: false, width });
      // The table of counts has its least width.
      const longest = Math.max(...text.split('\n').map((line) => [...line].length));
      expect(longest, `at ${width}`).to.be.at.most(Math.max(width, 63));
    }
  });

  it('colours only when asked, and then changes nothing but colour', () => {
    const plain = formatSummary(exampleView(), PLAIN);
    const colored = formatSummary(exampleView(), { color: true, width: 100 });
    expect(plain).not.to.contain('\u001B');
    expect(colored).to.contain('\u001B[31m');
    // eslint-disable-next-line no-control-regex -- the escape sequences of colour are what is taken out
    expect(colored.replace(/\u001B\[\d+m/g, '')).to.equal(plain);
  });

  it('refuses the sentence of a record that contradicts itself', () => {
    const { planned } = exampleVerdicts();
    const verdicts = exampleVerdicts({ planned: [...planned, 'RVP-SEC-01'] });
    const text = formatSummary(exampleView({ verdicts }), PLAIN);
    expect(text).to.contain('ERROR        RVP-SEC-01: planned, no verdict').and.to.contain('no statement: the record');
    expect(text).not.to.contain(verdicts.sentence);
  });

  it('masks the PIN', () => {
    const verdicts = exampleVerdicts({ sentence: 'The PIN 12345670 was used.' });
    expect(formatSummary(exampleView({ verdicts }), PLAIN)).not.to.contain('12345670');
  });
});
