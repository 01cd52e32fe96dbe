// What importing a module costs, without a board. The code is what mpy/sizes.ts counts; on top come the objects that a
// module makes of it as it runs, and for source the names that only a compiler on the board keeps. For a 32-bit board.

import { type InspectedCode, inspect } from "../mpy/inspect.js";
import { opcode } from "../mpy/opcodes.js";
import { staticQstrIndex } from "../mpy/static-qstrs.js";
import { tokenize } from "../python/parse.js";

/** Bytes of heap that importing takes, by form; null where the form was not given. */
export interface ImportEstimate {
  /** Code and constants stay in flash: only what the module makes of itself. */
  readonly frozen: number | null;
  readonly mpy: number | null;
  readonly py: number | null;
}

/** The contents to estimate from. */
export interface ImportContents {
  /** The .mpy file, of version 6. Without it nothing can be told: compile the source. */
  readonly mpy: Uint8Array;
  /** The source that it was compiled from. */
  readonly py?: Uint8Array | undefined;
}

/**
 * Estimates what a module takes, to about a quarter, without the modules that it imports and what its code allocates as it runs.
 * @throws `invalid-mpy`, `syntax-error`
 */
export function estimateImport({ mpy, py }: ImportContents): ImportEstimate {
  const { code, sizes, qstrs } = inspect(mpy);
  const objects = moduleObject + objectsOf(code);
  const inRam = objects + sizes.ram;
  return { frozen: objects, mpy: inRam, py: py === undefined ? null : inRam + extraNames(py, qstrs) };
}

const block = 16;
/** The module, its record in `sys.modules`, and the dictionary of its globals before anything is in it. */
const moduleObject = 8 * block;
/** Key and value of a dictionary's entry, in a table that has some room to grow. */
const entrySize = 12;
/** mp_obj_fun_bc_t. */
const functionObject = block;
/** mp_obj_type_t with the slots of a class, and its dictionary. */
const classObject = 10 * block;
/** What compiling leaves of its tables of names. */
const compilerRest = 900;

function objectsOf({ instructions, children }: InspectedCode): number {
  const count = (test: (byte: number) => boolean): number =>
    instructions.filter((one) => test(one.opcode)).length;
  const names = count((byte) => byte === opcode.STORE_NAME);
  const functions = count((byte) => byte === opcode.MAKE_FUNCTION || byte === opcode.MAKE_FUNCTION_DEFARGS);
  const defaults = count((byte) => byte === opcode.MAKE_FUNCTION_DEFARGS);
  const classes = count((byte) => byte === opcode.LOAD_BUILD_CLASS);
  const own = names * entrySize + functions * functionObject + defaults * block + classes * classObject;
  return own + classBodies(children);
}

/** Class bodies run when the module does; functions do not. */
function classBodies(children: readonly InspectedCode[]): number {
  const bodies = children.filter(({ instructions }) => instructions[0]?.qstr === "__name__");
  return bodies.reduce((sum, body) => sum + objectsOf(body), 0);
}

/** An .mpy file leaves out the names of local variables; compiling a source on the board makes qstrs of them. */
function extraNames(source: Uint8Array, qstrs: readonly string[]): number {
  const known = new Set(qstrs);
  const names = new Set<string>();
  for (const { type, text } of tokenize(source)) {
    if (type === "name" && !known.has(text) && staticQstrIndex(text) === undefined) names.add(text);
  }
  return [...names].reduce((sum, name) => sum + new TextEncoder().encode(name).length + 1 + 6, compilerRest);
}
