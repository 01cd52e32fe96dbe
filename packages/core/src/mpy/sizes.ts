// What an .mpy file costs: bytes of the file, of flash when frozen, of RAM when imported, all for a 32-bit board.
// The frozen size counts what py/emitglue.h and py/objstr.h, MicroPython 1.28, lay out. The RAM size is an estimate: on
// the WebAssembly port of 1.28, loading took 3 to 10 % more; what a module makes of itself when it runs comes on top.

import type { MpyFile, MpyObject, RawCode } from "./mpy-file.js";
import { staticQstrIndex } from "./static-qstrs.js";
import { encodeText } from "./text.js";

/** Sizes in bytes. */
export interface MpySizes {
  readonly file: number;
  /** When frozen into firmware that has none of its names yet. */
  readonly flash: number;
  /** An estimate of the heap that importing takes before the module's own code allocates anything. */
  readonly ram: number;
}

const pointer = 4;
/** The unit of MicroPython's heap on a 32-bit board. */
const heapBlock = 16;
/** mp_raw_code_truncated_t without MICROPY_PERSISTENT_CODE_SAVE: indicator and kind, pointer to the code, to the children. */
const rawCodeSize = 12;
/** mp_obj_str_t: type, hash, length, pointer to the data. */
const stringHeader = 16;
const numberObject = 16;

/** The sizes of a file. */
export function estimateSizes(file: MpyFile, fileSize: number): MpySizes {
  return { file: fileSize, flash: flashSize(file), ram: ramSize(file) };
}

function flashSize(file: MpyFile): number {
  const qstrs = sum(newQstrs(file), (text) => encodeText(text).length + 1 + 2);
  const tables = file.qstrs.length * 2 + file.objects.length * pointer;
  const objects = sum(file.objects, (object) => objectSize(object, exact));
  const moduleRecord = 3 * pointer;
  const name = (file.qstrs[0] ?? "").length + 1 + pointer;
  return qstrs + tables + objects + moduleRecord + name + frozenCodeSize(file.code);
}

function frozenCodeSize(code: RawCode): number {
  const children = code.children.length * pointer;
  const isPlain = code.kind === "bytecode" && code.children.length === 0;
  const record = isPlain ? 0 : rawCodeSize;
  return code.data.length + record + children + sum(code.children, frozenCodeSize);
}

function ramSize(file: MpyFile): number {
  // Qstrs are packed into chunks; each also takes a pool entry of pointer, hash and length.
  const qstrs = sum(newQstrs(file), (text) => encodeText(text).length + 1 + pointer + 2);
  const tables = blocks(file.qstrs.length * 2) + blocks(file.objects.length * pointer);
  const objects = sum(file.objects, (object) => objectSize(object, blocks));
  const context = 2 * heapBlock;
  return qstrs + tables + objects + context + loadedCodeSize(file.code);
}

function loadedCodeSize(code: RawCode): number {
  const children = blocks(code.children.length * pointer);
  return blocks(code.data.length) + blocks(rawCodeSize) + children + sum(code.children, loadedCodeSize);
}

function objectSize(object: MpyObject, rounded: (size: number) => number): number {
  switch (object.type) {
    case "str":
    case "bytes":
      return object.value.length === 0 ? 0 : rounded(stringHeader) + rounded(object.value.length + 1);
    case "int":
      return rounded(numberObject) + rounded(Math.ceil((object.value.length * Math.log2(10)) / 16) * 2);
    case "float":
    case "complex":
      return rounded(numberObject);
    case "tuple":
      return (
        rounded((2 + object.items.length) * pointer) + sum(object.items, (item) => objectSize(item, rounded))
      );
    default:
      return 0;
  }
}

function newQstrs(file: MpyFile): string[] {
  return [...new Set(file.qstrs)].filter((text) => staticQstrIndex(text) === undefined);
}

function blocks(size: number): number {
  return Math.ceil(size / heapBlock) * heapBlock;
}

function exact(size: number): number {
  return Math.ceil(size / pointer) * pointer;
}

function sum<T>(items: readonly T[], size: (item: T) => number): number {
  return items.reduce((total, item) => total + size(item), 0);
}
