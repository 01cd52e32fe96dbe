// One or more .mpy files as text for people: what `mpy-tool.py -x -d` prints.

import { formatDisassembly, formatHexDump } from "@upykit/core/mpy";
import { withPath } from "../files/with-path.js";

/** A file to dump. */
export interface DumpFile {
  /** What the disassembly and errors call it. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** Which of the two texts {@link dump} gives; both by default. */
export interface DumpOptions {
  /** What `mpy-tool.py -x` prints. */
  readonly hex?: boolean | undefined;
  /** What `mpy-tool.py -d` prints. */
  readonly disassembly?: boolean | undefined;
}

/**
 * Hex dump (with ANSI colours) and disassembly of .mpy files of version 6, merged ones included: what mpy-tool.py of
 * MicroPython 1.28 prints.
 * @throws `invalid-mpy`, with the path
 */
export function dump(files: readonly DumpFile[], options: DumpOptions = {}): string {
  const parts: string[] = [];
  if (options.hex !== false)
    parts.push(files.map(({ content, path }) => withPath(path, () => formatHexDump(content))).join(""));
  if (options.disassembly !== false) {
    parts.push(
      files.map(({ content, path }) => withPath(path, () => formatDisassembly(content, { path }))).join(""),
    );
  }
  return parts.join("\n");
}
