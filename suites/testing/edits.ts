import { concat, equal } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { MICROSOFT_VENDOR_ID } from '#wire/wps/vendor-extension.js';
import type { TlvSource } from '#wire/tlv.js';

/** A change of a message's attributes. */
export type Edit = (attributes: readonly TlvSource[]) => readonly TlvSource[];

/** Set the value of every attribute of this type. */
export function setValue(type: number, value: Uint8Array): Edit {
  return (attributes) => attributes.map((each) => (each.type === type ? { type, value } : each));
}

/** Let the Length field of this attribute lie. */
export function lieAbout(type: number, declaredLength: number): Edit {
  return (attributes) => attributes.map((each) => (each.type === type ? { ...each, declaredLength } : each));
}

export function drop(type: number): Edit {
  return (attributes) => attributes.filter((each) => each.type !== type);
}

/** Repeat the attribute of this type at the end. */
export function repeat(type: number): Edit {
  return (attributes) => [...attributes, ...attributes.filter((each) => each.type === type)];
}

export function append(...added: readonly TlvSource[]): Edit {
  return (attributes) => [...attributes, ...added];
}

export function prepend(...added: readonly TlvSource[]): Edit {
  return (attributes) => [...added, ...attributes];
}

/** Take the attribute of this type out and put it directly before the one of `before`. */
export function moveBefore(type: number, before: number): Edit {
  return (attributes) => {
    const moved = attributes.filter((each) => each.type === type);
    return attributes
      .filter((each) => each.type !== type)
      .flatMap((each) => (each.type === before ? [...moved, each] : [each]));
  };
}

/** Take the attribute of this type out and put it at the end. */
export function moveLast(type: number): Edit {
  return (attributes) => [
    ...attributes.filter((each) => each.type !== type),
    ...attributes.filter((each) => each.type === type),
  ];
}

/** The identity of a Registrar instead of that of an Enrollee. */
export const asRegistrar: Edit = (attributes) =>
  attributes.map((each) => (each.type === ATTRIBUTE.UuidE ? { ...each, type: ATTRIBUTE.UuidR } : each));

export function all(...edits: readonly Edit[]): Edit {
  return (attributes) => edits.reduce<readonly TlvSource[]>((changed, edit) => edit(changed), attributes);
}

export function isMicrosoft(attribute: TlvSource): boolean {
  return attribute.type === ATTRIBUTE.VendorExtension && equal(attribute.value.subarray(0, 3), MICROSOFT_VENDOR_ID);
}

/** Replace the Microsoft extension by these attributes. */
export function replaceMicrosoft(...others: readonly TlvSource[]): Edit {
  return (attributes) => attributes.flatMap((each) => (isMicrosoft(each) ? others : [each]));
}

/** Replace the vendor data after 00 01 37, byte for byte. */
export function vendorData(data: Uint8Array): Edit {
  return replaceMicrosoft({ type: ATTRIBUTE.VendorExtension, value: concat(MICROSOFT_VENDOR_ID, data) });
}
