import path from 'node:path';
import { expect } from 'chai';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { importLadder, ladder, projectRoot, rowOf } from './ladder.js';

function messages(file, code) {
  const config = {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { house: { rules: { ladder: importLadder } } },
    rules: { 'house/ladder': 'error' },
  };
  const linter = new Linter({ cwd: projectRoot });
  return linter.verify(code, [config], { filename: path.join(projectRoot, file) }).map((found) => found.message);
}

const ALLOWED = [
  ['harness/wire/eap/eap.ts', "import { ByteReader } from '#base/bytes.js';"],
  ['harness/wire/eap/eap.ts', "import { createHash } from 'node:crypto';"],
  ['harness/wire/wps/crypto.ts', "import type { Issue } from '../issue.js';"],
  ['harness/evidence/bundle-read.ts', "import { readFile } from 'node:fs/promises';"],
  ['harness/evidence/assemble.ts', 'const at = new Date(0);'],
  ['harness/lab/session.ts', 'setTimeout(() => undefined, 1);'],
  ['suites/wsc/order.suite.ts', "import { expect } from 'chai';"],
  ['harness/judge/fold.test.ts', "import { expect } from 'chai'; import '#wps/engine.js';"],
  ['harness/wire/wps/crypto.peer.test.ts', "import { spawn } from 'node:child_process';"],
  ['harness/cli/run.ts', "import '#lab/session.js';"],
  ['harness/base/bytes.ts', 'function f(process: number): number { return process; }'],
];

const REFUSED = [
  ['harness/base/bytes.ts', "import { walk } from '#wire/tlv.js';", 'room "base" may not import room "wire"'],
  ['harness/wire/tlv.ts', "import '../base/bytes.js';", 'leaves the room'],
  ['harness/wire/tlv.ts', "import 'crypto';", 'write "node:crypto"'],
  ['harness/wire/tlv.ts', "import fs from 'node:fs';", 'may not import "node:fs"'],
  ['harness/wire/wps/crypto.ts', "import { randomBytes } from 'node:crypto';", '(random)'],
  ['harness/wire/tlv.ts', "export * from '#reports/console.js';", 'may not import room "reports"'],
  ['harness/wire/tlv.ts', "type A = import('#lab/session.js').A;", 'may not import room "lab"'],
  ['harness/wire/tlv.ts', 'const x = await import(name);', 'must be a literal'],
  ['harness/wire/tlv.ts', "import '#nowhere/x.js';", 'names no room'],
  ['harness/evidence/assemble.ts', "import './recorder.js';", 'may not import room "evidence-files"'],
  ['harness/judge/judge.ts', "import koffi from 'koffi';", 'may not import package "koffi"'],
  ['harness/judge/judge.ts', 'const now = Date.now();', 'the current date'],
  ['harness/judge/judge.ts', 'const now = new Date();', 'the current date'],
  ['harness/judge/judge.ts', 'const x = Math.random();', 'Math.random'],
  ['harness/judge/judge.ts', 'const at = performance.now();', '(clock)'],
  ['harness/judge/judge.ts', 'const home = process.env.HOME;', '(process)'],
  ['harness/judge/judge.ts', "import './testing/build.js';", 'for tests only'],
  ['harness/judge/judge.test.ts', "import '#lab/session.js';", 'may not import room "lab"'],
  ['suites/wsc/order.rules.ts', "import { expect } from 'chai';", 'may not import package "chai"'],
  ['harness/cli/run.ts', "import '#setup/setup.js';", 'names no room'],
  ['harness/attic/x.ts', 'export const x = 1;', 'in no room'],
  ['harness/lab/session.ts', "import '#cli/main.js';", 'may not import room "cli"'],
];

describe('import ladder', () => {
  for (const [file, code] of ALLOWED) {
    it(`lets ${file} write: ${code}`, () => {
      expect(messages(file, code)).to.deep.equal([]);
    });
  }
  for (const [file, code, text] of REFUSED) {
    it(`refuses in ${file}: ${code}`, () => {
      const found = messages(file, code);
      expect(found).to.have.lengthOf(1);
      expect(found[0]).to.include(text);
    });
  }

  it('gives the special files of a folder their own row', () => {
    expect(rowOf('harness/evidence/model.ts').room).to.equal('evidence');
    expect(rowOf('harness/evidence/recorder.ts').room).to.equal('evidence-files');
    expect(rowOf('suites/conform.ts').room).to.equal('suites-view');
    expect(rowOf('fixtures/x.yaml')).to.equal(undefined);
  });

  it('only ever names lower rooms: the ladder has no cycle', () => {
    const names = ladder.rooms.map((row) => row.room);
    for (const [level, row] of ladder.rooms.entries()) {
      for (const other of row.imports.filter((name) => name !== '*'))
        expect(names.indexOf(other), `${row.room} -> ${other}`).to.be.within(0, level - 1);
    }
  });
});
