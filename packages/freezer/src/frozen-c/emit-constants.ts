// The qstr table and the constant table of a module, with the objects that the latter points to.
// Source: freeze_constants and freeze_constant_obj of tools/mpy-tool.py, MicroPython 1.28.

import { UpyError } from "@upykit/core/errors";
import { decodeText, type MpyObject, parseComplex, parseFloatText } from "@upykit/core/mpy";
import { cStringBytes, formatG16 } from "./format-number.js";
import type { FreezeContext } from "./freeze-context.js";
import type { FrozenModule } from "./frozen-module.js";
import { qstrHash } from "./global-qstrs.js";

/** Emits the tables of a module. */
export function emitConstants(context: FreezeContext, module: FrozenModule): void {
  const { out } = context;
  const { objects } = module.file;
  out.push(`static const qstr_short_t const_qstr_table_data_${module.name}[${module.qstrIdents.length}] = {`);
  for (const ident of module.qstrIdents) out.push(`    ${ident},`);
  out.push("};");
  if (objects.length === 0) return;
  out.push("", "// constants");
  const references = objects.map((object, index) =>
    emitObject(context, `const_obj_${module.name}_${index}`, object),
  );
  out.push("", "// constant table");
  out.push(`static const mp_rom_obj_t const_obj_table_data_${module.name}[${objects.length}] = {`);
  for (const reference of references) out.push(`    ${reference},`);
  out.push("};");
  context.sizes.tableEntries += objects.length;
}

/** Emits what an object needs, under `wanted` or a name like it, and returns the expression that refers to it. */
function emitObject(context: FreezeContext, wanted: string, object: MpyObject): string {
  switch (object.type) {
    case "fun-table":
      return "&mp_fun_table";
    case "none":
      return "MP_ROM_NONE";
    case "false":
      return "MP_ROM_FALSE";
    case "true":
      return "MP_ROM_TRUE";
    case "ellipsis":
      return "MP_ROM_PTR(&mp_const_ellipsis_obj)";
    case "str":
      return emitText(context, wanted, object.value);
    case "bytes":
      return emitBytes(context, wanted, object.value);
    case "int":
      return emitInteger(context, wanted, BigInt(object.value));
    case "float":
      return emitFloat(context, wanted, parseFloatText(object.value));
    case "complex":
      return emitComplex(context, wanted, object.value);
    case "tuple":
      return emitTuple(context, wanted, object.items);
  }
}

function emitText(context: FreezeContext, wanted: string, value: Uint8Array): string {
  if (value.length === 0) return "MP_ROM_QSTR(MP_QSTR_)";
  const qstr = context.qstrs.find(decodeText(value));
  return qstr === undefined ? emitString(context, wanted, "mp_type_str", value) : `MP_ROM_QSTR(${qstr})`;
}

function emitBytes(context: FreezeContext, wanted: string, value: Uint8Array): string {
  if (value.length === 0) return "MP_ROM_PTR(&mp_const_empty_bytes_obj)";
  return emitString(context, wanted, "mp_type_bytes", value);
}

function emitString(context: FreezeContext, wanted: string, type: string, value: Uint8Array): string {
  const name = context.names.constant(wanted);
  const hash = qstrHash(value, context.qstrs.firmware.bytesInHash);
  const fields = `{&${type}}, ${hash}, ${value.length}, (const byte*)"${cStringBytes(value)}"`;
  context.out.push(`static const mp_obj_str_t ${name} = {${fields}};`);
  context.sizes.strings += value.length;
  context.sizes.objects += 16;
  return `MP_ROM_PTR(&${name})`;
}

/** The integers that are small ints on every target of an implementation. */
const smallIntegers = {
  micropython: { least: -0x2000n, most: 0x1fffn },
  circuitpython: { least: -0x4000000n, most: 0x3ffffffn },
} as const;

function emitInteger(context: FreezeContext, wanted: string, value: bigint): string {
  const { least, most } = smallIntegers[context.target];
  if (value >= least && value <= most) return `MP_ROM_INT(${String(value)})`;
  const name = context.names.constant(wanted);
  if (context.longIntegers === "mpz") return emitMpz(context, name, value);
  const fits = context.longIntegers === "longlong" && BigInt.asIntN(64, value) === value;
  if (!fits) throw integerTooLarge(value, context.longIntegers);
  context.out.push(`static const mp_obj_int_t ${name} = {{&mp_type_int}, ${String(value)}};`);
  return `MP_ROM_PTR(&${name})`;
}

function emitMpz(context: FreezeContext, name: string, value: bigint): string {
  const bits = context.mpzDigitSize;
  const digits = mpzDigits(value < 0n ? -value : value, bits);
  const array = `(uint${bits}_t*)(const uint${bits}_t[]){${digits.join(",")}}`;
  const count = digits.length;
  const fields = `.neg=${value < 0n ? 1 : 0}, .fixed_dig=1, .alloc=${count}, .len=${count}, .dig=${array}`;
  context.out.push(`static const mp_obj_int_t ${name} = {{&mp_type_int}, {${fields}}};`);
  context.sizes.integers += Math.floor((count * bits) / 8);
  context.sizes.objects += 16;
  return `MP_ROM_PTR(&${name})`;
}

function mpzDigits(value: bigint, bits: number): string[] {
  const hex = value.toString(16);
  const width = bits / 4;
  const digits: string[] = [];
  for (let end = hex.length; end > 0; end -= width) {
    const digit = hex.slice(Math.max(0, end - width), end).replace(/^0+/, "");
    digits.push(`0x${digit === "" ? "0" : digit}`);
  }
  return digits;
}

/** A float in each of MicroPython's object representations. What single precision cannot hold is infinite there. */
function emitFloat(context: FreezeContext, wanted: string, value: number): string {
  const name = context.names.constant(wanted);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat32(0, value);
  const single = ((view.getUint32(0) & ~3) | 2) >>> 0;
  view.setFloat64(0, value);
  const double = view.getBigUint64(0);
  const macro = `${name}_macro`;
  context.out.push(
    "#if MICROPY_OBJ_REPR == MICROPY_OBJ_REPR_A || MICROPY_OBJ_REPR == MICROPY_OBJ_REPR_B",
    `static const mp_obj_float_t ${name} = {{&mp_type_float}, (mp_float_t)${formatG16(value)}};`,
    `#define ${macro} MP_ROM_PTR(&${name})`,
    "#elif MICROPY_OBJ_REPR == MICROPY_OBJ_REPR_C",
    `#define ${macro} ((mp_rom_obj_t)(0x${(single + 0x80800000).toString(16).padStart(8, "0")}))`,
    "#elif MICROPY_OBJ_REPR == MICROPY_OBJ_REPR_D",
    `#define ${macro} ((mp_rom_obj_t)(0x${(double + 0x8004000000000000n).toString(16).padStart(16, "0")}))`,
    "#endif",
  );
  context.sizes.objects += 12;
  return macro;
}

function emitComplex(context: FreezeContext, wanted: string, text: string): string {
  const name = context.names.constant(wanted);
  const { real, imaginary } = parseComplex(text);
  const parts = `(mp_float_t)${formatG16(real)}, (mp_float_t)${formatG16(imaginary)}`;
  context.out.push(`static const mp_obj_complex_t ${name} = {{&mp_type_complex}, ${parts}};`);
  return `MP_ROM_PTR(&${name})`;
}

function emitTuple(context: FreezeContext, wanted: string, items: readonly MpyObject[]): string {
  if (items.length === 0) return "MP_ROM_PTR(&mp_const_empty_tuple_obj)";
  const references = items.map((item, index) => emitObject(context, `${wanted}_${index}`, item));
  const name = context.names.constant(wanted);
  context.out.push(`static const mp_rom_obj_tuple_t ${name} = {{&mp_type_tuple}, ${items.length}, {`);
  for (const reference of references) context.out.push(`    ${reference},`);
  context.out.push("}};");
  return `MP_ROM_PTR(&${name})`;
}

function integerTooLarge(value: bigint, support: string): UpyError {
  const digits = String(value);
  const shown = digits.length > 40 ? `${digits.slice(0, 40)}…` : digits;
  return new UpyError(
    "unsupported",
    `The integer ${shown} does not fit the target's integers (${support}).`,
    {
      hint: 'Use a smaller number, or freeze for a port with longIntegers "mpz".',
    },
  );
}
