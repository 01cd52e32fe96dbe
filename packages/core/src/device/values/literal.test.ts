import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseLiteral, quote, quoteBytes, type PythonValue } from "@upykit/core/device";
import { withBoard } from "../fixtures/with-board.js";

const text = fc.string({ unit: "binary", maxLength: 30 }).filter((value) => !/[\ud800-\udfff]/u.test(value));
const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }).map((value) => (isSafe(value) ? Number(value) : value)),
  text,
  fc.uint8Array({ maxLength: 30 }),
);
const value: fc.Arbitrary<PythonValue> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(text, fc.integer()), tie("value")), { maxLength: 4 })
      .map((pairs) => new Map(pairs)),
  ),
})).value as fc.Arbitrary<PythonValue>;

function isSafe(number: bigint): boolean {
  return Number.isSafeInteger(Number(number));
}

/** Python source for a value. */
function source(item: PythonValue): string {
  if (item === null) return "None";
  if (typeof item === "boolean") return item ? "True" : "False";
  if (typeof item === "number" || typeof item === "bigint") return String(item);
  if (typeof item === "string") return quote(item);
  if (item instanceof Uint8Array) return quoteBytes(item);
  if (item instanceof Map) return `{${[...item].map(([k, v]) => `${source(k)}:${source(v)}`).join(",")}}`;
  return `[${[...(item as Iterable<PythonValue>)].map(source).join(",")}]`;
}

describe("values", () => {
  test("any value comes back from a real interpreter as it went", () =>
    withBoard(async (board) => {
      const check = async (item: PythonValue): Promise<void> => {
        expect(await board.evaluate(source(item))).toEqual(item);
      };
      await fc.assert(fc.asyncProperty(value, check), { numRuns: 300 });
    }));

  test("floats, tuples, sets, bytearrays", () =>
    withBoard(async (board) => {
      expect(await board.evaluate("[1.5, -0.25, 1e100, 5e-324, float('inf'), -float('inf')]")).toEqual([
        1.5,
        -0.25,
        1e100,
        5e-324,
        Infinity,
        -Infinity,
      ]);
      expect(await board.evaluate("float('nan')")).toBeNaN();
      expect(await board.evaluate("((), (1,), (1, (2, 3)))")).toEqual([[], [1], [1, [2, 3]]]);
      expect(await board.evaluate("[set(), {1}, frozenset([2]), {}]")).toEqual([
        new Set(),
        new Set([1]),
        new Set([2]),
        new Map(),
      ]);
      expect(await board.evaluate("bytearray(b'\\x00a')")).toEqual(Uint8Array.of(0, 97));
      expect(await board.evaluate("print('noise') or\\\n (print('[1', end='') or 2)")).toBe(2);
    }));

  test("a value without a literal form is refused", () =>
    withBoard(async (board) => {
      for (const expression of [
        "object()",
        "[1, print]",
        "lambda: 1",
        "1+2j",
        "range(3)",
        "__import__('sys')",
      ])
        await expect(board.evaluate(expression)).rejects.toMatchObject({ code: "unsupported" });
    }));
});

describe("parseLiteral", () => {
  test.each(
    [
      [
        "",
        "(1)",
        "[1",
        "[1 2]",
        "{1:2,3}",
        "{1:2",
        "'a",
        "b'ā'",
        "'\\x4'",
        "'\\q'",
        "1.2.3",
        "0x10",
        "1_0",
        "--1",
      ],
      [
        "nonsense",
        "__import__('os')",
        "set",
        "set(1)",
        "bytearray('a')",
        "[".repeat(5000),
        "'\\U00110000'",
        "1 1",
      ],
    ].flat(),
  )("refuses %j", (input) => {
    expect(() => parseLiteral(input)).toThrow(expect.objectContaining({ code: "unsupported" }));
  });

  test("refuses nesting without end", () => {
    for (const bracket of "[({")
      expect(() => parseLiteral(bracket.repeat(100_000))).toThrow(
        expect.objectContaining({ code: "unsupported" }),
      );
  });

  test("never throws anything else", () => {
    const soup = fc.string({
      unit: fc.constantFrom(...Array.from("[](){}'\"\\,:.xub019eE+- nNaoT")),
      maxLength: 40,
    });
    fc.assert(
      fc.property(soup, (input) => {
        try {
          parseLiteral(input);
        } catch (error) {
          expect(error).toMatchObject({ code: "unsupported" });
        }
      }),
      { numRuns: 3000 },
    );
  });
});
