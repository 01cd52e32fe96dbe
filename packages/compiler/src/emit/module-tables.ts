// The two tables that all functions of an .mpy file share: names and constants, each in the order of first use.
// Follows mp_emit_common_use_qstr() and mp_emit_common_use_const_obj() of py/emitcommon.c, MicroPython 1.28.

import type { MpyObject } from "@upykit/core/mpy";
import type { Constant, NameId, NodeRef, ParseTree } from "@upykit/core/python";
import { formatFloat64, formatImaginary } from "../floats/format-float.js";

/** The tables of one file. */
export class ModuleTables {
  readonly objects: MpyObject[] = [];
  private readonly used: NameId[] = [];
  private indexOfName = new Int32Array(512);
  private readonly indexOfConstant = new Map<Constant, number>();
  private readonly indexOfKey = new Map<string, number>();
  private readonly notNumbers = new Map<Constant, number>();
  private ellipsis: Constant = { type: "ellipsis" };

  constructor(private readonly tree: ParseTree) {}

  /** The index of a name, which is added where it is new. */
  name(name: NameId): number {
    if (name >= this.indexOfName.length) this.growNames(name);
    const known = this.indexOfName[name] as number;
    if (known !== 0) return known - 1;
    this.used.push(name);
    this.indexOfName[name] = this.used.length;
    return this.used.length - 1;
  }

  /** The index of a constant's node. */
  constantNode(node: NodeRef): number {
    return this.constant(this.tree.constant(node));
  }

  ellipsisIndex(): number {
    return this.constant(this.ellipsis);
  }

  /** The names in the order of their indexes. */
  get usedNames(): readonly NameId[] {
    return this.used;
  }

  private constant(constant: Constant): number {
    const known = this.indexOfConstant.get(constant);
    if (known !== undefined) return known;
    const key = this.keyOf(constant);
    let index = this.indexOfKey.get(key);
    if (index === undefined) {
      index = this.objects.length;
      this.objects.push(toObject(constant));
      this.indexOfKey.set(key, index);
    }
    this.indexOfConstant.set(constant, index);
    return index;
  }

  /** Equal for constants that one entry stands for: same type and value, 0.0 and -0.0 apart. */
  private keyOf(constant: Constant): string {
    switch (constant.type) {
      case "int":
        return `i${constant.value}`;
      case "float":
        return this.floatKey(constant, constant.value);
      case "complex":
        return `c${constant.imaginary}`;
      case "str":
      case "bytes":
        return constant.type + binaryText(constant.value);
      case "tuple":
        return `(${constant.items.map((item) => quoteKey(this.keyOf(item))).join("")})`;
      default:
        return constant.type;
    }
  }

  /** Not-a-number equals itself only where it is the same object. */
  private floatKey(constant: Constant, value: number): string {
    if (!Number.isNaN(value)) return Object.is(value, -0) ? "f-0" : `f${value}`;
    const number = this.notNumbers.get(constant) ?? this.notNumbers.size;
    this.notNumbers.set(constant, number);
    return `n${number}`;
  }

  private growNames(name: NameId): void {
    const bigger = new Int32Array(Math.max(this.indexOfName.length * 2, name + 1));
    bigger.set(this.indexOfName);
    this.indexOfName = bigger;
  }
}

function quoteKey(key: string): string {
  return `${key.length}:${key}`;
}

function binaryText(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return text;
}

function toObject(constant: Constant): MpyObject {
  switch (constant.type) {
    case "int":
      return { type: "int", value: constant.value.toString() };
    case "float":
      return { type: "float", value: formatFloat64(constant.value) };
    case "complex":
      return { type: "complex", value: formatImaginary(constant.imaginary) };
    case "tuple":
      return { type: "tuple", items: constant.items.map(toObject) };
    default:
      return constant;
  }
}
