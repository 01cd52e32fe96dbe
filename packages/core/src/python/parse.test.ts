// The syntax tree, its places, and the errors of sources that do not parse.

import { parse, PythonSyntaxError, scanImports, tokenize } from "@upykit/core/python";
import { describe, expect, test } from "vitest";

/** A node without its places: what most tests look at. */
function bare(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, item]) => key !== "line" && key !== "column" && item !== undefined,
  );
  return Object.fromEntries(entries.map(([key, item]) => [key, bare(item)]));
}

const statements = (source: string): unknown => bare(parse(source).body);
const expression = (source: string): unknown => {
  const [statement] = parse(`${source}\n`).body;
  if (statement?.type !== "ExpressionStatement") throw new Error("no expression");
  return bare(statement.value);
};
const name = (text: string): object => ({ type: "Name", name: text });
const int = (value: number): object => ({ type: "Number", kind: "int", value });

describe("expressions", () => {
  test.each([
    ["a", name("a")],
    ["'a' \"b\"", { type: "String", value: "ab" }],
    ["'''long text that is no name'''", { type: "String", value: "long text that is no name" }],
    ["b'\\x00a'", { type: "Bytes", value: [0, 97] }],
    ["0x10", int(16)],
    ["2**3", { type: "BinaryOperation", left: int(2), operator: "**", right: int(3) }],
    ["1.5", { type: "Number", kind: "float", value: 1.5 }],
    ["2j", { type: "Number", kind: "imaginary", value: 2 }],
    ["None", { type: "Constant", value: "None" }],
    ["...", { type: "Constant", value: "Ellipsis" }],
    ["(a)", name("a")],
    ["(a,)", { type: "Tuple", items: [name("a")] }],
    ["()", { type: "Tuple", items: [] }],
    ["(a, 1)", { type: "Tuple", items: [name("a"), int(1)] }],
    ["[a]", { type: "List", items: [name("a")] }],
    ["{a, 1, 2}", { type: "Set", items: [name("a"), int(1), int(2)] }],
    ["{a: 1}", { type: "Dict", entries: [{ key: name("a"), value: int(1) }] }],
    ["not a", { type: "UnaryOperation", operator: "not", operand: name("a") }],
    [
      "a or b or c",
      { type: "BooleanOperation", operator: "or", operands: [name("a"), name("b"), name("c")] },
    ],
    ["a if b else c", { type: "Conditional", test: name("b"), body: name("a"), orElse: name("c") }],
    [
      "a.b[1:]",
      {
        type: "Subscript",
        value: { type: "Attribute", value: name("a"), name: "b" },
        index: { type: "Slice", lower: int(1) },
      },
    ],
    [
      "a < b is not c",
      {
        type: "Comparison",
        left: name("a"),
        rest: [
          { operator: "<", operand: name("b") },
          { operator: "is not", operand: name("c") },
        ],
      },
    ],
    [
      "a - b - c",
      {
        type: "BinaryOperation",
        left: { type: "BinaryOperation", left: name("a"), operator: "-", right: name("b") },
        operator: "-",
        right: name("c"),
      },
    ],
    [
      "[a for a in b if c]",
      {
        type: "ListComprehension",
        element: name("a"),
        clauses: [
          { kind: "for", target: name("a"), iterable: name("b") },
          { kind: "if", test: name("c") },
        ],
      },
    ],
  ])("%s", (source, tree) => {
    expect(expression(source)).toEqual(tree);
  });

  test("calls keep the order and kind of their arguments", () => {
    const argument = (kind: string, value: object, own?: string): object => ({
      type: "Argument",
      kind,
      value,
      ...(own === undefined ? {} : { name: own }),
    });
    expect(expression("f(1, *a, k=2, **d)")).toEqual({
      type: "Call",
      callee: name("f"),
      args: [
        argument("plain", int(1)),
        argument("star", name("a")),
        argument("plain", int(2), "k"),
        argument("double-star", name("d")),
      ],
    });
  });

  test("f-strings are calls of format", () => {
    expect(expression("f'{a!r:>4}!'")).toMatchObject({
      type: "Call",
      callee: { type: "Attribute", name: "format", value: { type: "String", value: "{!r:>4}!" } },
      args: [{ kind: "plain", value: name("a") }],
    });
  });

  test("integers beyond 2**53 are bigints", () => {
    expect(expression("123456789012345678901")).toEqual({
      type: "Number",
      kind: "int",
      value: 123456789012345678901n,
    });
  });
});

test.each([
  ["x = {1, 2: 3}", "expecting just a value for set"],
  ["x = {1: 2, 3}", "expecting key:value for dict"],
])("%s is refused as mpy-cross refuses it", (source, message) => {
  expect(() => parse(`pass\n${source}\n`)).toThrow(
    expect.objectContaining({ code: "syntax-error", message, line: 2 }) as Error,
  );
});

test("statements have their parts", () => {
  expect(statements("@d\nasync def f(a, *b, c=1) -> int:\n    'doc'\n    return a\n")).toMatchObject([
    {
      type: "FunctionDef",
      name: "f",
      isAsync: true,
      decorators: [name("d")],
      returns: name("int"),
      parameters: [
        { kind: "plain", name: "a" },
        { kind: "star", name: "b" },
        { kind: "plain", name: "c", defaultValue: int(1) },
      ],
      body: [{ type: "ExpressionStatement", value: { type: "String", value: "doc" } }, { type: "Return" }],
    },
  ]);
  expect(statements("if a: b\nelif c: d\nelse: e\n")).toMatchObject([
    {
      type: "If",
      test: name("a"),
      orElse: [{ type: "If", test: name("c"), orElse: [{ value: name("e") }] }],
    },
  ]);
  expect(statements("try: a\nexcept B as e: c\nelse: d\nfinally: f\n")).toMatchObject([
    { type: "Try", handlers: [{ name: "e", exception: name("B") }], orElse: [{}], finalBody: [{}] },
  ]);
  expect(statements("a = b = 1; c += 2; d: int = 3\n")).toMatchObject([
    { type: "Assign", targets: [name("a"), name("b")], value: int(1) },
    { type: "AugmentedAssign", operator: "+" },
    { type: "AnnotatedAssign", annotation: name("int"), value: int(3) },
  ]);
});

test("nodes know where they are", () => {
  const [, second] = parse("é = 1\nif a:\n  b(c)\n").body;
  expect(second).toMatchObject({ line: 2, column: 1 });
  expect(second).toMatchObject({ body: [{ value: { line: 3, column: 3, args: [{ line: 3, column: 5 }] } }] });
});

describe("imports", () => {
  test("each with its module, level and names", () => {
    const found = scanImports(parse("import a.b as c, d\nfrom ..x import y as z\nfrom . import *\n"));
    expect(found.map(({ module, level, names }) => ({ module, level, names }))).toEqual([
      { module: "a.b", level: 0, names: undefined },
      { module: "d", level: 0, names: undefined },
      { module: "x", level: 2, names: ["y"] },
      { module: "", level: 1, names: "*" },
    ]);
  });

  test("those that may not run are conditional", () => {
    const source =
      "import a\ntry:\n  import b\nexcept ImportError:\n  import c\ndef f():\n  import d\nclass A:\n  import e\n";
    const found = scanImports(parse(source)).map(({ module, conditional, line }) => [
      module,
      conditional,
      line,
    ]);
    expect(found).toEqual([
      ["a", false, 1],
      ["b", true, 3],
      ["c", true, 5],
      ["d", true, 7],
      ["e", false, 9],
    ]);
  });
});

describe("errors", () => {
  test.each([
    ["a b\n", "invalid syntax", 1, 3],
    ["if a:\nb\n", "invalid syntax", 2, 1],
    ["a\n  b\n", "unexpected indent", 2, 3],
    ["if a:\n    b\n  c\n", "unindent doesn't match any outer indent level", 2, 6],
    ["f'{}'\n", "malformed f-string", 1, 1],
    ["a = 0377\n", "invalid syntax for integer with base 0: '0377'", 1, 5],
    ["a = 1.x\n", "invalid syntax for number", 1, 5],
  ])("%j", (source, message, line, column) => {
    const attempt = (): unknown => parse(source, { filename: "x.py" });
    expect(attempt).toThrow(PythonSyntaxError);
    expect(attempt).toThrow(
      expect.objectContaining({ code: "syntax-error", message, line, column, filename: "x.py" }),
    );
  });
});

test("tokens, as the parser sees them", () => {
  const tokens = [...tokenize("if x:\n  y != 'a' 'b' # c\n")].map(({ type, text, line }) =>
    `${line} ${type} ${text}`.trim(),
  );
  expect(tokens).toEqual([
    "1 keyword if",
    "1 name x",
    "1 operator :",
    "1 newline",
    "2 indent",
    "2 name y",
    "2 operator !=",
    "2 string ab",
    "2 newline",
    "3 dedent",
    "3 end",
  ]);
});
