/**
 * Canonical JSON: keys sorted by UTF-16 code unit, two blanks of indentation, members without a value left out, one
 * newline at the end. The same value always gives the same text, so results can be compared byte by byte.
 * Throws TypeError on what JSON cannot hold exactly (bigint, NaN, functions, byte arrays and other class instances).
 */
export function canonicalJson(value: unknown): string {
  return `${JSON.stringify(sorted(value, '$'), undefined, 2)}\n`;
}

function sorted(value: unknown, path: string): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${path}: ${String(value)} has no JSON form`);
    return value;
  }
  if (Array.isArray(value)) return value.map((item, index) => sorted(item, `${path}[${index}]`));
  if (!isPlainObject(value)) throw new TypeError(`${path}: ${typeof value} has no JSON form`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  // No two keys are the same.
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  // Object.fromEntries defines own members, so even a key such as __proto__ stays what it is.
  return Object.fromEntries(members.map(([key, member]) => [key, sorted(member, `${path}.${key}`)]));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
