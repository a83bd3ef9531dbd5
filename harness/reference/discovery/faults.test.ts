import { expect } from 'chai';
import { makeDevice } from '../device.js';
import { MODELS } from '../models.js';
import { DISCOVERY_FAULTS } from './faults.js';
import { transcript } from './testing/transcript.js';

/** Numbers of an area, as `RVP-<area>-<number>`. */
const of = (area: string, numbers: string): string[] => numbers.split(' ').map((number) => `RVP-${area}-${number}`);

const MUST = [
  ...of('SSDP', '001 003 004 006 010 011 012 013 014 017 018 019 020 023 026 027 031 033 043 044 045 046 047 048'),
  ...of('DESC', '001 003 010 011 013 015 016 017 018'),
  ...of('WSD', '001 002 003 005 010a 010b 011 012 013 014 020 021 022 030 033'),
  ...of('MEX', '002 003 004 005 010 011 012 013 016'),
  ...of('PNPX', '01 02 05 07 11 12'),
  ...of('DISC', '01 03'),
  ...of('UID', '03 04 05 06 07 08 10'),
  ...of('TUU', '05 06'),
];
const SHOULD = [
  ...of('SSDP', '003b 005 015 016 021 022 024 025 030 041 042'),
  ...of('DESC', '002 013b'),
  ...of('WSD', '004 010c 015 017 032'),
  ...of('MEX', '005b 006 014'),
  ...of('PNPX', '03 09 13 14'),
  ...of('DISC', '04'),
];
/** Only recommended where the device is one of Secure DPWS (I-4). */
const SECURE = new Set(['RVP-UID-07', 'RVP-UID-08', 'RVP-TUU-06', 'RVP-DISC-03']);

describe('faults of the discovery side', () => {
  it('have ids of their own and say in one line what the device does', () => {
    for (const { id, change, changes, refuses } of DISCOVERY_FAULTS) {
      expect(id).to.match(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(change, id).to.match(/^[a-z].{10,90}[^.]$/);
      expect(changes, id).to.not.be.empty;
      expect(
        MODELS.filter((model) => refuses(model) === null),
        id,
      ).to.not.be.empty;
      for (const model of MODELS) expect(refuses(model), id).to.not.equal('');
    }
  });

  it('break each MUST and each SHOULD rule, and no other', () => {
    const sorted = (ids: Iterable<string>): string[] => [...new Set(ids)].sort();
    expect(sorted(DISCOVERY_FAULTS.flatMap(({ fails }) => fails))).to.deep.equal(sorted(MUST));
    const warned = DISCOVERY_FAULTS.flatMap(({ warns }) => warns).filter((id) => !SECURE.has(id));
    expect(sorted(warned)).to.deep.equal(sorted(SHOULD));
  });

  it('are told apart by what breaks with them', () => {
    for (const { id, fails, warns } of DISCOVERY_FAULTS) {
      expect(fails.length + warns.length, id).to.be.above(0);
      expect(
        fails.filter((rule) => warns.includes(rule)),
        id,
      ).to.deep.equal([]);
    }
  });

  for (const model of MODELS.filter(({ transports }) => transports.length > 0)) {
    describe(`on ${model.id}`, () => {
      let base: string[] = [];
      before(() => {
        base = transcript(model.id);
      });

      for (const fault of DISCOVERY_FAULTS.filter(({ refuses }) => refuses(model) === null)) {
        it(`${fault.id} shows`, () => {
          const layer = fault.behaviour(makeDevice(model, 1));
          expect(transcript(model.id, [layer])).to.not.deep.equal(base);
        });
      }
    });
  }
});
