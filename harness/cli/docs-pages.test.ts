import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ERROR_CODES, EXIT } from '#base/error-codes.js';
import { docsPages } from './docs-pages.js';

const DOCS = new URL('../../docs/', import.meta.url);

describe('generated pages', () => {
  for (const [name, text] of docsPages()) {
    it(`docs/${name} is what \`npm run docs\` writes`, () => {
      expect(readFileSync(new URL(name, DOCS), 'utf8')).to.equal(text);
    });
  }

  it('name every error code with an exit code and a remedy', () => {
    const page = docsPages().get('errors.md') ?? '';
    for (const [code, { exit, summary, remedy }] of Object.entries(ERROR_CODES)) {
      expect(page, code).to.match(new RegExp(`^\\| \`${code}\` +\\| ${exit} +\\|`, 'm'));
      expect(Object.values(EXIT), code).to.include(exit);
      expect(summary, code).to.match(/^[A-Z].*\.$/);
      expect(remedy, code).to.match(/^[A-Z].*\.$/);
    }
  });
});
