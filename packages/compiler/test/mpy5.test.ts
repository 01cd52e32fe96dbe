// Version 5 of the format: what mpy-cross 1.18 and CircuitPython 7.3.3's wrote of each feature, and what mpy-cross 1.12
// (WebAssembly, run here) makes of generated programs and of the standard library.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compile, compileForEnvironment, CompileError, type CompileOptions } from "@upykit/compiler";
import type { Environment } from "@upykit/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { oldMpyCross } from "./old-mpy-cross.js";
import { block } from "./random-programs.js";

type Outcome = string | { readonly error: string; readonly line: number | null };
type Variant = "micropython" | "micropythonO3" | "circuitpython";
type Row = { readonly name: string; readonly source: string } & Readonly<Partial<Record<Variant, Outcome>>>;

const variants: Record<Variant, Partial<CompileOptions>> = {
  micropython: {},
  micropythonO3: { optimize: 3 },
  circuitpython: { target: "circuitpython" },
};
const rows = readFileSync(new URL("./fixtures/features-mpy5.ndjson", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);
const compileOld = oldMpyCross(5);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const compile5 = (source: string | Uint8Array, options: Partial<CompileOptions> = {}): string =>
  hex(compile(source, { filename: "generated.py", mpyVersion: 5, ...options }).mpy);

function outcomeOf(source: string, options: Partial<CompileOptions>): Outcome {
  try {
    return compile5(source, { filename: "feature.py", ...options });
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return { error: `${error.type}: ${error.message}`, line: error.line };
  }
}

describe.each(Object.keys(variants) as Variant[])("%s", (variant) => {
  test.each(rows.filter((row) => row[variant] !== undefined))("$name", (row) => {
    const wanted = row[variant] as Outcome;
    const actual = outcomeOf(row.source, variants[variant]);
    const hasLine = typeof wanted === "string" || wanted.line !== null;
    expect(actual).toEqual(hasLine || typeof actual === "string" ? wanted : { ...wanted, line: actual.line });
  });
});

test("generated programs compile to what mpy-cross 1.12 makes of them", { timeout: 120_000 }, async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(block, async (lines) => {
      const source = `${lines.join("\n")}\n`;
      const old = await compileOld(source);
      if (old.mpy === undefined) return;
      compared++;
      expect(compile5(source)).toBe(hex(old.mpy));
    }),
    { numRuns: Number(process.env["UPYKIT_GENERATED"] ?? 200) },
  );
  expect(compared).toBeGreaterThan(0);
});

/** Every fifth module of the standard library that python3 has; none where there is no python3. */
function someOfTheLibrary(): string[] {
  try {
    const script = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";
    const folder = execFileSync("python3", ["-c", script], { encoding: "utf8" }).trim();
    const names = readdirSync(folder).filter((name) => name.endsWith(".py"));
    return names
      .sort()
      .filter((_, i) => i % 5 === 0)
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

test("modules of the standard library compile to what mpy-cross 1.12 makes of them", async () => {
  let compared = 0;
  for (const path of someOfTheLibrary()) {
    const old = await compileOld(readFileSync(path, "utf8"));
    // What is newer than 1.12 in the language, it refuses.
    if (old.mpy === undefined) continue;
    compared++;
    expect(compile5(readFileSync(path)) === hex(old.mpy), path).toBe(true);
  }
  console.info(`${compared} modules compared`);
});

describe("for a board", () => {
  const environment = (implementation: string, version: number): Environment => ({
    implementation,
    version: null,
    mpy: { version, subVersion: 0, architecture: "none", archFlags: 0, smallIntBits: 31 },
    sysPath: ["", "/lib"],
    platform: null,
    machine: null,
    boardId: null,
    frozenModules: null,
    builtinModules: null,
    heapFree: null,
  });

  test.each([
    ["circuitpython", 5, "4305"],
    ["micropython", 5, "4d05"],
    ["micropython", 6, "4d06"],
  ])("%s that loads version %i gets that", (implementation, version, start) => {
    const mpy = compileForEnvironment("x = 1\n", {
      path: "x.py",
      environment: environment(implementation, version),
    });
    expect(hex(mpy).slice(0, 4)).toBe(start);
  });

  test("one that loads another version is refused", () => {
    const context = { path: "x.py", environment: environment("micropython", 3) };
    expect(() => compileForEnvironment("x = 1\n", context)).toThrow(/versions 5 and 6/);
  });
});

test("more than a jump can reach is an error, never a wrong jump", () => {
  const source = `if x:\n${"    f(1000000, 2000000)\n".repeat(8000)}else:\n    g()\n`;
  expect(() => compile5(source)).toThrow("bytecode overflow");
});
