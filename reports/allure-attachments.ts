import type { Finding } from '#judge/rule.js';
import { dissectWsc, formatDissection } from '#wire/dissect.js';
import { chartsOfResult, type ExchangeChart } from './exchange-charts.js';
import { hexdumpHtml, hexdumpText, locationLine } from './hexdump.js';
import { locate, type LocatedBytes } from './locate.js';
import { secretMask } from './mask.js';
import { captureSlice, framesOf } from './slice.js';
import { markup, visible } from './text.js';
import { groupBy, leadingFindings, type JudgedResult, type RunView } from './view.js';

export interface CaseAttachment {
  readonly name: string;
  readonly contentType: string;
  /** Without the dot; also that of the file a browser saves. */
  readonly extension: string;
  readonly bytes: Uint8Array;
}

/** Messages of one case that are attached; a rule that fails on more says so in its description. */
const MAX_MESSAGES = 3;
/** Exchanges of one case that are drawn. */
export const MAX_CHARTS = 2;

/** Attachments of a case that failed or warns: whole messages with the wrong bytes marked, and its frames. */
export function attachmentsOf(result: JudgedResult, view: RunView): CaseAttachment[] {
  if (result.verdict !== 'fail' && !result.warning) return [];
  const placed = leadingFindings(result).flatMap((finding) => {
    const located = finding.at === undefined ? null : locate(finding.at, view.evidence);
    return located === null ? [] : [{ finding, located }];
  });
  const messages = [...groupBy(placed, ({ located }) => messageKey(located)).values()].slice(0, MAX_MESSAGES);
  return [
    ...messages.flatMap((group) => messageAttachments(result, group, view)),
    ...chartsOfResult(result, view, MAX_CHARTS).map(chartAttachment),
    ...sliceAttachments(result, messages.flat(), view),
  ];
}

/** The message sequence of an exchange as an attachment. */
export function chartAttachment({ exchange, svg }: ExchangeChart): CaseAttachment {
  return {
    name: `Message sequence: exchange ${exchange.number}`,
    contentType: 'image/svg+xml',
    extension: 'svg',
    bytes: utf8(svg),
  };
}

interface Placed {
  readonly finding: Finding;
  readonly located: LocatedBytes;
}

function messageAttachments(result: JudgedResult, group: readonly Placed[], view: RunView): CaseAttachment[] {
  const [first] = group;
  if (first === undefined) return [];
  const name = messageKey(first.located);
  return [
    {
      name: `Annotated hex: ${name}`,
      contentType: 'text/html',
      extension: 'html',
      bytes: utf8(hexPage(result, name, group)),
    },
    {
      name: `Decoded: ${name}`,
      contentType: 'text/plain',
      extension: 'txt',
      bytes: utf8(`${secretMask(view.evidence)(decoded(first.located))}\n`),
    },
  ];
}

function decoded(located: LocatedBytes): string {
  if (located.wsc === null) return hexdumpText(located, { bytesPerLine: 16 });
  return formatDissection(dissectWsc(located.wsc)).map(visible).join('\n');
}

function hexPage(result: JudgedResult, name: string, group: readonly Placed[]): string {
  const sections = group.map(
    ({ finding, located }) =>
      `<h2>${markup(finding.text)}</h2>\n<p>${markup(finding.at === undefined ? '' : locationLine(finding.at))}</p>\n` +
      `<pre>${hexdumpHtml(located, { bytesPerLine: 8 })}</pre>`,
  );
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${markup(`${result.id}: ${name}`)}</title>
<style>
body { margin: 12px; background: #fff; color: #1c1e21; font: 14px/1.4 system-ui, sans-serif; }
h2 { font-size: 15px; margin: 0 0 4px; }
p { margin: 0 0 8px; color: #555; }
pre { margin: 0 0 20px; font: 12px/1.5 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; overflow-x: auto; }
pre b { color: #a8071a; background: #ffe1de; }
</style></head><body>
${sections.join('\n')}
</body></html>
`;
}

function sliceAttachments(result: JudgedResult, placed: readonly Placed[], view: RunView): CaseAttachment[] {
  const groups = groupBy(placed, ({ located }) =>
    located.exchange === null ? 'Frames' : `Exchange ${located.exchange.number}`,
  );
  return [...groups].map(([name, group]) => {
    const comments = new Map<number, string>();
    for (const { finding, located } of group) {
      const number = finding.at?.frame ?? located.parts[0]?.frame.number;
      if (number === undefined || finding.at === undefined) continue;
      const said = `${result.id}: ${finding.text} (${locationLine(finding.at)})`;
      comments.set(number, [comments.get(number), said].filter((part) => part !== undefined).join('; '));
    }
    const frames = group.flatMap(({ located }) =>
      located.exchange === null ? located.parts.map((part) => part.frame) : framesOf(located.exchange),
    );
    const { tool } = view.info;
    return {
      name: `${name}.pcapng`,
      // A type of its own would make Allure rename the file.
      contentType: 'application/octet-stream',
      extension: 'pcapng',
      bytes: captureSlice(frames, `${tool.name} ${tool.version}`, comments),
    };
  });
}

function messageKey(located: LocatedBytes): string {
  return `${located.name} (frame ${located.parts.map((part) => part.frame.number).join(', ')})`;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
