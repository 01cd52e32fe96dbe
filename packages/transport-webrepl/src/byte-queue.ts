// Bytes that came in, to be taken out in the lengths that a protocol asks for.

/** A queue of bytes with one reader at a time. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #length = 0;
  #error: unknown;
  #failed = false;
  #wake: () => void = () => undefined;

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    this.#wake();
  }

  /** Lets the reader fail, now and later. */
  fail(error: unknown): void {
    this.#error = error;
    this.#failed = true;
    this.#wake();
  }

  clear(): void {
    this.#chunks = [];
    this.#length = 0;
  }

  /** The next `count` bytes, once they are there. */
  async take(count: number): Promise<Uint8Array> {
    while (this.#length < count) {
      if (this.#failed) throw this.#error;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const taken = new Uint8Array(count);
    for (let at = 0; at < count;) at += this.#takeInto(taken, at);
    this.#length -= count;
    return taken;
  }

  /** Moves as much of the first chunk as is wanted; how much that was. */
  #takeInto(taken: Uint8Array, at: number): number {
    const chunk = this.#chunks[0] ?? new Uint8Array();
    const part = chunk.subarray(0, taken.length - at);
    taken.set(part, at);
    if (part.length === chunk.length) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(part.length);
    return part.length;
  }
}
