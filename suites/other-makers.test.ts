import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { CATALOGUE } from './catalogue.js';
import { OTHER_DEVICE_TABLES } from './other-devices.js';
import { NEVER_PASSED, NOT_APPLICABLE_TO_NONE, OTHER_MAKER, REACTION_OF } from './other-makers.js';

const KNOWN = new Set<string>(CATALOGUE.map(({ rule }) => rule.id));

/** What is said of each, one a line. */
const NONE = `
VX-10, VPI-09, TUU-11: it sends its vendor extension in M1 alone
VPI-04: its M1 has no VPI with a transport
TUU-01, TUU-02, TUU-03, TUU-04, TUU-05, TUU-08, TUU-09, TUU-10, TUU-12: its M1 has no Transport UUID, which is optional
TUU-06: it declares Transport None
TUU-07: it does not declare both UPnP and DPWS`;

/** Device and the model whose M1 it is judged with, areas of rules, then each rule that is not simply passed. */
const DEVICES = `
gupnp as upnp-renderer: ssdp, desc, pnpx, disc, uid, tuu
  SSDP-023 not-run: it says max-age=1800, and nobody watches it for half an hour
minidlna as upnp-renderer: ssdp, desc, pnpx, disc, uid, tuu
  SSDP-023 not-run: it says max-age=1800, and nobody watches it for half an hour
  DESC-013b warning: the modelName it is built with has 43 characters, 32 are advised
  PNPX-07 fail: as Debian builds it, its description has no word of PnP-X
  PNPX-01 inconclusive: there is nothing of PnP-X to judge, which is what RVP-PNPX-07 says
  PNPX-03 inconclusive: there is nothing of PnP-X to judge, which is what RVP-PNPX-07 says
  PNPX-05 inconclusive: there is nothing of PnP-X to judge, which is what RVP-PNPX-07 says
  PNPX-06 inconclusive: there is nothing of PnP-X to judge, which is what RVP-PNPX-07 says
  PNPX-10 inconclusive: there is nothing of PnP-X to judge, which is what RVP-PNPX-07 says
  PNPX-13 inconclusive: there is nothing of PnP-X to judge, which is what RVP-PNPX-07 says
wsdd as dpws-printer: wsd, mex, pnpx, disc, uid, tuu
  WSD-010a fail: it drops a Probe without Types, and answers one for Device
  WSD-015 warning: by HTTP it knows Get alone, and answers a Probe with status 400
  MEX-004 fail: it reads Content-Length, and breaks off a request that has none
  MEX-006 warning: it does not look at ReplyTo, and answers as if it were anonymous
  PNPX-02 inconclusive: it says Computers, and hosts no service that could have ids`;

const short = (id: string): string => id.replace(/^RVP-/, '');

describe('what is said of devices of other makers', () => {
  it(`under each stimulus is what was reviewed as docs/stimuli.md, of ${OTHER_MAKER}`, () => {
    const page = readFileSync(new URL('../docs/stimuli.md', import.meta.url), 'utf8');
    const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    const at = rows.find((cells) => cells.includes(OTHER_MAKER))?.indexOf(OTHER_MAKER) ?? -1;
    const reviewed = rows.flatMap((cells): [string, string][] => {
      const id = cells.find((cell) => /^RVP-REG-\d+[a-z]?$/.test(cell));
      const reaction = cells[at] ?? '';
      return id === undefined || reaction === '' ? [] : [[id, reaction]];
    });
    expect(reviewed.length).to.be.above(80);
    expect(Object.fromEntries(REACTION_OF)).to.deep.equal(Object.fromEntries(reviewed));
  });

  it('is why three rules were never seen to pass', () => {
    expect([...NEVER_PASSED.keys()].map(short)).to.deep.equal(['VX-10', 'VPI-09', 'TUU-11']);
  });

  it('that declares Transport None is why rules do not apply to it', () => {
    const reasons = new Map<string, string[]>();
    for (const [id, why] of NOT_APPLICABLE_TO_NONE) reasons.set(why, [...(reasons.get(why) ?? []), short(id)]);
    expect([...reasons].map(([why, ids]) => `${ids.join(', ')}: ${why}`)).to.deep.equal(NONE.slice(1).split('\n'));
    for (const id of NOT_APPLICABLE_TO_NONE.keys()) expect(KNOWN).to.include(id);
  });

  it('on the network is what each rule sees of them', () => {
    const lines = Object.entries(OTHER_DEVICE_TABLES).flatMap(([name, { registersAs, areas, shortcomings }]) => [
      `${name} as ${registersAs}: ${areas.join(', ')}`,
      ...[...shortcomings].map(([id, [shortcoming, why]]) => `  ${short(id)} ${shortcoming}: ${why}`),
    ]);
    expect(lines).to.deep.equal(DEVICES.slice(1).split('\n'));
    for (const { areas, shortcomings } of Object.values(OTHER_DEVICE_TABLES))
      for (const id of shortcomings.keys())
        expect(CATALOGUE.find(({ rule }) => rule.id === id)?.area).to.be.oneOf([...areas]);
  });
});
