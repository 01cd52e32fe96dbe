// Splits what an exec in the raw REPL sends: OUTPUT 0x04 ERROR 0x04 ">" (shared/runtime/pyexec.c, MicroPython 1.28).
// Output may itself hold 0x04. The frame is over at the first 0x04 ">" that is at least the second 0x04; what is
// before the last two 0x04 is output. So only output that contains 0x04, and later 0x04 ">", is cut short.
// CircuitPython may set the terminal's title between the two, and anywhere else.

import { isTitles } from "./titles.js";

const EOT = 0x04;
const PROMPT = 0x3e;

/** The parts of a finished frame. */
export interface OutputFrame {
  /** Output that {@link FrameReader.push} has not handed out yet. */
  readonly output: Uint8Array;
  /** The traceback; empty when the code ran to its end. */
  readonly error: Uint8Array;
}

/** Takes bytes as they come, hands out output as early as it can be told apart from the frame's end. */
export class FrameReader {
  /** From the first 0x04 on, nothing can be handed out before the end is seen. */
  #held: number[] = [];
  #marks: number[] = [];

  /** Bytes held back. */
  get held(): number {
    return this.#held.length;
  }

  /**
   * Takes bytes up to the end of the frame. Answers the output that is certain, how many bytes it used, and the
   * frame when it is over.
   */
  push(bytes: Uint8Array): { output: Uint8Array; used: number; frame: OutputFrame | null } {
    let certain = 0;
    if (this.#marks.length === 0) {
      const mark = bytes.indexOf(EOT);
      if (mark !== 0) certain = mark < 0 ? bytes.length : mark;
    }
    for (let at = certain; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === PROMPT && this.#endsWithMark() && this.#marks.length >= 2)
        return { output: bytes.slice(0, certain), used: at + 1, frame: this.#finish() };
      if (byte === EOT) this.#marks.push(this.#held.length);
      this.#held.push(byte);
    }
    return { output: bytes.slice(0, certain), used: bytes.length, frame: null };
  }

  /** Whether nothing but window titles has come since the last 0x04. */
  #endsWithMark(): boolean {
    const mark = this.#marks.at(-1);
    return mark !== undefined && isTitles(this.#held, mark + 1);
  }

  #finish(): OutputFrame {
    const held = Uint8Array.from(this.#held);
    const [first = 0, second = 0] = this.#marks.slice(-2);
    return { output: held.slice(0, first), error: held.slice(first + 1, second) };
  }
}
