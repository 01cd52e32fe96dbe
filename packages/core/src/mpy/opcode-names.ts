// Opcode names for people, as mpy-tool.py 1.28 prints them. Apart from opcodes.ts, so that a compiler goes without.

import * as opcode from "./opcodes.js";

const unaryOperators = ["__pos__", "__neg__", "__invert__", "<not>"];

const binaryOperators = [
  ...["__lt__", "__gt__", "__eq__", "__le__", "__ge__", "__ne__", "<in>", "<is>", "<exception match>"],
  ...["__ior__", "__ixor__", "__iand__", "__ilshift__", "__irshift__", "__iadd__", "__isub__", "__imul__"],
  ...["__imatmul__", "__ifloordiv__", "__itruediv__", "__imod__", "__ipow__"],
  ...["__or__", "__xor__", "__and__", "__lshift__", "__rshift__", "__add__", "__sub__", "__mul__"],
  ...["__matmul__", "__floordiv__", "__truediv__", "__mod__", "__pow__"],
];

/** Opcodes that mpy-tool.py 1.28 names after the first of their group, which no compiler emits. */
const groupNames: Readonly<Record<number, string>> = {
  0x00: "BASE_RESERVED",
  0x04: "UNARY_OP_MULTI_NUM",
  0x60: "BASE_BYTE_E",
};

const cache: { names?: readonly string[] } = {};

/** The name of an opcode, with the operand that is part of it: "LOAD_FAST 2", "BINARY_OP 27 __add__". */
export function opcodeName(byte: number): string {
  cache.names ??= allNames();
  return cache.names[byte] ?? "unknown";
}

function allNames(): string[] {
  const names = Array.from({ length: 256 }, (_, byte) => groupNames[byte] ?? "unknown");
  for (const [name, byte] of Object.entries(opcode)) names[byte] = name;
  for (let index = 0; index < 64; index++) {
    names[opcode.LOAD_CONST_SMALL_INT_MULTI + index] = `LOAD_CONST_SMALL_INT ${index - 16}`;
  }
  for (let index = 0; index < 16; index++) {
    names[opcode.LOAD_FAST_MULTI + index] = `LOAD_FAST ${index}`;
    names[opcode.STORE_FAST_MULTI + index] = `STORE_FAST ${index}`;
  }
  unaryOperators.forEach(
    (name, index) => (names[opcode.UNARY_OP_MULTI + index] = `UNARY_OP ${index} ${name}`),
  );
  binaryOperators.forEach(
    (name, index) => (names[opcode.BINARY_OP_MULTI + index] = `BINARY_OP ${index} ${name}`),
  );
  return names;
}
