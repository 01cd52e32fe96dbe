// Reads what a board prints when code raises, in the forms of MicroPython 1.9 to 1.29 and CircuitPython.

/** One line of a traceback, outermost first. */
export interface TracebackFrame {
  readonly file: string;
  readonly line: number;
  /** Null where the board does not tell it. */
  readonly function: string | null;
}

/** A parsed traceback. */
export interface Traceback {
  /** Class name, like "OSError". "" when the text is not a traceback. */
  readonly type: string;
  /** What follows the class name, like "[Errno 2] ENOENT". */
  readonly message: string;
  readonly frames: readonly TracebackFrame[];
}

const HEADER = "Traceback (most recent call last):";
const FRAME = /^ +File "(.*)", line (\d+)(?:, in (.*))?$/;

/** Parses a traceback; when exceptions are chained, the last one. Never throws. */
export function parseTraceback(text: string): Traceback {
  const lines = text.slice(Math.max(0, text.lastIndexOf(HEADER))).split(/\r?\n/);
  const frames: TracebackFrame[] = [];
  const rest: string[] = [];
  for (const line of lines) {
    const frame = rest.length === 0 ? FRAME.exec(line) : null;
    if (frame) frames.push({ file: frame[1] ?? "", line: Number(frame[2]), function: frame[3] ?? null });
    else if (line !== HEADER && (rest.length > 0 || line !== "")) rest.push(line);
  }
  const message = rest.join("\n").trimEnd();
  const head = /^([A-Za-z_][\w.]*)(?:: ?([^]*))?$/.exec(message);
  return head ? { type: head[1] ?? "", message: head[2] ?? "", frames } : { type: "", message, frames };
}
