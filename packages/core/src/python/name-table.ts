// Interned byte strings ("qstrs"): each distinct run of bytes gets a small number, in the order they are first seen.
// It does not know which of them an .mpy file writes as static; the compiler presets those. Follows py/qstr.c.

import { bytesToText, textToBytes } from "./text.js";
import { enlarged } from "./scratch.js";
import { KEYWORDS } from "./tokens.js";

/**
 * A number that stands for a name; 0 stands for none.
 * @internal
 */
export type NameId = number;

/**
 * The names of one source file.
 * @internal
 */
export class NameTable {
  /** Names known: numbers below this are in use. Number 0 is no name. */
  count = 1;
  /** The number of the keyword `False`; the other keywords follow. */
  readonly firstKeyword: number;
  /** Bytes of the longest name. */
  private longest = 0;
  // Small at first, as all that grows: see scratch.ts.
  private pool = new Uint8Array(64);
  private used = 0;
  private offsets = new Int32Array(16);
  private slots = new Int32Array(64);

  /** What {@link reset} goes back to. */
  private readonly start: Pick<NameTable, "count"> & { longest: number; used: number; slots: Int32Array };

  /** `preset` are names that get the numbers from 1 on; the keywords follow them. */
  constructor(preset: readonly string[] = []) {
    for (const name of preset) this.internText(name);
    this.firstKeyword = this.count;
    for (const name of KEYWORDS) this.internText(name);
    const { count, longest, used } = this;
    this.start = { count, longest, used, slots: this.slots.slice() };
  }

  /** Forgets all names but those it was made with, for the next source. */
  reset(): void {
    const { count, longest, used, slots } = this.start;
    this.count = count;
    this.longest = longest;
    this.used = used;
    if (this.slots.length === slots.length) this.slots.set(slots);
    else this.slots = slots.slice();
  }

  /** The number of `bytes[start, end)`, a new one if it was not known. */
  intern(bytes: Uint8Array, start: number, end: number): NameId {
    return this.lookUp(bytes, start, end, hashOf(bytes, start, end), true);
  }

  /** As {@link intern}, where the caller has the hash already: that of hashOf. */
  internHashed(bytes: Uint8Array, start: number, end: number, hash: number): NameId {
    return this.lookUp(bytes, start, end, hash, true);
  }

  /** The number of `bytes[start, end)`, or 0. */
  find(bytes: Uint8Array, start: number, end: number): NameId {
    if (end - start > this.longest) return 0;
    return this.lookUp(bytes, start, end, hashOf(bytes, start, end), false);
  }

  internText(text: string): NameId {
    const bytes = textToBytes(text);
    return this.intern(bytes, 0, bytes.length);
  }

  length(id: NameId): number {
    return (this.offsets[id + 1] as number) - (this.offsets[id] as number);
  }

  /** The bytes of a name; a view, not to be written. */
  bytes(id: NameId): Uint8Array {
    return this.pool.subarray(this.offsets[id], this.offsets[id + 1]);
  }

  /** Copies the bytes of a name. */
  copyTo(sink: { copy(source: Uint8Array, from: number, to: number): void }, id: NameId): void {
    sink.copy(this.pool, this.offsets[id] as number, this.offsets[id + 1] as number);
  }

  /** The first byte of a name, or -1. */
  firstByte(id: NameId): number {
    return this.length(id) > 0 ? (this.pool[this.offsets[id] as number] as number) : -1;
  }

  text(id: NameId): string {
    return bytesToText(this.bytes(id));
  }

  private lookUp(bytes: Uint8Array, start: number, end: number, hash: number, add: boolean): NameId {
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const id = this.slots[slot] as number;
      if (id === 0) return add ? this.add(bytes, start, end, slot) : 0;
      if (this.equals(id, bytes, start, end)) return id;
      slot = (slot + 1) & mask;
    }
  }

  private equals(id: NameId, bytes: Uint8Array, start: number, end: number): boolean {
    const offset = this.offsets[id] as number;
    const length = end - start;
    if ((this.offsets[id + 1] as number) - offset !== length) return false;
    const pool = this.pool;
    for (let i = 0; i < length; i++) if (pool[offset + i] !== bytes[start + i]) return false;
    return true;
  }

  private add(bytes: Uint8Array, start: number, end: number, slot: number): NameId {
    const length = end - start;
    if (this.used + length > this.pool.length) this.growPool(length);
    const { pool, used } = this;
    for (let i = 0; i < length; i++) pool[used + i] = bytes[start + i] as number;
    this.used += length;
    if (length > this.longest) this.longest = length;
    const id = this.count++;
    if (id + 2 > this.offsets.length) this.offsets = enlarged(this.offsets);
    this.offsets[id + 1] = this.used;
    this.slots[slot] = id;
    if (this.count * 2 > this.slots.length) this.rehash();
    return id;
  }

  private growPool(length: number): void {
    const pool = new Uint8Array(Math.max(this.pool.length * 2, this.used + length));
    pool.set(this.pool);
    this.pool = pool;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 4);
    const mask = slots.length - 1;
    for (let id = 1; id < this.count; id++) {
      const hash = hashOf(this.pool, this.offsets[id] as number, this.offsets[id + 1] as number);
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.slots = slots;
  }
}

/** The hash a name starts with. */
export const HASH_SEED = 5381;

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 33) ^ (bytes[i] as number)) | 0;
  return hash;
}
