// What an .mpy file holds, as a value: the reader makes it, the writer and the compiler's last stage write it.
// Format: py/persistentcode.c and tools/mpy-tool.py, MicroPython 1.28 (mpy v6.3); v5 from MicroPython 1.12–1.18.

import type { MpyArchitecture } from "../environment.js";

/** The first bytes of an .mpy file. */
export interface MpyHeader {
  /** Whose interpreter loads it, by the magic byte: "M" or "C". */
  readonly implementation: "micropython" | "circuitpython";
  /** 5 or 6. */
  readonly version: number;
  /** Sub-version of the native ABI; 0 where there is no native code. In version 5 these two bits are feature flags. */
  readonly subVersion: number;
  readonly architecture: MpyArchitecture;
  /** 0 unless the header has them. */
  readonly archFlags: number;
  /** Bits of a small integer, sign included. */
  readonly smallIntBits: number;
}

/** An entry of the constant table. Integers that fit a small int are in the bytecode, not here. */
export type MpyObject =
  | { readonly type: "fun-table" }
  | { readonly type: "none" }
  | { readonly type: "false" }
  | { readonly type: "true" }
  | { readonly type: "ellipsis" }
  /** UTF-8, as it stands in the file. */
  | { readonly type: "str"; readonly value: Uint8Array }
  | { readonly type: "bytes"; readonly value: Uint8Array }
  /** ASCII text of the number as it stands in the file. */
  | { readonly type: "int"; readonly value: string }
  | { readonly type: "float"; readonly value: string }
  | { readonly type: "complex"; readonly value: string }
  | { readonly type: "tuple"; readonly items: readonly MpyObject[] };

/** Bytecode of one function, class body or module. */
export interface BytecodeRawCode {
  readonly kind: "bytecode";
  /** Prelude, line info, opcodes: as in the file; qstr and object operands index the file's tables. */
  readonly data: Uint8Array;
  readonly children: readonly RawCode[];
}

/** Machine code of one function. */
export interface NativeRawCode {
  readonly kind: "native" | "viper" | "asm";
  /** Machine code and, for "native", the prelude behind it: as in the file. */
  readonly data: Uint8Array;
  /** What the linker of persistentcode.c wants; the fields that `kind` does not have are absent. */
  readonly preludeOffset?: number;
  readonly scopeFlags?: number;
  readonly argumentCount?: number;
  readonly typeSignature?: number;
  /** Bytes of zeroed memory that a native module asks for (scope flag VIPERBSS). */
  readonly bssSize?: number;
  /** The ro-data of a native module (scope flag VIPERRODATA). */
  readonly rodata?: Uint8Array;
  /** The relocations of a native module (scope flag VIPERRELOC), as in the file, with the 0xff that ends them. */
  readonly relocations?: Uint8Array;
  readonly children: readonly RawCode[];
}

export type RawCode = BytecodeRawCode | NativeRawCode;

/** A whole .mpy file. */
export interface MpyFile {
  readonly header: MpyHeader;
  /** The qstr table; the first entry is the source file's name. Decoded from UTF-8 by `decodeText`, which loses no byte. */
  readonly qstrs: readonly string[];
  readonly objects: readonly MpyObject[];
  readonly code: RawCode;
}
