// A hex dump in which each part of the file has its colour and its name, as `mpy-tool.py -x`, MicroPython 1.28, prints it.

import { preludeOf, qstrAt } from "./inspect.js";
import type { MpyFile, RawCode } from "./mpy-file.js";
import { reprObject } from "./python-repr.js";
import { type MpySegment, readMpy } from "./read-mpy.js";
import { decodeText } from "./text.js";

const width = 16;
const colourOff = "\x1b[0m";
const colours: Readonly<Record<MpySegment["kind"], readonly [string, string]>> = {
  "static-qstr": ["", ""],
  qstr: ["\x1b[0;31m", "\x1b[0;91m"],
  object: ["\x1b[0;32m", "\x1b[0;92m"],
  code: ["\x1b[0;34m", "\x1b[0;94m"],
};

/**
 * The hex dump of an .mpy file, with ANSI colours; ends with a line feed.
 * @throws `invalid-mpy` when the file is damaged
 */
export function formatHexDump(bytes: Uint8Array): string {
  const segments: MpySegment[] = [];
  const file = readMpy(bytes, { onSegment: (segment) => segments.push(segment) });
  const painter = new SegmentPainter(file, segments);
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += width) {
    lines.push(painter.line(bytes.subarray(offset, offset + width), offset));
  }
  return lines.join("\n") + "\n";
}

/** Goes through the bytes once, and keeps which segment and colour they are in. */
class SegmentPainter {
  readonly #file: MpyFile;
  readonly #segments: readonly MpySegment[];
  #next = 0;
  #colour = "";
  #shade: 0 | 1 = 0;

  constructor(file: MpyFile, segments: readonly MpySegment[]) {
    this.#file = file;
    this.#segments = segments;
  }

  line(bytes: Uint8Array, offset: number): string {
    let hex = this.#colour;
    let characters = this.#colour;
    let comment = "";
    bytes.forEach((byte, index) => {
      const change = this.#changes(offset + index);
      comment += change.comment;
      hex += change.codes + (index % 2 === 0 ? " " : "") + byte.toString(16).padStart(2, "0");
      characters += change.codes + (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : ".");
    });
    const off = this.#colour === "" ? "" : colourOff;
    const padding = " ".repeat(((width - bytes.length) * 5) >> 1);
    return `${offset.toString(16).padStart(8, "0")}:${hex}${off}${padding}  ${characters}${off} ${comment}`;
  }

  /** The colour codes and names that belong before the byte at `offset`. */
  #changes(offset: number): { codes: string; comment: string } {
    let codes = "";
    let comment = "";
    for (
      let segment = this.#segments[this.#next];
      segment !== undefined;
      segment = this.#segments[this.#next]
    ) {
      if (offset === segment.start) {
        this.#colour = colours[segment.kind][this.#shade];
        this.#shade = this.#shade === 0 ? 1 : 0;
        codes += this.#colour;
        comment += ` ${this.#colour}${segmentName(this.#file, segment)}${colourOff}`;
      }
      if (offset !== segment.end) break;
      this.#colour = "";
      codes += colourOff;
      this.#next++;
    }
    return { codes, comment };
  }
}

function segmentName(file: MpyFile, { value }: MpySegment): string {
  if (typeof value === "string") return value;
  if ("kind" in value) return codeName(file, value);
  return value.type === "str" ? decodeText(value.value) : reprObject(value);
}

function codeName(file: MpyFile, code: RawCode): string {
  return qstrAt(file, preludeOf(code)?.names[0] ?? 0);
}
