// Bytes to instructions: opcode, operand, size. Source: py/bc.c mp_opcode_decode, MicroPython 1.28.

import { ByteReader, invalidMpy } from "./byte-reader.js";
import * as opcode from "./opcodes.js";
import { hasExtraByte, isSignedJump, operandFormat } from "./operand-format.js";

/** One instruction of bytecode. */
export interface Instruction {
  /** Where it starts, within the function's data. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  readonly opcode: number;
  /**
   * Qstr index, number, or jump distance from the end of the operand; undefined where there is none. A small integer
   * beyond 2^53 is rounded; {@link operandDigits} is exact.
   */
  readonly operand: number | undefined;
  /** The byte behind the operand, where there is one. */
  readonly extra: number | undefined;
}

/**
 * Decodes the instruction at `offset`.
 * @throws `invalid-mpy` when the data ends within it
 */
export function decodeInstruction(data: Uint8Array, offset: number): Instruction {
  return readInstruction(new ByteReader(data, offset));
}

/** Decodes all instructions from `offset` to the end. */
export function decodeInstructions(data: Uint8Array, offset: number): Instruction[] {
  const reader = new ByteReader(data, offset);
  const instructions: Instruction[] = [];
  while (reader.left > 0) instructions.push(readInstruction(reader));
  return instructions;
}

function readInstruction(reader: ByteReader): Instruction {
  const offset = reader.offset;
  const byte = reader.byte();
  const operand = readOperand(reader, byte);
  const extra = hasExtraByte(byte) ? reader.byte() : undefined;
  return { offset, size: reader.offset - offset, opcode: byte, operand, extra };
}

/**
 * Where a jump goes, within the function's data; undefined for other instructions. The distance counts from the end of
 * the operand, also where a byte follows it (UNWIND_JUMP; mpy-tool.py 1.28 gets that one wrong when it merges).
 */
export function jumpTarget(instruction: Instruction): number | undefined {
  if (operandFormat(instruction.opcode) !== "offset") return undefined;
  const extraSize = instruction.extra === undefined ? 0 : 1;
  return instruction.offset + instruction.size - extraSize + (instruction.operand ?? 0);
}

function readOperand(reader: ByteReader, byte: number): number | undefined {
  const format = operandFormat(byte);
  if (format === "none") return undefined;
  if (format === "offset") return readOffset(reader, isSignedJump(byte));
  return byte === opcode.LOAD_CONST_SMALL_INT ? readSigned(reader) : reader.uint();
}

/** The operand in decimal digits; "" where there is none. `data` is what the instruction was decoded from. */
export function operandDigits(data: Uint8Array, { offset, size, operand }: Instruction): string {
  if (operand === undefined) return "";
  if (Number.isSafeInteger(operand)) return String(operand);
  let value = operand < 0 ? -1n : 0n;
  for (const byte of data.subarray(offset + 1, offset + size)) value = value * 128n + BigInt(byte & 0x7f);
  return String(value);
}

/** Bytes that 64 bits take; no board has larger small integers. */
const longestSmallInt = 10;

function readSigned(reader: ByteReader): number {
  const first = reader.bytes[reader.offset] ?? 0;
  const end = reader.offset + longestSmallInt;
  let value = first & 0x40 ? -1 : 0;
  for (;;) {
    const byte = reader.byte();
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return value;
    if (reader.offset >= end) throw invalidMpy(`A number before offset ${end} is beyond 64 bits.`);
  }
}

function readOffset(reader: ByteReader, signed: boolean): number {
  const low = reader.byte();
  if (low < 0x80) return low - (signed ? 0x40 : 0);
  return ((low & 0x7f) | (reader.byte() << 7)) - (signed ? 0x4000 : 0);
}
