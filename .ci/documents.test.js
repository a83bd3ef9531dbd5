import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { projectRoot } from './lint/ladder.js';

const DOCUMENTS = [
  ...readdirSync(projectRoot).filter((name) => name.endsWith('.md')),
  ...readdirSync(path.join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name)),
];

describe('documents', () => {
  for (const document of DOCUMENTS) {
    it(`${document} links only to files that are there`, () => {
      const text = readFileSync(path.join(projectRoot, document), 'utf8');
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1]);
      const broken = links.filter((link) => !existsSync(path.join(projectRoot, path.dirname(document), link)));
      expect(broken).to.deep.equal([]);
    });
  }

  it('are all named in the index', () => {
    const index = readFileSync(path.join(projectRoot, 'docs', 'README.md'), 'utf8');
    const missing = DOCUMENTS.filter((name) => name.startsWith('docs') && name !== path.join('docs', 'README.md'))
      .map((name) => path.relative('docs', name))
      .filter((name) => !index.includes(`](${name})`));
    expect(missing).to.deep.equal([]);
  });

  it('show every picture of docs/images, each a PNG below 300 kB', () => {
    const texts = DOCUMENTS.map((document) => readFileSync(path.join(projectRoot, document), 'utf8')).join('\n');
    const folder = path.join(projectRoot, 'docs', 'images');
    for (const name of readdirSync(folder)) {
      const bytes = readFileSync(path.join(folder, name));
      expect(bytes.subarray(0, 8).toString('latin1'), name).to.equal('\u0089PNG\r\n\u001a\n');
      expect(bytes.length, name).to.be.below(300_000);
      expect(texts, name).to.include(`images/${name})`);
    }
    expect(readFileSync(path.join(projectRoot, 'README.md'), 'utf8')).to.match(
      /!\[[^\]]+\]\(docs\/images\/[\w-]+\.png\)/,
    );
  });

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
    const text = DOCUMENTS.map((document) => readFileSync(path.join(projectRoot, document), 'utf8')).join('\n');
    const named = new Set([...text.matchAll(/npm run ([a-z][a-z-]*)/g)].map((match) => match[1]));
    expect([...named].filter((name) => !(name in scripts))).to.deep.equal([]);
    expect(named).to.include('certify');
  });
});
