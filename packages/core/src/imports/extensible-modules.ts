// Built-in modules that a file of the same name replaces, and built-in packages. All other built-in modules cannot be
// replaced, and have no submodules. Source: MP_REGISTER_EXTENSIBLE_MODULE in py, extmod and ports of MicroPython 1.28;
// MP_REGISTER_MODULE in shared-bindings and ports of CircuitPython 10.3, which takes time, os and others out of the list.

import type { Environment } from "../environment.js";

/** Names of built-in modules that are only found when no file or frozen module has the name. */
const micropython: ReadonlySet<string> = new Set([
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
  "ssl",
  "string",
  "struct",
  "time",
  "websocket",
]);

const circuitpython: ReadonlySet<string> = new Set([
  ...["array", "binascii", "collections", "errno", "heapq", "io", "json", "platform", "re", "select"],
]);

/** Whether files and frozen modules come before the built-in module of this name. CircuitPython has none such before 9. */
export function isExtensible(
  name: string,
  {
    implementation,
    version,
  }: Pick<Environment, "implementation"> & { readonly version?: string | null | undefined },
): boolean {
  if (implementation !== "circuitpython") return micropython.has(name);
  return circuitpython.has(name) && !/^[0-8]\./u.test(version ?? "");
}

/** The submodules of CircuitPython's built-in packages. */
export const builtinSubmodules: ReadonlySet<string> = new Set([
  "adafruit_bus_device.i2c_device",
  "adafruit_bus_device.spi_device",
  "microcontroller.pin",
  "samd.clock",
  "ulab.numpy",
  "ulab.numpy.carray",
  "ulab.numpy.fft",
  "ulab.numpy.linalg",
  "ulab.numpy.random",
  "ulab.scipy",
  "ulab.scipy.integrate",
  "ulab.scipy.linalg",
  "ulab.scipy.optimize",
  "ulab.scipy.signal",
  "ulab.scipy.special",
  "ulab.user",
  "ulab.utils",
  "usb.core",
  "usb.util",
]);
