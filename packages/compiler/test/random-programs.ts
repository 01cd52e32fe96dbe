// Random programs over the grammar, of what all versions of mpy-cross make the same code of.

import fc from "fast-check";

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

/** Some statements, a line each. */
export const { block } = fc.letrec<{ block: string[] }>((tie) => {
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
