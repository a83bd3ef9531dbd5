import { expect } from 'chai';
import { call } from './testing/call.js';

describe('command line', () => {
  it('shows help on request, and as an error when nothing was asked for', async () => {
    const asked = await call('--help');
    expect(asked).to.include({ exitCode: 0, errors: '' });
    expect(asked.output).to.match(
      /Not affiliated[^]*run[^]*judge[^]*list[^]*explain[^]*doctor[^]*report[^]*Exit codes: 0/,
    );
    const nothing = await call();
    expect(nothing).to.include({ exitCode: 4, output: '' });
    expect(nothing.errors).to.match(/Usage: /);
  });

  it('shows its version', async () => {
    expect((await call('--version')).output).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  for (const [what, args, message, remedy] of [
    ['a mistyped command', ['rnu'], /unknown command 'rnu'/, /Did you mean run\?/],
    ['a mistyped option', ['run', '--profil', 'x'], /unknown option '--profil'/, /Did you mean --profile\?/],
    ['a missing profile', ['run'], /run needs a profile/, /--profile/],
    ['a missing argument', ['judge'], /missing required argument 'evidence'/, /--help/],
    ['an argument too many', ['explain', 'RVP-VX-01', 'RVP-VX-02'], /too many arguments/, /--help/],
    ['a bench there is not', ['run', '--profile', 'x', '--bench', 'ether'], /'ether' is invalid/, /--help/],
    ['a rule there is not', ['explain', 'RVP-TUU-20'], /There is no rule RVP-TUU-20/, /Did you mean RVP-TUU-0/],
    ['a selection of nothing', ['list', '--select', 'tuuu'], /matches tuuu/, /Did you mean|list/],
    ['a scope there is not', ['judge', 'x', '--scope', 'wierd'], /There is no scope wierd/, /Did you mean wired\?/],
    [
      'a profile there is not',
      ['run', '--profile', 'no-such.yaml'],
      /no-such\.yaml cannot be read: there is no/,
      /path/,
    ],
    ['evidence there is not', ['judge', 'no-such.pcap'], /no-such\.pcap cannot be read: there is no/, /path/],
    ['a run there is not', ['report', 'no-such-run'], /record\.json cannot be read: there is no/, /path/],
  ] as const) {
    it(`names ${what}, says what to do and exits 4`, async () => {
      const { exitCode, output, errors } = await call(...args);
      expect(exitCode).to.equal(4);
      expect(output).to.equal('');
      const [first = '', second = '', ...more] = errors.trimEnd().split('\n');
      expect(first).to.match(/^error: .* \(ERR_[A-Z_]+\)$/);
      expect(first).to.match(message);
      expect(second).to.match(remedy);
      expect(more).to.deep.equal([]);
    });
  }

  it('lists the rules as a table and as JSON', async () => {
    const table = await call('list', '--select', 'RVP-TUU-*');
    expect(table.exitCode).to.equal(0);
    const ids = table.output
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/\s+/)[0]);
    expect(ids)
      .to.include('RVP-TUU-02')
      .and.to.satisfy((all: string[]) => all.every((id) => id.startsWith('RVP-TUU-')));
    const rows = JSON.parse((await call('list', '--json', '--select', 'RVP-TUU-*')).output) as { id: string }[];
    expect(rows.map(({ id }) => id)).to.deep.equal(ids);
  });

  it('shows a rule under its other name too, and what it is judged as', async () => {
    const explained = await call('explain', 'RVP-DISC-05');
    expect(explained.exitCode).to.equal(0);
    expect(explained.output).to.match(/^RVP-PNPX-07 .*\n[^]*RVP-DISC-05, which is judged as RVP-PNPX-07 and not again/);
    const listed = await call('list', '--select', 'RVP-DISC-05');
    expect(listed.output).to.match(/^RVP-PNPX-07 .*\nRVP-DISC-05 +is judged as RVP-PNPX-07\n$/);
  });

  it('explains a rule with its reading of what is unclear', async () => {
    const { exitCode, output } = await call('explain', 'rvp-vpi-02');
    expect(exitCode).to.equal(0);
    expect(output).to.match(/^RVP-VPI-02 {2}MUST[^]*Requirement[^]*Why[^]*Sources[^]*I-1: [^]*Read as: [^]*Remedy/);
  });

  it('explains to what a rule applies', async () => {
    const { output } = await call('explain', 'RVP-WSD-001');
    expect(output).to.match(
      /Applies when\n {2}dpws or secure-dpws\n {2}dpws: it pairs by DPWS \(ics\.transports of the profile\)\n/,
    );
    expect((await call('explain', 'RVP-VX-01')).output).to.not.include('Applies when');
  });

  it('shows on a dry run what would be judged, and makes nothing', async () => {
    const { exitCode, output } = await call(
      'run',
      ...['--profile', 'fixtures/profiles/reference-none.yaml', '--dry-run', '--select', 'RVP-VPI-*'],
    );
    expect(exitCode).to.equal(0);
    expect(output).to.match(/^RVP-VPI-01 {2}MUST {4}/m);
    expect(output).to.not.match(/RVP-TUU/);
  });
});
