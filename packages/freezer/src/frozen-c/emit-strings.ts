// Files frozen as text. Source: generate_frozen_str_content of tools/makemanifest.py, MicroPython 1.28.

import { hex2 } from "./format-number.js";
import { bytesOf, type TextFile } from "../files/freeze-file.js";

/** The C of all files that are frozen as text, of which there may be none. */
export function emitStrings(files: readonly TextFile[]): string {
  const contents = files.map((file) => bytesOf(file.content));
  return [
    "#include <stdint.h>\n#define MP_FROZEN_STR_NAMES \\\n",
    ...files.map((file) => `"${file.path}\\0" \\\n`),
    "\nconst uint32_t mp_frozen_str_sizes[] = { ",
    ...contents.map((content) => `${content.length}, `),
    "0 };\nconst char mp_frozen_str_content[] = {\n",
    ...contents.map((content) => `"${escapeText(content)}\\0"\n`),
    '"\\0"\n};\n\n',
  ].join("");
}

const escapes: Readonly<Record<number, string>> = { 0x0a: "\\n", 0x0d: "\\r", 0x22: '\\"', 0x5c: "\\\\" };

/** Text of a C string. A string that goes on after `\x..` is closed and opened again, for C would read on. */
function escapeText(content: Uint8Array): string {
  let text = "";
  let isAfterHex = false;
  for (const byte of content) {
    const escape = escapes[byte];
    if (escape !== undefined) {
      text += escape;
    } else if (byte >= 0x20 && byte <= 0x7e) {
      text += isAfterHex ? `" "${String.fromCharCode(byte)}` : String.fromCharCode(byte);
      isAfterHex = false;
    } else {
      text += `\\x${hex2(byte)}`;
      isAfterHex = true;
    }
  }
  return text;
}

/** What stands in the place of frozen bytecode where there is none. */
export const noFrozenMpy = `#include "py/emitglue.h"
extern const qstr_pool_t mp_qstr_const_pool;
const qstr_pool_t mp_qstr_frozen_const_pool = {
    #if MICROPY_QSTR_BYTES_IN_HASH
    (qstr_pool_t*)&mp_qstr_const_pool, MP_QSTRnumber_of, 0, 0, 0, NULL, NULL, {},
    #else
    (qstr_pool_t*)&mp_qstr_const_pool, MP_QSTRnumber_of, 0, 0, 0, NULL, {},
    #endif
};
const char mp_frozen_names[] = { MP_FROZEN_STR_NAMES "\\0"};
const mp_raw_code_t *const mp_frozen_mpy_content[] = {NULL};
`;
