// Ctrl-C and the reset button for code that runs. On a board an interrupt routine stores an exception where the virtual
// machine looks between two instructions (mp_sched_keyboard_interrupt, py/scheduler.c). Here the host's thread stores
// it, in shared memory; this file finds out where, by watching what the interpreter itself writes.

import type { Interpreter } from "./interpreter.js";

/** Indexes of 32-bit words in the interpreter's memory; plain data, for the host. */
export interface InterruptWords {
  /** `mp_interrupt_char`: the byte that interrupts, -1 when none does. */
  readonly interruptChar: number;
  /** `mp_pending_exception`. */
  readonly pending: number;
  /** What to store, in this order, to raise KeyboardInterrupt. */
  readonly raise: readonly (readonly [word: number, value: number])[];
  /** What to store to take that back. */
  readonly clear: readonly (readonly [word: number, value: number])[];
}

/** No object is there: an interpreter that finds this pending traps, whatever the code catches. */
const nowhere = -16;
const tracebackDataWord = 2;

/** Finds the words. Runs a little Python; to be called once, before anything else ran. */
export function findInterruptWords(interpreter: Interpreter): InterruptWords {
  const interruptChar = findInterruptChar(interpreter);
  const before = wordsOf(interpreter).slice();
  interpreter.exports["mp_sched_keyboard_interrupt"]?.();
  const after = wordsOf(interpreter);
  const changed: [number, number][] = [];
  for (let i = 0; i < before.length; i++) {
    const value = after[i];
    if (value !== undefined && value !== before[i] && !onStack(interpreter, i)) changed.push([i, value]);
  }
  // The exception's address is the one value that is an address; it went where nothing was.
  const pending = changed.find(([word, value]) => before[word] === 0 && value > 1024);
  if (pending === undefined) throw new Error("this interpreter does not take interrupts");
  const clear = changed.map(([word]) => [word, before[word] ?? 0] as const);
  for (const [word, value] of clear) after[word] = value;
  // The exception object is used again and again, so its old traceback goes first. The scheduler's state comes last, as
  // in mp_sched_exception(): the virtual machine looks at that word, and it may look at any moment.
  const traceback = [pending[1] / 4 + tracebackDataWord, 0] as const;
  const rest = changed.filter((entry) => entry !== pending);
  return { interruptChar, pending: pending[0], raise: [traceback, pending, ...rest], clear };
}

function findInterruptChar(interpreter: Interpreter): number {
  const holders = (value: number, among?: number[]) => {
    interpreter.runPython(`import micropython; micropython.kbd_intr(${value}); del micropython`);
    const words = wordsOf(interpreter);
    if (among !== undefined) return among.filter((i) => words[i] === value);
    const found: number[] = [];
    for (let i = words.indexOf(value); i >= 0; i = words.indexOf(value, i + 1)) found.push(i);
    return found;
  };
  const candidates = holders(-1, holders(0x3c3c22, holders(0x5a5a11)));
  const found = candidates.find((i) => !onStack(interpreter, i));
  if (found === undefined) throw new Error("this interpreter has no interrupt character");
  return found;
}

function onStack(interpreter: Interpreter, word: number): boolean {
  const { emscripten_stack_get_end: end, emscripten_stack_get_base: base } = interpreter.exports;
  return word * 4 >= (end?.() ?? 0) && word * 4 < (base?.() ?? 0);
}

function wordsOf(interpreter: Interpreter): Int32Array {
  return new Int32Array(interpreter.memory.buffer);
}

/** Raises and asks, from either thread. */
export class Interrupts {
  readonly #words: Int32Array;
  readonly #at: InterruptWords;

  constructor(memory: ArrayBufferLike, at: InterruptWords) {
    this.#words = new Int32Array(memory);
    this.#at = at;
  }

  /** The byte that interrupts the code that runs now; -1 when none does. */
  get char(): number {
    return Atomics.load(this.#words, this.#at.interruptChar);
  }

  /** Whether an interrupt waits to be taken. */
  get pending(): boolean {
    return Atomics.load(this.#words, this.#at.pending) !== 0;
  }

  /** Raises KeyboardInterrupt in the code that runs. */
  raise(): void {
    this.#store(this.#at.raise);
  }

  /** Takes it back. */
  clear(): void {
    this.#store(this.#at.clear);
  }

  /** Makes the interpreter trap, out of any code. It cannot go on after that. */
  trap(): void {
    const pendingLast = this.#at.raise.map(
      ([word, value]) => [word, word === this.#at.pending ? nowhere : value] as const,
    );
    this.#store(pendingLast);
  }

  #store(values: InterruptWords["raise"]): void {
    for (const [word, value] of values) Atomics.store(this.#words, word, value);
  }
}
