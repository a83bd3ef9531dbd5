import { concat } from '#base/bytes.js';
import { MICROSOFT_TLV } from '#wire/microsoft/vertical-pairing.js';
import { decodeTlvs, encodeTlv, WFA_SHAPE, WPS_SHAPE, type TlvShape, type TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE, ATTRIBUTES } from '#wire/wps/attributes.js';
import { MICROSOFT_VENDOR_ID, WFA_VENDOR_ID } from '#wire/wps/vendor-extension.js';
import { WFA_SUBELEMENT } from '#wire/wps/wfa.js';
import type { Dice } from '../dice.js';
import { editBytes, lyingLength, type Edit } from './edit.js';

/** One number space of type-length-value structures: what its types are and what their values hold. */
export interface Dialect {
  readonly shape: TlvShape;
  readonly types: readonly number[];
  /** How the value of this node is changed as a structure of its own; null for a plain value. */
  readonly inner: (node: TlvSource) => Edit | null;
  /** A node that holds `list`; absent in a space that cannot nest. */
  readonly nest?: (list: Uint8Array, dice: Dice) => TlvSource;
}

/** Longest list that is nested once more: deep structures, not large ones. */
const MAX_NESTED_BYTES = 4096;

const MICROSOFT: Dialect = {
  shape: WPS_SHAPE,
  types: [...Object.values(MICROSOFT_TLV), 0x1000, 0x1003],
  inner: () => null,
};

const WFA: Dialect = { shape: WFA_SHAPE, types: Object.values(WFA_SUBELEMENT), inner: () => null };

export const WPS: Dialect = {
  shape: WPS_SHAPE,
  types: [...ATTRIBUTES.keys()],
  inner: ({ type }) => {
    if (type === ATTRIBUTE.VendorExtension) return editVendorExtension;
    return type === ATTRIBUTE.Credential ? (value, dice) => editTlvs(value, WPS, dice) : null;
  },
  nest: (list, dice) => {
    const vendor = dice.oneOf([MICROSOFT_VENDOR_ID, WFA_VENDOR_ID, dice.bytes(3)]);
    return dice.onceIn(3)
      ? { type: ATTRIBUTE.Credential, value: list }
      : { type: ATTRIBUTE.VendorExtension, value: concat(vendor, list) };
  },
};

/** Elements of 802.11: one byte of id, one of length; the vendor specific one can hold WPS attributes. */
const VENDOR_ELEMENT = 221;
const WPS_ELEMENT_HEAD = Uint8Array.of(0x00, 0x50, 0xf2, 0x04);
export const ELEMENTS: Dialect = {
  shape: { typeBytes: 1, lengthBytes: 1 },
  types: [0, 1, 3, 5, 48, 127, VENDOR_ELEMENT],
  inner: ({ type, value }) => {
    if (type !== VENDOR_ELEMENT || value.length < WPS_ELEMENT_HEAD.length) return null;
    return (bytes, dice) =>
      dice.onceIn(6) ? editBytes(bytes, dice) : concat(bytes.subarray(0, 4), editTlvs(bytes.subarray(4), WPS, dice));
  },
  nest: (list, dice) => ({
    type: VENDOR_ELEMENT,
    value: concat(
      WPS_ELEMENT_HEAD,
      dice.onceIn(2) ? list : encodeTlv({ type: ATTRIBUTE.VendorExtension, value: list }),
    ),
  }),
};

const editVendorExtension: Edit = (value, dice) => {
  if (dice.onceIn(6)) return concat(dice.oneOf([MICROSOFT_VENDOR_ID, WFA_VENDOR_ID]), value.subarray(3));
  const dialect = value[0] === 0 && value[1] === 1 ? MICROSOFT : value[1] === 0x37 ? WFA : WPS;
  return concat(value.subarray(0, 3), editTlvs(value.subarray(3), dialect, dice));
};

type ListEdit = (nodes: TlvSource[], at: number, dialect: Dialect, dice: Dice) => readonly TlvSource[];

const replaced = (nodes: readonly TlvSource[], at: number, ...by: readonly TlvSource[]): TlvSource[] =>
  nodes.flatMap((node, index) => (index === at ? by : [node]));

/** A change of the value of one node. */
const valued =
  (change: (node: TlvSource, dice: Dice, dialect: Dialect) => Uint8Array): ListEdit =>
  (nodes, at, dialect, dice) =>
    nodes.map((node, index) => (index === at ? { type: node.type, value: change(node, dice, dialect) } : node));

const LIST_EDITS: readonly ListEdit[] = [
  // The Length field lies.
  (nodes, at, { shape }, dice) =>
    nodes.map((node, index) =>
      index === at ? { ...node, declaredLength: lyingLength(node.value.length, 256 ** shape.lengthBytes, dice) } : node,
    ),
  // Another type, defined or not.
  (nodes, at, { shape, types }, dice) => {
    const type = dice.onceIn(4) ? dice.below(256 ** shape.typeBytes) : dice.oneOf(types);
    return nodes.map((node, index) => (index === at ? { ...node, type } : node));
  },
  // Once more, here or elsewhere.
  (nodes, at, _dialect, dice) => nodes.toSpliced(dice.below(nodes.length + 1), 0, ...nodes.slice(at, at + 1)),
  (nodes, at) => replaced(nodes, at),
  // In another place.
  (nodes, at, _dialect, dice) => replaced(nodes, at).toSpliced(dice.below(nodes.length), 0, ...nodes.slice(at, at + 1)),
  valued(({ value }, dice) => value.subarray(0, dice.below(value.length + 1))),
  valued(({ value }, dice) => concat(value, dice.bytes(1 + dice.below(dice.onceIn(8) ? 300 : 4)))),
  valued(({ value }, dice) => new Uint8Array(value.length).fill(dice.oneOf([0, 0xff, 0x20]))),
  valued(({ value }, dice) => editBytes(value, dice)),
  valued((node, dice, dialect) => (dialect.inner(node) ?? editBytes)(node.value, dice)),
  valued((node, dice, dialect) => (dialect.inner(node) ?? editBytes)(node.value, dice)),
  // A node of a type that may be missing.
  (nodes, at, { types }, dice) =>
    nodes.toSpliced(at, 0, { type: dice.oneOf(types), value: dice.bytes(dice.oneOf([0, 1, 2, 4, 8, 16, 32])) }),
  // The whole list inside one of its own nodes.
  (nodes, at, dialect, dice) => {
    const list = concat(...nodes.map((node) => writeTlv(node, dialect.shape)));
    if (dialect.nest === undefined || list.length > MAX_NESTED_BYTES) return nodes;
    return replaced(nodes, at, dialect.nest(list, dice));
  },
];

/** One change of a list of TLVs; the list may be broken already. */
export function editTlvs(bytes: Uint8Array, dialect: Dialect, dice: Dice): Uint8Array {
  const { nodes, rest } = decodeTlvs(bytes, dialect.shape);
  if (nodes.length === 0 || dice.onceIn(16)) return editBytes(bytes, dice);
  const edit = dice.oneOf(LIST_EDITS);
  const edited = edit([...nodes], dice.below(nodes.length), dialect, dice);
  const tail = dice.onceIn(16) ? dice.bytes(1 + dice.below(3)) : (rest?.bytes ?? new Uint8Array(0));
  return concat(...edited.map((node) => writeTlv(node, dialect.shape)), tail);
}

/** A node whose Length is written modulo what the field can hold. */
function writeTlv(node: TlvSource, shape: TlvShape): Uint8Array {
  const limit = 256 ** shape.lengthBytes;
  // A decoded node keeps its own Length only while it is the last and cut; else the value's length is the right one.
  const declaredLength = (node.declaredLength ?? node.value.length) % limit;
  return encodeTlv({ type: node.type % 256 ** shape.typeBytes, value: node.value, declaredLength }, shape);
}
