import { expect } from 'chai';
import fc from 'fast-check';
import { junitXml } from './junit.js';
import { exampleVerdicts, exampleView } from './testing/view.js';
import { parseXml, type XmlElement } from './testing/xml.js';

const SUITE_ATTRIBUTES = [
  'errors',
  'failures',
  'hostname',
  'id',
  'name',
  'package',
  'skipped',
  'tests',
  'time',
  'timestamp',
];

function children(element: XmlElement | undefined, name: string): XmlElement[] {
  return (element?.children ?? []).filter((child) => child.name === name);
}

/** The case of a rule, wherever it stands. */
function caseOf(root: XmlElement, id: string): XmlElement {
  const found = root.children
    .flatMap((suite) => children(suite, 'testcase'))
    .find((testcase) => testcase.attributes['name']?.startsWith(`${id} `));
  if (found === undefined) throw new Error(`no case of ${id}`);
  return found;
}

/** What both strict schemas in use demand: order and names of elements and attributes, and counts that are right. */
function checkStructure(root: XmlElement): void {
  expect(root.name).to.equal('testsuites');
  expect(root.attributes).to.deep.equal({});
  root.children.forEach((suite, id) => {
    expect(suite.name).to.equal('testsuite');
    expect(Object.keys(suite.attributes).sort()).to.deep.equal(SUITE_ATTRIBUTES);
    expect(suite.attributes).to.include({ id: String(id), time: '0' });
    expect(suite.attributes['timestamp']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    const names = suite.children.map((child) => child.name).join(' ');
    expect(names).to.match(/^properties( testcase)+ system-out system-err$/);
    for (const property of children(suite.children[0], 'property'))
      expect(Object.keys(property.attributes)).to.deep.equal(['name', 'value']);
    const cases = children(suite, 'testcase');
    for (const testcase of cases) {
      expect(Object.keys(testcase.attributes)).to.deep.equal(['classname', 'name', 'time']);
      expect(testcase.children.length).to.be.at.most(1);
    }
    const count = (name: string): string =>
      String(cases.filter((testcase) => testcase.children[0]?.name === name).length);
    expect(suite.attributes).to.include({
      tests: String(cases.length),
      failures: count('failure'),
      errors: count('error'),
      skipped: count('skipped'),
    });
  });
}

describe('JUnit XML', () => {
  it('has a suite for each area, with counts that are right', () => {
    const root = parseXml(junitXml([exampleView()]));
    checkStructure(root);
    const counts = root.children.map(({ attributes }) =>
      ['name', 'tests', 'failures', 'errors', 'skipped'].map((name) => attributes[name]),
    );
    expect(counts).to.deep.equal([
      ['vertical-pairing', '6', '1', '1', '2'],
      ['wsc-exchange', '2', '0', '1', '0'],
    ]);
  });

  it('maps each verdict', () => {
    const root = parseXml(junitXml([exampleView()]));
    const outcome = (id: string): unknown[] =>
      caseOf(root, id).children.map(({ name, attributes }) => [name, attributes['type'], attributes['message']]);
    expect(outcome('RVP-VX-01')).to.deep.equal([]);
    expect(outcome('RVP-VX-02')).to.deep.equal([]);
    expect(outcome('RVP-VPI-02')).to.deep.equal([
      ['failure', 'MUST', 'The Length field of the Vertical Pairing Identifier is 4.'],
    ]);
    expect(outcome('RVP-VPI-03')).to.deep.equal([
      ['error', 'inconclusive', 'The field cannot be read: RVP-VPI-02 failed.'],
    ]);
    expect(outcome('RVP-TUU-05')).to.deep.equal([
      [
        'skipped',
        undefined,
        'NOTRUN: No identity of the device is known: give one in the profile, or run with discovery.',
      ],
    ]);
    expect(outcome('RVP-TUU-07')).to.deep.equal([['skipped', undefined, 'The device declares one transport only.']]);
    expect(outcome('RVP-WSC-02')).to.deep.equal([['error', 'error', 'The bench lost its socket after M1.']]);
  });

  it('tells in a failure what was expected, what came, where, and what to do', () => {
    const [failure] = caseOf(parseXml(junitXml([exampleView()])), 'RVP-VPI-02').children;
    for (const line of [
      'Expected: 2 bytes: 00 02',
      'Actual:   4 bytes: 00 04, sent by <script>alert(1)</script><U+202E>gnp.exe<U+0007>',
      '> 0x0148  0x0168   10 01[00 04]               Vertical Pairing Identifier (0x1001), 4 bytes',
      'Remedy:   Write Length 0x0002 and drop the two bytes after Profile Request.',
    ])
      expect(failure?.text.split('\n')).to.include(line);
  });

  it('tells warnings in the output of their suite', () => {
    const [suite] = parseXml(junitXml([exampleView()])).children;
    const [output] = children(suite, 'system-out');
    expect(output?.text).to.match(/^WARN RVP-VX-02 Use one Microsoft vendor extension only\nM1 holds two/);
  });

  it('gives device, run, and level and clause of each rule as properties', () => {
    const [suite] = parseXml(junitXml([exampleView()])).children;
    const values: Record<string, string | undefined> = {};
    for (const { attributes } of children(suite?.children[0], 'property'))
      values[attributes['name'] ?? ''] = attributes['value'];
    expect(values).to.include({
      dut: '<script>alert(1)</script><U+202E>gnp.exe<U+0007>',
      mac: '02:00:5e:10:20:30',
      scope: 'wired',
      'RVP-VX-02': 'level SHOULD, clause microsoft-extension, revision 1',
      'RVP-VPI-02': 'level MUST, clause vertical-pairing-identifier, revision 1',
    });
  });

  it('keeps two devices apart', () => {
    const other = exampleView({ verdicts: exampleVerdicts({ dut: { name: 'Printer 2.1', mac: null } }) });
    const root = parseXml(junitXml([exampleView(), other]));
    checkStructure(root);
    const classes = root.children.map((suite) => children(suite, 'testcase')[0]?.attributes['classname']);
    expect(new Set(classes).size).to.equal(4);
    expect(classes[2]).to.equal('Printer_2_1.vertical-pairing.microsoft-extension');
  });

  it('counts a planned rule without verdict as an error', () => {
    const verdicts = exampleVerdicts({ planned: [...exampleVerdicts().planned, 'RVP-SEC-01'] });
    const root = parseXml(junitXml([exampleView({ verdicts })]));
    checkStructure(root);
    expect(caseOf(root, 'RVP-SEC-01').children[0]?.name).to.equal('error');
  });

  it('is well-formed whatever a device is called and a rule says', () => {
    const [base] = exampleVerdicts().results;
    if (base === undefined) throw new Error('the example has no result');
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: fc.constantFrom(']', '>', '&', '<', '"') }),
        (a, b) => {
          const said = a + b;
          const finding = { verdict: 'fail', text: said, expected: said, actual: said } as const;
          const results = [{ ...base, verdict: 'fail' as const, reason: said, findings: [finding] }];
          const verdicts = exampleVerdicts({ dut: { name: said, mac: null }, results });
          checkStructure(parseXml(junitXml([exampleView({ verdicts })])));
        },
      ),
    );
  });

  it('masks the PIN', () => {
    const verdicts = exampleVerdicts({ sentence: 'The PIN 12345670 was used.' });
    expect(junitXml([exampleView({ verdicts })])).not.to.contain('12345670');
  });
});
