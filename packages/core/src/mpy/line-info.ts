// Which source line a bytecode offset belongs to. Source: py/bc.h mp_bytecode_get_source_line, MicroPython 1.28.

/** From `offset` (within the opcodes) on, up to the next entry, the code is of `line`. */
export interface LineEntry {
  readonly offset: number;
  readonly line: number;
}

/** The line table of a function, from the line-info bytes of its prelude. The first entry is offset 0, line 1. */
export function decodeLineInfo(info: Uint8Array): LineEntry[] {
  const entries: LineEntry[] = [{ offset: 0, line: 1 }];
  let offset = 0;
  let line = 1;
  for (let at = 0; at < info.length; at++) {
    const byte = info[at] ?? 0;
    if (byte < 0x80) {
      offset += byte & 0x1f; // 0LLBBBBB
      line += byte >> 5;
    } else {
      offset += byte & 0xf; // 1LLLBBBB LLLLLLLL
      line += ((byte << 4) & 0x700) | (info[++at] ?? 0);
    }
    entries.push({ offset, line });
  }
  return entries;
}

/** The line at an offset within the opcodes. */
export function lineAt(entries: readonly LineEntry[], offset: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.offset ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return entries[low - 1]?.line ?? 1;
}
