// The bytecode of .mpy v6: opcode numbers, names, operand formats. Source: py/bc0.h, MicroPython 1.28.
// It does not know what an instruction does.

/** Opcodes by their name in bc0.h, less the prefix MP_BC_. The multi-opcodes are named by their first. */
export const opcode = {
  LOAD_CONST_STRING: 0x10,
  LOAD_NAME: 0x11,
  LOAD_GLOBAL: 0x12,
  LOAD_ATTR: 0x13,
  LOAD_METHOD: 0x14,
  LOAD_SUPER_METHOD: 0x15,
  STORE_NAME: 0x16,
  STORE_GLOBAL: 0x17,
  STORE_ATTR: 0x18,
  DELETE_NAME: 0x19,
  DELETE_GLOBAL: 0x1a,
  IMPORT_NAME: 0x1b,
  IMPORT_FROM: 0x1c,
  MAKE_CLOSURE: 0x20,
  MAKE_CLOSURE_DEFARGS: 0x21,
  LOAD_CONST_SMALL_INT: 0x22,
  LOAD_CONST_OBJ: 0x23,
  LOAD_FAST_N: 0x24,
  LOAD_DEREF: 0x25,
  STORE_FAST_N: 0x26,
  STORE_DEREF: 0x27,
  DELETE_FAST: 0x28,
  DELETE_DEREF: 0x29,
  BUILD_TUPLE: 0x2a,
  BUILD_LIST: 0x2b,
  BUILD_MAP: 0x2c,
  BUILD_SET: 0x2d,
  BUILD_SLICE: 0x2e,
  STORE_COMP: 0x2f,
  UNPACK_SEQUENCE: 0x30,
  UNPACK_EX: 0x31,
  MAKE_FUNCTION: 0x32,
  MAKE_FUNCTION_DEFARGS: 0x33,
  CALL_FUNCTION: 0x34,
  CALL_FUNCTION_VAR_KW: 0x35,
  CALL_METHOD: 0x36,
  CALL_METHOD_VAR_KW: 0x37,
  UNWIND_JUMP: 0x40,
  JUMP: 0x42,
  POP_JUMP_IF_TRUE: 0x43,
  POP_JUMP_IF_FALSE: 0x44,
  JUMP_IF_TRUE_OR_POP: 0x45,
  JUMP_IF_FALSE_OR_POP: 0x46,
  SETUP_WITH: 0x47,
  SETUP_EXCEPT: 0x48,
  SETUP_FINALLY: 0x49,
  POP_EXCEPT_JUMP: 0x4a,
  FOR_ITER: 0x4b,
  LOAD_CONST_FALSE: 0x50,
  LOAD_CONST_NONE: 0x51,
  LOAD_CONST_TRUE: 0x52,
  LOAD_NULL: 0x53,
  LOAD_BUILD_CLASS: 0x54,
  LOAD_SUBSCR: 0x55,
  STORE_SUBSCR: 0x56,
  DUP_TOP: 0x57,
  DUP_TOP_TWO: 0x58,
  POP_TOP: 0x59,
  ROT_TWO: 0x5a,
  ROT_THREE: 0x5b,
  WITH_CLEANUP: 0x5c,
  END_FINALLY: 0x5d,
  GET_ITER: 0x5e,
  GET_ITER_STACK: 0x5f,
  STORE_MAP: 0x62,
  RETURN_VALUE: 0x63,
  RAISE_LAST: 0x64,
  RAISE_OBJ: 0x65,
  RAISE_FROM: 0x66,
  YIELD_VALUE: 0x67,
  YIELD_FROM: 0x68,
  IMPORT_STAR: 0x69,
  /** 64 opcodes: -16 to 47. */
  LOAD_CONST_SMALL_INT_MULTI: 0x70,
  /** 16 opcodes. */
  LOAD_FAST_MULTI: 0xb0,
  /** 16 opcodes. */
  STORE_FAST_MULTI: 0xc0,
  /** 4 opcodes. */
  UNARY_OP_MULTI: 0xd0,
  /** 35 opcodes. */
  BINARY_OP_MULTI: 0xd7,
} as const;

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
