// Turns files into the bytes that the receiver on the board takes; the format is described in snippets/receive.ts.

import { deflateSync } from "fflate";
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

/** The records of all files and the end mark, in blocks. */
export function* wireBlocks(files: readonly OutgoingFile[], options: BlockOptions): Generator<WireBlock> {
  const block = new Uint8Array(options.blockSize);
  let used = 0;
  let done = 0;
  for (const part of records(files)) {
    for (let at = 0; at < part.length;) {
      const piece = part.subarray(at, at + block.length - used);
      block.set(piece, used);
      used += piece.length;
      at += piece.length;
      if (used < block.length) continue;
      done += used;
      yield { bytes: encodeBlock(block, options.deflate), done };
      used = 0;
    }
  }
  if (used > 0) yield { bytes: encodeBlock(block.subarray(0, used), options.deflate), done: done + used };
}

function* records(files: readonly OutgoingFile[]): Generator<Uint8Array> {
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

function encodeBlock(block: Uint8Array, deflate: boolean): Uint8Array {
  const small = deflate ? deflateSync(block, { level: 9 }) : block;
  const pays = small.length < block.length * 0.95;
  const [escaped, isEscaped] = escape(pays ? small : block);
  const type = pays ? "d" : "s";
  const head = (isEscaped ? type.toUpperCase() : type) + escaped.length.toString(16).padStart(4, "0");
  const bytes = new Uint8Array(head.length + escaped.length);
  new TextEncoder().encodeInto(head, bytes);
  bytes.set(escaped, head.length);
  return bytes;
}

function escape(bytes: Uint8Array): [bytes: Uint8Array, isEscaped: boolean] {
  const count = bytes.reduce((sum, byte) => sum + (ESCAPED.includes(byte) ? 1 : 0), 0);
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
