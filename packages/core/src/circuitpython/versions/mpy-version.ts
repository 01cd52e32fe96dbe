// What an .mpy file says in `__version__ = "…"`: the constant that its module code stores under that name. The file is
// decoded down to its instructions; a version number in some other text of it is not taken for its version.

import { isUpyError } from "../../errors.js";
import { inspect } from "../../mpy/inspect.js";
import { opcode } from "../../mpy/opcodes.js";
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

function mpy6Stores(content: Uint8Array): StoredText[] {
  const { code } = inspect(content);
  const stores: StoredText[] = [];
  let loaded: string | null = null;
  for (const instruction of code.instructions) {
    const { qstr, object } = instruction;
    if (instruction.opcode === opcode.LOAD_CONST_STRING) loaded = qstr ?? null;
    else if (instruction.opcode === opcode.LOAD_CONST_OBJ)
      loaded = object?.type === "str" ? decodeText(object.value) : null;
    else if (isStore(instruction.opcode)) {
      if (loaded !== null && qstr !== undefined) stores.push({ name: qstr, text: loaded });
    } else if (instruction.opcode !== opcode.DUP_TOP) loaded = null;
  }
  return stores;
}
