// Built-in modules that a file of the same name replaces. All other built-in modules cannot be replaced.
// Source: MP_REGISTER_EXTENSIBLE_MODULE in py, extmod and the rp2, esp32, stm32, unix and webassembly ports, MicroPython 1.28.

/** Names of built-in modules that are only found when no file or frozen module has the name. */
export const extensibleModules: ReadonlySet<string> = new Set([
  "array",
  "binascii",
  "bluetooth",
  "collections",
  "cryptolib",
  "errno",
  "hashlib",
  "heapq",
  "io",
  "json",
  "machine",
  "os",
  "platform",
  "random",
  "re",
  "select",
  "socket",
  "string",
  "struct",
  "time",
  "websocket",
]);
