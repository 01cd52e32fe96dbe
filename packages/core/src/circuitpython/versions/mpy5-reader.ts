// The body of .mpy version 5 (CircuitPython 7 and 8, MicroPython 1.12 to 1.18), as far as constants stored by module code
// need it: names stand in the bytecode, as text or as a place in a window of recent ones.
// Format: py/persistentcode.c and tools/mpy-tool.py of MicroPython 1.18. It checks the whole file's structure.

import { ByteReader, invalidMpy } from "../../mpy/byte-reader.js";
import { readHeader } from "../../mpy/header.js";
import { maximumNesting } from "../../mpy/limits.js";
import { hasExtraByte, opcode, operandFormat } from "../../mpy/opcodes.js";
import { decodeText } from "../../mpy/text.js";
import { isStore, type StoredText } from "./stored-text.js";

/** The texts that the module code of an .mpy file of version 5 stores under names. @throws `invalid-mpy` */
export function mpy5Stores(content: Uint8Array): StoredText[] {
  const reader = new ByteReader(content);
  const { subVersion } = readHeader(reader);
  return new Mpy5Reader(reader, (subVersion & 1) !== 0).module();
}

/** What an instruction loads or stores, as far as it is about texts. */
type Step =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "object"; readonly index: number }
  | { readonly type: "store"; readonly name: string }
  | { readonly type: "dup" }
  | { readonly type: "other" };

class Mpy5Reader {
  readonly #reader: ByteReader;
  /** Whether four instructions have a byte for a cache behind their name. */
  readonly #hasCache: boolean;
  readonly #windowSize: number;
  #window: string[] = [];

  constructor(reader: ByteReader, hasCache: boolean) {
    this.#reader = reader;
    this.#hasCache = hasCache;
    this.#windowSize = reader.uint();
  }

  module(): StoredText[] {
    const { steps, texts } = this.#rawCode(0);
    const stores: StoredText[] = [];
    let loaded: string | null = null;
    for (const step of steps) {
      if (step.type === "text") loaded = step.text;
      else if (step.type === "object") loaded = texts[step.index] ?? null;
      else if (step.type === "other") loaded = null;
      else if (step.type === "store" && loaded !== null) stores.push({ name: step.name, text: loaded });
    }
    return stores;
  }

  #rawCode(depth: number): { steps: Step[]; texts: (string | null)[] } {
    if (depth > maximumNesting) throw invalidMpy("The file nests deeper than any real one.");
    const kindAndLength = this.#reader.uint();
    if ((kindAndLength & 3) !== 0)
      throw invalidMpy("The file has native code of a format that is not read here.");
    const { steps, argumentCount } = this.#bytecode(kindAndLength >> 2);
    const objectCount = this.#reader.count();
    const childCount = this.#reader.count();
    for (let index = 0; index < argumentCount; index++) this.#qstr();
    const texts = Array.from({ length: objectCount }, () => this.#object());
    for (let index = 0; index < childCount; index++) this.#rawCode(depth + 1);
    return { steps, texts };
  }

  /** `length` counts each name as two bytes, as it is in memory. */
  #bytecode(length: number): { steps: Step[]; argumentCount: number } {
    const start = this.#reader.offset;
    const argumentCount = this.#signature();
    const [infoSize, cellSize] = this.#sizes();
    let left = length - (this.#reader.offset - start) - infoSize - cellSize;
    this.#qstr();
    this.#qstr();
    if (infoSize < 4 || left < 0) throw invalidMpy("A function's prelude is damaged.");
    this.#reader.take(infoSize - 4 + cellSize);
    const steps: Step[] = [];
    while (left > 0) left -= this.#instruction(steps);
    if (left < 0) throw invalidMpy("A function ends within an instruction.");
    return { steps, argumentCount };
  }

  /** The count of positional and keyword-only arguments. */
  #signature(): number {
    let byte = this.#reader.byte();
    let positional = byte & 3;
    let keywordOnly = 0;
    for (let round = 0; byte & 0x80; round++) {
      if (round > 12) throw invalidMpy("A function's signature does not end.");
      byte = this.#reader.byte();
      positional |= (byte & 0x04) << round;
      keywordOnly |= ((byte & 0x08) >> 3) << round;
    }
    return positional + keywordOnly;
  }

  #sizes(): [infoSize: number, cellSize: number] {
    let infoSize = 0;
    let cellSize = 0;
    for (let round = 0; ; round++) {
      if (round > 4) throw invalidMpy("A function's sizes do not end.");
      const byte = this.#reader.byte();
      infoSize |= ((byte & 0x7e) >> 1) << (6 * round);
      cellSize |= (byte & 1) << round;
      if ((byte & 0x80) === 0) return [infoSize, cellSize];
    }
  }

  /** Reads one instruction; returns its size in memory. */
  #instruction(steps: Step[]): number {
    const start = this.#reader.offset;
    const byte = this.#reader.byte();
    const format = operandFormat(byte);
    if (format === "qstr") return this.#named(byte, steps);
    if (format === "offset") this.#reader.take(2);
    const operand = format === "uint" ? this.#reader.uint() : 0;
    if (hasExtraByte(byte)) this.#reader.byte();
    if (byte === opcode.LOAD_CONST_OBJ) steps.push({ type: "object", index: operand });
    else steps.push({ type: byte === opcode.DUP_TOP ? "dup" : "other" });
    return this.#reader.offset - start;
  }

  #named(byte: number, steps: Step[]): number {
    const name = this.#qstr();
    const isCached = this.#hasCache && cached.includes(byte);
    if (isCached) this.#reader.byte();
    if (byte === opcode.LOAD_CONST_STRING) steps.push({ type: "text", text: name });
    else steps.push(isStore(byte) ? { type: "store", name } : { type: "other" });
    return isCached ? 4 : 3;
  }

  #qstr(): string {
    const length = this.#reader.uint();
    if (length === 0) return `static qstr ${this.#reader.byte()}`;
    if ((length & 1) === 1) return this.#recent(length >> 1);
    const text = decodeText(this.#reader.take(length >> 1));
    this.#window = [text, ...this.#window.slice(0, this.#windowSize - 1)];
    return text;
  }

  #recent(index: number): string {
    const text = this.#window[index];
    if (text === undefined) throw invalidMpy("The file names a text that is not there.");
    this.#window = [text, ...this.#window.slice(0, index), ...this.#window.slice(index + 1)];
    return text;
  }

  /** A text of the constant table; null for any other constant. */
  #object(): string | null {
    const type = this.#reader.byte();
    if (type === 0x65) return null;
    if (!objectTypes.includes(type)) throw invalidMpy(`There is no constant of type ${type}.`);
    const value = this.#reader.take(this.#reader.uint());
    return type === 0x73 ? decodeText(value) : null;
  }
}

/** Instructions that have the cache byte: loading and storing by name. */
const cached: readonly number[] = [opcode.LOAD_NAME, opcode.LOAD_GLOBAL, opcode.LOAD_ATTR, opcode.STORE_ATTR];

/** "s", "b", "i", "f", "c". */
const objectTypes: readonly number[] = [0x73, 0x62, 0x69, 0x66, 0x63];
