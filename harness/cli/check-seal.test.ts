import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { isRallyError } from '#base/error.js';
import { canonicalJson } from '#judge/canonical.js';
import { judge } from '#judge/judge.js';
import { catalogueOf, evidence, PROFILE } from '#judge/testing/samples.js';
import { checkSeal, type SealCheck } from './check-seal.js';
import { runFolder } from './run-folder.js';
import { seal } from './seal.js';
import { fakeTerminal } from './testing/fake-terminal.js';

/** Everything in a folder, by path in it. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath, found.name));
}

describe('seal of a small run', () => {
  let base = '';
  let run = '';
  const below = (...names: string[]): string => join(run, ...names);
  const check = (): Promise<SealCheck> => checkSeal(runFolder(run), null);
  /** What is wrong, as `kind name`; `refused` when the manifest itself is. */
  const wrong = async (): Promise<string[]> => {
    try {
      return (await check()).differences.map(({ kind, name }) => `${kind} ${name}`);
    } catch (error) {
      if (isRallyError(error, 'ERR_SEAL_FORMAT')) return ['refused'];
      throw error;
    }
  };
  const write = (name: string, content: string): void => {
    mkdirSync(dirname(below(name)), { recursive: true });
    writeFileSync(below(name), content);
  };
  const refusalOfSeal = async (code: 'ERR_NOT_SEALABLE' | 'ERR_BUNDLE_FORMAT'): Promise<string> => {
    try {
      await seal(run, {}, fakeTerminal());
    } catch (error) {
      if (isRallyError(error, code)) return error.message;
      throw error;
    }
    throw new Error('was sealed');
  };

  beforeEach(async () => {
    base = mkdtempSync(join(tmpdir(), 'rally-seal-'));
    run = join(base, 'run');
    const verdicts = judge(catalogueOf('pass'), PROFILE, evidence(), { scope: 'wired', strict: false });
    const info = {
      bundleVersion: 1,
      tool: { name: 'rally-conformance', version: '0.1.0' },
      startedAt: '2026-11-20T10:00:00.000Z',
      bench: 'wired',
      place: 'sandbox',
      environment: {},
    };
    write('bundle/run.json', '{}');
    write('bundle/capture.pcapng', 'frames');
    write('bundle/events.jsonl', '');
    write('bundle/documents/fetch-1.xml', '<root/>');
    write('bundle/secrets.json', '{"pin":"12345670"}');
    write('verdicts.json', canonicalJson(verdicts));
    write('record.json', canonicalJson({ info, verdicts }));
    write('junit.xml', '<testsuites/>');
    await seal(run, {}, fakeTerminal());
  });

  afterEach(() => {
    rmSync(base, { recursive: true });
  });

  it('holds, names what it leaves out, and never holds a secret', async () => {
    expect(await wrong()).to.deep.equal([]);
    expect((await check()).leftOut).to.deep.equal(['bundle/secrets.json']);
    expect(Object.keys((await check()).manifest.parts)).to.deep.equal([
      'bundle/capture.pcapng',
      'bundle/documents/fetch-1.xml',
      'bundle/events.jsonl',
      'bundle/run.json',
      'junit.xml',
      'record.json',
      'verdicts.json',
    ]);
    expect(readFileSync(below('manifest.json'), 'utf8')).to.not.include('12345670');
  });

  it('is the same bytes when the run is sealed again', async () => {
    const first = readFileSync(below('manifest.json'), 'utf8');
    await seal(run, {}, fakeTerminal());
    expect(readFileSync(below('manifest.json'), 'utf8')).to.equal(first);
  });

  it('holds when the secrets are taken out or others take their place', async () => {
    write('bundle/secrets.json', '{}');
    expect(await wrong()).to.deep.equal([]);
    unlinkSync(below('bundle', 'secrets.json'));
    expect(await wrong()).to.deep.equal([]);
    expect((await check()).leftOut).to.deep.equal([]);
  });

  it('is broken by a flipped bit in each byte of evidence and manifest, and all over the other files', async function () {
    this.timeout(60_000);
    for (const file of filesIn(run)) {
      if (file.endsWith('secrets.json')) continue;
      const name = file.slice(run.length + 1);
      const content = readFileSync(file);
      const step = name === 'manifest.json' || name.startsWith('bundle/') ? 1 : 13;
      for (let at = 0; at < content.length; at += step) {
        const changed = Buffer.from(content);
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        writeFileSync(file, changed);
        const found = await wrong();
        if (name === 'manifest.json') expect(found, `byte ${at}`).to.not.deep.equal([]);
        else expect(found, `${name}, byte ${at}`).to.deep.equal([`changed ${name}`]);
      }
      writeFileSync(file, content);
    }
    expect(await wrong()).to.deep.equal([]);
  });

  it('is broken by every file that is cut, made longer, taken away or added', async () => {
    for (const file of filesIn(run)) {
      const name = file.slice(run.length + 1);
      if (name === 'manifest.json' || name === 'bundle/secrets.json') continue;
      const content = readFileSync(file);
      if (content.length > 0) {
        truncateSync(file, content.length - 1);
        expect(await wrong()).to.deep.equal([`changed ${name}`]);
        writeFileSync(file, content);
      }
      appendFileSync(file, ' ');
      expect(await wrong()).to.deep.equal([`changed ${name}`]);
      unlinkSync(file);
      expect(await wrong()).to.deep.equal([`missing ${name}`]);
      writeFileSync(file, content);
    }
    for (const name of ['report.html', 'bundle/documents/fetch-2.xml', 'thesis.tex', 'manifest.sig']) {
      write(name, '');
      expect(await wrong()).to.deep.equal([`added ${name}`]);
      unlinkSync(below(name));
    }
    expect(await wrong()).to.deep.equal([]);
  });

  it('names both files of a swap, and a file that was renamed', async () => {
    renameSync(below('junit.xml'), join(base, 'aside'));
    renameSync(below('bundle', 'capture.pcapng'), below('junit.xml'));
    renameSync(join(base, 'aside'), below('bundle', 'capture.pcapng'));
    expect(await wrong()).to.deep.equal(['changed bundle/capture.pcapng', 'changed junit.xml']);
    renameSync(below('junit.xml'), below('statement.html'));
    expect(await wrong()).to.include.members(['missing junit.xml', 'added statement.html']);
  });

  it('follows no link: one in the place of a file, of a folder or of the secrets is named', async () => {
    const same = join(base, 'same.xml');
    writeFileSync(same, readFileSync(below('junit.xml')));
    unlinkSync(below('junit.xml'));
    symlinkSync(same, below('junit.xml'));
    expect((await check()).differences).to.deep.equal([{ name: 'junit.xml', kind: 'changed', detail: 'is a link' }]);
    unlinkSync(below('junit.xml'));
    write('junit.xml', readFileSync(same, 'utf8'));
    unlinkSync(below('bundle', 'secrets.json'));
    symlinkSync(same, below('bundle', 'secrets.json'));
    expect(await wrong()).to.deep.equal(['added bundle/secrets.json']);
    unlinkSync(below('bundle', 'secrets.json'));
    renameSync(below('bundle', 'documents'), join(base, 'documents'));
    symlinkSync(join(base, 'documents'), below('bundle', 'documents'));
    expect(await wrong()).to.deep.equal(['added bundle/documents', 'missing bundle/documents/fetch-1.xml']);
    symlinkSync('manifest.json', join(base, 'manifest.json'));
    renameSync(join(base, 'manifest.json'), below('manifest.json'));
    expect(await wrong()).to.deep.equal(['refused']);
  });

  it('is refused where there is none, and where its manifest is cut or leads out of the folder', async () => {
    const text = readFileSync(below('manifest.json'), 'utf8');
    writeFileSync(below('manifest.json'), text.slice(0, -20));
    expect(await wrong()).to.deep.equal(['refused']);
    writeFileSync(below('manifest.json'), text.replace('"junit.xml"', '"../junit.xml"'));
    expect(await wrong()).to.deep.equal(['refused']);
    unlinkSync(below('manifest.json'));
    expect(await wrong()).to.deep.equal(['refused']);
  });

  it('is not put on a link, on what is not part of a run, or on a folder without its evidence', async () => {
    symlinkSync('/etc/hostname', below('report.html'));
    expect(await refusalOfSeal('ERR_NOT_SEALABLE')).to.match(/report\.html.*is a link/);
    unlinkSync(below('report.html'));
    write('thesis.tex', '');
    expect(await refusalOfSeal('ERR_NOT_SEALABLE')).to.match(/holds thesis\.tex/);
    unlinkSync(below('thesis.tex'));
    write('bundle/a\\b', '');
    expect(await refusalOfSeal('ERR_NOT_SEALABLE')).to.match(/no name a manifest can hold/);
    rmSync(below('bundle'), { recursive: true });
    expect(await refusalOfSeal('ERR_BUNDLE_FORMAT')).to.match(/holds no bundle/);
  });

  it('is not put on verdicts and a record that differ', async () => {
    write('verdicts.json', readFileSync(below('verdicts.json'), 'utf8').replace('"fail": 0', '"fail": 1'));
    expect(await refusalOfSeal('ERR_NOT_SEALABLE')).to.match(/different verdicts/);
  });
});
