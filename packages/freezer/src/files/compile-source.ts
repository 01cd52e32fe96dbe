// One source to an .mpy, by the compiler that the caller gave or our own.

import { compile } from "@upykit/compiler";
import { isUpyError, UpyError } from "@upykit/core/errors";
import type { CompileFunction, CompileSettings } from "./freeze-file.js";
import { withPath } from "./with-path.js";

const nativeHint =
  "Pass `nativeBackend` (made by nativeBackend() of @upykit/compiler/node), or call freezeToC() and buildRomfs() within " +
  "withNativeCode().";

/** @throws what the compiler throws, with the path; `unsupported`, and what to do, for native code without a back end */
export function compileSource(
  source: Uint8Array,
  settings: CompileSettings & { readonly filename: string },
  compileFile: CompileFunction | undefined,
): Uint8Array {
  try {
    return withPath(settings.filename, () => (compileFile ?? compile)(source, settings).mpy);
  } catch (error) {
    if (compileFile !== undefined || !isUpyError(error, "unsupported")) throw error;
    throw new UpyError("unsupported", error.message, { hint: nativeHint, cause: error });
  }
}
