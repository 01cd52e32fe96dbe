// Whether the board loads an .mpy file, asked before anything is written.

import { mpyArchitectures, type Environment } from "../environment.js";

/** Why the board does not load these .mpy contents, in a sentence; null when it does. */
export function mpyComplaint(content: Uint8Array, environment: Environment): string | null {
  const [magic = 0, version = 0, flags = 0, bits = 0] = content;
  const { mpy: abi } = environment;
  if (content.length < 4 || (magic !== 0x4d && magic !== 0x43)) return "It is not an .mpy file.";
  if (abi === null) return "The board loads no .mpy files.";
  if ((magic === 0x43) !== (environment.implementation === "circuitpython"))
    return "It is for the other Python.";
  if (version !== abi.version)
    return `It has .mpy version ${version}, the board loads version ${abi.version}.`;
  if (bits > abi.smallIntBits) return `It counts on small integers of ${bits} bits.`;
  const architecture = mpyArchitectures[(flags >> 2) & 15] ?? "none";
  if (architecture !== "none" && architecture !== abi.architecture)
    return `It has native code for ${architecture}.`;
  return null;
}
