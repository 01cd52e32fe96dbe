// Makes the memory of a WebAssembly module shared, by rewriting its memory section before it is compiled. The
// interpreter is built with memory of its own; only a shared one lets another thread raise KeyboardInterrupt in code
// that runs. Format: WebAssembly core specification 1.0, binary format, with the threads proposal's limits flag 3.

const memorySection = 5;
const flagsWithMaximum = 1;
const flagsSharedWithMaximum = 3;
/** 256 MiB: a shared memory reserves its maximum, and the 2 GiB of the build are too much for small machines. */
const maximumPages = 4096;

/** Returns a copy of `module` whose memory is shared and has a maximum of 256 MiB. */
export function withSharedMemory(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(module);
  let at = 8;
  while (at < bytes.length) {
    const id = bytes[at];
    const size = readUnsigned(bytes, at + 1);
    if (id === memorySection) {
      shareLimits(bytes, readUnsigned(bytes, size.end).end);
      return bytes;
    }
    at = size.end + size.value;
  }
  throw new Error("this interpreter has no memory of its own");
}

function shareLimits(bytes: Uint8Array, at: number): void {
  if (bytes[at] !== flagsWithMaximum && bytes[at] !== flagsSharedWithMaximum)
    throw new Error("this interpreter's memory has no maximum");
  bytes[at] = flagsSharedWithMaximum;
  const minimum = readUnsigned(bytes, at + 1);
  const maximum = readUnsigned(bytes, minimum.end);
  if (maximum.value > maximumPages) writePadded(bytes, minimum.end, maximum.end, maximumPages);
}

/** Writes an unsigned LEB128 number into exactly the bytes of the number it replaces. */
function writePadded(bytes: Uint8Array, start: number, end: number, value: number): void {
  let rest = value;
  for (let at = start; at < end; at++) {
    bytes[at] = (rest & 0x7f) | (at < end - 1 ? 0x80 : 0);
    rest >>>= 7;
  }
  if (rest !== 0) throw new Error("no room for the maximum");
}

function readUnsigned(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end: at };
  }
}
