import type { Issue } from '../issue.js';

/** An issue of EAPOL, EAP or EAP-WSC framing, with what should have stood there. */
export interface FramingRemark extends Issue {
  readonly expected: string;
  readonly actual: string;
}

/** A remark on the bytes `[start, end)`; its text is made of what was expected and what is there. */
export function remark(
  code: string,
  path: string,
  start: number,
  end: number,
  expected: string,
  actual: string,
): FramingRemark {
  return { code, at: { start, end }, path, text: `expected ${expected}, got ${actual}`, expected, actual };
}

/** `value` as two or more hex digits with prefix, e.g. `0x05`. */
export function hexNumber(value: number, digits = 2): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}
