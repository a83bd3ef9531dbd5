import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { concat, fromHex, toHex } from '#base/bytes.js';
import { captureBlocks, ethernet, framesOf, type Captured } from '#evidence/testing/frames.js';
import { buildExchange, REGISTRAR } from '#evidence/testing/exchange.js';
import { canonicalJson } from '#judge/canonical.js';
import type { Verdicts } from '#judge/record.js';
import { parseXml, type XmlElement } from '#reports/testing/xml.js';
import { judgeEvidence, type JudgeCommandOptions } from './judge.js';
import { fakeTerminal, type FakeTerminal } from './testing/fake-terminal.js';

const MACS = ['020000000101', '020000000102', '020000000103'].map((hex) => fromHex(hex));

/** A registration of the device with this address. What it sends lacks much of a real M1: it is no conformant one. */
function exchangeOf(mac: Uint8Array, seed: number): { frames: Captured[]; keys: string } {
  const { sent, keys } = buildExchange({ enrolleeMac: mac, seed });
  const lines = [`AuthKey: ${toHex(keys.authKey)}`, `KeyWrapKey: ${toHex(keys.keyWrapKey)}`];
  return { frames: framesOf(sent, ethernet(mac, REGISTRAR)), keys: lines.join('\n') };
}

function capture(...exchanges: readonly { frames: readonly Captured[] }[]): Uint8Array {
  return concat(
    ...captureBlocks(
      'ethernet',
      exchanges.flatMap(({ frames }) => frames),
    ),
  );
}

describe('judge of several devices', () => {
  let folder = '';
  let alone = '';
  let three = '';
  const exchanges = MACS.map((mac, index) => exchangeOf(mac, index + 1));
  const [first = exchangeOf(REGISTRAR, 9)] = exchanges;
  const addresses = MACS.map((mac) => toHex(mac, ':'));

  const file = (name: string, content: Uint8Array | string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const judge = async (
    paths: readonly string[],
    options: Partial<JudgeCommandOptions> = {},
  ): Promise<{ exitCode: number; terminal: FakeTerminal }> => {
    const terminal = fakeTerminal();
    return { exitCode: await judgeEvidence(paths, { select: [], ...options }, terminal), terminal };
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-judge-'));
    alone = file('alone.pcapng', capture(first));
    three = file('three.pcapng', capture(...exchanges));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('a capture of three devices: a line each', async () => {
    const { exitCode, terminal } = await judge([three]);
    expect(exitCode).to.equal(1);
    const [head, ...lines] = terminal.output.trimEnd().split('\n');
    expect(head).to.match(/^exit {2}device {13}evidence +result$/);
    expect(lines.slice(0, 3).map((line) => line.slice(0, 23).trim())).to.deep.equal(
      addresses.map((address) => `1  ${address}`),
    );
    expect(lines[3]).to.equal('');
    expect(lines[4]).to.equal('3 devices in 1 piece of evidence: 3 failed');
  });

  it('names every failed rule in the line', async () => {
    const { terminal } = await judge([alone], { json: true });
    const failed = (JSON.parse(terminal.output) as Verdicts).results.filter(({ verdict }) => verdict === 'fail');
    const table = await judge([alone, alone]);
    const row = table.terminal.output.split('\n')[1] ?? '';
    expect(row.endsWith(`fails ${failed.map(({ id }) => id).join(', ')}`)).to.equal(true);
  });

  it('as JSON: one canonical array with the verdicts each has alone', async () => {
    const { exitCode, terminal } = await judge([alone, join(folder, 'nothing'), three], { json: true });
    expect(exitCode).to.equal(4);
    const items = JSON.parse(terminal.output) as { evidence: string; verdicts?: Verdicts; error?: { code: string } }[];
    expect(terminal.output).to.equal(canonicalJson(items));
    expect(items.map(({ evidence }) => evidence)).to.deep.equal([alone, join(folder, 'nothing'), three, three, three]);
    expect(items[1]?.error?.code).to.equal('ERR_FILE_UNREADABLE');
    expect(items.slice(2).map(({ verdicts }) => verdicts?.dut.mac)).to.deep.equal(addresses);
    const single = await judge([alone], { json: true });
    expect(canonicalJson(items[0]?.verdicts)).to.equal(single.terminal.output);
  });

  it('the worst exit code counts: 4 over 1 over 2 over 0', async () => {
    const select = { select: ['RVP-VX-01'] };
    const incomplete = { select: ['RVP-VX-01', 'RVP-WSC-09'] };
    const empty = file('empty.pcapng', new Uint8Array(0));
    expect((await judge([alone, alone], select)).exitCode).to.equal(0);
    expect((await judge([alone, alone], incomplete)).exitCode).to.equal(2);
    expect((await judge([alone, alone])).exitCode).to.equal(1);
    expect((await judge([alone, empty])).exitCode).to.equal(4);
  });

  it('a folder that is no bundle is one line and stops nothing', async () => {
    mkdirSync(join(folder, 'folder'), { recursive: true });
    const { terminal } = await judge([join(folder, 'folder'), alone]);
    const rows = terminal.output.split('\n');
    expect(rows[1]).to.match(/^ {3}4 {2}- .*\(ERR_BUNDLE_FORMAT\)$/);
    expect(rows[2]).to.match(/^ {3}1 {2}02:/);
  });

  it('what names a file cannot disturb the table', async () => {
    const { terminal } = await judge([alone, join(folder, 'a\nb\u202e')]);
    expect(terminal.output.split('\n')[2]).to.match(/^ {3}4 .*a\\nb<U\+202E>/);
  });

  it('one result folder is for one device', async () => {
    const out = join(folder, 'out');
    for (const paths of [[three], [alone, alone]]) {
      const error = await judge(paths, { out }).catch((thrown: unknown) => thrown);
      expect(String(error)).to.match(/--out takes one device.*ERR_USAGE/);
    }
    expect(readdirSync(folder)).to.not.include('out');
  });

  it('standard input can be named once', async () => {
    const error = await judge(['-', alone, '-']).catch((thrown: unknown) => thrown);
    expect(String(error)).to.match(/ERR_USAGE/);
  });

  describe('JUnit', () => {
    const suitesOf = async (...paths: readonly string[]): Promise<readonly XmlElement[]> => {
      const junit = join(folder, 'junit.xml');
      await judge(paths, { junit });
      const root = parseXml(readFileSync(junit, 'utf8'));
      expect(root.name).to.equal('testsuites');
      expect(readdirSync(folder).filter((name) => name.startsWith('junit.xml'))).to.deep.equal(['junit.xml']);
      return root.children;
    };
    const classes = (suites: readonly XmlElement[]): string[] =>
      suites.map((suite) => suite.children.find(({ name }) => name === 'testcase')?.attributes['classname'] ?? '');

    it('one file of all, its suites numbered through', async () => {
      const suites = await suitesOf(three, join(folder, 'nothing'), alone);
      expect(suites.map(({ attributes }) => attributes['id'])).to.deep.equal(suites.map((_, index) => String(index)));
      const unreadable = suites.filter(({ attributes }) => attributes['name'] === 'evidence');
      expect(unreadable).to.have.length(1);
      const error = unreadable[0]?.children.find(({ name }) => name === 'testcase')?.children[0];
      expect(error?.attributes['type']).to.equal('ERR_FILE_UNREADABLE');
    });

    it('keeps devices apart, and the same device in two captures', async () => {
      const suites = await suitesOf(three, alone);
      const areas = new Set(suites.map(({ attributes }) => attributes['name'])).size;
      expect(new Set(classes(suites)).size).to.equal(4 * areas);
    });

    it('names a single device as ever', async () => {
      const [suite] = await suitesOf(alone);
      expect(suite?.attributes['package']).to.equal(`unnamed device (${addresses[0] ?? ''})`);
    });
  });

  describe('keys', () => {
    it('open the exchange they belong to, and are missed by none', async () => {
      const keys = file('keys.txt', first.keys);
      const { terminal } = await judge([three], { keys, json: true });
      const items = JSON.parse(terminal.output) as { verdicts: Verdicts }[];
      const reasons = items.map(({ verdicts }) => verdicts.results.find(({ id }) => id === 'RVP-WSC-10')?.reason);
      expect(reasons[0]).to.match(/the PIN of exchange 1 is not known/);
      expect(reasons.slice(1)).to.deep.equal(
        [1, 2].map(
          () =>
            'no session keys for exchange 1: the keys that were given do not belong to this exchange: no Authenticator verifies',
        ),
      );
      expect(terminal.errors).to.equal('');
    });

    it('that open nothing are told once', async () => {
      const keys = file('other.txt', exchangeOf(REGISTRAR, 77).keys);
      const { terminal } = await judge([three, alone], { keys });
      expect(terminal.errors).to.equal(
        `note: the keys in ${keys} open no exchange of this evidence; they belong to another one\n`,
      );
    });
  });
});
