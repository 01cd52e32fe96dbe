// A compiled module to the bytes of its .mpy file, as core's writeMpy does it for files that are values.
// Follows py/persistentcode.c, MicroPython 1.28 (mpy v6.3).

import {
  staticQstrs,
  writeHeader,
  writeObject,
  type ByteWriter,
  type MpyHeader,
  type MpyObject,
} from "@upykit/core/mpy";
import type { NameId, NameTable } from "@upykit/core/python";
import type { Scope } from "../scope/scope.js";
import type { ModuleTables } from "./module-tables.js";
import type { ScopeCode } from "./scope-code.js";

/** Set on the length of a function's code where functions in it follow. */
const HAS_CHILDREN = 4;

/** What a module has been compiled to. */
export interface CompiledModule {
  readonly tables: ModuleTables;
  readonly names: NameTable;
  /** The code of all scopes. */
  readonly code: ScopeCode;
  /** The module's own scope. */
  readonly scope: Scope;
}

/** The bytes of an .mpy file. */
export function writeModule(header: MpyHeader, module: CompiledModule, writer: ByteWriter): Uint8Array {
  const { tables, names, code, scope } = module;
  const { usedNames, objects } = tables;
  writer.clear();
  writeHeader(writer, header);
  writer.uint(usedNames.length);
  writer.uint(objects.length);
  for (let i = 0; i < usedNames.length; i++) writeName(writer, names, usedNames[i] as NameId);
  for (let i = 0; i < objects.length; i++) writeObject(writer, objects[i] as MpyObject);
  writeScope(writer, code.data.used, scope);
  return writer.finish();
}

/** The compiler's table of names starts with those that .mpy files number: see names.ts. */
function writeName(writer: ByteWriter, names: NameTable, name: NameId): void {
  if (name <= staticQstrs.length) {
    writer.uint(name * 2 + 1);
    return;
  }
  writer.uint(names.length(name) * 2);
  names.copyTo(writer, name);
  writer.byte(0);
}

function writeScope(writer: ByteWriter, data: Uint8Array, scope: Scope): void {
  const { children, dataStart, dataEnd } = scope;
  writer.uint((dataEnd - dataStart) * 8 + (children.length > 0 ? HAS_CHILDREN : 0));
  writer.copy(data, dataStart, dataEnd);
  if (children.length === 0) return;
  writer.uint(children.length);
  for (let i = 0; i < children.length; i++) writeScope(writer, data, children[i] as Scope);
}
