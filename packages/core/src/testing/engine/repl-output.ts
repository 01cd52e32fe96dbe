// Filters between the port's REPL and the UART: the port answers in the raw REPL's form, and raw paste
// has another.

/** What the REPL puts in front of the UART. */
export interface OutputFilter {
  push(bytes: Uint8Array): void;
}

/** Drops everything. */
export const silence: OutputFilter = { push: () => undefined };

/** Drops the first bytes: the "OK" of the raw REPL. */
export function skipping(count: number, next: (bytes: Uint8Array) => void): OutputFilter {
  let left = count;
  return {
    push(bytes) {
      const rest = bytes.subarray(left);
      left = Math.max(0, left - bytes.length);
      if (rest.length > 0) next(rest);
    },
  };
}

/**
 * Puts `code` into the REPL's line, where it was typed with spaces for control characters. Older copies of the line,
 * left behind as it grew, are changed too, which does no harm.
 */
export function overwriteLine(
  memory: WebAssembly.Memory,
  code: readonly number[],
  isControl: (byte: number) => boolean,
): void {
  const bytes = new Uint8Array(memory.buffer);
  const typed = code.map((byte) => (isControl(byte) ? 0x20 : byte));
  const first = typed[0] ?? 0;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (typed.every((byte, i) => bytes[at + i] === byte)) bytes.set(code, at);
  }
}
