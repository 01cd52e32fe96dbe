// Manifests that mean harm, or that are noise: each ends, soon, with a UpyError that names file and line.
import { UpyError } from "@upykit/core";
import {
  evaluateManifest,
  ManifestError,
  memoryFileSystem,
  type EvaluateManifestOptions,
} from "@upykit/core/manifest";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const tree = {
  "/p/a.py": "",
  "/p/pkg/b.py": "",
  "/p/loop/manifest.py": 'include("../manifest.py")',
  "/p/lib/x/manifest.py": 'metadata(version="1.2.0")\nmodule("x.py")',
  "/p/lib/x/x.py": "",
  "/secret/key.py": "",
};

async function evaluate(
  source: string,
  options: Partial<EvaluateManifestOptions> = {},
): Promise<ManifestError> {
  const fileSystem = memoryFileSystem({ ...tree, "/p/manifest.py": source });
  try {
    await evaluateManifest("/p/manifest.py", { fileSystem, roots: ["/p"], ...options });
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
  throw new Error("the manifest was accepted");
}

type Refusal = readonly [source: string, code: string | RegExp];

describe("each of these is refused", () => {
  const refusals: readonly Refusal[] = [
    // What never ends
    ["while True:\n    pass", "too-large"],
    ["for i in range(10**12):\n    pass", "too-large"],
    ["x = list(range(10**9))", "too-large"],
    ["x = [0] * 10**9", "too-large"],
    ['x = "a" * 10**9', "too-large"],
    ['x = "ab"\nwhile 1:\n    x = x + x', "too-large"],
    ["x = [1]\nwhile 1:\n    x = x + x", "too-large"],
    ["x = [1]\nwhile 1:\n    x += x", "too-large"],
    ["x = []\nwhile 1:\n    x.append('a' * 100000)", "too-large"],
    ["x = 10**10**10", "too-large"],
    ["x = 1 << 10**9", "too-large"],
    ["x = 3\nwhile 1:\n    x *= x", "too-large"],
    ['"{:>999999999}".format(1)', "too-large"],
    ['"%999999999d" % 1', "too-large"],
    ["'x'.zfill(10**9)", "too-large"],
    ["'x'.replace('', 'y' * 999999)", "too-large"],
    ["def f():\n    f()\nf()", "too-large"],
    ["f = lambda: f()\nf()", "too-large"],
    ["def g():\n    yield from g()\nlist(g())", "too-large"],
    ["def g():\n    while 1:\n        yield 1\nsum(g())", "too-large"],
    ["sorted(i for i in iter(range(10**9)))", "too-large"],
    ["all(1 for i in range(10**12))", "too-large"],
    ["x = []\nfor i in range(100):\n    x = [x]\nprint(x)", "too-large"],
    ["x = []\nx.append(x)\nprint(x)", "too-large"],
    ["d = {}\nd['d'] = d\nstr(d)", "too-large"],
    ["t = ()\nfor i in range(100):\n    t = (t,)\n{t}", "too-large"],
    ["x = []\nfor y in [1]:\n    x.append(1)\nfor y in x:\n    x.append(y)", "too-large"],
    ["try:\n    while True:\n        pass\nexcept BaseException:\n    pass", "too-large"],
    ["x = " + "(".repeat(3000) + ")".repeat(3000), /too-large|syntax-error/],
    ["x = " + "[".repeat(3000) + "]".repeat(3000), /too-large|syntax-error/],
    ["x = " + "-".repeat(5000) + "1", /too-large|syntax-error/],
    ["x = 1" + " + 1".repeat(20000), /too-large|syntax-error/],
    ["x" + ".y".repeat(20000), /too-large|syntax-error|invalid-manifest/],
    ['x = ["a" * 999999] * 1000\nstr(x)', "too-large"],
    ['x = ["a" * 999999] * 1000\nprint(*x)', "too-large"],
    ['x = ["a" * 999999] * 1000\n"".join(x)', "too-large"],
    ['x = ["a" * 999999 + "b", "a" * 999999 + "c"] * 9999\nx.sort()', "too-large"],
    ["x = []\ny = []\nfor i in range(45):\n    x = [x, x]\n    y = [y, y]\nx == y", "too-large"],
    ["x = []\nfor i in range(45):\n    x = [x, x]\nrepr(x)", "too-large"],
    ["x = ()\nfor i in range(45):\n    x = (x, x)\n{x: 1}", "too-large"],
    ['x = "a" * 999999\ny = "a" * 999998 + "b"\nwhile x != y:\n    pass', "too-large"],
    ['x = "a" * 999999\nwhile "b" not in x:\n    pass', "too-large"],
    ['x = "a" * 999999\nwhile x.find("b") < 0:\n    pass', "too-large"],
    ['x = "a" * 999999\nwhile not x.isdigit():\n    pass', "too-large"],
    ['x = "a" * 999999\nwhile len(x):\n    pass', "too-large"],
    ['x = "a" * 999999\nd = {}\nwhile x not in d:\n    pass', "too-large"],
    ["x = list(range(900000))\nwhile x:\n    x.pop(0)", "too-large"],
    ["x = list(range(900000))\nwhile x:\n    x.insert(0, x.pop())", "too-large"],
    ["d = {i: i for i in range(100000)}\nwhile d:\n    d.popitem()", "too-large"],
    ["d = {i: i for i in range(100000)}\nwhile d:\n    d.copy()", "too-large"],
    ["s = set(range(100000))\nwhile s:\n    s.copy()", "too-large"],
    ["s = set(range(100000))\nwhile s:\n    s.union([1])", "too-large"],
    ["s = set(range(100000))\nwhile s:\n    s | s", "too-large"],
    ["s = set(range(100000))\nwhile True:\n    s.isdisjoint([])", "too-large"],
    ["s = set(range(100000))\nt = set(range(100000))\nwhile 1:\n    s == t", "too-large"],
    ["s = set(range(100000))\nwhile 1:\n    s <= s", "too-large"],
    ["s = set(range(100000))\nwhile 1:\n    s.issubset(s)", "too-large"],
    ["s = set(range(900000))\nwhile s:\n    s.pop()", "too-large"],
    ["s = set(range(100000))\nwhile 1:\n    s.add(s.pop())", "invalid-manifest"], // in which order is CPython's to know
    ["x = list(range(900000))\nwhile x:\n    x.remove(x[0])", "too-large"],
    ["x = list(range(300000))\nfor i in range(299999, 0, -1):\n    x.remove(i)", "too-large"],
    ["def f(**k):\n    pass\nd = {str(i): i for i in range(10000)}\nwhile 1:\n    f(**d)", "too-large"],
    ["x = list(range(100000))\nwhile 1:\n    [*x, *x]", "too-large"],
    ["def f(x):\n    return sorted([x], key=f)\nf(1)", "too-large"],
    ["def f(x):\n    return list(map(f, [x]))\nf(1)", "too-large"],
    ["def f(n):\n    return 1 if n < 2 else f(n - 1) + f(n - 2)\nf(60)", "too-large"],
    ['"%.1000000000d" % 1', "too-large"],
    ['"%*d" % (10**9, 1)', "too-large"],
    ['"{:>1000000000}".format(1)', "too-large"],
    ['f"{1:{10**9}}"', "too-large"],
    ["import fnmatch\nwhile 1:\n    fnmatch.fnmatch('a' * 50000, '*a*a*a*a*b')", "too-large"],
    ["import fnmatch\nwhile 1:\n    fnmatch.fnmatch('a' * 3000, '?*' * 3000 + 'b')", "too-large"],
    ["x = ['a' * 999999] * 900000\nset(x)", "too-large"],
    ["x = ['a' * 999999] * 900000\ndict.fromkeys(x)", "too-large"],
    ["s = 'a' * 300000\nt = (s, s, s)\nd = {}\nwhile 1:\n    d[t] = 1", "too-large"],
    ["d = list(range(100000))\ny = []\nwhile 1:\n    y.append(dict.fromkeys(d))", "too-large"],
    ["d = dict.fromkeys(range(100000))\ny = []\nwhile 1:\n    y.append(d | d)", "too-large"],
    ["s = '\\U0001F600' * 400000\nwhile 1:\n    for c in s:\n        break", "too-large"],
    ["s = 'a' * 999999\nwhile 1:\n    try:\n        s % 1\n    except TypeError:\n        pass", "too-large"],
    ["x = [0] * 900000\nwhile x:\n    x.reverse()", "too-large"],
    ["x = [0] * 900000\nwhile x:\n    x[5:5] = []", "too-large"],
    ["x = [0] * 900000\nwhile x:\n    reversed(x)", "too-large"],
    ["x = 10**1200\ny = [x + i for i in range(10**6)]", "too-large"],
    [`while 1: ${"a = ".repeat(100_000)}1`, "too-large"],
    [`while 1: from os import ${"path, ".repeat(100_000)}path`, "too-large"],
    [`def f(${Array.from({ length: 10_000 }, (_, i) => `a${i}=1`).join()}): pass\nwhile 1: f()`, "too-large"],
    ["import fnmatch\nwhile 1:\n    fnmatch.fnmatch('a' * 50000, '*' + '?' * 24999 + 'b')", "too-large"],
    ["g = (next(g) for _ in [1])\nnext(g)", "invalid-manifest"],
    ["import os\nfor r, d, f in os.walk('.'):\n    d.append('.')", "too-large"],
    ["import os\nfor r, d, f in os.walk('.'):\n    d[:] = ['../..']", "invalid-path"],
    ["import os\nfor r, d, f in os.walk('.'):\n    d[:] = [1]", "invalid-manifest"],
    ["x = []\nx.append(x)\nraise SystemExit(x)", "invalid-manifest"],
    ["x = []\nx.append(x)\nraise ValueError(x)", "invalid-manifest"],
    // Paths that leave the roots
    ['include("../../secret")', "invalid-path"],
    ['include("/secret/key.py")', "invalid-path"],
    ['module("key.py", base_path="../secret")', "invalid-path"],
    ['module("../secret/key.py")', "invalid-path"],
    ['module("../a.py", base_path="pkg")', "invalid-path"],
    ['freeze("/")', "invalid-path"],
    ['freeze("../secret")', "invalid-path"],
    ['package("../secret")', "invalid-path"],
    ['package("pkg", files=["../../secret/key.py"])', "invalid-path"],
    ['package("pkg", files=["/secret/key.py"])', "invalid-path"],
    ['add_library("l", "/secret")\nrequire("key", library="l")', "invalid-path"],
    ['freeze("$(V)")', "invalid-path"],
    ['c_module("/secret")', "invalid-path"],
    ["import os\nos.listdir('/')", "invalid-path"],
    ["import os\nos.path.exists('/etc/passwd')", "invalid-path"],
    ["import os\nlist(os.walk('..'))", "invalid-path"],
    ["import os\nos.path.getsize('/secret/key.py')", "invalid-path"],
    ["import glob\nglob.glob('/*')", "invalid-path"],
    ["import glob\nglob.glob('../**', recursive=True)", "invalid-path"],
    ["try:\n    freeze('/secret')\nexcept:\n    pass", "invalid-path"],
    // What is not there
    ['module("nope.py")', "file-not-found"],
    ['package("nope")', "file-not-found"],
    ['package("pkg", files=["nope.py"])', "file-not-found"],
    ['freeze("nope")', "file-not-found"],
    ['freeze("pkg", "nope.py")', "file-not-found"],
    ['include("nope.py")', "file-not-found"],
    ['include("pkg")', "file-not-found"],
    ['require("nope")', "not-found"],
    ['require("x", library="nope")', "not-found"],
    ['add_library("l", "nope")\nrequire("x", library="l")', "not-found"],
    // Manifests that include themselves
    ['include("manifest.py")', "invalid-manifest"],
    ['include("loop")', "invalid-manifest"],
    ['try:\n    include("loop")\nexcept Exception:\n    pass', "invalid-manifest"],
    // Ways out of the interpreter
    ["exec('1')", "invalid-manifest"],
    ["eval('1')", "invalid-manifest"],
    ["open('a.py')", "invalid-manifest"],
    ["__import__('os')", "invalid-manifest"],
    ["compile('1', '', 'eval')", "invalid-manifest"],
    ["globals()", "invalid-manifest"],
    ["__builtins__", "invalid-manifest"],
    ["constructor", "invalid-manifest"],
    ["__proto__", "invalid-manifest"],
    ["toString", "invalid-manifest"],
    ["hasOwnProperty('x')", "invalid-manifest"],
    ["''.__class__", "invalid-manifest"],
    ["().__class__.__bases__[0].__subclasses__()", "invalid-manifest"],
    ["(lambda: 0).__globals__", "invalid-manifest"],
    ["''.constructor", "invalid-manifest"],
    ["[].constructor('return 1')()", "invalid-manifest"],
    ["[].map", "invalid-manifest"],
    ["[].length", "invalid-manifest"],
    ["{}.hasOwnProperty", "invalid-manifest"],
    ["{}['__proto__']", "invalid-manifest"],
    ["{}['constructor']", "invalid-manifest"],
    ["options.__class__", "invalid-manifest"],
    ["options._kwargs", "invalid-manifest"],
    ["getattr('', '__class__')", "invalid-manifest"],
    ["getattr('', '__class__', None)", "invalid-manifest"],
    ["hasattr('', '__proto__')", "invalid-manifest"],
    ["metadata().constructor", "invalid-manifest"],
    ["module.constructor", "invalid-manifest"],
    ["module.__self__", "invalid-manifest"],
    ["len.call", "invalid-manifest"],
    ["'{0.__class__}'.format('')", "invalid-manifest"],
    ["'{0.constructor}'.format('')", "invalid-manifest"],
    ["'{0[__proto__]}'.format({})", "invalid-manifest"],
    ["'%(__proto__)s' % {}", "invalid-manifest"],
    ["f'{().__class__}'", "invalid-manifest"],
    ["import os\nos.system('ls')", "invalid-manifest"],
    ["import os\nos.constructor", "invalid-manifest"],
    ["import os\nos.remove('a.py')", "invalid-manifest"],
    ["from os import system", "invalid-manifest"],
    ["import subprocess", "invalid-manifest"],
    ["import pathlib", "invalid-manifest"],
    ["try:\n    import subprocess\nexcept ImportError:\n    pass", "invalid-manifest"],
    ["try:\n    ''.__class__\nexcept:\n    pass", "invalid-manifest"],
    ["import manifestfile", "invalid-manifest"],
    ["from . import x", "invalid-manifest"],
    ["import constructor", "invalid-manifest"],
    ["class A:\n    pass", "invalid-manifest"],
    ["with x as y:\n    pass", "invalid-manifest"],
    ["async def f():\n    pass", "invalid-manifest"],
    ["@f\ndef g():\n    pass", "invalid-manifest"],
    ["x = b'bytes'", "invalid-manifest"],
    ["options.x = 1", "invalid-manifest"],
    ["import sys\nsys.exit(1)", "invalid-manifest"],
    ["import sys\nsys.modules", "invalid-manifest"],
    ["x = 1j", "invalid-manifest"],
    // What does not parse, and text that is none
    ["module(", "syntax-error"],
    ["x = {**{}}", "syntax-error"],
    ["if True:\nmodule('a.py')", "syntax-error"],
    ["module('a.py'\0)", "syntax-error"],
    ["return", "syntax-error"],
    ["break", "syntax-error"],
    ["def f():\n    continue\nf()", "syntax-error"],
    ["yield 1", "syntax-error"],
    ["[(yield 1) for x in [1]]", "syntax-error"],
    ["raise SystemExit('no')", "invalid-manifest"],
    // Misuse
    ["module(1)", "invalid-manifest"],
    ["module('a.py', opt='x')", "invalid-manifest"],
    ["module('a.py', opt=-1)", "invalid-manifest"],
    ["metadata(version=['1'])", "invalid-manifest"],
    ["require(1)", "invalid-manifest"],
    ["include(1)", "invalid-manifest"],
    ["freeze('pkg', [1])", "invalid-manifest"],
    ["freeze('.', 'pkg/b.txt')", "file-not-found"],
    ["freeze_mpy('pkg', 'b.py')", "invalid-manifest"],
    ["module('a\\0.py')", "invalid-manifest"],
  ];
  const titled = refusals.map(([source, code]) => [source.slice(0, 80), code, source] as const);
  test.each(titled)("%j is %s", async (_, code, source) => {
    const error = await evaluate(source, { variables: { MPY_LIB_DIR: "/p/lib", V: "/secret" } });
    if (typeof code === "string") expect([error.code, error.message]).toEqual([code, error.message]);
    else expect(error.code).toMatch(code);
    expect(error.file).toMatch(/^\/p\/.*manifest\.py$/);
    expect(error.line).toBeGreaterThan(0);
    expect(error.message).toMatch(/^Error in manifest file: \/p\//);
  });
});

test("what is said of a limit names the line, and what can be done", async () => {
  const error = await evaluate("x = 1\n\nwhile True:\n    x = 2\n");
  expect(error.message).toBe(
    "Error in manifest file: /p/manifest.py: the manifest asks for more than 1000000 steps",
  );
  expect([3, 4]).toContain(error.line);
  expect(error.hint).toMatch(/^See line [34] of \/p\/manifest\.py\. It may loop/);
});

test("limits can be set", async () => {
  expect((await evaluate("x = [0] * 11", { limits: { size: 10 } })).message).toContain(
    "more than 10 characters or items",
  );
  expect((await evaluate("for i in range(99):\n    pass", { limits: { steps: 50 } })).message).toContain(
    "more than 50 steps",
  );
});

test("the error of an included manifest names both, innermost first", async () => {
  const fileSystem = memoryFileSystem({
    "/p/manifest.py": '\ninclude("b.py")',
    "/p/b.py": "\n\ndef f():\n    module(1, 2, 3, 4)\nf()",
  });
  const error = await evaluateManifest("/p/manifest.py", { fileSystem }).catch(
    (caught: unknown) => caught as ManifestError,
  );
  expect(error).toMatchObject({
    file: "/p/b.py",
    line: 4,
    trace: [
      { file: "/p/b.py", line: 4 },
      { file: "/p/b.py", line: 5 },
      { file: "/p/manifest.py", line: 2 },
    ],
  });
});

test("an abort ends it with its reason, before and in the middle", async () => {
  const reason = new Error("enough");
  const files = memoryFileSystem({ "/p/manifest.py": "while True:\n    pass" });
  const early = AbortSignal.abort(reason);
  await expect(evaluateManifest("/p/manifest.py", { fileSystem: files, signal: early })).rejects.toBe(reason);
  const controller = new AbortController();
  const readFile: typeof files.readFile = async (path) => {
    controller.abort(reason);
    return files.readFile(path);
  };
  const fileSystem = { ...files, readFile };
  const { signal } = controller;
  await expect(evaluateManifest("/p/manifest.py", { fileSystem, signal })).rejects.toBe(reason);
});

const words =
  "if else elif for in while def return yield lambda try except finally raise import from os path sys glob as pass break " +
  "continue and or not is None True False print len range list dict set str int sorted zip map sum options include require " +
  "module package freeze metadata add_library c_module opt x y f __class__ constructor format join split append items " +
  '( ) [ ] { } : , . ; = == != < > + - * / // % ** | & ^ ~ := += "a" \'b.py\' "%s" "{}" f"{x}" 0 1 2 10 99999999999 1.5 \n';
const pieces = fc.oneof(
  fc.constantFrom(...words.split(" ")),
  fc.constantFrom("\n", "\n    ", "\n        ", " "),
  fc.string({ maxLength: 5 }),
);

async function endsWell(source: string): Promise<void> {
  const fileSystem = memoryFileSystem({ ...tree, "/p/manifest.py": source });
  const limits = { steps: 20_000 };
  try {
    await evaluateManifest("/p/manifest.py", {
      fileSystem,
      roots: ["/p"],
      limits,
      variables: { MPY_LIB_DIR: "/p/lib" },
    });
  } catch (error) {
    expect(error, String(error)).toBeInstanceOf(UpyError);
    expect(error, String(error)).toBeInstanceOf(ManifestError);
  }
}

test("noise ends, in a result or a ManifestError", { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(fc.string({ maxLength: 200 }), endsWell), { numRuns: 500 });
  const tokens = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(" "));
  await fc.assert(fc.asyncProperty(tokens, endsWell), { numRuns: 1500 });
});

/** Expressions that parse, so that evaluation is reached. */
const expression = fc.letrec<{ any: string; atom: string }>((tie) => ({
  atom: fc.constantFrom(
    ..."0 1 -1 2.5 10**20 None True '' 'ab' 'a.b' '%d' '{}' [] [1,2] (1,) {} {'a':1} {1,2} range(5) x y options len str print module".split(
      " ",
    ),
  ),
  any: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    tie("atom"),
    fc
      .tuple(
        tie("any"),
        fc.constantFrom("+", "-", "*", "/", "//", "%", "**", "<<", "|", "&", "==", "<", "in", "is", "and"),
        tie("any"),
      )
      .map(([a, o, b]) => `(${a} ${o} ${b})`),
    fc
      .tuple(
        fc.constantFrom(
          "len",
          "str",
          "int",
          "list",
          "sorted",
          "sum",
          "max",
          "set",
          "dict",
          "repr",
          "reversed",
          "enumerate",
          "tuple",
          "bool",
          "float",
          "next",
          "iter",
          "abs",
          "round",
          "type",
          "range",
          "zip",
          "any",
          "chr",
          "format",
        ),
        tie("any"),
      )
      .map(([f, a]) => `${f}(${a})`),
    fc
      .tuple(
        tie("any"),
        fc.constantFrom(
          "upper",
          "split",
          "join",
          "format",
          "append",
          "items",
          "get",
          "keys",
          "pop",
          "index",
          "count",
          "strip",
          "replace",
          "union",
          "sort",
          "update",
          "x",
          "center",
          "zfill",
        ),
        tie("any"),
      )
      .map(([a, m, b]) => `${a}.${m}(${b})`),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => `${a}[${b}]`),
    fc.tuple(tie("any"), tie("any"), tie("any")).map(([a, b, c]) => `${a}[${b}:${c}]`),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => `[${a} for x in ${b}]`),
    fc.tuple(tie("any"), tie("any"), tie("any")).map(([a, b, c]) => `(${a} if ${b} else ${c})`),
  ),
}));

test("whatever is computed ends, in a result or a ManifestError", { timeout: 120_000 }, async () => {
  const source = expression.any.map((text) => `x = 3\ny = [1, 'b']\nz = ${text}\nprint(z)`);
  await fc.assert(fc.asyncProperty(source, endsWell), { numRuns: 1500 });
});

test("long texts are gone through in time that their length bounds", async () => {
  const source = `
import os
os.path.dirname("/" * 500000 + "a/b")
os.path.commonprefix(["a" * 400000 + "b" * 400000, "a" * 400000 + "c" * 400001])
for bad in [lambda: float("1" * 400000 + "x"), lambda: ("%(" * 200000) % {}]:
    try:
        bad()
    except (ValueError, TypeError):
        print("raised")
`;
  const fileSystem = memoryFileSystem({ "/p/manifest.py": source });
  let printed = "";
  await evaluateManifest("/p/manifest.py", { fileSystem, onPrint: (more) => (printed += more) });
  expect(printed).toBe("raised\nraised\n");
});

test("a manifest that looks through a huge tree ends", async () => {
  const files: Record<string, string> = {
    "/p/manifest.py": 'import glob\nwhile 1:\n    glob.glob("t/**/*.py", recursive=True)\n',
  };
  for (let i = 0; i < 10_000; i++) files[`/p/t/d${i % 40}/e${i % 53}/f${i}.py`] = "";
  const fileSystem = memoryFileSystem(files);
  await expect(evaluateManifest("/p/manifest.py", { fileSystem })).rejects.toMatchObject({
    code: "too-large",
    file: "/p/manifest.py",
    line: 3,
  });
});

test("a manifest of more than a million bytes is named, and the line that includes it where there is one", async () => {
  const alone = await evaluate("#".repeat(1_000_001));
  expect(alone).toMatchObject({ code: "too-large", file: "/p/manifest.py", line: 0 });
  expect(alone.message).toMatch(/the file \/p\/manifest\.py has 1000001 bytes/);
  expect(alone.hint).not.toMatch(/line/);
  const fileSystem = memoryFileSystem({ "/p/m.py": '\ninclude("n.py")', "/p/n.py": "#".repeat(2_000_000) });
  await expect(evaluateManifest("/p/m.py", { fileSystem })).rejects.toMatchObject({
    message: expect.stringContaining("the file /p/n.py has 2000000 bytes") as string,
    file: "/p/m.py",
    line: 2,
  });
});
