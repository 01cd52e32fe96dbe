// The head of the C file and the pool of new qstrs. Source: freeze_mpy of tools/mpy-tool.py, MicroPython 1.28.

import { cStringBytes } from "./format-number.js";
import type { FreezeContext } from "./freeze-context.js";
import { type NewQstr, qstrHash } from "./global-qstrs.js";

const longIntegerNumbers = { none: 0, longlong: 1, mpz: 2 } as const;

/** Emits includes and checks of the target's configuration. */
export function emitHead(context: FreezeContext, needsMath: boolean): void {
  const { out, mpzDigitSize } = context;
  const includes = ["py/mpconfig.h", "py/objint.h", "py/objstr.h", "py/emitglue.h", "py/nativeglue.h"];
  out.push(...includes.map((path) => `#include "${path}"`));
  if (needsMath) out.push("#include <math.h>");
  out.push("", `#if MICROPY_LONGINT_IMPL != ${longIntegerNumbers[context.longIntegers]}`);
  out.push('#error "incompatible MICROPY_LONGINT_IMPL"', "#endif", "");
  if (context.longIntegers === "mpz") {
    out.push(`#if MPZ_DIG_SIZE != ${mpzDigitSize}`, '#error "incompatible MPZ_DIG_SIZE"', "#endif", "");
  }
  emitStruct(out, "MICROPY_PY_BUILTINS_FLOAT", "mp_obj_float_t", ["value"]);
  emitStruct(out, "MICROPY_PY_BUILTINS_COMPLEX", "mp_obj_complex_t", ["real", "imag"]);
}

function emitStruct(out: string[], condition: string, name: string, fields: readonly string[]): void {
  out.push(`#if ${condition}`, `typedef struct _${name} {`, "    mp_obj_base_t base;");
  out.push(...fields.map((field) => `    mp_float_t ${field};`));
  out.push(`} ${name};`, "#endif", "");
}

/** Emits the pool of the qstrs that the firmware does not have. */
export function emitPool(context: FreezeContext): void {
  const { out, qstrs, sizes } = context;
  const { bytesInHash, bytesInLength } = qstrs.firmware;
  const added = qstrs.newQstrs();
  emitEnum(out, added);
  if (bytesInHash > 0) {
    const hashes = added.map((qstr) => qstrHash(qstr.bytes, bytesInHash));
    emitNumbers(out, "const qstr_hash_t mp_qstr_frozen_const_hashes[] = {", hashes);
  }
  const lengths = added.map((qstr) => qstr.bytes.length);
  emitNumbers(out, "const qstr_len_t mp_qstr_frozen_const_lengths[] = {", lengths);
  emitPoolRecord(out, added, bytesInHash > 0);
  sizes.uniqueQstrs = added.length;
  sizes.qstrs = lengths.reduce((total, length) => total + length + 1 + bytesInLength + bytesInHash, 0);
}

function emitEnum(out: string[], added: readonly NewQstr[]): void {
  if (added.length === 0) return;
  out.push("enum {");
  added.forEach(({ ident }, index) => {
    out.push(index === 0 ? `    MP_QSTR_${ident} = MP_QSTRnumber_of,` : `    MP_QSTR_${ident},`);
  });
  out.push("};");
}

function emitNumbers(out: string[], head: string, numbers: readonly number[]): void {
  out.push("", head);
  for (const number of numbers) out.push(`    ${number},`);
  out.push("};");
}

function emitPoolRecord(out: string[], added: readonly NewQstr[], hasHashes: boolean): void {
  out.push(
    "",
    "extern const qstr_pool_t mp_qstr_const_pool;",
    "const qstr_pool_t mp_qstr_frozen_const_pool = {",
    "    &mp_qstr_const_pool, // previous pool",
    "    MP_QSTRnumber_of, // previous pool size",
    "    true, // is_sorted",
    `    ${Math.min(added.length, 10)}, // allocated entries`,
    `    ${added.length}, // used entries`,
  );
  if (hasHashes) out.push("    (qstr_hash_t *)mp_qstr_frozen_const_hashes,");
  out.push("    (qstr_len_t *)mp_qstr_frozen_const_lengths,", "    {");
  for (const qstr of added) out.push(`        "${cString(qstr)}",`);
  out.push("    },", "};");
}

/** Printable ASCII as it is, anything else as bytes in hexadecimal throughout. */
function cString({ text, bytes }: NewQstr): string {
  return /^[ !#-[\]-~]*$/.test(text) ? text : cStringBytes(bytes);
}
