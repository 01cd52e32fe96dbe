// Files to freeze as entries of a ROMFS image: sources compiled as they would be frozen.

import { tagSource } from "@upykit/core/mpy";
import { compileSource } from "../files/compile-source.js";
import { bytesOf, type FreezeFile, type PythonFile } from "../files/freeze-file.js";
import { placed } from "../files/placed-error.js";
import { checkMpy } from "../romfs/check-mpy.js";
import type { RomfsOptions } from "../romfs/build-romfs.js";
import type { RomfsFile } from "../romfs/romfs-entry.js";

/** The entries, in order. With `compile: false` sources stay sources, with their `__version__`. */
export function romfsEntries(
  files: readonly FreezeFile[],
  directory: string,
  options: RomfsOptions,
): RomfsFile[] {
  const prefix = directory === "" ? "" : `${directory}/`;
  return files.map((file) => {
    const { place } = file;
    if (file.kind === "mpy")
      placed(file, () => {
        checkMpy(file.path, file.content, options);
      });
    if (file.kind !== "py") return { path: prefix + file.path, content: bytesOf(file.content), place };
    const source = tagSource(file.content, file.version);
    if (options.compile === false) return { path: prefix + file.path, content: source, place };
    const content = compiled(file, source, prefix, options);
    return { path: `${prefix}${file.path.replace(/\.py$/, "")}.mpy`, content, place };
  });
}

function compiled(file: PythonFile, source: Uint8Array, prefix: string, options: RomfsOptions): Uint8Array {
  const { arch, smallIntBits, target, sourcePrefix = "" } = options;
  const optimize = file.optimize ?? options.optimize;
  const settings = { filename: sourcePrefix + prefix + file.path, target, optimize, arch, smallIntBits };
  const compileFile = options.compile === false ? undefined : options.compile;
  return placed(file, () => compileSource(source, settings, compileFile));
}
