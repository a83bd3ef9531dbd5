/** One field of tshark's PDML; offsets count in the frame. */
export interface PdmlField {
  /** Empty for a group that has no filter name. */
  readonly name: string;
  readonly start: number;
  readonly lengthBytes: number;
  /** Its bytes in hex; of a part of a byte, the masked number. */
  readonly value: string;
  /** What a person is shown. */
  readonly shown: string;
  readonly children: readonly PdmlField[];
}

/** The fields of every layer of a frame above tshark's own remarks on it. */
export interface PdmlPacket {
  readonly fields: readonly PdmlField[];
}

/** Layers that speak of the capture and not of the bytes. */
const ABOUT_THE_CAPTURE: ReadonlySet<string> = new Set(['geninfo', 'frame']);
const TAG = /<(\/?)(packet|proto|field)\b([^>]*?)(\/?)>/g;

/** Read what `tshark -T pdml` writes: every tag whole, attributes in double quotes, markup in them escaped. */
export function readPdml(xml: string): PdmlPacket[] {
  const packets: PdmlPacket[] = [];
  let stack: PdmlField[][] = [];
  for (const [, closing, tag, attributes = '', empty] of xml.matchAll(TAG)) {
    if (closing === '/') {
      stack.pop();
      continue;
    }
    const children: PdmlField[] = [];
    if (tag === 'packet') {
      packets.push({ fields: children });
      stack = [];
    } else if (tag === 'proto' && empty === '/') {
      // A layer without fields, as tshark hides one in a field it could not read.
      continue;
    } else if (tag === 'proto') {
      const owner = packets.at(-1)?.fields as PdmlField[] | undefined;
      // A layer is looked through: what counts are its fields.
      const skipped = ABOUT_THE_CAPTURE.has(attribute(attributes, 'name'));
      stack.push(skipped || owner === undefined ? children : owner);
      continue;
    } else {
      stack.at(-1)?.push({
        name: attribute(attributes, 'name'),
        start: Number(attribute(attributes, 'pos')),
        lengthBytes: Number(attribute(attributes, 'size')),
        value: attribute(attributes, 'value'),
        shown: attribute(attributes, 'showname') || attribute(attributes, 'show'),
        children,
      });
    }
    if (empty !== '/') stack.push(children);
  }
  return packets;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function attribute(attributes: string, name: string): string {
  const raw = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
  return raw.replace(/&(\w+);/g, (whole, entity: string) => ENTITIES[entity] ?? whole);
}
