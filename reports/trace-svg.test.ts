import { expect } from 'chai';
import { HOSTILE_NAME } from './testing/m1.js';
import { exampleTrace } from './testing/trace.js';
import { parseXml, type XmlElement } from './testing/xml.js';
import { differences, traceSvg } from './trace-svg.js';

const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/gs)].map(([, content = '']) => content.replace(/<[^>]*>/g, ''));

const elements = (node: XmlElement): XmlElement[] => [node, ...node.children.flatMap(elements)];

describe('picture of the UUID trace', () => {
  it('shows each identity, where it came from, and where they part', () => {
    const said = texts(traceSvg(exampleTrace(), 'Printer'));
    expect(said).to.include.members([
      'UUID trace of Printer',
      'UPnP: the identities part at USN of ssdp:alive, which is in upper case.',
      'DPWS: found under the UUID that M1 promises, in every place.',
      'uuid:1d0c4f1e-9e7a-4f60-8a3b-5c2d6e7f8091',
      'uuid:1D0C4F1E-9E7A-4F60-8A3B-5C2D6E7F8091',
      'frame 7, byte 52 (6 times)',
      '006-description.xml, line 12, column 9',
      'parts here: is in upper case (RVP-UID-05)',
      'does not begin with uuid:, and is not the UUID of',
      'M1, which an embedded device has (RVP-UID-03)',
    ]);
    expect(said.filter((text) => text.startsWith('parts here'))).to.have.length(1);
  });

  it('breaks the line of the way that parts, and of no other', () => {
    const broken = (svg: string): number => svg.match(/class="line bad broken"/g)?.length ?? 0;
    expect(broken(traceSvg(exampleTrace(), 'Printer'))).to.equal(1);
    const agreeing = exampleTrace().rows.filter(({ agreement }) => agreement !== 'parts');
    const svg = traceSvg(exampleTrace({ rows: agreeing }), 'Printer');
    expect(broken(svg)).to.equal(0);
    expect(svg).not.to.match(/class="line bad"/);
    expect(svg).to.match(/class="line good"/);
  });

  it('joins container ids that agree, and breaks the line between those that do not', () => {
    const [container] = exampleTrace().rows.filter(({ layer }) => layer === 'container');
    if (container === undefined) throw new Error('the example has no container id');
    const draw = (agreement: 'agrees' | 'parts'): string => {
      const rows = [
        { ...container, way: 'upnp' as const, agreement: agreement === 'agrees' ? agreement : ('alone' as const) },
        { ...container, sent: `{${'0'.repeat(36)}}`, agreement },
      ];
      return traceSvg(exampleTrace({ promises: [], declares: 'unknown', rows }), 'Printer');
    };
    expect(draw('agrees')).to.match(/class="line good" d="M\d+ (\d+) L\d+ \1"/);
    expect(draw('parts')).to.match(/class="line bad broken" d="M\d+ (\d+) L\d+ \1"/);
  });

  it('is well-formed, with device strings as text, and refers to nothing', () => {
    const svg = traceSvg(exampleTrace(), HOSTILE_NAME);
    const names = new Set(elements(parseXml(svg)).map(({ name }) => name));
    expect([...names].sort()).to.deep.equal(['desc', 'path', 'rect', 'style', 'svg', 'text', 'title', 'tspan']);
    for (const raw of ['<script', '\u202E', '\u0007', 'href', 'url(', '@import']) expect(svg).not.to.contain(raw);
    expect(svg.match(/https?:[^"]*/g)).to.deep.equal(['http://www.w3.org/2000/svg']);
    expect(texts(svg).join(' ')).to.contain('&lt;script&gt;');
  });

  it('holds colours for a light and a dark page, on a ground of its own', () => {
    const svg = traceSvg(exampleTrace(), 'Printer');
    expect(svg).to.contain('prefers-color-scheme: dark');
    expect(svg).to.match(/<rect class="page" width="\d+" height="\d+"/);
  });

  it('strikes off what parts beside a line that goes on', () => {
    const crosses = (svg: string): number => svg.match(/class="line bad" d="M\d+ \d+ L\d+ \d+ M/g)?.length ?? 0;
    const { rows } = exampleTrace();
    const agreeing = rows.find(({ place }) => place === 'Hello');
    if (agreeing === undefined) throw new Error('the example has no Hello');
    const svg = traceSvg(exampleTrace({ rows: [...rows, { ...agreeing, way: 'upnp', layer: 'document' }] }), 'Printer');
    expect(svg).not.to.match(/class="line bad broken"/);
    // One in each box that parts, one at its line.
    expect(crosses(svg)).to.equal(4);
    expect(crosses(traceSvg(exampleTrace(), 'Printer'))).to.equal(3);
  });

  it('grows with its boxes and never draws beyond its edge', () => {
    const many = Array.from({ length: 8 }, (_, index) => ({
      ...exampleTrace().rows[3],
      place: `UDN ${index}`,
      sent: `${index}${'w'.repeat(400)}`,
    })).flatMap((each) => ({ ...exampleTrace().rows[2], ...each }) as ReturnType<typeof exampleTrace>['rows'][number]);
    const svg = traceSvg(exampleTrace({ rows: many, unlisted: 7 }), 'W'.repeat(500));
    const [, width = 0, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []).map(Number);
    for (const [, x, y, w, h] of svg.matchAll(/class="box \w+" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/g)) {
      expect(Number(x) + Number(w)).to.be.at.most(width);
      expect(Number(y) + Number(h)).to.be.at.most(height);
    }
    expect(texts(svg)).to.include('and 7 more identities that are not shown');
    expect(Math.max(...texts(svg).map(({ length }) => length))).to.be.below(140);
  });

  it('names the place of a Transport UUID in two exchanges whole', () => {
    const place = 'Transport UUID of UPnP (0x02), exchanges 1 and 2';
    const rows = exampleTrace().rows.map((row) => (row.layer === 'm1' ? { ...row, way: 'upnp' as const, place } : row));
    expect(texts(traceSvg(exampleTrace({ rows }), 'Printer'))).to.include(place);
  });

  it('says what it can without a promise, and where a promise cannot be read', () => {
    const none = texts(traceSvg(exampleTrace({ promises: [], declares: 'none', rows: [] }), 'Sensor'));
    expect(none).to.deep.equal(['UUID trace of Sensor', 'M1 declares no transport: no identity is promised.']);
    const [promise] = exampleTrace().promises;
    if (promise === undefined) throw new Error('the example promises nothing');
    const open = { ...promise, expected: null, origin: null, problem: 'the VPI is cut' };
    expect(texts(traceSvg(exampleTrace({ promises: [open], rows: [] }), 'Printer'))).to.include.members([
      'UPnP: what M1 promises cannot be told: the VPI is cut.',
      'cannot be told',
    ]);
  });
});

describe('what differs between two identities', () => {
  const marked = (value: string, expected: string | null): string[] =>
    differences(value, expected).map(([from, to]) => value.slice(from, to));

  it('is each character of texts of one length', () => {
    expect(marked('uuid:AB-cd', 'uuid:ab-cd')).to.deep.equal(['A', 'B']);
    expect(marked('uuid:ab', 'uuid:ab')).to.deep.equal([]);
  });

  it('is what stands between what is alike, of texts of different lengths', () => {
    expect(marked('uuid:ab', 'urn:uuid:ab')).to.deep.equal([]);
    expect(marked('URN:UUID:ab', 'uuid:ab')).to.deep.equal(['URN:UUID']);
    expect(marked('x', null)).to.deep.equal([]);
  });
});
