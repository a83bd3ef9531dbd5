/** What set-up has put on this machine, so that it can be taken away again and nothing else. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from './machine.js';

const file = path.join(projectRoot, '.rally-setup.json');

/** @typedef {{version: 1, debian: string[], folders: string[]}} Ledger folders are relative to the project */

/** @returns {Ledger} */
export function readLedger() {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { version: 1, debian: [], folders: [] };
}

/** Add to what is recorded. @param {{debian?: readonly string[], folders?: readonly string[]}} added */
export function record({ debian = [], folders = [] }) {
  const ledger = readLedger();
  writeLedger({
    version: 1,
    debian: [...new Set([...ledger.debian, ...debian])].sort(),
    folders: [...new Set([...ledger.folders, ...folders])].sort(),
  });
}

/** Replace what is recorded; an empty ledger leaves no file. @param {Ledger} ledger */
export function writeLedger(ledger) {
  if (ledger.debian.length === 0 && ledger.folders.length === 0) rmSync(file, { force: true });
  else writeFileSync(file, `${JSON.stringify(ledger, null, 2)}\n`);
}
