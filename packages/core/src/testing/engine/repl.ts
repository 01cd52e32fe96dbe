// The REPL as a board has it, around the port's own (pyexec.c, event driven, MicroPython 1.28): adds raw paste, which
// the port has but which hangs there (its mp_hal_stdin_rx_chr() is a constant), and says when a soft reset is due.

import type { Conditions } from "./conditions.js";
import type { Interpreter } from "./interpreter.js";
import { type OutputFilter, overwriteLine, silence, skipping } from "./repl-output.js";

const ctrlA = 1;
const ctrlB = 2;
const ctrlC = 3;
const ctrlD = 4;
const ctrlE = 5;
const letterA = 0x41;
const rawBanner = "raw REPL; CTRL-B to exit\r\n>";

/** What a REPL works on. */
export interface ReplWiring {
  readonly interpreter: Interpreter;
  readonly conditions: Conditions;
  /** The board's standard output, as system-calls has it. */
  readonly calls: { output: (bytes: Uint8Array) => void };
}

/** The REPL of a board that runs. */
export class Repl {
  readonly #wiring: ReplWiring;
  readonly #feedChar: (char: number) => number;
  /** Whether it is in the raw REPL; kept over a soft reset. */
  raw: boolean = false;
  /** The first bytes of the line, as many as matter. */
  #line: number[] = [];
  #paste: { code: number[]; left: number } | undefined;

  constructor(wiring: ReplWiring) {
    this.#wiring = wiring;
    const feed = wiring.interpreter.exports["mp_js_repl_process_char"];
    if (feed === undefined) throw new Error("this interpreter has no REPL");
    this.#feedChar = feed;
  }

  /** Starts the REPL after boot.py and main.py. */
  start(): void {
    this.#line = [];
    this.#paste = undefined;
    const { interpreter } = this.#wiring;
    if (!this.raw) {
      // A board's banner comes without the empty line that the event-driven REPL puts before it.
      this.#filtered(
        (next) => skipping(2, next),
        () => interpreter.exports["mp_js_repl_init"]?.(),
      );
      return;
    }
    // The port starts friendly; nobody sees how it becomes raw.
    this.#muted(() => {
      interpreter.exports["mp_js_repl_init"]?.();
      this.#feedChar(ctrlA);
    });
    this.#print(rawBanner);
  }

  /** Takes a byte that came while no code ran, and runs the code that it completes. True: a soft reset is due. */
  feed(byte: number): boolean {
    if (this.#paste !== undefined) return this.#feedPaste(byte);
    if (
      this.raw &&
      byte === ctrlA &&
      this.#line.length === 2 &&
      this.#line[0] === ctrlE &&
      this.#line[1] === letterA
    )
      return this.#offerPaste();
    if (byte === ctrlA && !this.raw) return this.#enterRaw();
    if (byte === ctrlB) this.raw = false;
    if (byte <= ctrlD) this.#line = [];
    else if (this.#line.length < 3) this.#line.push(byte);
    return this.#feedChar(byte) !== 0;
  }

  /** Runs a file as a board runs boot.py and main.py. True: it asked for a soft reset. */
  runFile(path: string): boolean {
    const { interpreter } = this.#wiring;
    const interruptChar = (char: number) =>
      interpreter.runPython(`import micropython; micropython.kbd_intr(${char}); del micropython`);
    const name = JSON.stringify(path.slice(1));
    interruptChar(ctrlC);
    try {
      interpreter.runPython(`exec(compile(open(${JSON.stringify(path)}).read(), ${name}, "exec"))`);
      return false;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "PythonError") throw error;
      if ((error as { type?: unknown }).type === "SystemExit") return true;
      this.#print(tracebackOf(error.message));
      return false;
    } finally {
      interruptChar(-1);
    }
  }

  #output(bytes: Uint8Array): void {
    this.#wiring.calls.output(bytes);
  }

  // Ctrl-A goes to raw only on an empty line; what the port prints tells.
  #enterRaw(): boolean {
    let printed = "";
    const { calls } = this.#wiring;
    const output = calls.output;
    calls.output = (bytes) => {
      printed += String.fromCharCode(...bytes);
      output(bytes);
    };
    const reset = this.#feedChar(ctrlA) !== 0;
    calls.output = output;
    this.raw = printed.endsWith(rawBanner);
    this.#line = [];
    return reset;
  }

  #offerPaste(): boolean {
    const { rawPaste, rawPasteWindow: window } = this.#wiring.conditions;
    this.#line = [];
    this.#feedChar(ctrlC);
    if (rawPaste === "unknown") return this.#feedChar(ctrlA) !== 0;
    if (rawPaste === "refused") {
      this.#print("R\x00>");
      return false;
    }
    this.#paste = { code: [], left: window };
    this.#print(`R\x01${String.fromCharCode(window & 0xff, window >> 8)}\x01`);
    return false;
  }

  #feedPaste(byte: number): boolean {
    const paste = this.#paste;
    if (paste === undefined) return false;
    if (byte === ctrlC || byte === ctrlD) {
      this.#paste = undefined;
      this.#print("\x04");
      return this.#run(byte === ctrlC ? "raise KeyboardInterrupt" : paste.code);
    }
    paste.code.push(byte);
    if (--paste.left === 0) {
      this.#print("\x01");
      paste.left = this.#wiring.conditions.rawPasteWindow;
    }
    return false;
  }

  /** Runs code in the raw REPL without its "OK": the rest of the answer is that of raw paste. */
  #run(source: string | readonly number[]): boolean {
    const code = typeof source === "string" ? [...new TextEncoder().encode(source)] : source;
    this.#type(code.length === 0 ? [0x23] : code);
    return this.#filtered(
      (next) => skipping(2, next),
      () => this.#feedChar(ctrlD) !== 0,
    );
  }

  /** Enters code into the raw REPL's line. Control characters, which raw paste lets through, are put in afterwards. */
  #type(code: readonly number[]): void {
    for (const byte of code) this.#feedChar(isControl(byte) ? 0x20 : byte);
    if (code.some(isControl)) overwriteLine(this.#wiring.interpreter.memory, code, isControl);
  }

  #filtered<T>(filter: (next: (bytes: Uint8Array) => void) => OutputFilter, action: () => T): T {
    const { calls } = this.#wiring;
    const output = calls.output;
    const inner = filter(output);
    calls.output = (bytes) => inner.push(bytes);
    try {
      return action();
    } finally {
      calls.output = output;
    }
  }

  #muted(action: () => void): void {
    this.#filtered(() => silence, action);
  }

  #print(text: string): void {
    this.#output(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  }
}

function isControl(byte: number): boolean {
  return byte === ctrlA || byte === ctrlB;
}

/** The traceback as a board prints it, without the frame of the one-liner that started the file. */
function tracebackOf(message: string): string {
  return message.replace(/ {2}File "<stdin>", line 1, in <module>\r?\n/, "").replace(/\r?\n/g, "\r\n");
}
