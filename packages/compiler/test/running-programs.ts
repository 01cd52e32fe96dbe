// Programs that run to their end and say what they do, made by fast-check from the grammar. All loops and calls tick a
// clock that stops them, and numbers and lists stay small; errors are welcome, since they too must be the same.

import fc from "fast-check";

/**
 * The module that the programs use: `tick` bounds how long loops run, `call` how many calls there are (the board's stack is
 * small, and is not as full after an .mpy file as after a source), `Room` is something to use with `with`.
 */
export const clockModule = `import sys
ticks = calls = 0
def tick():
    global ticks
    ticks += 1
    if ticks > 150:
        raise RuntimeError("out of time")
def call():
    global calls
    calls += 1
    if calls > 8:
        raise RuntimeError("too many calls")
def report(error):
    global calls
    calls = 0
    sys.print_exception(error)
class Room:
    def __init__(self, name):
        self.name = name
    def __enter__(self):
        print("enter", self.name)
        return self
    def __exit__(self, kind, value, trace):
        print("exit", self.name, kind and kind.__name__)
        return self.name % 3 == 0
`;

interface Grammar {
  readonly int: string;
  readonly bool: string;
  readonly list: string;
  readonly text: string;
}

const variable = fc.constantFrom("i", "j", "k");
const digits = fc.constantFrom("0", "1", "2", "3", "7", "47", "64", "255", "(-1)", "(-17)", "0x3fffffff");
const operator = fc.constantFrom("+", "-", "*", "//", "%", "&", "|", "^");
const comparison = fc.constantFrom("<", "<=", "==", "!=", ">", ">=", "is", "is not");
const word = fc.constantFrom("'s'", "'a string that is long'", '"é"');

const { int, bool, list, text } = fc.letrec<Grammar>((tie) => {
  const [i, b, l, s] = [tie("int"), tie("bool"), tie("list"), tie("text")];
  const options = { maxDepth: 3, depthSize: "small", withCrossShrink: true } as const;
  const pick = (...all: fc.Arbitrary<string>[]): fc.Arbitrary<string> => fc.oneof(options, ...all);
  return {
    int: pick(
      variable,
      digits,
      fc.tuple(i, operator, i).map(([a, op, c]) => `(${a} ${op} ${c}) % 1009`),
      fc
        .tuple(i, fc.constantFrom("<< 3", ">> 2", "** 2 % 97", "+ 1"), fc.constantFrom("", "-", "~"))
        .map(([a, op, sign]) => `(${sign}${a} ${op})`),
      fc.tuple(i, b, i).map(([a, c, d]) => `(${a} if ${c} else ${d})`),
      fc.tuple(b, i, i).map(([a, c, d]) => `(${a} and ${c} or ${d})`),
      fc.tuple(l, i).map(([a, c]) => `${a}[${c} % 3]`),
      fc.tuple(fc.constantFrom("len", "sum"), l).map(([name, a]) => `${name}(${a})`),
      fc.tuple(i, i).map(([a, c]) => `d.get(${a}, ${c})`),
      fc.tuple(i, i).map(([a, c]) => `(lambda x, y=${a}, *z: x + y - len(z))(${c}, ${c}, 1)`),
      fc.tuple(fc.constantFrom("f", "g", "h"), i, i).map(([name, a, c]) => `${name}(${a}, b=${c})`),
      fc.tuple(l, i).map(([a, c]) => `f(*${a}, **{'b': ${c}})`),
      fc.tuple(fc.constantFrom("A", "B"), i).map(([name, a]) => `${name}(${a}).m(${a})`),
      i.map((a) => `(j := ${a})`),
    ),
    bool: pick(
      fc.tuple(i, comparison, i).map((parts) => `(${parts.join(" ")})`),
      fc.tuple(i, i, i).map(([a, c, d]) => `(${a} < ${c} <= ${d})`),
      fc.tuple(i, fc.constantFrom("in", "not in"), l).map((parts) => `(${parts.join(" ")})`),
      fc.tuple(b, fc.constantFrom("and", "or"), b).map((parts) => `(${parts.join(" ")})`),
      b.map((a) => `(not ${a})`),
      fc.constantFrom("t", "s", "d", "__debug__", "(k is None)"),
    ),
    list: pick(
      fc.constant("t"),
      fc.array(i, { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
      fc.tuple(i, l, b).map(([a, c, e]) => `[${a} for k in ${c} if ${e}]`),
      fc.tuple(l, i, i).map(([a, c, e]) => `${a}[${c}:${e}]`),
      fc.tuple(l, i).map(([a, c]) => `(${a} + [${c}])`),
      l.map((a) => `list(gen(${a}))`),
      fc.tuple(l, i).map(([a, c]) => `sorted({x: ${c} for x in ${a}}.values())`),
      l.map((a) => `sorted({x % 7 for x in ${a}})`),
    ),
    text: pick(
      fc.constant("s"),
      word,
      fc
        .tuple(variable, fc.constantFrom(":>4", "!r:<5", ":04x", "=", ""), digits)
        .map(([a, format, c]) => `f"{${a}${format}}{${c} + t[0]}{{}}"`),
      fc.tuple(word, i).map(([a, c]) => `(${a} + '%d' % ${c})`),
      fc.tuple(s, i).map(([a, c]) => `${a}[${c} % 5:]`),
      i.map((a) => `'{:03d}'.format(${a})`),
    ),
  };
});

const any = fc.oneof(int, bool, list, text);
const indent = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);
const error = fc.constantFrom("ValueError", "(TypeError, IndexError)", "ZeroDivisionError", "Exception");

/** What is also allowed where a statement stands. */
type Place = "module" | "function" | "loop";

function blockOf(place: Place, depth: number): fc.Arbitrary<string[]> {
  const kinds = [
    ...simple,
    ...(place === "loop" ? inLoop : []),
    ...(depth > 0 ? compound(place, depth - 1) : []),
  ];
  return fc
    .array(fc.oneof(...kinds), { minLength: 1, maxLength: depth > 1 ? 5 : 3 })
    .map((lists) => lists.flat());
}

/** Statements that each report their errors, so that the next one has its turn. */
function guardedBlock(place: Place): fc.Arbitrary<string[]> {
  const guarded = blockOf(place, 2).map((lines) => [
    "try:",
    ...indent(lines),
    "except Exception as error:",
    "    report(error)",
  ]);
  return fc.array(guarded, { minLength: 3, maxLength: 6 }).map((lists) => lists.flat());
}

const one = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string[]> => arbitrary.map((line) => [line]);

const simple: fc.Arbitrary<string[]>[] = [
  one(fc.tuple(variable, int).map(([a, b]) => `${a} = ${b}`)),
  one(fc.tuple(any, any).map(([a, b]) => `print(${a}, ${b})`)),
  one(any),
  one(fc.tuple(variable, fc.constantFrom("+=", "-=", "|=", "^="), int).map((parts) => parts.join(" "))),
  one(fc.tuple(int, int).map(([a, b]) => `i, (j, *k2), k = ${a}, (${b}, 1, 2), 3`)),
  one(fc.tuple(list).map(([a]) => `i, *t = ${a}`)),
  one(fc.tuple(int, int).map(([a, b]) => `d[${a}] = d['k'] = ${b}`)),
  one(list.map((a) => `t = ${a}[:20]`)),
  one(text.map((a) => `s = ${a}[:20]`)),
  one(fc.tuple(int, int).map(([a, b]) => `t[${a} % 4] = ${b}`)),
  one(int.map((a) => `del d[${a}]`)),
  one(bool.map((a) => `assert ${a}, 'no'`)),
  one(fc.tuple(error, int).map(([, a]) => `raise ValueError(${a})`)),
];

const inLoop: fc.Arbitrary<string[]>[] = [
  bool.map((a) => [`if ${a}: continue`]),
  bool.map((a) => [`if ${a}: break`]),
];

/** Statements with blocks in them. */
function compound(place: Place, depth: number): fc.Arbitrary<string[]>[] {
  const body = fc.oneof(blockOf(place, depth));
  const looped = blockOf("loop", depth);
  const otherwise = fc
    .option(body, { nil: [] as string[] })
    .map((lines) => (lines.length > 0 ? ["else:", ...indent(lines)] : []));
  return [
    fc
      .tuple(bool, body, bool, body, otherwise)
      .map(([a, b, c, d, e]) => [`if ${a}:`, ...indent(b), `elif ${c}:`, ...indent(d), ...e]),
    fc.tuple(bool, looped, otherwise).map(([a, b, e]) => [`while ${a}:`, "    tick()", ...indent(b), ...e]),
    fc
      .tuple(variable, list, looped, otherwise)
      .map(([a, b, c, e]) => [`for ${a} in ${b}[:4]:`, "    tick()", ...indent(c), ...e]),
    fc
      .tuple(int, looped, otherwise)
      .map(([a, b, e]) => [`for k in range(${a} % 5, -3, -2):`, "    tick()", ...indent(b), ...e]),
    fc
      .tuple(body, error, body, otherwise)
      .map(([a, b, c, e]) => [
        "try:",
        ...indent(a),
        `except ${b} as error:`,
        "    print(error)",
        ...indent(c),
        ...e,
      ]),
    fc
      .tuple(body, body)
      .map(([a, b]) => ["try:", ...indent(a), "finally:", "    print('finally')", ...indent(b)]),
    fc.tuple(int, body).map(([a, b]) => [`with Room(${a}) as room, Room(1):`, ...indent(b)]),
  ];
}

const names = "i, j, k, t, s, d";
const setting = ["i, j, k, t, s, d = 1, 2, 3, [5, 6, 7], 'text', {1: 2}", "k2 = []"];
const tell = "print(i, j, k, t, s, sorted(str(x) for x in d))";

/** A function that has a value, its loops and errors inside; `scope` says which names are not its own. */
function functionOf(name: string, scope: readonly string[]): fc.Arbitrary<string[]> {
  return fc
    .tuple(blockOf("function", 2), int, int)
    .map(([body, initial, result]) => [
      `def ${name}(a, *rest, b=${initial}, **more):`,
      ...indent(["call()", ...scope, ...body, `return ${result} % 50`]),
    ]);
}

/** The functions and classes that expressions use. */
function definitions(scope: readonly string[]): fc.Arbitrary<string[]> {
  const own = ["i, j, k, t, s, d = a, b, 3, [a, b], 'own', more", "k2 = rest"];
  return fc
    .tuple(functionOf("f", own), functionOf("g", scope), functionOf("h", own), blockOf("function", 1), int)
    .map(([f, g, h, body, value]) => [
      ...f,
      ...g,
      "def deco(function): return lambda *a, **k: function(*a, **k) + 1",
      "@deco",
      ...h,
      "def gen(items):",
      ...indent(["for x in items:", "    tick()", "    yield x", "yield from items[:1]"]),
      "class A:",
      ...indent(["z = 5", "def __init__(self, v): self.v = v", "def m(self, a): return self.v + a + self.z"]),
      "class B(A):",
      ...indent([
        "def m(self, a):",
        ...indent(["call()", ...scope, ...body, `return super().m(a) + ${value} % 10`]),
      ]),
    ]);
}

const atModule = fc
  .tuple(definitions([`global ${names}`]), guardedBlock("module"))
  .map(([defined, body]) => [...setting, ...defined, ...body, tell]);

const inFunction = fc
  .tuple(definitions([`nonlocal ${names}`]), guardedBlock("function"))
  .map(([defined, body]) => [
    "def main():",
    ...indent([...setting, ...defined, "try:", ...indent(body), "finally:", `    ${tell}`]),
    "main()",
  ]);

/** A module's source: its work at the top, or in a function whose variables others close over. */
export const runningProgram: fc.Arbitrary<string> = fc
  .oneof(atModule, inFunction)
  .map((lines) => ["from clock import tick, call, report, Room", ...lines, ""].join("\n"));
