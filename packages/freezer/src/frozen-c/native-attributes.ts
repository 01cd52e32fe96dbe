// The section and alignment that machine code of an architecture needs in C.
// Source: RawCodeNative of tools/mpy-tool.py, MicroPython 1.28.

import type { MpyArchitecture } from "@upykit/core";

/** Architectures whose assembler starts comments with `#` and writes types with `@`. */
const hashComments: readonly MpyArchitecture[] = ["x86", "x64", "xtensa", "xtensawin", "rv32imc", "rv64imc"];
const aligned4: readonly MpyArchitecture[] = ["armv6", "xtensa", "xtensawin"];
const aligned1: readonly MpyArchitecture[] = ["none", "x86", "x64"];

/** The attributes of an array of machine code. */
export function nativeAttributes(architecture: MpyArchitecture): string {
  const type = hashComments.includes(architecture) ? "@progbits # " : "%progbits @ ";
  const section = `__attribute__((section(".text,\\"ax\\",${type}")))`;
  if (aligned1.includes(architecture)) return section;
  return `${section} __attribute__ ((aligned (${aligned4.includes(architecture) ? 4 : 2})))`;
}
