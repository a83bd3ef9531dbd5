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

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
    const text = DOCUMENTS.map((document) => readFileSync(path.join(projectRoot, document), 'utf8')).join('\n');
    const named = new Set([...text.matchAll(/npm run ([a-z][a-z-]*)/g)].map((match) => match[1]));
    expect([...named].filter((name) => !(name in scripts))).to.deep.equal([]);
    expect(named).to.include('certify');
  });
});
