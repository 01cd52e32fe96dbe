// The sample that is compiled before much else, so that the engine has seen the whole language: see src/warm-up.ts.

import { createHash } from "node:crypto";
import { compile, type CompileTarget } from "@upykit/compiler";
import { parse } from "@upykit/core/python";
import { expect, test, vi } from "vitest";
import { SAMPLE } from "../src/warm-up.js";

// SHA-256 of what `mpy-cross -s sample.py` writes, of MicroPython 1.28.0 and of CircuitPython 10.3.0-alpha.
const expected: Record<CompileTarget, string> = {
  micropython: "a47caaf4019ba76eb5334445f1baf10b55a7a9f6793e4e6746e01fa972272546",
  circuitpython: "7171b01481f9bd411c5f94e78479202138ead68bda1b5121e6f4e3c4e826a05e",
};

test.for(["micropython", "circuitpython"] as const)("the sample compiles as that of %s does", (target) => {
  const { mpy } = compile(SAMPLE, { filename: "sample.py", target });
  expect(createHash("sha256").update(mpy).digest("hex")).toBe(expected[target]);
});

test("the sample has all statements there are", () => {
  const kinds = new Set<string>();
  JSON.stringify(parse(SAMPLE), (_, value: unknown) => {
    if (typeof value === "object" && value !== null && "type" in value) kinds.add(String(value.type));
    return typeof value === "bigint" ? String(value) : value;
  });
  expect([...kinds].sort()).toMatchInlineSnapshot(`
    [
      "AnnotatedAssign",
      "Argument",
      "Assert",
      "Assign",
      "Attribute",
      "AugmentedAssign",
      "Await",
      "BinaryOperation",
      "BooleanOperation",
      "Break",
      "Bytes",
      "Call",
      "ClassDef",
      "Comparison",
      "Conditional",
      "Constant",
      "Continue",
      "Delete",
      "Dict",
      "DictComprehension",
      "ExceptHandler",
      "ExpressionStatement",
      "For",
      "FunctionDef",
      "Generator",
      "Global",
      "If",
      "Import",
      "ImportFrom",
      "Lambda",
      "List",
      "ListComprehension",
      "Module",
      "Name",
      "NamedExpression",
      "Nonlocal",
      "Number",
      "Parameter",
      "Pass",
      "Raise",
      "Return",
      "Set",
      "SetComprehension",
      "Slice",
      "Starred",
      "String",
      "Subscript",
      "Try",
      "Tuple",
      "UnaryOperation",
      "While",
      "With",
      "WithItem",
      "Yield",
      "YieldFrom",
    ]
  `);
});

test("it is time for the sample once, when 40 KB have been compiled", async () => {
  vi.resetModules();
  const { isTimeForSample } = await import("../src/warm-up.js");
  expect([39_000, 1_000, 1, 1, 100_000].map(isTimeForSample)).toEqual([false, false, true, false, false]);
});

test.for([
  { target: "micropython", mpyVersion: 5 },
  { target: "circuitpython", mpyVersion: 5 },
  { target: "micropython", optimize: 3, smallIntBits: 8 },
] as const)("the sample compiles with %j", (options) => {
  expect(compile(SAMPLE, { filename: "sample.py", ...options }).mpy.length).toBeGreaterThan(1000);
});

test("compiling much gives what compiling little gives", () => {
  const source = "def f(a):\n    return a + 1\n";
  const before = compile(source, { filename: "f.py" }).mpy;
  const much = "x = 'some text that is long enough'\n".repeat(3000);
  compile(much, { filename: "much.py" });
  expect(compile(source, { filename: "f.py" }).mpy).toEqual(before);
});
