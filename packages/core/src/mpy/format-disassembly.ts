// An inspection as text for people, in the words and columns of `mpy-tool.py -d`, MicroPython 1.28.

import { type InspectedCode, type InspectedInstruction, inspect, type MpyInspection } from "./inspect.js";
import { mpyArchitectures } from "../environment.js";
import { operandDigits } from "./instructions.js";
import { reprBytes, reprObject, reprTexts } from "./python-repr.js";

/** What {@link formatDisassembly} takes besides the file. */
export interface FormatDisassemblyOptions {
  /** The path in the first line. */
  readonly path?: string;
}

/**
 * The disassembly of an .mpy file as text; ends with a line feed.
 * @throws `invalid-mpy` when the file is damaged
 */
export function formatDisassembly(bytes: Uint8Array, options: FormatDisassemblyOptions = {}): string {
  const inspection = inspect(bytes);
  const lines = [
    `mpy_source_file: ${options.path ?? inspection.sourceFile.replace(/\.py$/, ".mpy")}`,
    `source_file: ${inspection.sourceFile}`,
    ...formatHeader(inspection, bytes),
    `qstr_table[${inspection.qstrs.length}]:`,
    ...inspection.qstrs.map((qstr) => `    ${qstr}`),
    `obj_table: [${inspection.objects.map(reprObject).join(", ")}]`,
  ];
  formatCode(inspection.code, lines);
  return lines.join("\n") + "\n";
}

function formatHeader(inspection: MpyInspection, bytes: Uint8Array): string[] {
  const { architecture, archFlags } = inspection.header;
  const name = mpyArchitectures.includes(architecture) ? architecture.toUpperCase() : "UNKNOWN";
  const lines = [`header: ${hexBytes(bytes.subarray(0, 4))}`, `arch: ${name}`];
  if (archFlags !== 0) lines.push(`arch_flags: 0x${archFlags.toString(16)}`);
  return lines;
}

function formatCode(code: InspectedCode, lines: string[]): void {
  lines.push(`simple_name: ${code.name}`);
  if (code.kind === "bytecode") formatBytecode(code, lines);
  else formatNative(code, lines);
  if (code.prelude === undefined) return;
  lines.push(`  children: [${code.children.map((child) => child.name).join(", ")}]`);
  for (const child of code.children) formatCode(child, lines);
}

function formatBytecode(code: InspectedCode, lines: string[]): void {
  lines.push(`  raw bytecode: ${code.data.length} ${hexBytes(code.data)}`, ...formatPrelude(code));
  lines.push(`  line info: ${hexBytes(lineInfo(code))}`);
  for (const instruction of code.instructions) lines.push(formatInstruction(code.data, instruction));
}

function formatNative(code: InspectedCode, lines: string[]): void {
  const more = code.data.length > 32 ? "..." : "";
  lines.push(`  raw data: ${code.data.length} ${hexBytes(code.data.subarray(0, 32))} ${more}`);
  if (code.prelude === undefined) return;
  lines.push(...formatPrelude(code), `  line info: ${reprBytes(lineInfo(code))}`);
  const end = code.preludeOffset ?? 0;
  for (let at = 0; at < end; at += 16)
    lines.push(`  ${hexBytes(code.data.subarray(at, Math.min(at + 16, end)))}`);
}

function formatPrelude(code: InspectedCode): string[] {
  if (code.prelude === undefined) return [];
  const { stateSize, exceptionStackSize, scopeFlags, ...rest } = code.prelude;
  const signature = [stateSize, exceptionStackSize, scopeFlags, rest.positionalArguments];
  signature.push(rest.keywordOnlyArguments, rest.defaultPositionalArguments);
  return [`  prelude: (${signature.join(", ")})`, `  args: ${reprTexts(code.arguments)}`];
}

/** Line info and closure cells, which mpy-tool.py does not tell apart. */
function lineInfo(code: InspectedCode): Uint8Array {
  return code.data.subarray(code.prelude?.lineInfoOffset, code.prelude?.opcodesOffset);
}

function formatInstruction(data: Uint8Array, instruction: InspectedInstruction): string {
  const bytes = hexBytes(data.subarray(instruction.offset, instruction.offset + instruction.size));
  return `  ${bytes.padEnd(11)} ${instruction.name} ${formatOperand(data, instruction)}`;
}

function formatOperand(data: Uint8Array, instruction: InspectedInstruction): string {
  if (instruction.object !== undefined) return reprObject(instruction.object);
  if (instruction.qstr !== undefined) return instruction.qstr;
  return operandDigits(data, instruction);
}

function hexBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}
