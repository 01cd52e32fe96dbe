// What `install` and `planInstall` of @upykit/core take as `compile`: compiling for the board at hand.

import type { Environment } from "@upykit/core";
import { UpyError } from "@upykit/core/errors";
import { compile, type CompileOptions } from "./compile.js";

/** Small integers of 31 bits load everywhere but on boards with fewer; mpy-cross writes them for all. */
const COMMON_SMALL_INT_BITS = 31;

/**
 * Compiles a source for a board, to bytecode. Made to be passed on: `install(target, names, { compile: compileForEnvironment })`.
 * @param context - `path` becomes the name that tracebacks show; `environment` is what `board.environment()` gives
 * @throws CompileError where MicroPython's compiler refuses the source
 * @throws UpyError `incompatible-mpy` for a board that loads no .mpy files or neither version 5 nor 6; `unsupported` for native code
 */
export function compileForEnvironment(
  source: string | Uint8Array,
  context: { readonly path: string; readonly environment: Environment },
  options: Pick<CompileOptions, "optimize"> = {},
): Uint8Array {
  const { implementation, mpy } = context.environment;
  if (mpy?.version !== 5 && mpy?.version !== 6) {
    const what = mpy === null ? "no .mpy files" : `.mpy version ${mpy.version}`;
    throw new UpyError(
      "incompatible-mpy",
      `The board loads ${what}; versions 5 and 6 are what is compiled here.`,
      { hint: "Install the source, or update the board's firmware." },
    );
  }
  return compile(source, {
    filename: context.path,
    target: implementation === "circuitpython" ? "circuitpython" : "micropython",
    mpyVersion: mpy.version,
    smallIntBits: Math.min(mpy.smallIntBits, COMMON_SMALL_INT_BITS),
    arch: mpy.architecture,
    optimize: options.optimize,
  }).mpy;
}
