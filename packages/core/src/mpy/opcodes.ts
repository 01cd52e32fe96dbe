// The bytecode of .mpy v6: opcode numbers by their name in bc0.h, less the prefix MP_BC_; the multi-opcodes are named by their
// first. Source: py/bc0.h, MicroPython 1.28. Only numbers: the build writes them in where they are used.

export const LOAD_CONST_STRING = 0x10;
export const LOAD_NAME = 0x11;
export const LOAD_GLOBAL = 0x12;
export const LOAD_ATTR = 0x13;
export const LOAD_METHOD = 0x14;
export const LOAD_SUPER_METHOD = 0x15;
export const STORE_NAME = 0x16;
export const STORE_GLOBAL = 0x17;
export const STORE_ATTR = 0x18;
export const DELETE_NAME = 0x19;
export const DELETE_GLOBAL = 0x1a;
export const IMPORT_NAME = 0x1b;
export const IMPORT_FROM = 0x1c;
export const MAKE_CLOSURE = 0x20;
export const MAKE_CLOSURE_DEFARGS = 0x21;
export const LOAD_CONST_SMALL_INT = 0x22;
export const LOAD_CONST_OBJ = 0x23;
export const LOAD_FAST_N = 0x24;
export const LOAD_DEREF = 0x25;
export const STORE_FAST_N = 0x26;
export const STORE_DEREF = 0x27;
export const DELETE_FAST = 0x28;
export const DELETE_DEREF = 0x29;
export const BUILD_TUPLE = 0x2a;
export const BUILD_LIST = 0x2b;
export const BUILD_MAP = 0x2c;
export const BUILD_SET = 0x2d;
export const BUILD_SLICE = 0x2e;
export const STORE_COMP = 0x2f;
export const UNPACK_SEQUENCE = 0x30;
export const UNPACK_EX = 0x31;
export const MAKE_FUNCTION = 0x32;
export const MAKE_FUNCTION_DEFARGS = 0x33;
export const CALL_FUNCTION = 0x34;
export const CALL_FUNCTION_VAR_KW = 0x35;
export const CALL_METHOD = 0x36;
export const CALL_METHOD_VAR_KW = 0x37;
export const UNWIND_JUMP = 0x40;
export const JUMP = 0x42;
export const POP_JUMP_IF_TRUE = 0x43;
export const POP_JUMP_IF_FALSE = 0x44;
export const JUMP_IF_TRUE_OR_POP = 0x45;
export const JUMP_IF_FALSE_OR_POP = 0x46;
export const SETUP_WITH = 0x47;
export const SETUP_EXCEPT = 0x48;
export const SETUP_FINALLY = 0x49;
export const POP_EXCEPT_JUMP = 0x4a;
export const FOR_ITER = 0x4b;
export const LOAD_CONST_FALSE = 0x50;
export const LOAD_CONST_NONE = 0x51;
export const LOAD_CONST_TRUE = 0x52;
export const LOAD_NULL = 0x53;
export const LOAD_BUILD_CLASS = 0x54;
export const LOAD_SUBSCR = 0x55;
export const STORE_SUBSCR = 0x56;
export const DUP_TOP = 0x57;
export const DUP_TOP_TWO = 0x58;
export const POP_TOP = 0x59;
export const ROT_TWO = 0x5a;
export const ROT_THREE = 0x5b;
export const WITH_CLEANUP = 0x5c;
export const END_FINALLY = 0x5d;
export const GET_ITER = 0x5e;
export const GET_ITER_STACK = 0x5f;
export const STORE_MAP = 0x62;
export const RETURN_VALUE = 0x63;
export const RAISE_LAST = 0x64;
export const RAISE_OBJ = 0x65;
export const RAISE_FROM = 0x66;
export const YIELD_VALUE = 0x67;
export const YIELD_FROM = 0x68;
export const IMPORT_STAR = 0x69;
/** 64 opcodes: -16 to 47. */
export const LOAD_CONST_SMALL_INT_MULTI = 0x70;
/** 16 opcodes. */
export const LOAD_FAST_MULTI = 0xb0;
/** 16 opcodes. */
export const STORE_FAST_MULTI = 0xc0;
/** 4 opcodes. */
export const UNARY_OP_MULTI = 0xd0;
/** 35 opcodes. */
export const BINARY_OP_MULTI = 0xd7;
