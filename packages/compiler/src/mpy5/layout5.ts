// Writes the bytes of a scope in format 5: every jump takes three bytes, and names are left out, to be written into the file
// in their place. Follows py/emitbc.c, MicroPython 1.18.

import { ByteWriter } from "@upykit/core/mpy";
import * as opcode from "@upykit/core/mpy/opcodes";
import type { NameId } from "@upykit/core/python";
import type { ByteCode } from "../emit/byte-code.js";
import * as event from "../emit/byte-code.js";
import type { CodeInfo } from "../emit/layout.js";
import { writeLineInfo } from "../emit/line-info.js";
import { writeSizes } from "../emit/prelude.js";
import { SourceError } from "../source-error.js";

const LAST_SIGNED = opcode.JUMP_IF_FALSE_OR_POP;
const JUMP_SIZE = 3;
const END_OF_LINES = 0;
/** In memory; in the file names take what they need. */
const NAME_SIZE = 2;
/** The names of the function and of its source. */
const PRELUDE_NAMES = 2;

/** A name in the finished code: it belongs before the byte at this place. */
export interface NamePlace {
  readonly at: number;
  readonly name: NameId;
}

/** What a scope's code has come to. */
export interface Code5 {
  /** Bytes in memory, names included. */
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly names: readonly NamePlace[];
}

/** The bytes of a scope. */
export function layOut5(
  code: ByteCode,
  info: CodeInfo,
  labelCount: number,
  preludeNames: readonly NameId[],
): Code5 {
  const labels = new Int32Array(labelCount);
  const lines = new ByteWriter();
  const codeSize = place(code, labels, lines);
  const sink = new ByteWriter(code.length + 64);
  const infoSize = NAME_SIZE * PRELUDE_NAMES + lines.length;
  sink.append(info.signature);
  writeSizes(sink, infoSize, info.cells.length);
  const names: NamePlace[] = preludeNames.map((name) => ({ at: sink.length, name }));
  const size = sink.length + infoSize + info.cells.length + codeSize;
  sink.append(lines);
  sink.append(info.cells);
  write(code, labels, sink, names);
  return { size, bytes: sink.used.slice(), names };
}

/** Finds the places of labels and lines. @returns the size of the code */
function place(code: ByteCode, labels: Int32Array, lines: ByteWriter): number {
  const { events, eventsLength } = code;
  let shift = 0;
  let lineStart = 0;
  for (let i = 0; i < eventsLength; i += event.SIZE) {
    const kind = events[i] as number;
    const at = (events[i + 1] as number) + shift;
    const first = events[i + 2] as number;
    if (kind === event.JUMP) shift += JUMP_SIZE;
    else if (kind === event.NAME) shift += NAME_SIZE;
    else if (kind === event.LABEL) labels[first] = at;
    else {
      writeLineInfo(lines, at - lineStart, first);
      lineStart = at;
    }
  }
  lines.byte(END_OF_LINES);
  return code.length + shift;
}

function write(code: ByteCode, labels: Int32Array, sink: ByteWriter, names: NamePlace[]): void {
  const { events, eventsLength, bytes } = code;
  let shift = 0;
  let from = 0;
  for (let i = 0; i < eventsLength; i += event.SIZE) {
    const kind = events[i] as number;
    if (kind !== event.JUMP && kind !== event.NAME) continue;
    const to = events[i + 1] as number;
    sink.copy(bytes, from, to);
    from = to;
    if (kind === event.NAME) {
      names.push({ at: sink.length, name: events[i + 2] as number });
      shift += NAME_SIZE;
    } else {
      shift += JUMP_SIZE;
      writeJump(sink, events[i + 2] as number, (labels[events[i + 3] as number] as number) - to - shift);
    }
  }
  sink.copy(bytes, from, code.length);
}

function writeJump(sink: ByteWriter, op: number, distance: number): void {
  const offset = distance + (op <= LAST_SIGNED ? 0x8000 : 0);
  if (offset < 0 || offset > 0xffff) throw new SourceError("bytecode overflow", 0, "RuntimeError");
  sink.byte(op);
  sink.byte(offset & 0xff);
  sink.byte(offset >> 8);
}
