// Numbers that the passes tell the emitter: operations, kinds of block. Follows py/runtime0.h, MicroPython 1.28.

// Operations, as offsets from the multi-opcodes.
/** The next one is negation. */
export const UNARY_POSITIVE = 0;
export const UNARY_INVERT = 2;
export const UNARY_NOT = 3;
export const BINARY_LESS = 0;
export const BINARY_MORE = 1;
export const BINARY_IN = 6;
export const BINARY_IS = 7;
export const BINARY_EXCEPTION_MATCH = 8;
export const BINARY_INPLACE_OR = 9;
export const BINARY_INPLACE_ADD = 14;
export const BINARY_OR = 22;
export const BINARY_LSHIFT = 25;
export const BINARY_POWER = 34;

/** Set on a label to break out of a `for` loop, whose iterator is on the stack. */
export const BREAK_FROM_FOR = 0x8000;
// Kinds of block, as offsets from SETUP_WITH.
export const BLOCK_WITH = 0;
export const BLOCK_EXCEPT = 1;
export const BLOCK_FINALLY = 2;
