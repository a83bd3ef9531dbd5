import { expect } from 'chai';
import { isRallyError } from '#base/error.js';
import type { ErrorCode } from '#base/error-codes.js';
import { RECORD_VERSION } from '#judge/record.js';
import { TRACE_VERSION } from '#judge/trace.js';
import { exampleTrace } from '#reports/testing/trace.js';
import { exampleView } from '#reports/testing/view.js';
import { waivedView } from '#reports/testing/waivers.js';
import { parseRecord } from './record-parse.js';

const FILE = 'record.json';
const { info, verdicts } = exampleView();
const trace = exampleTrace();

function refused(content: string, code: ErrorCode): string {
  try {
    parseRecord(content, FILE);
  } catch (error) {
    if (isRallyError(error, code)) return error.message;
    throw error;
  }
  return expect.fail('it was read');
}

describe('the record of a run', () => {
  it('is read as it was written, with what a later tool added', () => {
    for (const record of [
      { info: { ...info, host: 'none' }, verdicts },
      { info, verdicts, trace: { ...trace, colour: 'green' } },
      { info: { ...info, profile: { device: { name: 'Printer' } } }, verdicts: waivedView().verdicts },
    ])
      expect(parseRecord(JSON.stringify(record), FILE)).to.deep.equal(JSON.parse(JSON.stringify(record)));
  });

  it('is damaged where it is no JSON or something else, and the place is named', () => {
    const damaged = (value: unknown): string => refused(JSON.stringify(value), 'ERR_BUNDLE_DAMAGED');
    expect(refused('{"info":', 'ERR_BUNDLE_DAMAGED')).to.match(/^record\.json is not JSON/);
    for (const value of [null, [], 7, {}]) expect(damaged(value)).to.include('record.json is not the record of a run');
    const [first, ...more] = verdicts.results;
    const place = (change: object): string =>
      damaged({ info, verdicts: { ...verdicts, results: [{ ...first, ...change }, ...more] } });
    expect(damaged({ info: { ...info, tool: null }, verdicts })).to.include(', at info.tool');
    expect(damaged({ info: { ...info, profile: [] }, verdicts })).to.include(', at info.profile');
    expect(place({ waived: { reason: 'ROM', owner: 'QA' } })).to.include(', at verdicts.results.0.waived.expires');
    const list = [{ rule: 'RVP-T-01', reason: 'ROM', owner: 'QA', expires: '2026-12-31', state: 'pass' }];
    const waivers = { asOf: '2026-11-28', list };
    expect(damaged({ info, verdicts: { ...verdicts, waivers } })).to.include(', at verdicts.waivers.list.0.state');
    expect(place({ verdict: 'passed' })).to.include(', at verdicts.results.0.verdict');
    expect(place({ findings: [{ verdict: 'fail' }] })).to.include(', at verdicts.results.0.findings.0.text');
    const at = { path: 'm1', message: 'M1', messageOffset: 1, lengthBytes: 1, hex: '0' };
    expect(place({ findings: [{ verdict: 'fail', text: 'x', at }] })).to.include('.findings.0.at.hex');
    expect(damaged({ info, verdicts: { ...verdicts, totals: {} } })).to.include(', at verdicts.totals');
  });

  it('is damaged where its trace is, and the place is named', () => {
    const place = (changed: object): string =>
      refused(JSON.stringify({ info, verdicts, trace: { ...trace, ...changed } }), 'ERR_BUNDLE_DAMAGED');
    const [first, ...more] = trace.rows;
    const row = (change: object): string => place({ rows: [{ ...first, ...change }, ...more] });
    expect(place({ promises: undefined })).to.include(', at trace.promises');
    expect(place({ rows: {} })).to.include(', at trace.rows');
    expect(row({ layer: 'cellar' })).to.include(', at trace.rows.0.layer');
    expect(row({ at: {} })).to.include(', at trace.rows.0.at.path');
    // No date can be told of it.
    expect(row({ timeMs: 1e16 })).to.include(', at trace.rows.0.timeMs');
  });

  it('of a later version is refused as that, whatever else is in it', () => {
    const later = { info: 1, verdicts: { recordVersion: RECORD_VERSION + 1 } };
    expect(refused(JSON.stringify(later), 'ERR_BUNDLE_FORMAT')).to.include(`has version ${RECORD_VERSION + 1}`);
    const traced = { info, verdicts, trace: { traceVersion: TRACE_VERSION + 1 } };
    const said = refused(JSON.stringify(traced), 'ERR_BUNDLE_FORMAT');
    expect(said).to.include(`the trace in record.json has version ${TRACE_VERSION + 1}`);
  });
});
