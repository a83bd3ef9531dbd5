import type { Span } from '#base/bytes.js';

/** A decoder's remark on malformed bytes. Never an exception: a device's fault must not hide what follows it. */
export interface Issue {
  /** Stable kebab-case name, e.g. `tlv-length-past-end`. */
  readonly code: string;
  /** Where, in the byte string that was decoded. */
  readonly at: Span;
  /** Path of the node concerned, e.g. `m1.vendorExtension[0].tlv[2]`. */
  readonly path: string;
  /** One sentence with the figures. */
  readonly text: string;
}
