// An .mpy value to bytes, exactly as mpy-cross lays them out: readMpy and writeMpy are each other's inverse on every
// file that a real tool wrote. Format: py/persistentcode.c, MicroPython 1.28 (mpy v6.3).

import { UpyError } from "../errors.js";
import { ByteWriter } from "./byte-writer.js";
import { writeHeader } from "./header.js";
import type { MpyFile, MpyObject, NativeRawCode, RawCode } from "./mpy-file.js";
import { staticQstrIndex } from "./static-qstrs.js";
import { encodeText } from "./text.js";

/**
 * The bytes of an .mpy file of version 6.
 * @throws `invalid-argument` for another version
 */
export function writeMpy(file: MpyFile): Uint8Array {
  if (file.header.version !== 6) {
    throw new UpyError("invalid-argument", `.mpy version ${file.header.version} cannot be written; 6 can.`);
  }
  const writer = new ByteWriter(1024);
  writeHeader(writer, file.header);
  writer.uint(file.qstrs.length);
  writer.uint(file.objects.length);
  for (const qstr of file.qstrs) writeQstr(writer, qstr);
  for (const object of file.objects) writeObject(writer, object);
  writeRawCode(writer, file.code);
  return writer.finish();
}

/** Writes an entry of the qstr table: static ones by number, others by value. */
export function writeQstr(writer: ByteWriter, text: string): void {
  const index = staticQstrIndex(text);
  if (index !== undefined) {
    writer.uint(index * 2 + 1);
    return;
  }
  const bytes = encodeText(text);
  writer.uint(bytes.length * 2);
  writer.bytes(bytes);
  writer.byte(0);
}

const objectTypes: readonly MpyObject["type"][] = [
  "fun-table",
  "none",
  "false",
  "true",
  "ellipsis",
  "str",
  "bytes",
  "int",
  "float",
  "complex",
  "tuple",
];

/** Writes an entry of the constant table. */
export function writeObject(writer: ByteWriter, object: MpyObject): void {
  writer.byte(objectTypes.indexOf(object.type));
  if (object.type === "tuple") {
    writer.uint(object.items.length);
    for (const item of object.items) writeObject(writer, item);
  } else if (object.type === "str" || object.type === "bytes") {
    writer.uint(object.value.length);
    writer.bytes(object.value);
    writer.byte(0);
  } else if ("value" in object) {
    const digits = encodeText(object.value);
    writer.uint(digits.length);
    writer.bytes(digits);
  }
}

const kinds: readonly RawCode["kind"][] = ["bytecode", "native", "viper", "asm"];

/** Writes a function with all that is in it. */
export function writeRawCode(writer: ByteWriter, code: RawCode): void {
  const hasChildren = code.children.length > 0;
  writer.uint(code.data.length * 8 + (hasChildren ? 4 : 0) + kinds.indexOf(code.kind));
  writer.bytes(code.data);
  if (code.kind !== "bytecode") writeNativeParts(writer, code);
  if (hasChildren) {
    writer.uint(code.children.length);
    for (const child of code.children) writeRawCode(writer, child);
  }
  if (code.kind === "viper" && code.relocations !== undefined) writer.bytes(code.relocations);
}

function writeNativeParts(writer: ByteWriter, code: NativeRawCode): void {
  if (code.kind === "native") {
    writer.uint(code.preludeOffset ?? 0);
    return;
  }
  writer.uint(code.scopeFlags ?? 0);
  if (code.kind === "asm") {
    writer.uint(code.argumentCount ?? 0);
    writer.uint(code.typeSignature ?? 0);
    return;
  }
  if (code.rodata !== undefined) writer.uint(code.rodata.length);
  if (code.bssSize !== undefined) writer.uint(code.bssSize);
  if (code.rodata !== undefined) writer.bytes(code.rodata);
}
