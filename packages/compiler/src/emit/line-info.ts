// Line numbers: how many bytes of code, then how many lines further. Follows emit_write_code_info_bytes_lines() of
// py/emitbc.c, MicroPython 1.28.

import type { ByteWriter } from "@upykit/core/mpy";

/** Writes one step: `0b0LLBBBBB`, or `0b1LLLBBBB 0bLLLLLLLL`, as often as needed. */
export function writeLineInfo(sink: ByteWriter, bytesToSkip: number, linesToSkip: number): void {
  let bytes = bytesToSkip;
  let lines = linesToSkip;
  while (bytes > 0 || lines > 0) {
    if (lines <= 6 || bytes > 0xf) {
      const b = Math.min(bytes, 0x1f);
      const l = b < bytes ? 0 : Math.min(lines, 3);
      sink.byte(b | (l << 5));
      bytes -= b;
      lines -= l;
    } else {
      const l = Math.min(lines, 0x7ff);
      sink.byte(0x80 | bytes | ((l >> 4) & 0x70));
      sink.byte(l & 0xff);
      bytes = 0;
      lines -= l;
    }
  }
}

/** How many bytes {@link writeLineInfo} writes. */
export function lineInfoSize(bytesToSkip: number, linesToSkip: number): number {
  let bytes = bytesToSkip;
  let lines = linesToSkip;
  let size = 0;
  while (bytes > 0 || lines > 0) {
    if (lines <= 6 || bytes > 0xf) {
      const b = Math.min(bytes, 0x1f);
      lines -= b < bytes ? 0 : Math.min(lines, 3);
      bytes -= b;
      size++;
    } else {
      lines -= Math.min(lines, 0x7ff);
      bytes = 0;
      size += 2;
    }
  }
  return size;
}
