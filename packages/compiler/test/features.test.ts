// One small source for each thing the language has: the bytes, or the error, that mpy-cross gave.

import { readFileSync } from "node:fs";
import { compile, CompileError, type CompileOptions } from "@upykit/compiler";
import { describe, expect, test } from "vitest";

type Outcome = string | { readonly error: string; readonly line: number | null };

interface Feature extends Readonly<Partial<Record<Variant, Outcome>>> {
  readonly name: string;
  readonly source: string;
  readonly micropython: Outcome;
}

const variants = {
  micropython: {},
  micropythonO1: { optimize: 1 },
  micropythonO3: { optimize: 3 },
  smallInts16: { smallIntBits: 16 },
  smallInts63: { smallIntBits: 63 },
  circuitpython: { target: "circuitpython" },
} as const satisfies Record<string, Partial<CompileOptions>>;
type Variant = keyof typeof variants;

const features = readFileSync(new URL("./fixtures/features.ndjson", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Feature);

function outcomeOf(source: string, options: CompileOptions): Outcome {
  try {
    return Buffer.from(compile(source, options).mpy).toString("hex");
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return { error: `${error.type}: ${error.message}`, line: error.line };
  }
}

/** What is not in the table is as it is for MicroPython, but for CircuitPython's magic byte. */
function wanted(feature: Feature, variant: Variant): Outcome {
  const own = feature[variant];
  if (own !== undefined || variant !== "circuitpython") return own ?? feature.micropython;
  return typeof feature.micropython === "string" ? `43${feature.micropython.slice(2)}` : feature.micropython;
}

describe.each(Object.keys(variants) as Variant[])("%s", (variant) => {
  test.each(features)("$name", (feature) => {
    const actual = outcomeOf(feature.source, { filename: "feature.py", ...variants[variant] });
    const expected = wanted(feature, variant);
    // mpy-cross names no line for some errors; ours may.
    if (typeof expected === "object" && expected.line === null)
      expect(actual).toMatchObject({ error: expected.error });
    else expect(actual).toEqual(expected);
  });
});
