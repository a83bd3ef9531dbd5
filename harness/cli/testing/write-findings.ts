import { mkdirSync, writeFileSync } from 'node:fs';
import { AREAS, findingsRecord } from '#suites/testing/findings-record.js';
import { NETWORK_AREAS, networkRecord } from './network-record.js';
import { traceRecord } from './trace-record.js';

// `npm run findings`, in the project's folder.
const FOLDER = 'fixtures/findings';
mkdirSync(`${FOLDER}/network`, { recursive: true });
for (const area of AREAS) writeFileSync(`${FOLDER}/${area}.txt`, [...findingsRecord(area)].join(''));
for (const area of NETWORK_AREAS) writeFileSync(`${FOLDER}/network/${area}.txt`, [...networkRecord(area)].join(''));
writeFileSync(`${FOLDER}/network/trace.txt`, [...traceRecord()].join(''));
