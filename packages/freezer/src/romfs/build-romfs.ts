// A tree of files to a ROMFS image, the bytes that mpremote 1.28 writes for the same tree.
// Source: tools/mpremote/mpremote/romfs.py. Sources are compiled on the way when there is a compiler.

import { UpyError } from "@upykit/core/errors";
import { compileSource } from "../files/compile-source.js";
import type { CompileFunction, CompileSettings } from "../files/freeze-file.js";
import { checkMpy } from "./check-mpy.js";
import { encodeUint, recordKind, romfsMagic, uintSize } from "./record.js";
import { isDirectory, type RomfsEntry } from "./romfs-entry.js";
import { type PlacedEntry, type RomfsFolder, type RomfsLeaf, treeOf } from "./romfs-tree.js";

/** Options of {@link buildRomfs}. */
export interface RomfsOptions extends CompileSettings {
  /**
   * Compiles each `.py` that has no `.mpy` beside it; the `.mpy` then stands in its place. `@upykit/compiler` where not
   * set; false takes every file as it is, `.mpy` files unchecked too.
   */
  readonly compile?: CompileFunction | false | undefined;
  /** What stands before a source's path in tracebacks (mpremote has the folder it was given there); nothing. */
  readonly sourcePrefix?: string | undefined;
  /** Bytes of the partition; a larger image is an error. */
  readonly maximumSize?: number | undefined;
}

/**
 * Builds a ROMFS image.
 * @throws `invalid-path` for paths that are not plain and relative, names that are not printable ASCII or longer than
 *   255, and folders nested more than 64 deep; `conflict` for two entries of one path; `no-space` when it exceeds
 *   `maximumSize`; `syntax-error` where a source does not compile; `unsupported` for native code in a source;
 *   `invalid-mpy` and `incompatible-mpy` for `.mpy` files that are damaged, of another version, or (with `arch`) for
 *   other processors
 */
export function buildRomfs(entries: readonly RomfsEntry[], options: RomfsOptions = {}): Uint8Array {
  const root = treeOf(compileEntries(entries, options));
  const size = contentSize(root);
  const isOdd = (romfsMagic.length + uintSize(size) + size) % 2 === 1;
  const header = [...romfsMagic, ...(isOdd ? [0x80] : []), ...encodeUint(size)];
  checkFit(header.length + size, options.maximumSize);
  const image = new Uint8Array(header.length + size);
  image.set(header);
  writeFolder(image, header.length, root);
  return image;
}

/** Sources compiled, under the names they have in an image then; `.mpy` files checked. */
export function compileEntries(
  entries: readonly RomfsEntry[],
  options: RomfsOptions,
): readonly PlacedEntry[] {
  const { compile } = options;
  if (compile === false) return entries;
  const files = new Set(entries.flatMap((entry) => (isDirectory(entry) ? [] : [entry.path])));
  return entries.map((entry) => {
    if (!isDirectory(entry) && entry.path.endsWith(".mpy")) checkMpy(entry.path, entry.content, options);
    const path = entry.path.replace(/\.py$/, ".mpy");
    if (isDirectory(entry) || path === entry.path || files.has(path)) return entry;
    const mpy = compileSource(entry.content, compileRequest(entry.path, options), compile);
    return { path: entry.path, content: mpy, storedName: path.slice(path.lastIndexOf("/") + 1) };
  });
}

function compileRequest(path: string, options: RomfsOptions): CompileSettings & { filename: string } {
  const { arch, optimize, smallIntBits, target } = options;
  return { filename: (options.sourcePrefix ?? "") + path, target, optimize, arch, smallIntBits };
}

function checkFit(size: number, maximum: number | undefined): void {
  if (maximum === undefined || size <= maximum) return;
  throw new UpyError("no-space", `The image has ${size} bytes, the partition ${maximum}.`, {
    hint: `Leave out files of ${size - maximum} bytes or more, or compile sources to .mpy.`,
  });
}

function contentSize(folder: RomfsFolder): number {
  let size = 0;
  for (const item of folder.items.values()) {
    const payload =
      "content" in item
        ? filePayload(item.name, item.content.length)
        : folderPayload(item.name, contentSize(item));
    size += recordSize(payload);
  }
  return size;
}

function recordSize(payload: number): number {
  return 1 + uintSize(payload) + payload;
}

function filePayload(name: string, length: number): number {
  return uintSize(name.length) + name.length + recordSize(length);
}

function folderPayload(name: string, content: number): number {
  return uintSize(name.length) + name.length + content;
}

function writeFolder(image: Uint8Array, start: number, folder: RomfsFolder): number {
  let at = start;
  for (const item of folder.items.values()) {
    at = "content" in item ? writeFile(image, at, item) : writeDirectory(image, at, item);
  }
  return at;
}

function writeDirectory(image: Uint8Array, at: number, folder: RomfsFolder): number {
  const payload = folderPayload(folder.name, contentSize(folder));
  const afterHead = writeHead(image, at, recordKind.directory, payload);
  return writeFolder(image, writeName(image, afterHead, folder.name), folder);
}

function writeFile(image: Uint8Array, start: number, { name, content }: RomfsLeaf): number {
  const payload = filePayload(name, content.length);
  const afterName = writeName(image, writeHead(image, start, recordKind.file, payload), name);
  const at = writeHead(image, afterName, recordKind.verbatim, content.length);
  image.set(content, at);
  return at + content.length;
}

function writeHead(image: Uint8Array, at: number, kind: number, payload: number): number {
  return writeBytes(image, at, [kind, ...encodeUint(payload)]);
}

function writeName(image: Uint8Array, at: number, name: string): number {
  const characters = Array.from(name, (character) => character.charCodeAt(0));
  return writeBytes(image, at, [...encodeUint(name.length), ...characters]);
}

function writeBytes(image: Uint8Array, at: number, bytes: readonly number[]): number {
  image.set(bytes, at);
  return at + bytes.length;
}
