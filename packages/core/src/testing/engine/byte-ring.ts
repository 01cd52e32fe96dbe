// A queue of bytes in memory that two threads share: one side pushes, the other pulls, neither takes a lock.
// It knows nothing of waiting and waking; the panel does.

const headerWords = 2;
const written = 0;
const taken = 1;

/** A single-producer, single-consumer byte queue over a shared (or plain) buffer. */
export class ByteRing {
  readonly #counters: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #mask: number;

  /** @param capacity - a power of two. */
  constructor(buffer: ArrayBufferLike, offset: number, capacity: number) {
    this.#counters = new Int32Array(buffer, offset, headerWords);
    this.#bytes = new Uint8Array(buffer, offset + headerWords * 4, capacity);
    this.#mask = capacity - 1;
  }

  /** Bytes that a ring of this capacity takes in a buffer. */
  static sizeOf(capacity: number): number {
    return headerWords * 4 + capacity;
  }

  /** Bytes that wait to be pulled. */
  get length(): number {
    return (Atomics.load(this.#counters, written) - Atomics.load(this.#counters, taken)) | 0;
  }

  /** Bytes that can be pushed now. */
  get space(): number {
    return this.#mask + 1 - this.length;
  }

  /** Appends as much as fits, and says how much that was. */
  push(source: Uint8Array): number {
    const count = Math.min(source.length, this.space);
    const at = Atomics.load(this.#counters, written);
    const start = at & this.#mask;
    const head = Math.min(count, this.#bytes.length - start);
    this.#bytes.set(source.subarray(0, head), start);
    this.#bytes.set(source.subarray(head, count), 0);
    Atomics.store(this.#counters, written, (at + count) | 0);
    return count;
  }

  /** Takes as much as is there and fits into `target`, and says how much that was. */
  pull(target: Uint8Array): number {
    const count = Math.min(target.length, this.length);
    const at = Atomics.load(this.#counters, taken);
    const start = at & this.#mask;
    const head = Math.min(count, this.#bytes.length - start);
    target.set(this.#bytes.subarray(start, start + head));
    target.set(this.#bytes.subarray(0, count - head), head);
    Atomics.store(this.#counters, taken, (at + count) | 0);
    return count;
  }

  /** Takes one byte; -1 when there is none. */
  pullByte(): number {
    const at = Atomics.load(this.#counters, taken);
    if (Atomics.load(this.#counters, written) === at) return -1;
    const byte = this.#bytes[at & this.#mask] ?? -1;
    Atomics.store(this.#counters, taken, (at + 1) | 0);
    return byte;
  }

  /** Forgets what waits to be pulled; for the pulling side. */
  clear(): void {
    Atomics.store(this.#counters, taken, Atomics.load(this.#counters, written));
  }
}
