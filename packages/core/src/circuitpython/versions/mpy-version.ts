// What an .mpy file says in `__version__ = "…"`: the constant that its module code stores under that name. The file is
// decoded down to its instructions; a version number in some other text of it is not taken for its version.

import { isUpyError } from "../../errors.js";
import { decodeInstructions } from "../../mpy/instructions.js";
import type { MpyObject } from "../../mpy/mpy-file.js";
import { opcode } from "../../mpy/opcodes.js";
import { readPrelude } from "../../mpy/prelude.js";
import { readMpy } from "../../mpy/read-mpy.js";
import { decodeText } from "../../mpy/text.js";
import { mpy5Stores } from "./mpy5-reader.js";
import type { ReadVersion } from "./python-version.js";
import { isStore, type StoredText } from "./stored-text.js";

/** The version that an .mpy file of format 5 or 6 stores. One that is cut off or has bad bytecode is damaged. */
export function mpyVersion(content: Uint8Array): ReadVersion {
  try {
    const stores = content[1] === 5 ? mpy5Stores(content) : mpy6Stores(content);
    const last = stores.filter((store) => store.name === "__version__").at(-1);
    return { type: "read", version: last?.text ?? null };
  } catch (error) {
    if (isUpyError(error, "invalid-mpy")) return { type: "damaged", message: error.message };
    throw error;
  }
}

/** Formats before 5: CircuitPython 6 and older, MicroPython 1.11 and older. They cannot be decoded here, but are known. */
export function isOldMpy(content: Uint8Array): boolean {
  const [magic, version = 0] = content;
  return magic === 0x4d && content.length > 4 && version < 5;
}

/** The whole file is read, which tells when it is cut off; but only the module's own code is decoded. */
function mpy6Stores(content: Uint8Array): StoredText[] {
  const file = readMpy(content);
  if (file.code.kind !== "bytecode") return [];
  const { data } = file.code;
  const stores: StoredText[] = [];
  let loaded: string | null = null;
  for (const { opcode: byte, operand = 0 } of decodeInstructions(data, readPrelude(data).opcodesOffset)) {
    if (byte === opcode.LOAD_CONST_STRING) loaded = file.qstrs[operand] ?? null;
    else if (byte === opcode.LOAD_CONST_OBJ) loaded = textOf(file.objects[operand]);
    else if (isStore(byte)) {
      const name = file.qstrs[operand];
      if (loaded !== null && name !== undefined) stores.push({ name, text: loaded });
    } else if (byte !== opcode.DUP_TOP) loaded = null;
  }
  return stores;
}

function textOf(object: MpyObject | undefined): string | null {
  return object?.type === "str" ? decodeText(object.value) : null;
}
