// SHA-256 as hex digits: the platform's where it has one, else our own (a page served without TLS has no crypto.subtle).
// Node is asked for its synchronous hash: crypto.subtle takes a trip through the thread pool for each of many small files.

import { toHex } from "./hex.js";

/** SHA-256 of `content` as 64 lower-case hex digits. */
export async function sha256(content: Uint8Array): Promise<string> {
  const known = platformHash(content);
  if (known !== undefined) return known;
  const subtle = globalThis.crypto.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return ownHash(content);
  return toHex(new Uint8Array(await subtle.digest("SHA-256", content as Uint8Array<ArrayBuffer>)));
}

/** FIPS 180-4's constants, worked out at the first call. */
let tables: { readonly start: Uint32Array; readonly constants: Uint32Array } | undefined;

/** The same, for callers that cannot wait. */
export function sha256Sync(content: Uint8Array): string {
  return platformHash(content) ?? ownHash(content);
}

/** What of Node's `process` and `node:crypto` is used, where they are. */
interface HashingProcess {
  getBuiltinModule?(name: "node:crypto"): { hash?(name: "sha256", content: Uint8Array): string } | undefined;
}

/** One call: an object for each of many small files costs more than its hash. */
function platformHash(content: Uint8Array): string | undefined {
  const { process } = globalThis as { readonly process?: HashingProcess };
  return process?.getBuiltinModule?.("node:crypto")?.hash?.("sha256", content);
}

/** FIPS 180-4. */
function ownHash(content: Uint8Array): string {
  const padded = new Uint8Array((((content.length + 8) >> 6) << 6) + 64);
  padded.set(content);
  padded[content.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(content.length / 0x2000_0000));
  view.setUint32(padded.length - 4, content.length << 3);
  tables ??= { start: rootFractions(8, 1 / 2), constants: rootFractions(64, 1 / 3) };
  const state = tables.start.slice();
  const schedule = new Uint32Array(64);
  for (let offset = 0; offset < padded.length; offset += 64) {
    fillSchedule(schedule, view, offset);
    mixBlock(state, tables.constants, schedule);
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, index) => digest.setUint32(index * 4, word));
  return toHex(new Uint8Array(digest.buffer));
}

/** The first 32 bits of the fractional parts of the roots of the first primes: how FIPS 180-4 defines its constants. */
function rootFractions(count: number, exponent: number): Uint32Array {
  const words: number[] = [];
  for (let candidate = 2; words.length < count; candidate++) {
    if (!isPrime(candidate)) continue;
    const root = candidate ** exponent;
    words.push(Math.floor((root - Math.floor(root)) * 0x1_0000_0000));
  }
  return Uint32Array.from(words);
}

function isPrime(candidate: number): boolean {
  for (let factor = 2; factor * factor <= candidate; factor++) if (candidate % factor === 0) return false;
  return true;
}

function fillSchedule(schedule: Uint32Array, view: DataView, offset: number): void {
  for (let index = 0; index < 16; index++) schedule[index] = view.getUint32(offset + index * 4);
  for (let index = 16; index < 64; index++) {
    const early = schedule[index - 15] ?? 0;
    const late = schedule[index - 2] ?? 0;
    const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    schedule[index] = (schedule[index - 16] ?? 0) + s0 + (schedule[index - 7] ?? 0) + s1;
  }
}

function mixBlock(state: Uint32Array, constants: Uint32Array, schedule: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let index = 0; index < 64; index++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (constants[index] ?? 0) + (schedule[index] ?? 0)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    // One by one: as a destructuring this costs an array for each of 64 rounds until it is compiled.
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((value, index) => (state[index] = (state[index] ?? 0) + value));
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
