export type { BytecodeRawCode, MpyFile, MpyHeader, MpyObject, NativeRawCode, RawCode } from "./mpy-file.js";
