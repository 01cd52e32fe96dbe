// Power-on in a fraction of a millisecond: the interpreter's memory as it was right after loading, put back. That is a
// cold start, as a reset gives one on a board; only the file system, which is not in that memory, stays.

import type { Interpreter } from "./interpreter.js";

/** The memory of an interpreter at one moment. */
export class MemoryImage {
  readonly #interpreter: Interpreter;
  readonly #bytes: Uint8Array;
  readonly #stack: number;

  constructor(interpreter: Interpreter) {
    this.#interpreter = interpreter;
    const memory = new Uint8Array(interpreter.memory.buffer);
    this.#bytes = memory.slice(0, lastUsed(memory));
    this.#stack = interpreter.exports["emscripten_stack_get_current"]?.() ?? 0;
  }

  /** Puts the memory back. Nothing may run in the interpreter, and nothing that ran may go on. */
  restore(): void {
    const { memory, exports } = this.#interpreter;
    const bytes = new Uint8Array(memory.buffer);
    bytes.set(this.#bytes);
    bytes.fill(0, this.#bytes.length);
    (exports["_emscripten_stack_restore"] ?? exports["stackRestore"])?.(this.#stack);
  }
}

function lastUsed(memory: Uint8Array): number {
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length >> 2);
  let at = words.length;
  while (at > 0 && words[at - 1] === 0) at--;
  return at * 4;
}
