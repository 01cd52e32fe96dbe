// Sources that nobody wrote: damaged, deeply nested, huge. A result or a CompileError, whatever comes.
// UPYKIT_MUTATIONS sets how many damaged sources are tried, UPYKIT_SEED which.

import { readFileSync } from "node:fs";
import { compile, CompileError } from "@upykit/compiler";
import { describe, expect, test } from "vitest";

const count = Number(process.env["UPYKIT_MUTATIONS"] ?? 4000);
const seed = Number(process.env["UPYKIT_SEED"] ?? 1);

const sources = readFileSync(new URL("./fixtures/features.ndjson", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => (JSON.parse(line) as { source: string }).source)
  .filter((source) => source.length < 4000);

/** True where it compiled, false where it was refused. Anything else fails the test. */
function compiles(
  source: string | Uint8Array,
  target: "micropython" | "circuitpython" = "micropython",
): boolean {
  try {
    expect(compile(source, { filename: "hostile.py", target }).mpy.length).toBeGreaterThan(4);
    return true;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    expect(error.message).not.toBe("");
    return false;
  }
}

/** A small generator of numbers, the same on every machine. */
function makeRandom(start: number): (below: number) => number {
  let state = start >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const scraps =
  "( ) [ ] { } , : ; = := ** * @ -> ' \" ''' \\ \n \t \r \0 # if def class lambda f'{ t'{ b' 1e 0x yield await".split(
    " ",
  );

function damage(source: Uint8Array, random: (below: number) => number): Uint8Array {
  const bytes = [...source];
  for (let edits = 1 + random(6); edits > 0; edits--) {
    const at = random(bytes.length + 1);
    const kind = random(5);
    if (kind === 0) bytes.splice(at, 1 + random(8));
    else if (kind === 1) bytes.splice(at, 0, random(256));
    else if (kind === 2) bytes.splice(at, 0, ...Buffer.from(scraps[random(scraps.length)] ?? ""));
    else if (kind === 3) bytes.splice(at, 0, ...bytes.slice(random(bytes.length), random(bytes.length)));
    else if (at < bytes.length) bytes[at] = random(256);
  }
  return Uint8Array.from(bytes);
}

test(`${count} damaged sources, from seed ${seed}`, { timeout: 3_600_000 }, () => {
  const random = makeRandom(seed);
  let good = 0;
  for (let i = 0; i < count; i++) {
    const source = Buffer.from(sources[random(sources.length)] ?? "");
    if (compiles(damage(source, random), random(2) === 0 ? "micropython" : "circuitpython")) good++;
  }
  // Some survive their damage, most do not: else the damage is none.
  expect(good).toBeGreaterThan(count / 100);
  expect(good).toBeLessThan(count * 0.9);
});

const nests: Record<string, (depth: number) => string> = {
  parentheses: (depth) => `${"(".repeat(depth)}a${")".repeat(depth)}\n`,
  lists: (depth) => `${"[".repeat(depth)}a${"]".repeat(depth)}\n`,
  dicts: (depth) => `${"{1:".repeat(depth)}a${"}".repeat(depth)}\n`,
  subscripts: (depth) => `${"a[".repeat(depth)}a${"]".repeat(depth)}\n`,
  calls: (depth) => `${"a(".repeat(depth)}a${")".repeat(depth)}\n`,
  signs: (depth) => `${"-".repeat(depth)}a\n`,
  nots: (depth) => `${"not ".repeat(depth)}a\n`,
  powers: (depth) => `${"a**".repeat(depth)}a\n`,
  conditionals: (depth) => `${"a if b else ".repeat(depth)}c\n`,
  lambdas: (depth) => `${"lambda:".repeat(depth)}a\n`,
  comprehensions: (depth) => `[a ${"for b in c ".repeat(depth)}]\n`,
  functions: (depth) =>
    `${Array.from({ length: depth }, (_, i) => `${" ".repeat(i)}def f():\n`).join("")}${" ".repeat(depth)}a\n`,
  ifs: (depth) =>
    `${Array.from({ length: depth }, (_, i) => `${" ".repeat(i)}if a:\n`).join("")}${" ".repeat(depth)}a\n`,
  "f-strings": (depth) => `${'f"{'.repeat(depth)}a${'}"'.repeat(depth)}\n`,
  "t-strings": (depth) => `${'t"{'.repeat(depth)}a${'}"'.repeat(depth)}\n`,
};

describe.each(Object.entries(nests))("nested %s", (_, nest) => {
  test("50 deep compile", () => {
    expect(compiles(nest(50))).toBe(true);
  });

  test("50,000 deep are refused", () => {
    expect(() =>
      compile(nest(Math.min(50_000, Math.floor(Math.sqrt(20e6 / nest(2).length)) * 10)), {
        filename: "deep.py",
      }),
    ).toThrow(CompileError);
  });
});

describe("long, not deep", () => {
  const long: Record<string, string> = {
    sum: `a = ${"b + ".repeat(100_000)}b\n`,
    elifs: `if a: b\n${"elif c: d\n".repeat(20_000)}`,
    attributes: `a${".b".repeat(100_000)}\n`,
    "with items": `with ${"a, ".repeat(20_000)}b: c\n`,
    "names in one function": `def f():\n${Array.from({ length: 20_000 }, (_, i) => ` v${i} = lambda: v${i}\n`).join("")}`,
    "huge powers": "a = 2 ** 1000000\n".repeat(1000),
    digits: `a = ${"9".repeat(100_000)}\nb = 0.${"1".repeat(100_000)}\n`,
    "digits that end in a letter": `a = 1.${"1".repeat(500_000)}x\n`,
    decorators: `${"@a\n".repeat(20_000)}def f(): pass\n`,
    string: `a = "${"x".repeat(1_000_000)}"\n`,
  };
  test.each(Object.entries(long))("%s", (_, source) => {
    compiles(source);
  });
});
