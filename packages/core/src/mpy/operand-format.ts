// How the operands of .mpy v6 instructions are written. Source: py/bc0.h, MicroPython 1.28. It does not know what an
// instruction does.

import * as opcode from "./opcodes.js";

/** How an instruction's operand is written: not at all, as an index of the qstr table, as a number, as a jump. */
export type OperandFormat = "none" | "qstr" | "uint" | "offset";

const formats: readonly OperandFormat[] = ["none", "qstr", "uint", "uint", "offset"];

/** The format of an opcode's operand. */
export function operandFormat(byte: number): OperandFormat {
  return formats[byte >> 4] ?? "none";
}

/** Whether a byte follows the operand. */
export function hasExtraByte(byte: number): boolean {
  return (byte & 0x9e) === 0;
}

/** Whether a jump's offset is signed. */
export function isSignedJump(byte: number): boolean {
  return byte >= opcode.UNWIND_JUMP && byte <= opcode.POP_JUMP_IF_FALSE;
}
