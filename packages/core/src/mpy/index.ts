/**
 * .mpy files: read, written, inspected, and checked against what a board loads. Start with {@link readMpy}, {@link inspect}
 * or {@link checkCompatibility}.
 *
 * @module
 */

export { decodeText, encodeText } from "./text.js";
export { staticQstrIndex, staticQstrs } from "./static-qstrs.js";
export { readMpyHeader, writeHeader } from "./header.js";
export { type MpySegment, readMpy, type ReadMpyOptions } from "./read-mpy.js";
export { writeMpy, writeObject } from "./write-mpy.js";
export { ByteWriter } from "./byte-writer.js";
export { hasExtraByte, isSignedJump, type OperandFormat, operandFormat } from "./operand-format.js";
export * as opcode from "./opcodes.js";
export { opcodeName } from "./opcode-names.js";
export { encodePreludeSizes, type Prelude, readPrelude } from "./prelude.js";
export {
  decodeInstruction,
  decodeInstructions,
  type Instruction,
  jumpTarget,
  operandDigits,
} from "./instructions.js";
export { decodeLineInfo, lineAt, type LineEntry } from "./line-info.js";
export {
  inspect,
  type InspectedCode,
  type InspectedInstruction,
  type MpyInspection,
  objectAt,
  preludeOf,
  qstrAt,
} from "./inspect.js";
export type { MpySizes } from "./sizes.js";
export { formatDisassembly, type FormatDisassemblyOptions } from "./format-disassembly.js";
export { formatHexDump } from "./hex-dump.js";
export { type ComplexParts, parseComplex, parseFloatText, reprBytes, reprText } from "./python-repr.js";
export {
  acceptedArchitectures,
  checkCompatibility,
  type MpyCompatibility,
  type MpyIncompatibility,
  type MpyLoader,
} from "./compatibility.js";
export type { BytecodeRawCode, MpyFile, MpyHeader, MpyObject, NativeRawCode, RawCode } from "./mpy-file.js";
export { type ResourceFile, resourceModule } from "./resource-module.js";
export { tagSource, tagVersion } from "./tag-version.js";
