// Which variant of a bundle a board takes: bytecode that it loads, else sources.

import type { Environment } from "../environment.js";
import type { BundleVariant } from "./bundle.js";

/**
 * The .mpy version that a major version of CircuitPython loads. Source: circup 2.3, shared.py (`C\x05` from 7.0.0-alpha.1
 * to 8.99.99, `C\x06` from 9.0.0-alpha.1, `M\x03` before), and CircuitPython 10.2.1, py/persistentcode.h.
 */
export function mpyVersionOf(major: number): number {
  if (major >= 9) return 6;
  return major >= 7 ? 5 : 3;
}

/** CircuitPython's major version, null when unknown. */
export function majorVersion({
  implementation,
  version,
}: Pick<Environment, "implementation" | "version">): number | null {
  const major = /^(\d{1,3})\./.exec(version ?? "")?.[1];
  return implementation !== "circuitpython" || major === undefined ? null : Number(major);
}

/** The variants that fit a board, best first: its own major version, others of the same .mpy version, sources. */
export function fittingVariants(
  variants: readonly BundleVariant[],
  environment: Environment,
): BundleVariant[] {
  const sources = variants.filter((variant) => variant === "py");
  const { mpy, implementation } = environment;
  if (implementation !== "circuitpython" || mpy === null) return sources;
  const own = majorVersion(environment);
  const bytecode = variants
    .filter((variant) => variant !== "py")
    .filter((major) => mpyVersionOf(major) === mpy.version);
  return [...bytecode.sort((a, b) => rank(a, own) - rank(b, own)), ...sources];
}

/** The board's own major version first, then the newest older one, then the oldest newer one. */
function rank(major: number, own: number | null): number {
  if (own === null) return -major;
  return major <= own ? own - major : 1000 + major - own;
}
