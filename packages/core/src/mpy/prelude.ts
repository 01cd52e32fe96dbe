// The prelude of bytecode (and of native functions): signature, sizes, names, line info, closure cells.
// Source: py/bc.h, MicroPython 1.28 (MP_BC_PRELUDE_SIG_DECODE, MP_BC_PRELUDE_SIZE_DECODE).

import { ByteReader, invalidMpy } from "./byte-reader.js";

/** What stands before the opcodes of a function. Offsets are within the function's data. */
export interface Prelude {
  /** Words of state: locals and value stack. */
  readonly stateSize: number;
  /** Depth of the exception stack. */
  readonly exceptionStackSize: number;
  readonly scopeFlags: number;
  readonly positionalArguments: number;
  readonly keywordOnlyArguments: number;
  readonly defaultPositionalArguments: number;
  /** Bytes of names and line info. */
  readonly infoSize: number;
  /** Bytes of closure cells. */
  readonly cellSize: number;
  /** Indices into the qstr table: the function's name, then those of its arguments. */
  readonly names: readonly number[];
  readonly sizeOffset: number;
  readonly infoOffset: number;
  readonly lineInfoOffset: number;
  readonly closureOffset: number;
  readonly opcodesOffset: number;
}

/**
 * Reads the prelude at `offset` of a function's data.
 * @throws `invalid-mpy` when it is damaged
 */
export function readPrelude(data: Uint8Array, offset = 0): Prelude {
  const reader = new ByteReader(data, offset);
  const signature = readSignature(reader);
  const sizeOffset = reader.offset;
  const { infoSize, cellSize } = readSizes(reader);
  const infoOffset = reader.offset;
  const nameCount = 1 + signature.positionalArguments + signature.keywordOnlyArguments;
  if (nameCount > reader.left) throw invalidMpy("A function has more arguments than bytes.");
  const names: number[] = [];
  for (let index = 0; index < nameCount; index++) names.push(reader.uint());
  const closureOffset = infoOffset + infoSize;
  const opcodesOffset = closureOffset + cellSize;
  if (reader.offset > closureOffset || opcodesOffset > data.length)
    throw invalidMpy("A function's prelude is damaged.");
  const lineInfoOffset = reader.offset;
  // Field by field: a spread makes each prelude a dictionary of its own, and there is one for every function.
  return {
    stateSize: signature.stateSize,
    exceptionStackSize: signature.exceptionStackSize,
    scopeFlags: signature.scopeFlags,
    positionalArguments: signature.positionalArguments,
    keywordOnlyArguments: signature.keywordOnlyArguments,
    defaultPositionalArguments: signature.defaultPositionalArguments,
    infoSize,
    cellSize,
    names,
    sizeOffset,
    infoOffset,
    lineInfoOffset,
    closureOffset,
    opcodesOffset,
  };
}

/** The bytes of the two sizes; the inverse of what {@link readPrelude} reads at `sizeOffset`. */
export function encodePreludeSizes(infoSize: number, cellSize: number): number[] {
  const bytes: number[] = [];
  let info = infoSize;
  let cells = cellSize;
  do {
    const byte = ((info & 0x3f) << 1) | (cells & 1);
    info >>= 6;
    cells >>= 1;
    bytes.push(info | cells ? byte | 0x80 : byte);
  } while (info | cells);
  return bytes;
}

type Signature = Pick<
  Prelude,
  | "stateSize"
  | "exceptionStackSize"
  | "scopeFlags"
  | "positionalArguments"
  | "keywordOnlyArguments"
  | "defaultPositionalArguments"
>;

/** xSSSSEAA, then xFSSKAED as often as bit 7 says. */
function readSignature(reader: ByteReader): Signature {
  let byte = reader.byte();
  let stateSize = (byte >> 3) & 0xf;
  let exceptionStackSize = (byte >> 2) & 1;
  let positionalArguments = byte & 3;
  let scopeFlags = 0;
  let keywordOnlyArguments = 0;
  let defaultPositionalArguments = 0;
  for (let round = 0; byte & 0x80; round++) {
    if (round > 12) throw invalidMpy("A function's prelude is damaged: its signature does not end.");
    byte = reader.byte();
    stateSize |= (byte & 0x30) << (2 * round);
    exceptionStackSize |= (byte & 0x02) << round;
    scopeFlags |= ((byte & 0x40) >> 6) << round;
    positionalArguments |= (byte & 0x04) << round;
    keywordOnlyArguments |= ((byte & 0x08) >> 3) << round;
    defaultPositionalArguments |= (byte & 0x01) << round;
  }
  stateSize += 1;
  return {
    stateSize,
    exceptionStackSize,
    scopeFlags,
    positionalArguments,
    keywordOnlyArguments,
    defaultPositionalArguments,
  };
}

/** xIIIIIIC as often as bit 7 says. */
function readSizes(reader: ByteReader): { infoSize: number; cellSize: number } {
  let infoSize = 0;
  let cellSize = 0;
  for (let round = 0; ; round++) {
    if (round > 4) throw invalidMpy("A function's prelude is damaged: its sizes do not end.");
    const byte = reader.byte();
    infoSize |= ((byte & 0x7e) >> 1) << (6 * round);
    cellSize |= (byte & 1) << round;
    if ((byte & 0x80) === 0) return { infoSize, cellSize };
  }
}
