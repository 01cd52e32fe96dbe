// Will this board load this .mpy file, and if not, why and what to do. The checks, and their order, are those of
// mp_raw_code_load in py/persistentcode.c and MPY_FEATURE_ARCH_TEST in persistentcode.h, MicroPython 1.28.

import { type Environment, mpyArchitectures, type MpyAbi, type MpyArchitecture } from "../environment.js";
import { readMpyHeader } from "./header.js";
import type { MpyHeader } from "./mpy-file.js";

/** Why a board does not load an .mpy file. */
export type MpyIncompatibility =
  /** The board loads no .mpy files at all, or it is not known which. */
  | "no-mpy-support"
  /** The file is for CircuitPython and the board runs MicroPython, or the other way round. */
  | "implementation"
  | "version"
  /** The file has native code, of another revision of the native interface. */
  | "sub-version"
  /** The file counts on larger small integers than the board has. */
  | "small-int-bits"
  /** The file has native code and the board runs none. */
  | "no-native-code"
  | "architecture"
  /** The native code uses extensions of the architecture that the board does not have. */
  | "arch-flags";

/** What {@link checkCompatibility} says. */
export type MpyCompatibility =
  | { readonly loadable: true }
  | {
      readonly loadable: false;
      readonly reason: MpyIncompatibility;
      /** One sentence for people. */
      readonly message: string;
      /** What to do about it, one sentence. */
      readonly hint: string;
    };

/** What of an environment decides; a whole {@link Environment} fits. */
export type MpyLoader = Pick<Environment, "implementation" | "mpy">;

/**
 * Whether a board loads an .mpy file.
 * @param mpy - the file, or its header
 * @throws `invalid-mpy` when the bytes are no .mpy file
 */
export function checkCompatibility(mpy: Uint8Array | MpyHeader, environment: MpyLoader): MpyCompatibility {
  const header = mpy instanceof Uint8Array ? readMpyHeader(mpy) : mpy;
  const abi = environment.mpy;
  if (abi === null) {
    return refuse(
      "no-mpy-support",
      "The board does not say that it loads .mpy files.",
      "Install the .py source.",
    );
  }
  return (
    checkFormat(header, abi, environment.implementation) ?? checkNative(header, abi) ?? { loadable: true }
  );
}

function checkFormat(header: MpyHeader, abi: MpyAbi, implementation: string): MpyCompatibility | undefined {
  const boardIsCircuitPython = implementation === "circuitpython";
  if ((header.implementation === "circuitpython") !== boardIsCircuitPython) {
    return refuse(
      "implementation",
      `The file is for ${title(header.implementation)}, the board runs ${title(implementation)}.`,
      `Compile the source for ${title(implementation)}, or install the .py file.`,
    );
  }
  if (header.version !== abi.version) {
    return refuse(
      "version",
      `The file has .mpy version ${header.version}, the board loads version ${abi.version}.`,
      `Compile the source for version ${abi.version}, install the .py file, or update the firmware.`,
    );
  }
  return undefined;
}

function checkNative(header: MpyHeader, abi: MpyAbi): MpyCompatibility | undefined {
  const isNative = header.architecture !== "none";
  if (isNative && header.version >= 6 && header.subVersion !== abi.subVersion) {
    return refuse(
      "sub-version",
      `The native code is for .mpy ${header.version}.${header.subVersion}, the board has ${abi.version}.${abi.subVersion}.`,
      "Compile the source with the mpy-cross of the board's firmware version, or without native code.",
    );
  }
  if (header.smallIntBits > abi.smallIntBits) {
    return refuse(
      "small-int-bits",
      `The file counts on small integers of ${header.smallIntBits} bits, the board has ${abi.smallIntBits}.`,
      `Compile the source with small integers of ${abi.smallIntBits} bits.`,
    );
  }
  return (isNative ? checkArchitecture(header.architecture, abi) : undefined) ?? checkArchFlags(header, abi);
}

function checkArchitecture(architecture: MpyArchitecture, abi: MpyAbi): MpyCompatibility | undefined {
  if (acceptedArchitectures(abi.architecture).includes(architecture)) return undefined;
  const message = `The file has native code for ${architecture}, `;
  if (abi.architecture === "none") {
    return refuse(
      "no-native-code",
      `${message}the board runs none.`,
      "Compile the source without native code.",
    );
  }
  const hint = `Compile the source for ${abi.architecture}, or without native code.`;
  return refuse("architecture", `${message}the board runs ${abi.architecture}.`, hint);
}

/** The architectures whose native code a board runs: its own, and on Thumb all that are less than its own. */
export function acceptedArchitectures(board: MpyArchitecture): readonly MpyArchitecture[] {
  const first = mpyArchitectures.indexOf("armv6m");
  const own = mpyArchitectures.indexOf(board);
  const isThumb = own >= first && own <= mpyArchitectures.indexOf("armv7emdp");
  return isThumb ? mpyArchitectures.slice(first, own + 1) : [board];
}

function checkArchFlags(header: MpyHeader, abi: MpyAbi): MpyCompatibility | undefined {
  const missing = header.archFlags & ~abi.archFlags;
  if (missing === 0 && (header.archFlags === 0 || abi.architecture === "rv32imc")) return undefined;
  return refuse(
    "arch-flags",
    `The native code uses extensions (0x${header.archFlags.toString(16)}) that the board does not have.`,
    "Compile the source without architecture flags.",
  );
}

function refuse(reason: MpyIncompatibility, message: string, hint: string): MpyCompatibility {
  return { loadable: false, reason, message, hint };
}

function title(implementation: string): string {
  if (implementation === "circuitpython") return "CircuitPython";
  return implementation === "micropython" ? "MicroPython" : implementation;
}
