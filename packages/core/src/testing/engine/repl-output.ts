// Filters between the port's REPL and the UART: the port answers in the raw REPL's form, and a board that runs a file
// or a raw paste answers in another.

const endOfOutput = 4;

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

/** Turns the raw REPL's answer, `OK` output EOT traceback EOT `>`, into what a board prints that runs a file. */
export function asFile(next: (bytes: Uint8Array) => void): OutputFilter {
  let traceback: string | undefined;
  let ended = false;
  return skipping(2, (bytes) => {
    if (ended) return;
    const end = traceback === undefined ? bytes.indexOf(endOfOutput) : 0;
    if (end < 0) return next(bytes);
    if (end > 0) next(bytes.subarray(0, end));
    traceback = (traceback ?? "") + String.fromCharCode(...bytes.subarray(end));
    const done = /^\x04([^\x04]*)\x04/.exec(traceback);
    ended = done !== null;
    if (done?.[1]) next(Uint8Array.from(withoutStarter(done[1]), (char) => char.charCodeAt(0)));
  });
}

/** The frame of the one-liner that started the file. */
function withoutStarter(traceback: string): string {
  return traceback.replace(/ {2}File "<stdin>", line 1, in <module>\r\n/, "");
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
