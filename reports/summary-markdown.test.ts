import { expect } from 'chai';
import type { RuleResult } from '#judge/record.js';
import { summaryMarkdown } from './summary-markdown.js';
import { exampleVerdicts, exampleView } from './testing/view.js';

describe('summary in Markdown', () => {
  it('says what the run says, what failed and how to repair it, and what was not judged', () => {
    expect(summaryMarkdown(exampleView())).to
      .equal(`## Vertical Pairing: Fails scope wired: 1 of 6 applicable MUST rules failed; not a statement of conformance.

- Device: \` <script>alert(1)</script><U+202E>gnp.exe<U+0007> \` \` 02:00:5e:10:20:30 \`
- Scope wired; bench wired, sandbox
- rally-conformance 0.1.0, 2026-09-21T13:33:20.000Z
- 3 pass, 1 with a warning, 1 fail, 1 inconclusive, 1 not run, 1 not applicable, 1 error

### Failed rules (1)

- **RVP-VPI-02** Make the Vertical Pairing Identifier 2 bytes long
  - expected \` 2 bytes: 00 02 \`, actual \` 4 bytes: 00 04, sent by <script>alert(1)</script><U+202E>gnp.exe<U+0007> \`
  - Remedy: Write Length 0x0002 and drop the two bytes after Profile Request.

### Warnings (1)

- **RVP-VX-02** Use one Microsoft vendor extension only
  - expected \` one \`, actual \` two \`
  - Remedy: Repair the field in the table the firmware builds M1 from.

### Not judged

- error RVP-WSC-02: \` The bench lost its socket after M1. \`
- inconclusive RVP-VPI-03: \` The field cannot be read: RVP-VPI-02 failed. \`
- not-run RVP-TUU-05: \` No identity of the device is known: give one in the profile, or run with discovery. \`

Not affiliated with Microsoft or the Wi-Fi Alliance. The result of a test run, not a certification.
`);
  });

  it('keeps backticks, line ends, links and mentions of a device inside code', () => {
    const name = '`a``b```\n@everyone [x](http://evil) <img>';
    const text = summaryMarkdown(exampleView({ verdicts: exampleVerdicts({ dut: { name, mac: null } }) }));
    expect(text.split('\n')[2]).to.equal('- Device: ```` `a``b```\\n@everyone [x](http://evil) <img> ````');
  });

  it('escapes markup, links and mentions in what is not code', () => {
    const remedy = 'See *www.evil.example*, http://evil.example/_a_, <b>@team</b> | #1 `x`.';
    const results = exampleVerdicts().results.map((result): RuleResult => ({
      ...result,
      findings: result.findings.map((finding) => ({ ...finding, remedy })),
    }));
    expect(summaryMarkdown(exampleView({ verdicts: exampleVerdicts({ results }) }))).to.include(
      '  - Remedy: See \\*www\\.evil.example\\*, http:\\//evil.example/\\_a\\_, \\<b\\>@<!-- -->team\\</b\\> \\| \\#1 \\`x\\`.\n',
    );
  });

  it('stays short when everything failed with long texts', () => {
    const long = 'all wrong '.repeat(500);
    const results = Array.from({ length: 300 }, (_unused, index): RuleResult => ({
      ...(exampleVerdicts().results[0] as RuleResult),
      id: `RVP-X-${index}`,
      verdict: 'fail',
      findings: [{ verdict: 'fail', text: long, expected: long, actual: long, remedy: long }],
    }));
    const text = summaryMarkdown(exampleView({ verdicts: exampleVerdicts({ results }) }));
    expect(text).to.include('- and 285 more\n');
    expect(text.length).to.be.below(30_000);
  });
});
