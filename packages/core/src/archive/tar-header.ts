// One 512-byte header of a tar archive, and the records of a pax header.
// Formats: POSIX.1-2017 pax (ustar and its extended headers), and GNU tar 1.34 (long names, base-256 numbers).

import { UpyError } from "../errors.js";

/** Everything in a tar archive is a multiple of this. */
export const blockSize = 512;

/** A header as it stands there. */
export interface TarHeader {
  readonly name: string;
  /** One character: "0" file, "5" directory, "x", "g", "L", "K" and others. */
  readonly type: string;
  readonly size: number;
}

/** Reads a block. `where` ("foo.tar.gz, byte 512") starts every message. @throws `invalid-package` */
export function readHeader(block: Uint8Array, where: string): TarHeader {
  if (checksumOf(block) !== readNumber(block.subarray(148, 156), where)) {
    throw broken(where, "the checksum of a header is wrong");
  }
  const isUstar = text(block.subarray(257, 263), where) === "ustar" && block[262] === 0;
  const prefix = isUstar ? text(block.subarray(345, 500), where) : "";
  const name = text(block.subarray(0, 100), where);
  const flag = block[156] ?? 0;
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    type: flag === 0 || flag === 0x37 ? "0" : String.fromCharCode(flag),
    size: readNumber(block.subarray(124, 136), where),
  };
}

/** The records of a pax header: `length key=value\n`. @throws `invalid-package` */
export function readPax(content: Uint8Array, where: string): Map<string, string> {
  const records = new Map<string, string>();
  for (let offset = 0; offset < content.length;) {
    const space = content.indexOf(0x20, offset);
    const digits = space < 0 ? "" : text(content.subarray(offset, space), where);
    const end = offset + (/^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : 0);
    const record = content.subarray(space + 1, end);
    const equals = record.indexOf(0x3d);
    if (space < 0 || end <= space || end > content.length || equals < 1 || record.at(-1) !== 0x0a)
      throw broken(where, "a pax record is damaged");
    const key = text(record.subarray(0, equals), where);
    const value = paxValue(key, record.subarray(equals + 1, -1), where);
    records.set(key, value);
    offset = end;
  }
  return records;
}

/** What no file is named by may be no text: macOS's tar has extended attributes there as they are. */
function paxValue(key: string, bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: key === "path", ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw notText(where, cause);
  }
}

/** UTF-8 up to the first NUL. @throws `invalid-package` */
export function text(bytes: Uint8Array, where: string): string {
  const end = bytes.indexOf(0);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      end < 0 ? bytes : bytes.subarray(0, end),
    );
  } catch (cause) {
    throw notText(where, cause);
  }
}

function notText(where: string, cause: unknown): UpyError {
  return new UpyError("invalid-package", `${where}: a name is not UTF-8`, { cause });
}

/** The sum of all bytes, those of the checksum itself taken as blanks. */
export function checksumOf(block: Uint8Array): number {
  return block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);
}

/** The error for an archive that is not what tar makes. */
export function broken(where: string, problem: string): UpyError {
  return new UpyError("invalid-package", `${where}: ${problem}`, {
    hint: "The archive is damaged, or was not made by tar.",
  });
}

/** Octal digits, or a number to base 256 when the first bit is set. @throws `invalid-package` */
function readNumber(field: Uint8Array, where: string): number {
  const [first = 0, ...rest] = field;
  if (first >= 0x80) {
    const value = rest.reduce((sum, byte) => sum * 256 + byte, first & 0x7f);
    if (first !== 0x80 || !Number.isSafeInteger(value)) throw broken(where, "a size cannot be one");
    return value;
  }
  const digits = /^ *([0-7]*) *(\0|$)/.exec(String.fromCharCode(...field))?.[1];
  if (digits === undefined || (digits === "" && first !== 0)) throw broken(where, "a number is none");
  return digits === "" ? 0 : parseInt(digits, 8);
}
