// Gives jumps their sizes and writes the final bytes of a scope: prelude, line numbers, bytecode. mpy-cross runs its
// emitter until no jump gets shorter; the same steps are taken here over the jumps, labels and lines alone.
// Follows py/emitbc.c, MicroPython 1.28.

import type { ByteWriter } from "@upykit/core/mpy";
import * as opcode from "@upykit/core/mpy/opcodes";
import { SourceError } from "../source-error.js";
import type { ByteCode } from "./byte-code.js";
import * as event from "./byte-code.js";
import { lineInfoSize, writeLineInfo } from "./line-info.js";
import { sizesSize, writeSizes } from "./prelude.js";

const LAST_SIGNED = opcode.POP_JUMP_IF_FALSE;

/** What stands before the bytecode, but for line numbers and sizes. */
export interface CodeInfo {
  /** Stack sizes, flags, numbers of arguments. */
  readonly signature: ByteWriter;
  /** The names of the function and its arguments, as indexes. */
  readonly names: ByteWriter;
  /** The locals that are cells. */
  readonly cells: ByteWriter;
}

/** Sizes that one pass found. */
interface PassSizes {
  readonly lines: number;
  readonly code: number;
}

/** Lays scopes out, one after another. */
export class Layout {
  private labels = new Int32Array(16);

  /** Writes the bytes of a scope. */
  finish(code: ByteCode, info: CodeInfo, labelCount: number, sink: ByteWriter): void {
    if (this.labels.length < labelCount) this.labels = new Int32Array(labelCount * 2);
    let written = info.names.length + this.pass(code, true).lines;
    let sizes = this.pass(code, false);
    let total = this.infoSize(info, written, sizes);
    for (;;) {
      written = info.names.length + sizes.lines;
      const next = this.pass(code, false);
      const nextTotal = this.infoSize(info, written, next);
      if (nextTotal === total && next.code === sizes.code) {
        this.write(code, info, written, sink);
        return;
      }
      sizes = next;
      total = nextTotal;
    }
  }

  private infoSize(info: CodeInfo, written: number, sizes: PassSizes): number {
    const { signature, names, cells } = info;
    return signature.length + sizesSize(written, cells.length) + names.length + sizes.lines + cells.length;
  }

  /** Finds the places of the labels, each jump as short as the places known so far allow. */
  private pass(code: ByteCode, longest: boolean): PassSizes {
    const { events, eventsLength } = code;
    const { labels } = this;
    let shift = 0;
    let lines = 0;
    let lineStart = 0;
    for (let i = 0; i < eventsLength; i += event.SIZE) {
      const kind = events[i] as number;
      const at = (events[i + 1] as number) + shift;
      const first = events[i + 2] as number;
      if (kind === event.JUMP) {
        shift += longest || !isShort(first, (labels[events[i + 3] as number] as number) - at - 2) ? 3 : 2;
      } else if (kind === event.LABEL) {
        labels[first] = at;
      } else {
        lines += lineInfoSize(at - lineStart, first);
        lineStart = at;
      }
    }
    return { lines, code: code.length + shift };
  }

  private write(code: ByteCode, info: CodeInfo, written: number, sink: ByteWriter): void {
    sink.append(info.signature);
    writeSizes(sink, written, info.cells.length);
    sink.append(info.names);
    this.writeLines(code, sink);
    sink.append(info.cells);
    this.writeCode(code, sink);
  }

  private writeLines(code: ByteCode, sink: ByteWriter): void {
    const { events, eventsLength } = code;
    let shift = 0;
    let lineStart = 0;
    for (let i = 0; i < eventsLength; i += event.SIZE) {
      const kind = events[i] as number;
      const at = (events[i + 1] as number) + shift;
      const first = events[i + 2] as number;
      if (kind === event.JUMP) {
        shift += isShort(first, (this.labels[events[i + 3] as number] as number) - at - 2) ? 2 : 3;
      } else if (kind !== event.LABEL) {
        writeLineInfo(sink, at - lineStart, first);
        lineStart = at;
      }
    }
  }

  private writeCode(code: ByteCode, sink: ByteWriter): void {
    const { events, eventsLength, bytes } = code;
    const start = sink.length;
    let from = 0;
    for (let i = 0; i < eventsLength; i += event.SIZE) {
      if (events[i] !== event.JUMP) continue;
      const to = events[i + 1] as number;
      sink.copy(bytes, from, to);
      from = to;
      const distance = (this.labels[events[i + 3] as number] as number) - (sink.length - start) - 2;
      writeJump(sink, events[i + 2] as number, distance);
    }
    sink.copy(bytes, from, code.length);
  }
}

function isShort(op: number, distance: number): boolean {
  return op <= LAST_SIGNED ? distance >= -64 && distance <= 63 : distance >= 0 && distance <= 127;
}

function writeJump(sink: ByteWriter, op: number, distance: number): void {
  const signed = op <= LAST_SIGNED;
  sink.byte(op);
  if (isShort(op, distance)) {
    sink.byte(signed ? distance + 0x40 : distance);
    return;
  }
  const offset = distance - 1 + (signed ? 0x4000 : 0);
  if (offset < 0 || offset > 0x7fff) throw new SourceError("bytecode overflow", 0, "RuntimeError");
  sink.byte(0x80 | (offset & 0x7f));
  sink.byte(offset >> 7);
}
