// Every file of the standard library that the table knows and this machine has: the same bytes, or the same error.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compile, CompileError, type CompileOptions } from "@upykit/compiler";
import { describe, expect, test } from "vitest";

interface Outcome {
  readonly sha256?: string;
  readonly bytes?: number;
  readonly error?: string;
  readonly line?: number | null;
}

interface Row {
  readonly name: string;
  readonly source: string;
  readonly micropython: Outcome;
  readonly micropythonO3: Outcome;
  readonly circuitpython: Outcome;
}

const variants = {
  micropython: {},
  micropythonO3: { optimize: 3 },
  circuitpython: { target: "circuitpython" },
} as const satisfies Record<string, Partial<CompileOptions>>;

const fixtures = new URL("./fixtures/", import.meta.url);
const readFixture = (name: string): string => readFileSync(new URL(name, fixtures), "utf8");
const rows = readFixture("cpython-3.11.7-stdlib.ndjson")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);
const knownFailures = JSON.parse(readFixture("known-failures.json")) as readonly string[];

function standardLibrary(): string | undefined {
  try {
    const script = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";
    return execFileSync("python3", ["-c", script], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

function outcomeOf(source: Uint8Array, options: CompileOptions): Outcome {
  try {
    const { mpy } = compile(source, options);
    return { sha256: hash(mpy), bytes: mpy.length };
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return { error: `${error.type}: ${error.message}`, line: error.line };
  }
}

/** mpy-cross names no line for some errors; ours may. */
function agrees(actual: Outcome, wanted: Outcome): boolean {
  if (actual.sha256 !== wanted.sha256 || actual.error !== wanted.error) return false;
  return wanted.line === null || wanted.line === undefined || actual.line === wanted.line;
}

describe("CPython's standard library", () => {
  const folder = standardLibrary();
  const present = rows.flatMap((row) => {
    const path = folder === undefined ? "" : join(folder, row.name);
    if (!existsSync(path)) return [];
    const source = readFileSync(path);
    return hash(source) === row.source ? [{ row, source }] : [];
  });

  test("some of the library is here", { skip: folder === undefined }, () => {
    console.info(`${present.length} of ${rows.length} rows have their source on this machine`);
    // Another Python than 3.11.7 has few files in common, but some.
    expect(present.length).toBeGreaterThan(0);
  });

  test.each(Object.keys(variants) as (keyof typeof variants)[])(
    "%s",
    (variant) => {
      const failures = present
        .filter(({ row, source }) => {
          return !agrees(outcomeOf(source, { filename: row.name, ...variants[variant] }), row[variant]);
        })
        .map(({ row }) => `${variant} ${row.name}`);
      const known = knownFailures.filter((name) => name.startsWith(`${variant} `));
      expect(failures).toEqual(known);
    },
    120_000,
  );
});
