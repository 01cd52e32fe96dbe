// What both readers of .mpy files look for: constants that module code stores under a name.

import { opcode } from "../../mpy/opcodes.js";

/** A constant text that module code stores under a name. */
export interface StoredText {
  readonly name: string;
  readonly text: string;
}

/** Whether an instruction stores a global name of a module. */
export function isStore(byte: number): boolean {
  return byte === opcode.STORE_NAME || byte === opcode.STORE_GLOBAL;
}
