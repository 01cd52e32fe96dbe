// Scope flags that say which optional parts a native function has in the file.
// Source: py/runtime0.h, MicroPython 1.28 and CircuitPython 10 (which has one flag more before these).

import type { MpyHeader } from "./mpy-file.js";

/** The flags of a viper function's optional parts. */
export interface ViperFlags {
  readonly relocations: number;
  readonly rodata: number;
  readonly bss: number;
}

/** The flags of a viper function's optional parts, in the files of an implementation. */
export function viperFlags(implementation: MpyHeader["implementation"]): ViperFlags {
  return implementation === "micropython"
    ? { relocations: 0x10, rodata: 0x20, bss: 0x40 }
    : { relocations: 0x20, rodata: 0x40, bss: 0x80 };
}
