// The two tables that all functions of an .mpy file share: names and constants, each in the order of first use.
// Follows mp_emit_common_use_qstr() and mp_emit_common_use_const_obj() of py/emitcommon.c, MicroPython 1.28.

import type { MpyObject } from "@upykit/core/mpy";
import { enlarged, type Constant, type NameId, type NodeRef, type ParseTree } from "@upykit/core/python";
import type { Workspace } from "../workspace.js";
import { formatFloat64, formatImaginary } from "../floats/format-float.js";

type TextConstant = Extract<Constant, { type: "str" | "bytes" }>;

/** How many bytes of a text its hash looks at. */
const HASHED = 64;

/** The tables of one file. */
export class ModuleTables {
  readonly objects: MpyObject[] = [];
  private readonly used: NameId[] = [];
  private indexOfName: Int32Array<ArrayBuffer>;
  /** Strings and bytes by their hash. */
  private readonly indexesOfHash = new Map<number, number[]>();
  private readonly indexOfKey = new Map<string, number>();
  private readonly notNumbers = new Map<Constant, number>();
  private ellipsis: Constant = { type: "ellipsis" };

  constructor(
    private readonly tree: ParseTree,
    private readonly workspace: Workspace,
  ) {
    this.indexOfName = workspace.nameIndexes;
    this.indexOfName.fill(0);
  }

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
    if (constant.type === "str" || constant.type === "bytes") return this.text(constant);
    const key = this.keyOf(constant);
    let index = this.indexOfKey.get(key);
    if (index === undefined) {
      index = this.objects.length;
      this.objects.push(toObject(constant));
      this.indexOfKey.set(key, index);
    }
    return index;
  }

  private text(constant: TextConstant): number {
    const hash = hashOf(constant.value);
    const indexes = this.indexesOfHash.get(hash);
    const index = this.objects.length;
    if (indexes === undefined) this.indexesOfHash.set(hash, [index]);
    else {
      for (let i = 0; i < indexes.length; i++) {
        const known = indexes[i] as number;
        if (isSameText(this.objects[known], constant)) return known;
      }
      indexes.push(index);
    }
    this.objects.push(constant);
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
    this.indexOfName = this.workspace.nameIndexes = enlarged(this.indexOfName, name + 1);
  }
}

function hashOf(bytes: Uint8Array): number {
  const count = Math.min(bytes.length, HASHED);
  let hash = bytes.length;
  for (let i = 0; i < count; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) & 0x3fff_ffff;
  return hash;
}

function isSameText(object: MpyObject | undefined, { type, value }: TextConstant): boolean {
  if (object?.type !== type || !("value" in object) || typeof object.value === "string") return false;
  const other = object.value;
  if (other.length !== value.length) return false;
  for (let i = 0; i < value.length; i++) if (other[i] !== value[i]) return false;
  return true;
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
