// What is in an .mpy file, as data: names, constants, the tree of functions, instructions with lines, sizes.
// It does not print; format-disassembly.ts and hex-dump.ts do.

import { invalidMpy } from "./byte-reader.js";
import { decodeInstructions, type Instruction, jumpTarget } from "./instructions.js";
import { decodeLineInfo, lineAt, type LineEntry } from "./line-info.js";
import * as opcode from "./opcodes.js";
import { operandFormat } from "./operand-format.js";
import { opcodeName } from "./opcode-names.js";
import type { MpyFile, MpyHeader, MpyObject, RawCode } from "./mpy-file.js";
import { type Prelude, readPrelude } from "./prelude.js";
import { readMpy } from "./read-mpy.js";
import { estimateSizes, type MpySizes } from "./sizes.js";

/** An instruction with all that the file tells about it. */
export interface InspectedInstruction extends Instruction {
  /** "LOAD_NAME", "LOAD_FAST 2", "BINARY_OP 27 __add__". */
  readonly name: string;
  /** Source line; 1 where the file has no line info. */
  readonly line: number;
  /** The text of a qstr operand. */
  readonly qstr?: string;
  /** The constant that LOAD_CONST_OBJ loads. */
  readonly object?: MpyObject;
  /** Where a jump goes, within the function's data. */
  readonly target?: number;
}

/** One function, class body or module. */
export interface InspectedCode {
  readonly kind: RawCode["kind"];
  /** "<module>", "<lambda>" or what `def` said; of viper and asm functions the file keeps none. */
  readonly name: string;
  /** Names of the arguments, positional ones first; the file keeps none for `*args` and `**kwargs`. */
  readonly arguments: readonly string[];
  /** The bytes of code and prelude: as in the file. */
  readonly data: Uint8Array;
  /** Absent for viper and asm. */
  readonly prelude?: Prelude;
  /** Where the prelude starts in `data`: behind the machine code; absent but for "native". */
  readonly preludeOffset?: number;
  readonly lines: readonly LineEntry[];
  /** Empty for machine code. */
  readonly instructions: readonly InspectedInstruction[];
  readonly children: readonly InspectedCode[];
}

/** What {@link inspect} finds. */
export interface MpyInspection {
  readonly header: MpyHeader;
  /** The name of the source file, as tracebacks show it. */
  readonly sourceFile: string;
  readonly qstrs: readonly string[];
  readonly objects: readonly MpyObject[];
  readonly code: InspectedCode;
  readonly sizes: MpySizes;
}

/**
 * Reads an .mpy file of version 6 down to its instructions.
 * @throws `invalid-mpy` when the file is damaged, bytecode included
 */
export function inspect(bytes: Uint8Array): MpyInspection {
  const file = readMpy(bytes);
  return {
    header: file.header,
    sourceFile: file.qstrs[0] ?? "",
    qstrs: file.qstrs,
    objects: file.objects,
    code: inspectCode(file, file.code),
    sizes: estimateSizes(file, bytes.length),
  };
}

function inspectCode(file: MpyFile, code: RawCode): InspectedCode {
  const prelude = preludeOf(code);
  const names = prelude?.names.map((index) => qstrAt(file, index)) ?? [];
  const lines = prelude === undefined ? [] : decodeLineInfo(lineInfoBytes(code.data, prelude));
  return {
    kind: code.kind,
    name: names[0] ?? file.qstrs[0] ?? "",
    arguments: names.slice(1),
    data: code.data,
    ...(prelude === undefined ? {} : { prelude }),
    ...(code.kind === "native" ? { preludeOffset: code.preludeOffset ?? 0 } : {}),
    lines,
    instructions: code.kind === "bytecode" && prelude ? inspectInstructions(file, code, prelude, lines) : [],
    children: code.children.map((child) => inspectCode(file, child)),
  };
}

/** The prelude of a function; undefined for viper and asm, which have none. */
export function preludeOf(code: RawCode): Prelude | undefined {
  if (code.kind === "bytecode") return readPrelude(code.data);
  return code.kind === "native" ? readPrelude(code.data, code.preludeOffset ?? 0) : undefined;
}

function lineInfoBytes(data: Uint8Array, prelude: Prelude): Uint8Array {
  return data.subarray(prelude.lineInfoOffset, prelude.closureOffset);
}

function inspectInstructions(
  file: MpyFile,
  code: RawCode,
  prelude: Prelude,
  lines: readonly LineEntry[],
): InspectedInstruction[] {
  return decodeInstructions(code.data, prelude.opcodesOffset).map((instruction) => ({
    ...instruction,
    name: opcodeName(instruction.opcode),
    line: lineAt(lines, instruction.offset - prelude.opcodesOffset),
    ...operandOf(file, instruction),
  }));
}

function operandOf(
  file: MpyFile,
  instruction: Instruction,
): Pick<InspectedInstruction, "qstr" | "object" | "target"> {
  const operand = instruction.operand;
  if (operand === undefined) return {};
  const format = operandFormat(instruction.opcode);
  if (format === "qstr") return { qstr: qstrAt(file, operand) };
  const target = jumpTarget(instruction);
  if (target !== undefined) return { target };
  return instruction.opcode === opcode.LOAD_CONST_OBJ ? { object: objectAt(file, operand) } : {};
}

/**
 * The text of a qstr operand.
 * @throws `invalid-mpy` when the file has no such qstr
 */
export function qstrAt(file: MpyFile, index: number): string {
  const qstr = file.qstrs[index];
  if (qstr === undefined) throw invalidMpy(`The code names qstr ${index} of ${file.qstrs.length}.`);
  return qstr;
}

/**
 * The constant that LOAD_CONST_OBJ loads.
 * @throws `invalid-mpy` when the file has no such constant
 */
export function objectAt(file: MpyFile, index: number): MpyObject {
  const object = file.objects[index];
  if (object === undefined) throw invalidMpy(`The code names constant ${index} of ${file.objects.length}.`);
  return object;
}
