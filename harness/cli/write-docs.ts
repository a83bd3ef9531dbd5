import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  docsPages,
  EVIDENCE_SOURCES_BUNDLE,
  evidenceSourcesPage,
  OBSERVED_BUNDLE,
  observeModePage,
} from './docs-pages.js';
import { judgeBundle, judgeSources } from './evidence-sources.js';

// `npm run docs`, in the project's folder.
for (const [name, text] of docsPages()) writeFileSync(join('docs', name), text);
writeFileSync(join('docs', 'evidence-sources.md'), evidenceSourcesPage(await judgeSources(EVIDENCE_SOURCES_BUNDLE)));
writeFileSync(join('docs', 'observe-mode.md'), observeModePage(await judgeBundle(OBSERVED_BUNDLE)));
