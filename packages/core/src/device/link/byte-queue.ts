// A queue of bytes that grows as needed: pushed in chunks, taken in any size.

/** Bytes waiting to be taken, oldest first. */
export class ByteQueue {
  #data = new Uint8Array(1024);
  #start = 0;
  #end = 0;

  /** Bytes waiting. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Adds a chunk at the end. */
  push(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#data.length) this.#makeRoom(chunk.length);
    this.#data.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Puts bytes back at the front. */
  unshift(chunk: Uint8Array): void {
    const rest = this.take(this.length);
    this.push(chunk);
    this.push(rest);
  }

  /** Removes and copies up to `count` bytes. */
  take(count: number): Uint8Array {
    const end = Math.min(this.#start + count, this.#end);
    const taken = this.#data.slice(this.#start, end);
    this.#start = end;
    if (this.#start === this.#end) this.#start = this.#end = 0;
    return taken;
  }

  /** The byte at `index`, without taking it; undefined beyond the end. */
  at(index: number): number | undefined {
    return index < this.length ? this.#data[this.#start + index] : undefined;
  }

  /** Where `byte` is first found from `from` on, or -1. */
  indexOf(byte: number, from = 0): number {
    const at = this.#data.subarray(this.#start, this.#end).indexOf(byte, from);
    return at;
  }

  /** Forgets everything. */
  clear(): void {
    this.#start = this.#end = 0;
  }

  /** The last bytes as printable text, for messages. */
  preview(count = 60): string {
    const tail = this.#data.subarray(Math.max(this.#start, this.#end - count), this.#end);
    return JSON.stringify(new TextDecoder().decode(tail));
  }

  #makeRoom(extra: number): void {
    const { length } = this;
    const target = length + extra > this.#data.length / 2 ? new Uint8Array((length + extra) * 2) : this.#data;
    target.set(this.#data.subarray(this.#start, this.#end));
    this.#data = target;
    this.#start = 0;
    this.#end = length;
  }
}
