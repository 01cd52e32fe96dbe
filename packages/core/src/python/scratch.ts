// Memory that one source leaves to the next. A source of 16 KB needs some 130 KB of arrays: to allocate, clear and collect
// them anew for each file was a sixth of the time of compiling many.

import { ByteBuffer } from "./byte-buffer.js";

/**
 * A source with more bytes than this leaves no arrays behind: they have some 12 bytes for each of its own.
 * @internal
 */
export const LARGEST_KEPT: number = 1 << 20;

/**
 * The arrays that a source is lexed and parsed in. They are filled from their start: what they hold from before is never
 * read. Whoever makes an array larger leaves the larger one here. They start tiny, so that growing happens before the
 * engine optimises what may grow them: it would have to begin again.
 * @internal
 */
export class Scratch {
  readonly text: ByteBuffer = new ByteBuffer(16);
  readonly formatArguments: ByteBuffer = new ByteBuffer(16);
  readonly texts: ByteBuffer = new ByteBuffer(16);
  source: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  lines: Int32Array<ArrayBuffer> = new Int32Array(16);
  columns: Int32Array<ArrayBuffer> = new Int32Array(16);
  nodes: Int32Array<ArrayBuffer> = new Int32Array(16);
  stack: Int32Array<ArrayBuffer> = new Int32Array(16);
}

/**
 * Twice the length, or what is needed where that is more.
 * @internal
 */
export function enlarged(array: Int32Array, needed = 0): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(array.length * 2, needed));
  larger.set(array);
  return larger;
}
