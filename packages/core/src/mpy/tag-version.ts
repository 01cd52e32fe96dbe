// The `__version__` line that makemanifest.py and build.py put behind a package's sources.
// Source: tagged_py_file of tools/manifestfile.py, MicroPython 1.28; it also turns each line end into a line feed.

import { reprText } from "./python-repr.js";
import { decodeText } from "./text.js";

/** The source as it is compiled: with line feeds, and with `__version__` when it has none and there is a version. */
export function tagVersion(source: string | Uint8Array, version: string | null | undefined): string {
  const text = typeof source === "string" ? source : decodeText(source);
  const lines = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  if (!version || lines.includes("__version__ =")) return lines;
  return `${lines}\n\n__version__ = ${reprText(version)}\n`;
}
