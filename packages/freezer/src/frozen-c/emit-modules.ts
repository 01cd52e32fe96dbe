// Each module's part of the C file, and the tables that list them all.
// Source: CompiledModule.freeze and freeze_mpy of tools/mpy-tool.py, MicroPython 1.28.

import { commentText } from "./comment-text.js";
import { emitCode } from "./emit-code.js";
import { emitConstants } from "./emit-constants.js";
import { hex2 } from "./format-number.js";
import type { FreezeContext } from "./freeze-context.js";
import type { FrozenModule } from "./frozen-module.js";

const rule = "/".repeat(80);

/** Emits one module: its functions, its tables, its record. */
export function emitModule(context: FreezeContext, module: FrozenModule): void {
  const { out } = context;
  const { name } = module;
  out.push(
    "",
    rule,
    `// frozen module ${name}`,
    `// - original source file: ${commentText(module.path)}`,
    `// - frozen file name: ${module.sourceName}`,
    `// - .mpy header: ${Array.from(module.headerBytes, hex2).join(":")}`,
    "",
  );
  emitCode(context, module, module.code);
  out.push("");
  emitConstants(context, module);
  const objects = module.file.objects.length > 0 ? `(mp_obj_t *)&const_obj_table_data_${name}` : "NULL";
  out.push(
    "",
    `static const mp_frozen_module_t frozen_module_${name} = {`,
    "    .constants = {",
    `        .qstr_table = (qstr_short_t *)&const_qstr_table_data_${name},`,
    `        .obj_table = ${objects},`,
    "    },",
    `    .proto_fun = &proto_fun_${module.code.name},`,
    "};",
  );
}

/** Emits the tables by which the firmware finds its frozen modules. */
export function emitModuleTables(context: FreezeContext, modules: readonly FrozenModule[]): void {
  const { out, sizes } = context;
  out.push("", rule, "// collection of all frozen modules", "");
  out.push(
    "const char mp_frozen_names[] = {",
    "    #ifdef MP_FROZEN_STR_NAMES",
    "    MP_FROZEN_STR_NAMES",
    "    #endif",
  );
  for (const { sourceName } of modules) out.push(`    "${sourceName}\\0"`);
  out.push('    "\\0"', "};", "", "const mp_frozen_module_t *const mp_frozen_mpy_content[] = {");
  for (const { name } of modules) out.push(`    &frozen_module_${name},`);
  out.push("};", "", "#ifdef MICROPY_FROZEN_LIST_ITEM");
  for (const { sourceName } of modules) {
    out.push(`MICROPY_FROZEN_LIST_ITEM("${importName(sourceName)}", "${sourceName}")`);
  }
  out.push("#endif");
  sizes.names = modules.reduce((total, { sourceName }) => total + sourceName.length + 1, 1);
  sizes.modules = modules.length;
}

function importName(sourceName: string): string {
  return sourceName.endsWith("/__init__.py")
    ? sourceName.slice(0, -"/__init__.py".length)
    : sourceName.slice(0, -3);
}
