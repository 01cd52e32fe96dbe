// What libraries ask PyPI for that is meant for computers and is no part of a board: Blinka, types, and the like.
// Source: NOT_MCU_LIBRARIES of circup 2.x and BLINKA_LIBRARIES of circuitpython-build-tools 2.x.

import { dashed } from "./library-names.js";

const hostPackages: ReadonlySet<string> = new Set([
  "adafruit-blinka",
  "adafruit-blinka-bleio",
  "adafruit-blinka-displayio",
  "adafruit-blinka-pyportal",
  "adafruit-circuitpython-typing",
  "adafruit-python-extended-bus",
  "circuitpython-typing",
  "numpy",
  "pillow",
  "pyasn1",
  "pyserial",
  "scipy",
  "spidev",
  "typing-extensions",
]);

/** True for what CircuitPython boards have built in, or have no use for. */
export function isHostPackage(name: string): boolean {
  return hostPackages.has(dashed(name));
}

/** The names that boards have a use for. */
export function withoutHostPackages(names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => !isHostPackage(name));
}
