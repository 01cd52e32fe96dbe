// Moves bytecode to other table positions: qstr and constant operands grow, so instructions and jumps have to be laid
// out anew. Source: adjust_bytecode_qstr_obj_indices of tools/mpy-tool.py, MicroPython 1.28.

import { UpyError } from "@upykit/core/errors";
import {
  ByteWriter,
  decodeInstructions,
  encodePreludeSizes,
  type Instruction,
  isSignedJump,
  jumpTarget,
  opcode,
  operandFormat,
  type RawCode,
  readPrelude,
} from "@upykit/core/mpy";

/** How far the tables of a file move, and what becomes of its line numbers. */
export interface Relocation {
  readonly qstrs: number;
  readonly objects: number;
  readonly keepLineInfo: boolean;
}

/**
 * A function, with all in it, for tables that start elsewhere.
 * @throws `unsupported` for machine code, and for jumps that grow too far
 */
export function relocateCode(code: RawCode, relocation: Relocation): RawCode {
  if (code.kind !== "bytecode") {
    throw new UpyError("unsupported", "Only bytecode can be moved to other tables.", {
      hint: "Merge at most one file with machine code.",
    });
  }
  const children = code.children.map((child) => relocateCode(child, relocation));
  return { kind: "bytecode", data: relocateData(code.data, relocation), children };
}

function relocateData(data: Uint8Array, relocation: Relocation): Uint8Array {
  const prelude = readPrelude(data);
  const names = new ByteWriter();
  for (const name of prelude.names) names.uint(name + relocation.qstrs);
  if (relocation.keepLineInfo) names.bytes(data.subarray(prelude.lineInfoOffset, prelude.closureOffset));
  const info = names.finish();
  const writer = new ByteWriter(data.length + 64);
  writer.bytes(data.subarray(0, prelude.sizeOffset));
  writer.bytes(encodePreludeSizes(info.length, prelude.cellSize));
  writer.bytes(info);
  writer.bytes(data.subarray(prelude.closureOffset, prelude.opcodesOffset));
  writer.bytes(relocateInstructions(data, prelude.opcodesOffset, relocation));
  return writer.finish();
}

/** Laying out settles in two or three rounds; damaged bytecode must not make it swing for ever. */
const maximumRounds = 100;

interface MovingInstruction extends Instruction {
  /** The operand in the new tables, of what is in a table. */
  readonly moved?: number;
  /** Index of the instruction that a jump goes to. */
  readonly target?: number;
}

function relocateInstructions(data: Uint8Array, opcodesOffset: number, relocation: Relocation): Uint8Array {
  const instructions = decodeInstructions(data, opcodesOffset);
  const byOffset = new Map(instructions.map((instruction, index) => [instruction.offset, index]));
  const last = instructions.at(-1);
  if (last !== undefined) byOffset.set(last.offset + last.size, instructions.length);
  const moving = instructions.map((instruction) => moveOperand(instruction, relocation, byOffset));
  let offsets = [...byOffset.keys()].map((offset) => offset - opcodesOffset);
  for (let round = 0; round < maximumRounds; round++) {
    const { bytes, placed, isTooFar } = layOut(data, moving, offsets);
    if (placed.some((offset, index) => offset !== offsets[index])) offsets = placed;
    else if (isTooFar) break;
    else return bytes;
  }
  throw jumpTooFar();
}

function moveOperand(
  instruction: Instruction,
  relocation: Relocation,
  byOffset: ReadonlyMap<number, number>,
): MovingInstruction {
  const destination = jumpTarget(instruction);
  if (destination !== undefined) {
    const target = byOffset.get(destination);
    if (target === undefined) throw brokenJump(instruction.offset);
    return { ...instruction, target };
  }
  const { opcode: code, operand = 0 } = instruction;
  if (operandFormat(code) === "qstr") return { ...instruction, moved: operand + relocation.qstrs };
  return code === opcode.LOAD_CONST_OBJ
    ? { ...instruction, moved: operand + relocation.objects }
    : instruction;
}

interface Layout {
  readonly bytes: Uint8Array;
  /** Where each instruction starts; the last entry is the end. */
  readonly placed: number[];
  /** A jump does not reach; which may still change in the next round. */
  readonly isTooFar: boolean;
}

/** One round of laying out: with jumps measured by the offsets of the round before, as mpy-tool.py does. */
function layOut(data: Uint8Array, moving: readonly MovingInstruction[], offsets: readonly number[]): Layout {
  const writer = new ByteWriter();
  const placed = [...offsets];
  let isTooFar = false;
  moving.forEach(({ offset, size, opcode: code, extra, moved, target }, index) => {
    const start = writer.length;
    placed[index] = start;
    if (moved !== undefined) {
      writer.byte(code);
      writer.uint(moved);
    } else if (target === undefined) {
      writer.copy(data, offset, offset + size);
    } else {
      const jump = encodeJump(code, (placed[target] ?? 0) - start - 2);
      writer.bytes([code, ...jump.bytes]);
      if (extra !== undefined) writer.byte(extra);
      isTooFar ||= jump.isTooFar;
    }
  });
  placed[moving.length] = writer.length;
  return { bytes: writer.finish(), placed, isTooFar };
}

/** `distance` counts from the end of a jump of two bytes. */
function encodeJump(code: number, distance: number): { bytes: number[]; isTooFar: boolean } {
  const isSigned = isSignedJump(code);
  const isShort = isSigned ? distance >= -64 && distance <= 63 : distance <= 127;
  if (isShort) {
    const short = distance + (isSigned ? 0x40 : 0);
    return { bytes: [short & 0x7f], isTooFar: short < 0 };
  }
  const long = distance - 1 + (isSigned ? 0x4000 : 0);
  return { bytes: [0x80 | (long & 0x7f), (long >> 7) & 0xff], isTooFar: long < 0 || long > 0x7fff };
}

function brokenJump(offset: number): UpyError {
  return new UpyError("invalid-mpy", `The jump at offset ${offset} goes into the middle of an instruction.`, {
    hint: "The file is damaged: build it again.",
  });
}

function jumpTooFar(): UpyError {
  return new UpyError("unsupported", "A jump in the bytecode would be too long after merging.", {
    hint: "Put the largest file first, or merge fewer files.",
  });
}
