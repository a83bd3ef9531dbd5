import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { DRIVER_FACTS, driverFact } from './radio-drivers.js';

const LAB = fileURLToPath(new URL('../', import.meta.url));
/** What makes radios of nothing is the business of the place that does it. */
const SIMULATION = /hwsim|simulated (?:radio|air|802)/i;

function sources(folder: string): string[] {
  return readdirSync(join(LAB, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function naming(files: readonly string[], pattern: RegExp): string[] {
  return files.filter((file) => pattern.test(readFileSync(file, 'utf8'))).map((file) => file.slice(LAB.length));
}

describe('facts of drivers', () => {
  // What breaks the simulated air on purpose is no part of the bench.
  const apart = [join(LAB, 'place'), join(LAB, 'testing')];
  const bench = sources('.').filter((file) => apart.every((folder) => !file.startsWith(folder)));

  it('are in one list, and no other file of the lab names a driver', () => {
    const drivers = new RegExp(`\\b(?:${DRIVER_FACTS.map(({ driver }) => driver).join('|')})\\b`);
    expect(naming(sources('.'), drivers)).to.deep.equal(['bench/radio-drivers.ts']);
  });

  it('make no difference to the bench, which does not know of simulated radios', () => {
    expect(bench.length).to.be.greaterThan(40);
    expect(naming(bench, SIMULATION)).to.deep.equal([]);
    expect(naming(sources('place'), SIMULATION)).not.to.deep.equal([]);
    expect(naming(bench, /radio-drivers\.js/)).to.deep.equal(['doctor-radio.ts']);
  });

  it('are found by the name of the driver', () => {
    expect(driverFact('ath9k_htc')?.both).to.equal(true);
    expect(driverFact('unheard-of')).to.equal(null);
    expect(new Set(DRIVER_FACTS.map(({ driver }) => driver)).size).to.equal(DRIVER_FACTS.length);
  });
});
