// The header of an .mpy file: magic, version, features, small-int bits, architecture flags.
// Source: py/persistentcode.h and persistentcode.c, MicroPython 1.28; CircuitPython 10 differs in the magic byte.

import { mpyArchitectures } from "../environment.js";
import { ByteReader, invalidMpy } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";
import type { MpyHeader } from "./mpy-file.js";

const archFlagsPresent = 0x40;
const magics: Readonly<Record<number, MpyHeader["implementation"]>> = {
  0x4d: "micropython",
  0x43: "circuitpython",
};

/**
 * Reads the header of an .mpy file of version 5 or 6.
 * @throws `invalid-mpy` when it is not an .mpy file, or of a version or architecture that is not known
 */
export function readMpyHeader(bytes: Uint8Array): MpyHeader {
  return readHeader(new ByteReader(bytes));
}

/** Reads the header and leaves the reader behind it. */
export function readHeader(reader: ByteReader): MpyHeader {
  if (reader.left < 4) throw invalidMpy(`${reader.left} bytes are no .mpy file.`);
  const implementation = magics[reader.byte()];
  if (implementation === undefined) throw notMpy();
  const version = reader.byte();
  if (version !== 5 && version !== 6) throw unknownVersion(version);
  const features = reader.byte();
  const smallIntBits = reader.byte();
  const hasFlags = version === 6 && (features & archFlagsPresent) !== 0;
  const architecture = mpyArchitectures[(features >> 2) & 0x2f];
  if (architecture === undefined) throw unknownArchitecture((features >> 2) & 0x2f);
  const archFlags = hasFlags ? reader.uint() : 0;
  return { implementation, version, subVersion: features & 3, architecture, archFlags, smallIntBits };
}

/** Writes the header. Architecture flags are written when there are any. */
export function writeHeader(writer: ByteWriter, header: MpyHeader): void {
  writer.byte(header.implementation === "micropython" ? 0x4d : 0x43);
  writer.byte(header.version);
  const architecture = mpyArchitectures.indexOf(header.architecture);
  const flags = header.archFlags === 0 ? 0 : archFlagsPresent;
  writer.byte(flags | (architecture << 2) | header.subVersion);
  writer.byte(header.smallIntBits);
  if (flags !== 0) writer.uint(header.archFlags);
}

function notMpy(): Error {
  return invalidMpy(
    "This is no .mpy file: it starts with neither M nor C.",
    "A .py file has to be compiled first; a web page saved under this name has to be downloaded again.",
  );
}

function unknownVersion(version: number): Error {
  return invalidMpy(
    `.mpy version ${version} is not known here; 5 and 6 are.`,
    "Compile the source for version 6 (MicroPython 1.19 or later, CircuitPython 9 or later).",
  );
}

function unknownArchitecture(index: number): Error {
  return invalidMpy(`Native architecture number ${index} is not known here.`);
}
