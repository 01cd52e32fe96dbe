// Turns files into the bytes that the receiver on the board takes; the format is described in snippets/receive.ts.

import { deflateRaw } from "./deflate.js";
import { byteSum } from "./digest.js";

/** A file on its way: a checked path, contents, digest as the board computes it. */
export interface OutgoingFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly digest: Uint8Array;
}

/** How blocks are made. */
export interface BlockOptions {
  /** Contents per block; no deflate window is larger. */
  readonly blockSize: number;
  readonly deflate: boolean;
}

/** One block on the wire, and how many bytes of records were handed over with it and those before. */
export interface WireBlock {
  readonly bytes: Uint8Array;
  readonly done: number;
}

const ESCAPED = [3, 4, 13, 16];
const ESCAPE = 16;
/** Blocks in the making while one is sent. */
const AHEAD = 2;

/** The records of all files and the end mark, in blocks that are made while earlier ones are on their way. */
export class WireBlocks {
  readonly #pieces: Generator<Uint8Array, void>;
  readonly #options: BlockOptions;
  readonly #making: Promise<WireBlock>[] = [];
  #done = 0;

  constructor(files: readonly OutgoingFile[], options: BlockOptions) {
    this.#pieces = pieces(files, options.blockSize);
    this.#options = options;
    this.#fill();
  }

  /** The next block; undefined at the end. */
  async next(): Promise<WireBlock | undefined> {
    const block = await this.#making.shift();
    this.#fill();
    return block;
  }

  #fill(): void {
    while (this.#making.length < AHEAD) {
      const next = this.#pieces.next();
      if (next.done === true) return;
      this.#done += next.value.length;
      const block = encodeBlock(next.value, this.#options.deflate, this.#done);
      block.catch(() => undefined); // whoever takes it hears of it
      this.#making.push(block);
    }
  }
}

/** The records in pieces of `size` bytes, the last one smaller. */
function* pieces(files: readonly OutgoingFile[], size: number): Generator<Uint8Array, void> {
  let piece = new Uint8Array(size);
  let used = 0;
  for (const part of records(files)) {
    for (let at = 0; at < part.length;) {
      const some = part.subarray(at, at + size - used);
      piece.set(some, used);
      used += some.length;
      at += some.length;
      if (used < size) continue;
      yield piece;
      piece = new Uint8Array(size);
      used = 0;
    }
  }
  if (used > 0) yield piece.subarray(0, used);
}

function* records(files: readonly OutgoingFile[]): Generator<Uint8Array, void> {
  const encoder = new TextEncoder();
  for (const { path, content, digest } of files) {
    const name = encoder.encode(path);
    yield header(name, content.length, digest);
    yield name;
    yield content;
  }
  yield header(new Uint8Array(), 0, new Uint8Array(files[0]?.digest.length ?? 0));
}

function header(name: Uint8Array, size: number, digest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + digest.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, name.length, true);
  view.setUint32(2, size, true);
  view.setUint16(6, byteSum(name) & 0xffff, true);
  bytes.set(digest, 8);
  return bytes;
}

async function encodeBlock(block: Uint8Array, deflate: boolean, done: number): Promise<WireBlock> {
  const small = deflate ? await deflateRaw(block) : null;
  const pays = small !== null && small.length < block.length * 0.95;
  const [escaped, isEscaped] = escape(pays ? small : block);
  const type = pays ? "d" : "s";
  const head = (isEscaped ? type.toUpperCase() : type) + escaped.length.toString(16).padStart(4, "0");
  const bytes = new Uint8Array(head.length + escaped.length);
  new TextEncoder().encodeInto(head, bytes);
  bytes.set(escaped, head.length);
  return { bytes, done };
}

function escape(bytes: Uint8Array): [bytes: Uint8Array, isEscaped: boolean] {
  let count = 0;
  for (const byte of bytes) if (ESCAPED.includes(byte)) count++;
  if (count === 0) return [bytes, false];
  const escaped = new Uint8Array(bytes.length + count);
  let at = 0;
  for (const byte of bytes) {
    if (ESCAPED.includes(byte)) {
      escaped[at++] = ESCAPE;
      escaped[at++] = byte + 64;
    } else escaped[at++] = byte;
  }
  return [escaped, true];
}
