// Files to a tar archive that the simplest reader understands: names of up to 100 bytes, no extended headers.
// Format: ustar of POSIX.1-2017. upip reads name and size of it, and nothing else.

import { UpyError } from "../errors.js";
import { blockSize, checksumOf } from "./tar-header.js";
import type { TarFile } from "./read-tar.js";

/** Longest name, in bytes of UTF-8. */
const maxName = 100;

/** The archive of these files, in their order. The same files give the same bytes. @throws `invalid-path` for a name of more than 100 bytes */
export function writeTar(files: readonly TarFile[], modified: number): Uint8Array {
  const sizes = files.map(({ content }) => blockSize + Math.ceil(content.length / blockSize) * blockSize);
  const archive = new Uint8Array(sizes.reduce((sum, size) => sum + size, 2 * blockSize));
  let offset = 0;
  for (const [index, file] of files.entries()) {
    writeHeader(archive.subarray(offset, offset + blockSize), file, modified);
    archive.set(file.content, offset + blockSize);
    offset += sizes[index] ?? 0;
  }
  return archive;
}

function writeHeader(block: Uint8Array, { name, content }: TarFile, modified: number): void {
  const encoded = new TextEncoder().encode(name);
  if (encoded.length > maxName) {
    throw new UpyError("invalid-path", `"${name}" is longer than ${maxName} bytes`, {
      hint: "upip reads names of up to 100 bytes; shorten the name of the project or the path.",
    });
  }
  block.set(encoded);
  const octal = (offset: number, value: number, digits: number): void => {
    block.set(new TextEncoder().encode(value.toString(8).padStart(digits, "0")), offset);
  };
  octal(100, 0o644, 7);
  octal(108, 0, 7);
  octal(116, 0, 7);
  octal(124, content.length, 11);
  octal(136, modified, 11);
  block.set(new TextEncoder().encode("0"), 156);
  block.set(new TextEncoder().encode("ustar\u000000"), 257);
  octal(148, checksumOf(block), 6);
  block.set([0, 0x20], 154);
}
