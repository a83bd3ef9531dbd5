import { expect } from 'chai';
import { formatSummary } from './console.js';
import { exampleTrace } from './testing/trace.js';
import { exampleView } from './testing/view.js';
import { traceLines } from './trace-console.js';

const UUID = '1d0c4f1e-9e7a-4f60-8a3b-5c2d6e7f8091';

describe('UUID trace on the console', () => {
  const said = (width = 120): string[] => traceLines(exampleTrace(), width).map(({ text }) => text.trimEnd());

  it('has a line for each identity, and says where they part and how', () => {
    expect(said().slice(0, 5)).to.deep.equal([
      'UUID trace',
      `  ${UUID}           UUID-E of Probe Request, M1, exchange 1`,
      `  uuid:${UUID}      promised by M1 for UPnP (UUID-E)`,
      `  uuid:${UUID.toUpperCase()}      parts here: USN (RVP-UID-05)`,
      `${' '.repeat(49)}is in upper case`,
    ]);
    expect(said().at(-1)).to.match(/^ {2}urn:uuid:2e1d5a2f-\S+ {2}agrees: Hello$/);
  });

  it('takes at most sixteen lines, each within the width, with device text made visible', () => {
    const [row] = exampleTrace().rows.filter(({ place }) => place === 'Hello');
    if (row === undefined) throw new Error('the example has no Hello');
    const rows = Array.from({ length: 40 }, (_, index) => ({
      ...row,
      sent: `\u001b[31m${index}`,
      agreement: 'parts' as const,
      how: 'is another UUID',
      way: index % 2 === 0 ? ('upnp' as const) : ('dpws' as const),
    }));
    const lines = traceLines(exampleTrace({ rows: [...exampleTrace().rows, ...rows] }), 70);
    expect(lines).to.have.length(16);
    for (const { text } of lines) {
      expect(text.length).to.be.at.most(70);
      expect(text).not.to.contain('\u001b');
    }
  });

  it('goes on below where what is wrong does not fit, and cuts off no rule', () => {
    expect(said(75).slice(3, 5)).to.deep.equal([
      `  uuid:${UUID.toUpperCase()}      parts here: USN`,
      `${' '.repeat(49)}(RVP-UID-05)`,
    ]);
    for (const width of [70, 75, 80, 100]) for (const text of said(width)) expect(text.length).to.be.at.most(width);
    // What is right is cut: the report has all of it.
    expect(said(75)[2]).to.match(/promised by M1 for UPnP \(…$/);
  });

  it('tells a device that is silent from one that nobody looked for', () => {
    const rows = exampleTrace().rows.filter(({ way }) => way === null);
    const told = (isLookedFor: boolean): string[] =>
      traceLines(exampleTrace({ rows, isLookedFor }), 120).map(({ text }) => text.trim());
    expect(told(true)).to.include('not seen');
    expect(told(false)).to.include('the device was not looked for on its network').and.not.to.include('not seen');
  });

  it('is silent where nothing is promised and nothing was found', () => {
    const rows = exampleTrace().rows.filter(({ way }) => way === null);
    expect(traceLines(exampleTrace({ promises: [], rows }), 80)).to.deep.equal([]);
  });

  it('stands in the summary, with what Windows would do and without any secret', () => {
    const rows = exampleTrace().rows.map((row) => ({ ...row, sent: '12345670' }));
    const summary = (trace = exampleTrace({ rows })): string =>
      formatSummary(exampleView({ trace }), { color: false, width: 100 });
    expect(summary()).to.contain('UUID trace\n').and.not.to.contain('12345670');
    expect(summary()).to.contain('[masked]');
    expect(summary()).to.match(/\nWindows would stop at step 2\b.*\(RVP-VPI-02\)/s);
    const bare = formatSummary(exampleView(), { color: false, width: 100 });
    expect(bare).not.to.match(/UUID trace|Windows would/);
  });
});
