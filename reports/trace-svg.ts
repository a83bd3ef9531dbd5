import type { Trace, TracePromise, TraceWay } from '#judge/trace.js';
import { svgBand, svgBox, svgDocument, svgLine, svgMark, svgMarkedText, svgText, type Area } from './svg.js';
import { clip, visible, wrap } from './text.js';
import { bandsOf, CONTAINER, type Box } from './trace-boxes.js';
import { traceResults } from './trace-words.js';

/** Measures of the picture, pixels. */
const MARGIN = 16;
const LABELS = 96;
const LANE = 452;
/** Left of the boxes of a lane: the lines that join them. */
const RAIL = 34;
const GAP = 14;
const LINE = 16;
const BAND_PAD = 10;
const HEAD = 44;
/** What a box takes beside its first line: the space before it, and its mark with a space before that. */
const BESIDE = 36;
/** Width of one character, in each kind of text. */
const MONO = 7.25;
const SMALL = 6;
const STRONG = 7.4;
const TITLE = 11;

const LANES: readonly TraceWay[] = ['upnp', 'dpws'];

interface Placed {
  readonly box: Box;
  readonly area: Area;
}

/**
 * The picture of a trace: what M1 promises above, what the device is found under below, for each way a line that joins
 * what agrees, broken where the identities part. Device strings are text.
 *
 * @param name what the device is called
 */
export function traceSvg(trace: Trace, name: string): string {
  const ways = LANES.filter(
    (way) => trace.promises.some((each) => each.way === way) || trace.rows.some((row) => row.way === way),
  );
  const lanes = Math.max(1, ways.length);
  const width = 2 * MARGIN + LABELS + lanes * LANE;
  const results = traceResults(trace).flatMap(({ agrees, text }) =>
    wrap(visible(text), Math.floor((width - 2 * MARGIN) / STRONG)).map((line) => ({ agrees, line })),
  );
  const title = clip(`UUID trace of ${visible(name)}`, Math.floor((width - 2 * MARGIN) / TITLE));
  const body: string[] = [
    svgText(MARGIN, 30, title, { title: true }),
    ...results.map(({ agrees, line }, index) =>
      svgText(MARGIN, HEAD + 8 + index * LINE, line, {
        tone: agrees === null ? 'muted' : agrees ? 'good' : 'bad',
        strong: true,
      }),
    ),
  ];
  const laneX = (way: TraceWay): number => MARGIN + LABELS + ways.indexOf(way) * LANE;
  const placed: { readonly way: TraceWay | null; readonly band: string; readonly placed: Placed }[] = [];
  let y = HEAD + results.length * LINE + 8;
  bandsOf(trace, ways).forEach((band, index) => {
    const top = y + BAND_PAD;
    const columns: readonly (readonly [TraceWay | null, readonly Box[]])[] = [[null, band.all], ...band.lanes];
    let bottom = top;
    for (const [way, boxes] of columns) {
      let at = way === null ? top : top + heightOf(band.all);
      for (const box of boxes) {
        const x = (way === null ? MARGIN + LABELS : laneX(way)) + RAIL;
        const area = { x, y: at, width: (way === null ? lanes : 1) * LANE - RAIL - GAP, height: boxHeight(box) };
        placed.push({ way, band: band.label, placed: { box, area } });
        at += area.height + GAP;
      }
      bottom = Math.max(bottom, at - GAP);
    }
    const height = bottom - y + BAND_PAD;
    if (index % 2 === 0) body.push(svgBand({ x: 0, y, width, height }));
    body.push(
      ...wrap(band.label, 14).map((line, row) => svgText(MARGIN, top + 15 + row * LINE, line, { tone: 'muted' })),
    );
    y += height;
  });
  for (const way of ways) {
    const own = placed.filter((each) => each.way === way || each.way === null);
    body.push(
      ...railOf(
        trace.promises.find((each) => each.way === way),
        own,
        laneX(way),
      ),
    );
  }
  body.push(...containerLine(placed.filter(({ band }) => band === CONTAINER).map((each) => each.placed)));
  body.push(...placed.flatMap((each) => drawn(each.placed)));
  const more = trace.unlisted > 0 ? [`and ${trace.unlisted} more identities that are not shown`] : [];
  body.push(...more.map((line) => svgText(MARGIN, y + 16, line, { tone: 'muted' })));
  const height = y + (more.length > 0 ? 28 : 8);
  const description = results.map(({ line }) => line).join(' ');
  return svgDocument({ width, height, title, description }, body);
}

/** What is said below the value, in lines that fit. */
function remarkLines({ remark, tone }: Box): string[] {
  if (remark === '') return [];
  const characters = Math.floor((LANE - RAIL - GAP - 20) / (tone === 'bad' ? STRONG : 6.6));
  return wrap(clip(visible(remark), 160), characters);
}

function boxHeight(box: Box): number {
  return 12 + LINE * (box.origin === '' ? 2 : 3) + LINE * remarkLines(box).length;
}

function heightOf(boxes: readonly Box[]): number {
  return boxes.reduce((sum, box) => sum + boxHeight(box) + GAP, 0);
}

function drawn({ box, area }: Placed): string[] {
  const { x, y, width } = area;
  const left = x + 10;
  const value = clip(box.value, Math.floor((width - 20) / MONO));
  const lines = remarkLines(box);
  const at = (line: number): number => y + 17 + line * LINE;
  const originLine =
    box.origin === ''
      ? []
      : [
          svgText(left, at(2), clip(visible(box.origin), Math.floor((width - 20) / SMALL)), {
            tone: 'muted',
            small: true,
          }),
        ];
  const first = box.origin === '' ? 2 : 3;
  return [
    svgBox(area, box.tone),
    svgText(left, at(0), clip(visible(box.places), Math.floor((width - BESIDE) / STRONG)), { strong: true }),
    svgMarkedText(left, at(1), value, differences(value, box.expected), { mono: true }),
    ...originLine,
    ...lines.map((line, index) =>
      svgText(left, at(first + index), line, {
        tone: box.tone === 'quiet' ? 'muted' : 'bad',
        strong: box.tone === 'bad',
      }),
    ),
    ...(box.mark === null ? [] : [svgMark(x + width - 16, y + 14, box.mark)]),
  ];
}

/** Stretches of `value` that are not as in `expected`: character by character, or between what is alike at both ends. */
export function differences(value: string, expected: string | null): (readonly [from: number, to: number])[] {
  if (expected === null || value === expected) return [];
  const own = [...value];
  const wanted = [...expected];
  if (own.length === wanted.length) {
    return own.flatMap((character, index): [number, number][] =>
      character === wanted[index] ? [] : [[index, index + 1]],
    );
  }
  let start = 0;
  while (start < own.length && own[start] === wanted[start]) start += 1;
  let end = 0;
  while (end < own.length - start && end < wanted.length - start && own.at(-1 - end) === wanted.at(-1 - end)) end += 1;
  return own.length - end > start ? [[start, own.length - end]] : [];
}

/** The lines left of a lane's boxes: one through all that agree with the promise, another through what parts alike. */
function railOf(
  promise: TracePromise | undefined,
  own: readonly { readonly way: TraceWay | null; readonly band: string; readonly placed: Placed }[],
  x: number,
): string[] {
  const lane = own.filter(({ way, band }) => way !== null && band !== CONTAINER).map(({ placed }) => placed);
  const uuidE = own.filter(({ way, band }) => way === null && band === 'M1').map(({ placed }) => placed)[0];
  const origin = promise?.origin === 'uuid-e' && uuidE !== undefined ? [uuidE] : [];
  const agreeing = [...origin, ...lane.filter(({ box }) => box.tone === 'good' || box.tone === 'given')];
  const parted = lane.filter(({ box }) => box.tone === 'bad' && box.mark === 'cross');
  const good = x + 12;
  const bad = x + 24;
  const lines =
    agreeing.length > 1
      ? [
          svgLine(
            [
              [good, middle(agreeing[0])],
              [good, middle(agreeing.at(-1))],
            ],
            'good',
          ),
        ]
      : [];
  lines.push(
    ...agreeing.map((each) =>
      svgLine(
        [
          [good, middle(each)],
          [each.area.x, middle(each)],
        ],
        'good',
      ),
    ),
  );
  const [firstParted] = parted;
  if (firstParted === undefined) return lines;
  const last = agreeing.filter(({ area }) => area.y < firstParted.area.y).at(-1);
  const isBroken = last !== undefined && last === agreeing.at(-1);
  if (isBroken) {
    const breakY = firstParted.area.y - GAP;
    lines.push(
      svgLine(
        [
          [good, middle(last)],
          [good, breakY - 8],
        ],
        'good',
      ),
      svgMark(good, breakY, 'cross'),
      svgLine(
        [
          [good, breakY + 8],
          [good, middle(parted.at(-1))],
        ],
        'bad',
        true,
      ),
    );
  }
  const alike = parted.filter(({ box }) => box.value === firstParted.box.value);
  lines.push(
    svgLine(
      [
        [bad, middle(firstParted)],
        [bad, middle(alike.at(-1))],
      ],
      'bad',
    ),
    ...parted.map((each) =>
      svgLine(
        [
          [bad, middle(each)],
          [each.area.x, middle(each)],
        ],
        'bad',
      ),
    ),
    // Beside a line that goes on, each that parts is struck off by itself.
    ...(isBroken ? [] : parted.map((each) => svgMark(bad, middle(each), 'cross'))),
  );
  return lines;
}

function middle(placed: Placed | undefined): number {
  return placed === undefined ? 0 : placed.area.y + Math.round(placed.area.height / 2);
}

/** Between the container ids of two lanes. */
function containerLine([one, other]: readonly Placed[]): string[] {
  if (one === undefined || other === undefined) return [];
  const from = one.area.x + one.area.width;
  const y = one.area.y + 20;
  const isBroken = other.box.tone === 'bad';
  return [
    svgLine(
      [
        [from, y],
        [other.area.x, y],
      ],
      isBroken ? 'bad' : 'good',
      isBroken,
    ),
  ];
}
