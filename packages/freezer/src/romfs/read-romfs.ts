// A ROMFS image to its files. Survives any damage: never trusts a length, bounds nesting, and reads no byte twice.
// Format: extmod/vfs_rom.c, MicroPython 1.28 (record kinds that are not known are skipped, as there).

import { UpyError } from "@upykit/core/errors";
import { decodeText } from "@upykit/core/mpy";
import { recordKind, romfsLimits, romfsMagic } from "./record.js";
import type { RomfsEntry } from "./romfs-entry.js";

/** What {@link readRomfs} finds. */
export interface RomfsContents {
  /** Files and directories in the image's order, parents first. Contents are views of the image. */
  readonly entries: readonly RomfsEntry[];
  /** Bytes of the image; what stands behind it (the rest of a partition) is not looked at. */
  readonly size: number;
}

/**
 * Reads a ROMFS image.
 * @throws `invalid-package` when it is damaged or none at all
 */
export function readRomfs(image: Uint8Array): RomfsContents {
  if (romfsMagic.some((byte, index) => image[index] !== byte)) {
    throw damaged(
      "These bytes are no ROMFS image.",
      "An image starts with d2 cd 31; is this the right file?",
    );
  }
  const header: Region = { image, at: romfsMagic.length, end: image.length, root: 0 };
  const size = readUint(header);
  const start = header.at;
  const root = { ...enter(header, size), image: image.subarray(0, start + size), root: start };
  const entries: RomfsEntry[] = [];
  readFolder(root, "", entries, 0);
  return { entries, size: root.end };
}

/** A stretch of the image and the place in it that is read next. */
interface Region {
  readonly image: Uint8Array;
  at: number;
  readonly end: number;
  /** Where the header of the image ends. */
  readonly root: number;
}

function readFolder(region: Region, parent: string, entries: RomfsEntry[], depth: number): void {
  if (depth > romfsLimits.depth) throw damaged(`The image nests deeper than ${romfsLimits.depth} folders.`);
  const names = new Set<string>();
  while (region.at < region.end) {
    const { kind, body } = readRecord(region);
    if (kind !== recordKind.directory && kind !== recordKind.file) continue;
    const name = readName(body);
    const path = parent + name;
    if (names.has(name)) throw damaged(`The image has two entries of the path ${path}.`);
    names.add(name);
    if (kind === recordKind.file) {
      entries.push({ path, content: readContent(body, path) });
    } else {
      entries.push({ path, directory: true });
      readFolder(body, `${path}/`, entries, depth + 1);
    }
  }
}

function readContent(region: Region, path: string): Uint8Array {
  while (region.at < region.end) {
    const { kind, body } = readRecord(region);
    if (kind === recordKind.verbatim) return body.image.subarray(body.at, body.end);
    if (kind === recordKind.pointer) return readPointer(body, path);
  }
  throw damaged(`The file ${path} has no content.`);
}

/** Content elsewhere in the image: its size, then its offset from the end of the header. */
function readPointer(region: Region, path: string): Uint8Array {
  const size = readUint(region);
  const start = region.root + readUint(region);
  if (start + size > region.image.length) throw damaged(`The content of ${path} lies outside of the image.`);
  return region.image.subarray(start, start + size);
}

function readName(region: Region): string {
  const length = readUint(region);
  const name = enter(region, length);
  const text = length > romfsLimits.name ? "" : decodeText(name.image.subarray(name.at, name.end));
  if (/^[^/\\\p{C}]+$/u.test(text) && text !== "." && text !== "..") return text;
  throw damaged(`A name before offset ${region.at} cannot be one.`);
}

function readRecord(region: Region): { kind: number; body: Region } {
  const kind = readUint(region);
  if (kind === recordKind.unused) throw damaged(`The record before offset ${region.at} is not in use.`);
  return { kind, body: enter(region, readUint(region)) };
}

/** The next `size` bytes as a region of their own. */
function enter(region: Region, size: number): Region {
  if (size > region.end - region.at)
    throw damaged(`The image ends, or a record does, at offset ${region.end}.`);
  const inner = { ...region, end: region.at + size };
  region.at += size;
  return inner;
}

function readUint(region: Region): number {
  let value = 0;
  for (;;) {
    const byte = region.at < region.end ? region.image[region.at] : undefined;
    if (byte === undefined) throw damaged(`The image ends, or a record does, at offset ${region.end}.`);
    region.at++;
    value = value * 128 + (byte & 0x7f);
    if (value > 0xffffffff) throw damaged(`A number before offset ${region.at} is beyond 32 bits.`);
    if (byte < 0x80) return value;
  }
}

function damaged(message: string, hint = "The image is damaged, or was cut off: build it again."): UpyError {
  return new UpyError("invalid-package", message, { hint });
}
