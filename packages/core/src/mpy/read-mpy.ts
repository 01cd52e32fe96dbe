// .mpy bytes to a value. Never trusts a length, bounds nesting, and does not look inside bytecode or machine code.
// Format: py/persistentcode.c, MicroPython 1.28 (mpy v6.3); what the loader there would misread is an error here.

import { ByteReader, invalidMpy } from "./byte-reader.js";
import { readHeader } from "./header.js";
import { maximumNesting } from "./limits.js";
import type { MpyFile, MpyObject, NativeRawCode, RawCode } from "./mpy-file.js";
import { type ViperFlags, viperFlags } from "./scope-flags.js";
import { staticQstrs } from "./static-qstrs.js";
import { decodeText } from "./text.js";

/** A stretch of the file that has a meaning of its own; `start` equals `end` for a qstr that is named by number. */
export interface MpySegment {
  readonly kind: "static-qstr" | "qstr" | "object" | "code";
  readonly start: number;
  readonly end: number;
  /** The qstr's text, the object, or the raw code. */
  readonly value: string | MpyObject | RawCode;
}

/** What {@link readMpy} takes besides the bytes. */
export interface ReadMpyOptions {
  /** Called for each segment; a function's code comes before its children. */
  readonly onSegment?: (segment: MpySegment) => void;
}

/**
 * Reads a whole .mpy file of version 6. Byte arrays in the result are views of `bytes`.
 * @throws `invalid-mpy` when the file is damaged, or of a version whose body cannot be read
 */
export function readMpy(bytes: Uint8Array, options: ReadMpyOptions = {}): MpyFile {
  return new MpyReader(bytes, options.onSegment ?? ignore).file();
}

function ignore(): void {
  // Nobody asked for segments.
}

const simpleObjects = ["fun-table", "none", "false", "true", "ellipsis"] as const;
const numberObjects = ["int", "float", "complex"] as const;
const nativeKinds = ["native", "viper", "asm"] as const;

class MpyReader {
  readonly #reader: ByteReader;
  readonly #onSegment: (segment: MpySegment) => void;
  #viperFlags: ViperFlags = viperFlags("micropython");

  constructor(bytes: Uint8Array, onSegment: (segment: MpySegment) => void) {
    this.#reader = new ByteReader(bytes);
    this.#onSegment = onSegment;
  }

  file(): MpyFile {
    const header = readHeader(this.#reader);
    if (header.version !== 6) throw unreadableVersion(header.version);
    this.#viperFlags = viperFlags(header.implementation);
    const qstrCount = this.#reader.count();
    const objectCount = this.#reader.count();
    if (qstrCount === 0) throw invalidMpy("The qstr table is empty: there is no file name.");
    const qstrs = this.#list(qstrCount, () => this.#qstr());
    const objects = this.#list(objectCount, () => this.#object(0));
    const code = this.#rawCode(0);
    if (this.#reader.left > 0) throw invalidMpy(`${this.#reader.left} bytes follow the end of the code.`);
    return { header, qstrs, objects, code };
  }

  #list<T>(count: number, read: () => T): T[] {
    const items: T[] = [];
    for (let index = 0; index < count; index++) items.push(read());
    return items;
  }

  #qstr(): string {
    const start = this.#reader.offset;
    const number = this.#reader.uint();
    if (number % 2 === 1) return this.#staticQstr((number - 1) / 2, start);
    const valueStart = this.#reader.offset;
    const value = decodeText(this.#terminated(number / 2));
    this.#onSegment({ kind: "qstr", start: valueStart, end: this.#reader.offset, value });
    return value;
  }

  #staticQstr(index: number, start: number): string {
    const value = index === 0 ? undefined : staticQstrs[index - 1];
    if (value === undefined) throw invalidMpy(`There is no static qstr ${index}.`);
    this.#onSegment({ kind: "static-qstr", start, end: start, value });
    return value;
  }

  #terminated(length: number): Uint8Array {
    const value = this.#reader.take(length);
    if (this.#reader.byte() !== 0)
      throw invalidMpy(`The string before offset ${this.#reader.offset} has no end.`);
    return value;
  }

  #object(depth: number): MpyObject {
    const type = this.#reader.byte();
    const simple = simpleObjects[type];
    if (simple !== undefined) return { type: simple };
    if (type === 10) return this.#tuple(depth);
    const length = this.#reader.count();
    const start = this.#reader.offset;
    const value = this.#sizedObject(type, length);
    this.#onSegment({ kind: "object", start, end: this.#reader.offset, value });
    return value;
  }

  #sizedObject(type: number, length: number): MpyObject {
    if (type === 5) return { type: "str", value: this.#terminated(length) };
    if (type === 6) return { type: "bytes", value: this.#terminated(length) };
    const number = numberObjects[type - 7];
    if (number === undefined) throw invalidMpy(`There is no constant of type ${type}.`);
    const value = decodeText(this.#reader.take(length));
    if (!numberPattern[number].test(value))
      throw invalidMpy(`A constant ${number} reads ${JSON.stringify(value)}.`);
    return { type: number, value };
  }

  #tuple(depth: number): MpyObject {
    if (depth >= maximumNesting) throw tooDeep();
    return { type: "tuple", items: this.#list(this.#reader.count(), () => this.#object(depth + 1)) };
  }

  #rawCode(depth: number): RawCode {
    if (depth >= maximumNesting) throw tooDeep();
    const kindAndLength = this.#reader.uint();
    const start = this.#reader.offset;
    const data = this.#reader.take(Math.floor(kindAndLength / 8));
    const end = this.#reader.offset;
    const children: RawCode[] = [];
    const native = nativeKinds[(kindAndLength & 3) - 1];
    const code: RawCode =
      native === undefined
        ? { kind: "bytecode", data, children }
        : { kind: native, data, ...this.#nativeParts(native), children };
    this.#onSegment({ kind: "code", start, end, value: code });
    if ((kindAndLength & 4) !== 0) this.#children(children, depth);
    return code.kind === "viper" ? this.#withRelocations(code) : code;
  }

  #children(children: RawCode[], depth: number): void {
    const count = this.#reader.count();
    for (let index = 0; index < count; index++) children.push(this.#rawCode(depth + 1));
  }

  #nativeParts(kind: NativeRawCode["kind"]): Partial<NativeRawCode> {
    if (kind === "native") return { preludeOffset: this.#reader.uint() };
    const scopeFlags = this.#reader.uint();
    if (kind === "viper") return this.#viperParts(scopeFlags);
    return { scopeFlags, argumentCount: this.#reader.uint(), typeSignature: this.#reader.uint() };
  }

  #viperParts(scopeFlags: number): Partial<NativeRawCode> {
    const flags = this.#viperFlags;
    const rodataSize = (scopeFlags & flags.rodata) === 0 ? undefined : this.#reader.uint();
    const bssSize = (scopeFlags & flags.bss) === 0 ? undefined : this.#reader.uint();
    return {
      scopeFlags,
      ...(bssSize === undefined ? {} : { bssSize }),
      ...(rodataSize === undefined ? {} : { rodata: this.#reader.take(rodataSize) }),
    };
  }

  #withRelocations(code: NativeRawCode): NativeRawCode {
    if (((code.scopeFlags ?? 0) & this.#viperFlags.relocations) === 0) return code;
    const start = this.#reader.offset;
    for (let op = this.#reader.byte(); op !== 0xff; op = this.#reader.byte()) {
      if ((op & 1) === 1) this.#reader.uint();
      const target = op >> 1;
      if (target <= 5 && (target & 1) === 1) this.#reader.uint();
    }
    return { ...code, relocations: this.#reader.bytes.subarray(start, this.#reader.offset) };
  }
}

/** What a number may look like in a file: the reader is stricter than float(), and bounds what int() has to parse. */
const numberPattern = {
  int: /^-?\d+$/,
  float: /^-?(\d+(\.\d*)?(e[+-]?\d+)?|inf|nan)$/,
  complex: /^\(?-?(\d+(\.\d*)?(e[+-]?\d+)?|inf|nan)([+-](\d+(\.\d*)?(e[+-]?\d+)?|inf|nan))?j?\)?$/,
} as const;

function tooDeep(): Error {
  return invalidMpy(`The file nests deeper than ${maximumNesting} levels.`);
}

function unreadableVersion(version: number): Error {
  return invalidMpy(
    `The body of .mpy version ${version} cannot be read; only its header can.`,
    "Version 5 is for CircuitPython 7 and 8 and MicroPython 1.12 to 1.18. Compile the source for version 6.",
  );
}
