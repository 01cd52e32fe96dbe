// Functions as C: bytecode with a comment for each instruction, machine code, and the raw-code records over them.
// Source: RawCodeBytecode.freeze, RawCodeNative.freeze and freeze_raw_code of tools/mpy-tool.py, MicroPython 1.28.

import {
  decodeInstructions,
  type Instruction,
  type MpyFile,
  objectAt,
  opcode,
  opcodeName,
  operandDigits,
  operandFormat,
  type Prelude,
  qstrAt,
  reprText,
} from "@upykit/core/mpy";
import { UpyError } from "@upykit/core/errors";
import { commentText } from "./comment-text.js";
import { cByte } from "./format-number.js";
import type { FreezeContext } from "./freeze-context.js";
import type { FrozenCode, FrozenModule } from "./frozen-module.js";
import { nativeAttributes } from "./native-attributes.js";

const scopeFlagGenerator = 0x01;
const scopeFlagAsync = 0x10;

/** Emits a function and all that is in it. */
export function emitCode(context: FreezeContext, module: FrozenModule, code: FrozenCode): void {
  if (code.raw.kind === "bytecode" && code.prelude !== undefined)
    emitBytecode(context, module, code, code.prelude);
  else emitNative(context, module, code);
}

function emitBytecode(
  context: FreezeContext,
  module: FrozenModule,
  code: FrozenCode,
  prelude: Prelude,
): void {
  const { out } = context;
  const data = code.raw.data;
  const names = prelude.names.map((index) => qstrAt(module.file, index)).join(", ");
  out.push(
    `// frozen bytecode for file ${module.sourceName}, scope ${code.name}`,
    `static const byte fun_data_${code.name}[${data.length}] = {`,
    `    ${byteList(data, 0, prelude.infoOffset)} // prelude`,
    `    ${byteList(data, prelude.infoOffset, prelude.lineInfoOffset)} // names: ${commentText(names)}`,
    `    ${byteList(data, prelude.lineInfoOffset, prelude.opcodesOffset)} // code info`,
  );
  for (const instruction of decodeInstructions(data, prelude.opcodesOffset))
    out.push(instructionLine(module.file, data, instruction));
  out.push("};");
  emitChildren(context, module, code);
  emitRawCode(context, code, undefined);
  context.sizes.bytecode += data.length;
}

function instructionLine(file: MpyFile, data: Uint8Array, instruction: Instruction): string {
  const { offset, size, opcode: code, operand } = instruction;
  const name = opcodeName(code);
  if (size === 1) return `    ${cByte(code)} // ${name}`;
  const head = `    ${byteList(data, offset, offset + size)} // ${name}`;
  if (operand === undefined) return head;
  if (operandFormat(code) === "qstr") return `${head} ${reprText(qstrAt(file, operand))}`;
  if (code === opcode.LOAD_CONST_OBJ) objectAt(file, operand); // mpy-tool.py leaves this check to the board, which has none
  return `${head} ${operandDigits(data, instruction)}`;
}

function byteList(data: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += cByte(data[at] ?? 0);
  return text;
}

function emitNative(context: FreezeContext, module: FrozenModule, code: FrozenCode): void {
  if ((scopeFlags(code) & ~0x0f) !== 0) throw hasRelocations();
  const { out } = context;
  const data = code.raw.data;
  const attributes = nativeAttributes(module.file.header.architecture);
  out.push("", `// frozen native code for file ${module.sourceName}, scope ${code.name}`);
  out.push(`static const byte fun_data_${code.name}[${data.length}] ${attributes} = {`);
  for (let at = 0; at < data.length; at += 16) out.push(`   ${spacedBytes(data.subarray(at, at + 16))}`);
  out.push("};");
  const prelude =
    code.raw.kind === "native" ? emitNativePrelude(out, code, code.raw.preludeOffset ?? 0) : undefined;
  emitChildren(context, module, code, prelude);
  emitRawCode(context, code, prelude);
}

/** Emits the prelude of a native function; returns the macro that points to it. */
function emitNativePrelude(out: string[], code: FrozenCode, offset: number): string {
  const macro = `fun_data_${code.name}_prelude_macro`;
  const prelude = code.raw.data.subarray(offset);
  out.push(
    "#if MICROPY_EMIT_NATIVE_PRELUDE_SEPARATE_FROM_MACHINE_CODE",
    `static const byte fun_data_${code.name}_prelude[${prelude.length}] = {${spacedBytes(prelude)}};`,
    `#define ${macro} &fun_data_${code.name}_prelude[0]`,
    "#else",
    `#define ${macro} &fun_data_${code.name}[${offset}]`,
    "#endif",
  );
  return macro;
}

function spacedBytes(data: Uint8Array): string {
  let text = "";
  for (const byte of data) text += ` ${cByte(byte)}`;
  return text;
}

function emitChildren(
  context: FreezeContext,
  module: FrozenModule,
  code: FrozenCode,
  prelude?: string,
): void {
  if (code.children.length === 0) return;
  const { out } = context;
  for (const child of code.children) {
    out.push(`// child of ${code.name}`);
    emitCode(context, module, child);
    out.push("");
  }
  const cast = context.target === "circuitpython" ? "(void *)" : "";
  out.push(`static const mp_raw_code_t *const children_${code.name}[] = {`);
  for (const child of code.children) out.push(`    (const mp_raw_code_t *)${cast}&proto_fun_${child.name},`);
  if (prelude !== undefined) out.push(`    (void *)${prelude},`);
  out.push("};", "");
}

const kindNames = {
  bytecode: "MP_CODE_BYTECODE",
  native: "MP_CODE_NATIVE_PY",
  viper: "MP_CODE_NATIVE_VIPER",
  asm: "MP_CODE_NATIVE_ASM",
} as const;

function emitRawCode(context: FreezeContext, code: FrozenCode, prelude: string | undefined): void {
  const { out } = context;
  const isMinimal = code.raw.kind === "bytecode" && code.children.length === 0;
  if (isMinimal) out.push("#if MICROPY_PERSISTENT_CODE_SAVE");
  emitRecord(context, code, prelude);
  if (isMinimal) out.push("#else", `#define proto_fun_${code.name} fun_data_${code.name}[0]`, "#endif");
  context.sizes.rawCodes++;
}

function emitRecord(context: FreezeContext, code: FrozenCode, prelude: string | undefined): void {
  const { out } = context;
  const flags = scopeFlags(code);
  const isAsm = code.raw.kind === "asm";
  out.push(
    `static const ${isAsm ? "mp_raw_code_t" : "mp_raw_code_truncated_t"} proto_fun_${code.name} = {`,
    "    .proto_fun_indicator[0] = MP_PROTO_FUN_INDICATOR_RAW_CODE_0,",
    "    .proto_fun_indicator[1] = MP_PROTO_FUN_INDICATOR_RAW_CODE_1,",
    `    .kind = ${kindNames[code.raw.kind]},`,
    `    .is_generator = ${flags & scopeFlagGenerator},`,
  );
  if (context.target === "circuitpython")
    out.push(`    .is_async = ${(flags & scopeFlagAsync) === 0 ? 0 : 1},`);
  out.push(`    .fun_data = fun_data_${code.name},`, `    .children = ${childrenPointer(code, prelude)},`);
  emitSaveFields(out, code);
  if (code.raw.kind === "asm") {
    out.push(`    .asm_n_pos_args = ${code.raw.argumentCount ?? 0},`);
    out.push(`    .asm_type_sig = ${code.raw.typeSignature ?? 0},`);
  }
  out.push("};");
}

function childrenPointer(code: FrozenCode, prelude: string | undefined): string {
  if (code.children.length > 0) return `(void *)&children_${code.name}`;
  return prelude === undefined ? "NULL" : `(void *)${prelude}`;
}

/** The fields that only firmware which can save .mpy files has. */
function emitSaveFields(out: string[], code: FrozenCode): void {
  const preludeOffset = code.raw.kind === "native" ? (code.raw.preludeOffset ?? 0) : 0;
  out.push(
    "    #if MICROPY_PERSISTENT_CODE_SAVE",
    `    .fun_data_len = ${code.raw.data.length},`,
    `    .n_children = ${code.children.length},`,
    "    #if MICROPY_EMIT_MACHINE_CODE",
    `    .prelude_offset = ${preludeOffset},`,
    "    #endif",
  );
  if (code.raw.kind === "bytecode" && code.prelude !== undefined)
    emitTraceFields(out, code.name, code.prelude);
  out.push("    #endif");
}

function emitTraceFields(out: string[], name: string, prelude: Prelude): void {
  out.push(
    "    #if MICROPY_PY_SYS_SETTRACE",
    "    .line_of_definition = 0,",
    "    .prelude = {",
    `        .n_state = ${prelude.stateSize},`,
    `        .n_exc_stack = ${prelude.exceptionStackSize},`,
    `        .scope_flags = ${prelude.scopeFlags},`,
    `        .n_pos_args = ${prelude.positionalArguments},`,
    `        .n_kwonly_args = ${prelude.keywordOnlyArguments},`,
    `        .n_def_pos_args = ${prelude.defaultPositionalArguments},`,
    `        .qstr_block_name_idx = ${prelude.names[0] ?? 0},`,
    `        .line_info = fun_data_${name} + ${prelude.lineInfoOffset},`,
    `        .line_info_top = fun_data_${name} + ${prelude.closureOffset},`,
    `        .opcodes = fun_data_${name} + ${prelude.opcodesOffset},`,
    "    },",
    "    #endif",
  );
}

function scopeFlags(code: FrozenCode): number {
  if (code.prelude !== undefined) return code.prelude.scopeFlags;
  return code.raw.kind === "bytecode" ? 0 : (code.raw.scopeFlags ?? 0);
}

function hasRelocations(): UpyError {
  return new UpyError("unsupported", "Machine code with relocations cannot be frozen.", {
    hint: "This is a native module made from C: build it into the firmware as a user C module, or install the .mpy file.",
  });
}
