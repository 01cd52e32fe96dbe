// The `__version__` line that makemanifest.py and build.py put behind a package's sources.
// Source: tagged_py_file of tools/manifestfile.py, MicroPython 1.28; it also turns each line end into a line feed.

import { reprText } from "./python-repr.js";
import { decodeText, encodeText } from "./text.js";

/** The source as it is compiled: with line feeds, and with `__version__` when it has none and there is a version. */
export function tagVersion(source: string | Uint8Array, version: string | null | undefined): string {
  const text = typeof source === "string" ? source : decodeText(source);
  const lines = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  return !version || isTagged(lines) ? lines : lines + versionLines(version);
}

/** The same as UTF-8. Bytes that stay as they are are not copied. */
export function tagSource(source: string | Uint8Array, version: string | null | undefined): Uint8Array {
  if (typeof source === "string" || source.includes(0x0d)) return encodeText(tagVersion(source, version));
  if (!version || isTagged(decodeText(source))) return source;
  const added = encodeText(versionLines(version));
  const tagged = new Uint8Array(source.length + added.length);
  tagged.set(source);
  tagged.set(added, source.length);
  return tagged;
}

function isTagged(text: string): boolean {
  return text.includes("__version__ =");
}

function versionLines(version: string): string {
  return `\n\n__version__ = ${reprText(version)}\n`;
}
