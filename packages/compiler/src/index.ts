// @upykit/compiler: Python to .mpy, byte for byte what mpy-cross writes. Neutral: Node and browsers.

export { compile, type CompileOptions, type CompileResult, type CompileTarget } from "./compile.js";
export { CompileError, type CompileErrorOptions } from "./compile-error.js";
