import { mkdirSync, writeFileSync } from 'node:fs';
import { AREAS, findingsRecord } from './findings-record.js';

// `npm run findings`, in the project's folder.
mkdirSync('fixtures/findings', { recursive: true });
for (const area of AREAS) writeFileSync(`fixtures/findings/${area}.txt`, [...findingsRecord(area)].join(''));
