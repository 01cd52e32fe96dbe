// The parse tree: nodes of the grammar's rules in one array of numbers, as py/parse.h has them (MicroPython 1.28).
// It is what the compiler walks; for a tree with names and types see ast.ts.

import type { ByteBuffer } from "./byte-buffer.js";
import type { NameTable } from "./name-table.js";
import { CONST_OBJECT } from "./rules.js";
import { enlarged, type Scratch } from "./scratch.js";

/**
 * A node: 0 for none, a leaf with its value inside, or the place of a rule's node in the array.
 * @internal
 */
export type NodeRef = number;

/**
 * A constant that is not a leaf.
 * @internal
 */
export type Constant =
  /** `big`: it came of arithmetic on big integers, and older compilers keep it as one however small it is. */
  | { readonly type: "int"; readonly value: bigint; readonly big?: true }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "complex"; readonly imaginary: number }
  | { readonly type: "str"; readonly value: Uint8Array }
  | { readonly type: "bytes"; readonly value: Uint8Array }
  | { readonly type: "none" }
  | { readonly type: "false" }
  | { readonly type: "true" }
  | { readonly type: "ellipsis" }
  | { readonly type: "tuple"; readonly items: readonly Constant[] };

/** A string whose bytes are not made an array before they are asked for: most are documentation, which nothing asks for. */
interface Text {
  readonly type: "text";
  readonly of: "str" | "bytes";
  readonly start: number;
  readonly end: number;
}

// The low three bits of a reference say what it is.
const STRUCT = 0;
const SMALL_INT = 1;
const IDENTIFIER = 2;
const STRING = 3;
const TOKEN = 4;
const WIDE_SMALL_INT = 5;
const INLINE_LIMIT = 1 << 27;

/** What stands before a node's children: kind and count, then the place of its first token. */
const HEADER = 2;

/**
 * A reference to the identifier with this number.
 * @internal
 */
export function identifierRef(name: number): NodeRef {
  return (name << 3) | IDENTIFIER;
}

/**
 * A reference to the (short) string with this number.
 * @internal
 */
export function stringRef(name: number): NodeRef {
  return (name << 3) | STRING;
}

/**
 * A reference to a token that stands for itself: a keyword or operator.
 * @internal
 */
export function tokenRef(kind: number): NodeRef {
  return (kind << 3) | TOKEN;
}

/**
 * What a leaf holds: number of the name or string, kind of the token, value of the small integer.
 * @internal
 */
export function leafValue(ref: NodeRef): number {
  return ref >> 3;
}

/** @internal */
export function isStruct(ref: NodeRef): boolean {
  return ref !== 0 && (ref & 7) === STRUCT;
}

/** @internal */
export function isLeaf(ref: NodeRef): boolean {
  return (ref & 7) !== STRUCT;
}

/** @internal */
export function isIdentifier(ref: NodeRef): boolean {
  return (ref & 7) === IDENTIFIER;
}

/** @internal */
export function isString(ref: NodeRef): boolean {
  return (ref & 7) === STRING;
}

/** @internal */
export function isToken(ref: NodeRef): boolean {
  return (ref & 7) === TOKEN;
}

/** @internal */
export function isSmallInt(ref: NodeRef): boolean {
  const tag = ref & 7;
  return tag === SMALL_INT || tag === WIDE_SMALL_INT;
}

/** True for a small integer that {@link leafValue} gives. @internal */
export function isInlineSmallInt(ref: NodeRef): boolean {
  return (ref & 7) === SMALL_INT;
}

/**
 * The nodes and constants of one source.
 * @internal
 */
export class ParseTree {
  root: NodeRef = 0;
  /** The line of each token, from 1, by its number. */
  lines: Int32Array = new Int32Array(1);
  /** The column of each token, from 1. */
  columns: Int32Array = new Int32Array(1);
  private readonly constants: (Constant | Text)[] = [];
  /** The bytes of all texts. */
  private readonly texts: ByteBuffer;
  private nodes: Int32Array<ArrayBuffer>;
  private used = 1;

  constructor(
    readonly names: NameTable,
    readonly scratch: Scratch,
  ) {
    this.nodes = scratch.nodes;
    this.texts = scratch.texts;
    this.texts.clear();
  }

  kind(ref: NodeRef): number {
    return (this.nodes[ref >> 3] as number) & 0xff;
  }

  /** True for a rule's node of that kind. */
  isKind(ref: NodeRef, kind: number): boolean {
    return isStruct(ref) && this.kind(ref) === kind;
  }

  count(ref: NodeRef): number {
    return (this.nodes[ref >> 3] as number) >>> 8;
  }

  child(ref: NodeRef, index: number): NodeRef {
    return this.nodes[(ref >> 3) + HEADER + index] as number;
  }

  /** The number of the node's first token; 0 for none. */
  place(ref: NodeRef): number {
    return this.nodes[(ref >> 3) + 1] as number;
  }

  /** The line of the node's first token; 0 where it has none. */
  line(ref: NodeRef): number {
    return this.lines[this.place(ref)] as number;
  }

  column(ref: NodeRef): number {
    return this.columns[this.place(ref)] as number;
  }

  /** A new node whose children are `stack[start, start + count)`. */
  add(kind: number, place: number, stack: Int32Array, start: number, count: number): NodeRef {
    // References keep three bits for their tag, and a node needs a number that is not 0.
    const index = this.used;
    const next = index + HEADER + count;
    if (next > this.nodes.length) this.grow(next);
    const nodes = this.nodes;
    nodes[index] = (count << 8) | kind;
    nodes[index + 1] = place;
    for (let i = 0; i < count; i++) nodes[index + HEADER + i] = stack[start + i] as number;
    this.used = next;
    return index << 3;
  }

  /** A node for a constant. */
  addConstant(place: number, constant: Constant): NodeRef {
    return this.addLeaf(place, constant);
  }

  /** A node for a string or bytes. */
  addText(place: number, of: "str" | "bytes", text: ByteBuffer): NodeRef {
    const start = this.texts.length;
    this.texts.append(text.bytes, 0, text.length);
    return this.addLeaf(place, { type: "text", of, start, end: this.texts.length });
  }

  private addLeaf(place: number, constant: Constant | Text): NodeRef {
    this.oneChild[0] = this.constants.length;
    this.constants.push(constant);
    return this.add(CONST_OBJECT, place, this.oneChild, 0, 1);
  }

  private readonly oneChild = new Int32Array(1);

  constant(ref: NodeRef): Constant {
    const index = this.child(ref, 0);
    const constant = this.constants[index] as Constant | Text;
    if (constant.type !== "text") return constant;
    const { of, start, end } = constant;
    const made: Constant = { type: of, value: this.texts.bytes.slice(start, end) };
    this.constants[index] = made;
    return made;
  }

  /** The number of a constant's node; equal constants of different nodes have different numbers. */
  constantIndex(ref: NodeRef): number {
    return this.child(ref, 0);
  }

  /** A leaf for an integer that fits a small integer. */
  smallInt(value: bigint | number): NodeRef {
    if (value >= -INLINE_LIMIT && value < INLINE_LIMIT) return (Number(value) << 3) | SMALL_INT;
    this.constants.push({ type: "int", value: BigInt(value) });
    return ((this.constants.length - 1) << 3) | WIDE_SMALL_INT;
  }

  smallIntValue(ref: NodeRef): bigint {
    if ((ref & 7) === SMALL_INT) return BigInt(ref >> 3);
    return (this.constants[ref >> 3] as { value: bigint }).value;
  }

  /** As {@link smallIntValue}, as a number; rounded beyond 2**53. */
  smallIntNumber(ref: NodeRef): number {
    return (ref & 7) === SMALL_INT ? ref >> 3 : Number(this.smallIntValue(ref));
  }

  private grow(length: number): void {
    this.nodes = this.scratch.nodes = enlarged(this.nodes, length);
  }
}
