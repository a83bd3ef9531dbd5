import type { XmlAttribute, XmlDocument, XmlElement } from '#wire/xml.js';

/** How a document's values are to be read where what is written is drawn anew for each: what stands for them. */
export interface Reading {
  readonly text: (element: XmlElement) => string;
  readonly attribute: (attribute: XmlAttribute) => string;
}

/**
 * Local names of the elements in which two documents differ: by text, attributes or namespace, or because one document
 * lacks them. `malformed` where one cannot be read, `order` where the same elements stand in another order, `size` where
 * the length alone differs.
 */
export function documentDifference(
  one: XmlDocument,
  other: XmlDocument,
  readings: readonly [Reading, Reading],
): string[] {
  if (isMalformed(one) !== isMalformed(other)) return ['malformed'];
  if (one.root === null || other.root === null) return one.root === other.root ? [] : ['malformed'];
  const comparison = new TreeComparison(readings);
  comparison.elements(one.root, other.root, null);
  if (comparison.places.size === 0 && one.bytes.length !== other.bytes.length) return ['size'];
  return [...comparison.places];
}

function isMalformed({ issues }: XmlDocument): boolean {
  return issues.some(({ code }) => code !== 'xml-byte-order-mark');
}

class TreeComparison {
  readonly places = new Set<string>();

  constructor(private readonly readings: readonly [Reading, Reading]) {}

  /** @param around namespaces of the elements that hold these */
  elements(one: XmlElement, other: XmlElement, around: readonly [string, string] | null): void {
    const [reading, otherReading] = this.readings;
    const namespaces = [one.namespace, other.namespace] as const;
    // A namespace that changed as that of the element around it did is one change.
    const isInherited = around?.[0] === namespaces[0] && around[1] === namespaces[1];
    const isSame =
      (isInherited || namespaces[0] === namespaces[1]) &&
      reading.text(one) === otherReading.text(other) &&
      attributesOf(one, reading) === attributesOf(other, otherReading);
    if (!isSame) this.places.add(one.local);
    this.children(one, other, namespaces);
  }

  private children(one: XmlElement, other: XmlElement, namespaces: readonly [string, string]): void {
    const [before, after] = [byLocal(one), byLocal(other)];
    for (const local of new Set([...before.keys(), ...after.keys()])) {
      const [mine, its] = [before.get(local) ?? [], after.get(local) ?? []];
      if (mine.length !== its.length) this.places.add(local);
      mine.forEach((child, index) => {
        const counterpart = its[index];
        if (counterpart !== undefined) this.elements(child, counterpart, namespaces);
      });
    }
    const common = (element: XmlElement, others: ReadonlyMap<string, readonly XmlElement[]>): string =>
      element.children.flatMap(({ local }) => (others.has(local) ? [local] : [])).join();
    const isRepeated = one.children.length !== other.children.length;
    if (!isRepeated && common(one, after) !== common(other, before)) this.places.add('order');
  }
}

function byLocal({ children }: XmlElement): Map<string, XmlElement[]> {
  const groups = new Map<string, XmlElement[]>();
  for (const child of children) groups.set(child.local, [...(groups.get(child.local) ?? []), child]);
  return groups;
}

/** What declares a namespace shows in the names of the elements. */
function attributesOf({ attributes }: XmlElement, { attribute }: Reading): string {
  return attributes
    .filter(({ name }) => name !== 'xmlns' && !name.startsWith('xmlns:'))
    .map((each) => `${each.namespace} ${each.local}=${attribute(each)}`)
    .sort()
    .join('\n');
}
