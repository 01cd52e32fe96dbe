// One source to an .mpy, by the compiler that the caller gave or our own.

import { compile } from "@upykit/compiler";
import { isUpyError, UpyError } from "@upykit/core/errors";
import type { CompileFunction, CompileSettings } from "./freeze-file.js";

const nativeHint =
  "Pass `nativeBackend` (made by nativeBackend() of @upykit/compiler/node), or call freezeToC() and buildRomfs() within " +
  "withNativeCode().";

/** @throws what the compiler throws; `unsupported` with the path, and what to do, for native code without a back end */
export function compileSource(
  source: Uint8Array,
  settings: CompileSettings & { readonly filename: string },
  compileFile: CompileFunction | undefined,
): Uint8Array {
  if (compileFile !== undefined) return compileFile(source, settings).mpy;
  try {
    return compile(source, settings).mpy;
  } catch (error) {
    if (!isUpyError(error, "unsupported")) throw error;
    const message = `${settings.filename}: ${error.message}`;
    throw new UpyError("unsupported", message, { hint: nativeHint, cause: error });
  }
}
