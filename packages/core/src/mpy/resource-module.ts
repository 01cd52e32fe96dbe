// Data files as a module, R.py, for `pkg_resources.resource_stream(package, name)`: works frozen and in ROMFS, where
// there may be no file to open. Format: tools/mpy_bin2res.py of MicroPython, and pkg_resources of micropython-lib 1.28.

import { UpyError } from "../errors.js";
import { reprBytes, reprText } from "./python-repr.js";

/** A data file of a package. */
export interface ResourceFile {
  /** The name that is asked for: the path within the package, like "data/page.html". */
  readonly path: string;
  readonly content: Uint8Array;
}

/**
 * The source of `R.py` for the package's data files; it belongs in the package's own folder.
 * @throws `conflict` for two files of one name, `invalid-path` for a path that is not plain and relative
 */
export function resourceModule(files: readonly ResourceFile[]): string {
  const names = new Set<string>();
  for (const { path } of files) {
    checkPath(path);
    if (names.has(path)) {
      throw new UpyError("conflict", `There are two resources named ${path}.`, { hint: "Keep one of them." });
    }
    names.add(path);
  }
  const lines = files.map(({ path, content }) => `${reprText(path)}: ${reprBytes(content)},\n`);
  return `R = {\n${lines.join("")}}\n`;
}

function checkPath(path: string): void {
  if (!path.split("/").some((part) => part === "" || part === "." || part === "..")) return;
  throw new UpyError("invalid-path", `${JSON.stringify(path)} is not a plain relative path.`, {
    hint: 'Name resources by their path within the package, like "data/page.html".',
  });
}
