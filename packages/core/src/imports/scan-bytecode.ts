// What an .mpy file imports, read off its bytecode: IMPORT_NAME with the level and the names that are pushed before it.
// Conditions are told from jumps. Imports in functions of machine code (@micropython.native) are not seen.
// Source: py/compile.c and py/vm.c, MicroPython 1.28.

import { importErrors } from "../python/scan-imports.js";
import { type InspectedCode, type InspectedInstruction, inspect } from "../mpy/inspect.js";
import { opcode } from "../mpy/opcodes.js";
import { decodeText } from "../mpy/text.js";
import { type FileImport, type FileScan, mentioning } from "./scan-file.js";

/** Scans an .mpy file. @throws `invalid-mpy` */
export function scanBytecode(bytes: Uint8Array): FileScan {
  const { code } = inspect(bytes);
  const scan: Scan = { imports: [], tries: 0 };
  scanCode(code, false, scan);
  return { imports: scan.imports, mentions: mentioning(scan.imports, () => namesIn(code)) };
}

const reads: ReadonlySet<number> = new Set([
  opcode.IMPORT_NAME,
  opcode.IMPORT_FROM,
  opcode.LOAD_CONST_STRING,
]);

/** The names that instructions work with, but for those of imports, which are stored under a name right after. */
function namesIn({ instructions, children }: InspectedCode): string[] {
  const names = instructions.flatMap(({ opcode: byte, qstr }) =>
    qstr === undefined || reads.has(byte) ? [] : [qstr],
  );
  return [...names, ...children.flatMap(namesIn)];
}

interface Scan {
  readonly imports: FileImport[];
  tries: number;
}

function scanCode(code: InspectedCode, isFunction: boolean, scan: Scan): void {
  const { instructions } = code;
  const tries = triesOf(instructions, scan);
  let skippedUntil = 0;
  for (const [index, instruction] of instructions.entries()) {
    const { offset, target, line } = instruction;
    if (instruction.opcode === opcode.IMPORT_NAME) {
      const conditional = isFunction || offset < skippedUntil;
      const place = {
        line,
        column: 0,
        conditional,
        guard: guardAt(offset, tries),
        kind: "statement",
      } as const;
      scan.imports.push({ ...importAt(instructions, index), ...place });
    }
    if (target !== undefined && instruction.opcode !== opcode.SETUP_WITH) {
      skippedUntil = Math.max(skippedUntil, target);
    }
  }
  for (const child of code.children) scanCode(child, isFunction || !isClassBody(child), scan);
}

/** A class body runs where it stands; it starts with `__module__ = __name__`. */
function isClassBody({ instructions }: InspectedCode): boolean {
  return instructions[0]?.qstr === "__name__" && instructions[1]?.qstr === "__module__";
}

/** The operands of IMPORT_NAME: the level, then None or a tuple of names, a constant or built from strings. */
function importAt(
  instructions: readonly InspectedInstruction[],
  index: number,
): Pick<FileImport, "module" | "level" | "names"> {
  const module = instructions[index]?.qstr ?? "";
  const last = instructions[index - 1];
  if (last?.opcode === opcode.LOAD_CONST_NONE) {
    return { module, level: smallInt(instructions[index - 2]), names: undefined };
  }
  const count = last?.opcode === opcode.BUILD_TUPLE ? (last.operand ?? 0) : 0;
  const built = instructions.slice(Math.max(0, index - 1 - count), index - 1);
  const names = count > 0 ? built.map(({ qstr }) => qstr ?? "") : constantNames(last);
  return {
    module,
    level: smallInt(instructions[index - 2 - count]),
    names: names.includes("*") ? "*" : names,
  };
}

function constantNames(instruction: InspectedInstruction | undefined): string[] {
  const { object } = instruction ?? {};
  if (object?.type !== "tuple") return [];
  return object.items.flatMap((item) => (item.type === "str" ? [decodeText(item.value)] : []));
}

function smallInt(instruction: InspectedInstruction | undefined): number {
  const byte = instruction?.opcode ?? 0;
  if (byte === opcode.LOAD_CONST_SMALL_INT) return instruction?.operand ?? 0;
  const value = byte - opcode.LOAD_CONST_SMALL_INT_MULTI - 16;
  return value > 0 && value < 48 ? value : 0;
}

interface TryBlock {
  readonly id: number;
  readonly start: number;
  readonly handler: number;
  readonly end: number;
}

/** `SETUP_EXCEPT handler; body; POP_EXCEPT_JUMP end; handler: …; end:` */
function triesOf(instructions: readonly InspectedInstruction[], scan: Scan): TryBlock[] {
  return instructions.flatMap(({ opcode: byte, offset, target }) => {
    if (byte !== opcode.SETUP_EXCEPT || target === undefined) return [];
    const leave = instructions.findLast(
      (one) => one.offset < target && one.opcode === opcode.POP_EXCEPT_JUMP,
    );
    const block = { id: ++scan.tries, start: offset, handler: target, end: leave?.target ?? target };
    return catchesImportError(instructions, block) ? [block] : [];
  });
}

const exceptionMatch = opcode.BINARY_OP_MULTI + 8;

function catchesImportError(
  instructions: readonly InspectedInstruction[],
  { handler, end }: TryBlock,
): boolean {
  const inside = instructions.filter(({ offset }) => offset >= handler && offset < end);
  const isBare = !inside.some(({ opcode: byte }) => byte === exceptionMatch);
  return isBare || inside.some(({ qstr }) => qstr !== undefined && importErrors.has(qstr));
}

function guardAt(offset: number, tries: readonly TryBlock[]): FileImport["guard"] {
  const block = tries.findLast(({ start, end }) => offset > start && offset < end);
  if (block === undefined) return null;
  return { try: block.id, part: offset < block.handler ? "body" : "handler" };
}
