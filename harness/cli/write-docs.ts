import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docsPages } from './docs-pages.js';

// `npm run docs`, in the project's folder.
for (const [name, text] of docsPages()) writeFileSync(join('docs', name), text);
