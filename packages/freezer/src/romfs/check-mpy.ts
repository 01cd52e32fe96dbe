// Whether an .mpy file on its way into an image can be imported from there: whole, of version 6, for this interpreter
// and these processors. mpremote 1.28 copies any; the board then fails at the import.

import { UpyError } from "@upykit/core/errors";
import { acceptedArchitectures, type MpyHeader, readMpy } from "@upykit/core/mpy";
import type { CompileSettings } from "../files/freeze-file.js";
import { withPath } from "../files/with-path.js";

/** Architectures are compared where `arch` is given. @throws `invalid-mpy`, `incompatible-mpy`, with the path */
export function checkMpy(path: string, content: Uint8Array, settings: CompileSettings): void {
  const { header } = withPath(path, () => readMpy(content));
  const { arch, target = "micropython" } = settings;
  if (header.implementation !== target) {
    throw incompatible(path, `is for ${header.implementation}, not ${target}`, `for ${target}`);
  }
  if (header.version !== 6) throw incompatible(path, `has version ${header.version}, not 6`, "again");
  const code = header.architecture;
  if (code === "none") return;
  if (arch !== undefined && !acceptedArchitectures(arch).includes(code)) {
    throw incompatible(path, `has machine code for ${code}, the board runs ${arch}`, `for ${arch}`);
  }
  checkSubVersion(path, header);
}

/** Boards with ROMFS (MicroPython 1.25 and later) load machine code of this sub-version only. */
function checkSubVersion(path: string, { subVersion }: MpyHeader): void {
  if (subVersion === 3) return;
  throw incompatible(path, `has machine code for .mpy 6.${subVersion}, not 6.3`, "again");
}

function incompatible(path: string, what: string, how: string): UpyError {
  return new UpyError("incompatible-mpy", `${path} ${what}.`, { hint: `Compile the source ${how}.` });
}
