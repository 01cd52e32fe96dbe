// The environment of a target that has no interpreter to ask, where its maker did not say.

import type { Environment } from "../environment.js";

/** MicroPython 1.28 without native code, with `/lib` on its path. */
export const defaultEnvironment: Environment = {
  implementation: "micropython",
  version: "1.28.0",
  mpy: { version: 6, subVersion: 3, architecture: "none", archFlags: 0, smallIntBits: 31 },
  sysPath: ["", ".frozen", "/lib"],
  platform: null,
  machine: null,
  boardId: null,
  frozenModules: [],
  builtinModules: [],
  heapFree: null,
};
