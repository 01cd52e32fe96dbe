// The memory that one compilation leaves to the next shows in nothing: not in results, not after errors, not in a
// compilation inside another.

import { compile, CompileError } from "@upykit/compiler";
import { parse } from "@upykit/core/python";
import { expect, test } from "vitest";

const functions = Array.from(
  { length: 400 },
  (_, i) =>
    `def name_${i}(a, *b, c=${i}):\n    return [f"{x} {a!r}" for x in b if "text of some length ${i}"]\n`,
);
const large = functions.join("");
const small =
  "import a\nclass B(a.C):\n    x = 1.5\n    def y(self):\n        return lambda: (self.x, b'bytes', 'a text that is long')\n";
const bad = [
  `${large}return\n`,
  `${large}x = (\n`,
  `${small}"${"a".repeat(300)}`,
  "def f(a, a): pass\n",
  "(".repeat(500),
  `x = ${"y".repeat(300)}\n`,
  "f'{'",
];

function compiled(source: string | Uint8Array, mpyVersion: 5 | 6 = 6): Uint8Array {
  return compile(source, { filename: "m.py", mpyVersion }).mpy;
}

test("a source compiles to the same bytes whatever was compiled before it", () => {
  const first = { small: compiled(small), large: compiled(large), old: compiled(small, 5) };
  const kept = { small: first.small.slice(), large: first.large.slice(), old: first.old.slice() };
  for (const source of bad) {
    expect(() => compiled(source)).toThrow(CompileError);
    expect(compiled(small)).toEqual(kept.small);
    expect(() => compiled(source, 5)).toThrow(CompileError);
    expect(compiled(small, 5)).toEqual(kept.old);
    expect(compiled(large)).toEqual(kept.large);
  }
  // And no result shares memory with a later one.
  expect(first).toEqual(kept);
});

test("the end of a source is not read on into the source before", () => {
  const tails = [
    "x = 'a\\",
    "x = '\\x",
    "x = '\\U0001",
    "x = 1e",
    "x = .",
    "r",
    "rb",
    "x = \\",
    "#",
    "x!",
    "f'{x!",
    "\r",
    "\\",
  ];
  const alone = tails.map(outcome);
  const after = tails.map((tail) => {
    compiled(large);
    return outcome(tail);
  });
  expect(after).toEqual(alone);
});

function outcome(source: string): string {
  try {
    return compiled(source).join(" ");
  } catch (error) {
    return error instanceof CompileError ? `${error.line}:${error.column} ${error.message}` : "crash";
  }
}

test("a compilation inside another has memory of its own", () => {
  const inner: Uint8Array[] = [];
  class Source extends Uint8Array {
    override includes(...search: Parameters<Uint8Array["includes"]>): boolean {
      inner.push(compiled(small));
      parse(large);
      return super.includes(...search);
    }
  }
  const expected = compiled(large);
  const outer = compiled(new Source(new TextEncoder().encode(large)));
  expect(inner.length).toBeGreaterThan(0);
  expect(inner[0]).toEqual(compiled(small));
  expect(outer).toEqual(expected);
});
