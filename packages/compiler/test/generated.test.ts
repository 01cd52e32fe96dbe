// Programs that nobody thought of: generated from the grammar, compiled here and by mpy-cross 1.19.1 (WebAssembly), within
// what both versions make the same code of. See docs/compiler.md for what they do not.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { readMpy, writeMpy } from "@upykit/core/mpy";
import { compile } from "@upykit/compiler";
import fc from "fast-check";
import { expect, test } from "vitest";

interface Answer {
  readonly status: number;
  readonly mpy?: Uint8Array;
}

type Start = (options: {
  readonly arguments: readonly string[];
  readonly inputFileContents: string;
  readonly wasmBinary: Uint8Array;
  readonly callback: (status: number, mpy: Uint8Array) => void;
}) => unknown;

const require = createRequire(import.meta.url);
const folder = require.resolve("@pybricks/mpy-cross-v6").replace(/index\.js$/, "");
const start = require(`${folder}mpy-cross-v6.js`) as Start;
const wasmBinary = readFileSync(`${folder}mpy-cross-v6.wasm`);

/** mpy-cross 1.19.1; it leaves listeners on the process, which are taken off again. */
function compileOld(source: string): Promise<Answer> {
  const events = ["uncaughtException", "unhandledRejection"];
  const before = events.map((name) => process.listeners(name as "uncaughtException"));
  return new Promise((resolve) => {
    start({
      arguments: ["-s", "generated.py", "main.py"],
      inputFileContents: source,
      wasmBinary,
      callback: (status, mpy) => {
        events.forEach((name, i) => {
          for (const listener of process.listeners(name as "uncaughtException")) {
            if (before[i]?.includes(listener) === false) process.removeListener(name, listener);
          }
        });
        resolve(status === 0 ? { status, mpy } : { status });
      },
    });
  });
}

const name = fc.constantFrom("a", "b", "c", "long_name_of_a_thing", "self", "x1", "print", "range");
const attribute = fc.constantFrom("m", "append", "value", "long_attribute_name");
const literal = fc.oneof(
  fc.integer({ min: -100, max: 1 << 29 }).map((value) => (value < 0 ? `(${value})` : `${value}`)),
  fc.constantFrom("'s'", "'a string that is long'", "b'bytes'", "None", "True", "'é'"),
);

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    name,
    literal,
    fc
      .tuple(
        name,
        fc.constantFrom("+", "-", "*", "//", "%", "<<", "&", "|", "^", "**", "@"),
        tie("expression"),
      )
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(name, fc.constantFrom("<", "==", "is not", "not in", "in", "is"), tie("expression"))
      .map((parts) => `(${parts.join(" ")})`),
    fc.tuple(name, attribute).map(([a, b]) => `${a}.${b}`),
    fc.tuple(name, tie("expression")).map(([a, b]) => `${a}[${b}]`),
    fc.tuple(name, tie("expression"), tie("expression")).map(([a, b, c]) => `${a}[${b}:${c}]`),
    fc
      .tuple(name, fc.array(tie("expression"), { maxLength: 3 }))
      .map(([a, args]) => `${a}(${args.join(", ")})`),
    fc.tuple(name, attribute, tie("expression")).map(([a, b, c]) => `${a}.${b}(${c}, key=${c})`),
    fc.tuple(name, tie("expression"), name).map(([a, b, c]) => `(${c} if ${a} else ${b})`),
    fc.tuple(name, tie("expression")).map(([a, b]) => `[${a}, ${b}]`),
    fc.tuple(name, tie("expression")).map(([a, b]) => `{${a}: ${b}, 'k': ${a}}`),
    fc.tuple(name, name, tie("expression")).map(([a, b, c]) => `[${c} for ${a} in ${b} if ${a}]`),
    fc.tuple(name, name, tie("expression")).map(([a, b, c]) => `(lambda ${a}, *${b}_: ${c})`),
    fc.tuple(name, name).map(([a, b]) => `(${a} and not ${b} or ${a})`),
  ),
}));

const indent = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);

const { block } = fc.letrec<{ block: string[] }>((tie) => {
  const compound = (head: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
    fc.tuple(head, tie("block")).map(([first, body]) => [first, ...indent(body)]);
  const statement = fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.tuple(name, expression).map(([a, b]) => [`${a} = ${b}`]),
    expression.map((a) => [a]),
    fc.tuple(name, fc.constantFrom("+=", "-=", "|="), expression).map((parts) => [parts.join(" ")]),
    fc.tuple(name, attribute, expression).map(([a, b, c]) => [`${a}.${b} = ${a}[0] = ${c}`]),
    fc.tuple(name, name, name).map(([a, b, c]) => [`${a}, *${b} = ${c}`]),
    fc.tuple(name, attribute).map(([a, b]) => [`import ${a}.${b} as ${b}`, `from .${a} import ${b}`]),
    fc.tuple(name, attribute).map(([a, b]) => [`del ${a}.${b}`, "pass"]),
    compound(fc.tuple(name, name).map(([a, b]) => `if ${a} and ${b}:`)),
    compound(fc.tuple(name, name).map(([a, b]) => `while not ${a} or ${b}:`)),
    compound(fc.tuple(name, expression).map(([a, b]) => `for ${a} in ${b}:`)),
    compound(fc.tuple(name, name).map(([a, b]) => `for ${a} in range(${b}):`)),
    compound(fc.tuple(name, expression).map(([a, b]) => `def ${a}(p, q=${b}, *r, s=1, **t):`)),
    compound(name.map((a) => `class ${a}(b):`)),
  );
  return { block: fc.array(statement, { minLength: 1, maxLength: 4 }).map((lists) => lists.flat()) };
});

test("generated programs compile to what mpy-cross 1.19.1 makes of them", { timeout: 120_000 }, async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(block, async (lines) => {
      const source = `${lines.join("\n")}\n`;
      const old = await compileOld(source);
      if (old.mpy === undefined) {
        expect(() => compile(source, { filename: "generated.py" })).toThrow();
        return;
      }
      compared++;
      const { mpy } = compile(source, { filename: "generated.py" });
      expect(Buffer.from(mpy).toString("hex")).toBe(Buffer.from(old.mpy).toString("hex"));
    }),
    { numRuns: Number(process.env["UPYKIT_GENERATED"] ?? 300) },
  );
  expect(compared).toBeGreaterThan(0);
});

test("what is written can be read, and written again", () => {
  fc.assert(
    fc.property(block, fc.constantFrom("micropython", "circuitpython"), (lines, target) => {
      const { mpy, file } = compile(`${lines.join("\n")}\n`, { filename: "generated.py", target });
      expect(readMpy(mpy)).toEqual(file);
      expect(writeMpy(readMpy(mpy))).toEqual(mpy);
    }),
  );
});
