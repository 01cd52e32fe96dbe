import { readFileSync } from "node:fs";
import { isUpyError, memoryTarget, type MemoryTargetOptions } from "@upykit/core";
import { importGraph, type ImportGraph, missingModules } from "@upykit/core/imports";
import { describe, expect, it } from "vitest";
import fc from "fast-check";

type Files = NonNullable<MemoryTargetOptions["files"]>;

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));

async function graph(
  files: Files,
  environment: MemoryTargetOptions["environment"] = {},
): Promise<ImportGraph> {
  return importGraph(memoryTarget({ files, environment }));
}

/** "name@line flags -> what it loads", without the file where that is the entry. */
function lines({ imports }: ImportGraph): string[] {
  return imports.map(({ from, line, name, written, conditional, optional, kind, found }) => {
    const flags = `${conditional ? "?" : ""}${optional ? "!" : ""}${kind === "call" ? "()" : ""}`;
    const loaded = found === null ? "nothing" : "path" in found ? found.path : `${found.type} ${found.name}`;
    return `${from}:${line} ${name ?? `(${written})`}${flags} -> ${loaded}`;
  });
}

describe("importGraph", () => {
  it("follows imports across files, packages and relative imports", async () => {
    const found = await graph(
      {
        "/main.py": "import helper\nfrom pkg import sub, VALUE\nimport pkg.deep.leaf\n",
        "/helper.py": "import time\n",
        "/lib/pkg/__init__.py": "VALUE = 1\nfrom .sub import thing\n",
        "/lib/pkg/sub.py": "from . import other\nfrom .. import nothing\n",
        "/lib/pkg/other.py": "from .deep import leaf\n",
        "/lib/pkg/deep/leaf.py": "from ..sub import thing\n",
      },
      { builtinModules: ["time"] },
    );
    expect(lines(found)).toEqual([
      "/main.py:1 helper -> /helper.py",
      "/main.py:2 pkg -> /lib/pkg",
      "/main.py:2 pkg.sub -> /lib/pkg/sub.py",
      "/main.py:3 pkg.deep.leaf -> /lib/pkg/deep/leaf.py",
      "/helper.py:1 time -> builtin time",
      "/lib/pkg/__init__.py:2 pkg.sub -> /lib/pkg/sub.py",
      "/lib/pkg/sub.py:1 pkg -> /lib/pkg",
      "/lib/pkg/sub.py:1 pkg.other -> /lib/pkg/other.py",
      "/lib/pkg/sub.py:2 (..) -> nothing",
      "/lib/pkg/deep/leaf.py:1 pkg.sub -> /lib/pkg/sub.py",
      "/lib/pkg/other.py:1 pkg.deep -> /lib/pkg/deep",
      "/lib/pkg/other.py:1 pkg.deep.leaf -> /lib/pkg/deep/leaf.py",
    ]);
  });

  it("tells a missing submodule from an attribute of the package", async () => {
    const found = await graph({
      "/main.py":
        "from empty import servo\nfrom named import servo\nfrom starred import servo\nfrom space import servo\n",
      "/lib/empty/__init__.py": "",
      "/lib/named/__init__.py": "def servo(): pass\n",
      "/lib/starred/__init__.py": "from .all import *\n",
      "/lib/starred/all.py": "servo = 1\n",
      "/lib/space/other.py": "",
    });
    expect(missingModules(found).map(({ name }) => name)).toEqual(["empty.servo", "space.servo"]);
  });

  it("knows which imports may fail", async () => {
    const found = await graph({
      "/main.py": [
        "try:\n  import nice\nexcept ImportError:\n  nice = None",
        "try:\n  import here\nexcept ImportError:\n  import ehere",
        "try:\n  import either\nexcept (OSError, ImportError):\n  import other",
        "try:\n  import wrong\nexcept ValueError:\n  pass",
        "def f():\n  import lazy",
        "if TYPE_CHECKING:\n  import types_only",
        "import needed",
      ].join("\n"),
      "/here.py": "",
    });
    expect(missingModules(found).map(({ name, optional }) => `${name}${optional ? "" : " needed"}`)).toEqual([
      "ehere",
      "either",
      "lazy needed",
      "needed needed",
      "nice",
      "other needed",
      "types_only",
      "wrong needed",
    ]);
  });

  it("notes calls that import by a constant name", async () => {
    const source =
      "x = __import__('a')\nimport importlib\nif x:\n  importlib.import_module('b.c')\n__import__(x)\n";
    const found = await graph({ "/main.py": source, "/a.py": "", "/importlib.py": "", "/b/c.py": "" });
    expect(lines(found)).toEqual([
      "/main.py:1 a() -> /a.py",
      "/main.py:2 importlib -> /importlib.py",
      "/main.py:4 b.c?() -> /b/c.py",
    ]);
  });

  it.each(["imports.mpy", "imports-circuitpython.mpy"])("reads %s as it reads its source", async (name) => {
    const implementation = name === "imports.mpy" ? "micropython" : "circuitpython";
    const read = async (file: string, content: Uint8Array) => {
      const found = await graph(
        { "/main.py": "import p.q.m\n", [`/p/q/m${file}`]: content, "/code.py": "import p.q.m\n" },
        { implementation },
      );
      return lines(found).map((line) => line.replace(/\/m\.m?py:/u, "/m:").replace("m.mpy", "m.py"));
    };
    const source = await read(".py", fixture("imports.py"));
    expect(source.length).toBeGreaterThan(20);
    expect(await read(".mpy", fixture(name))).toEqual(source);
  });

  it("survives files that cannot be read", async () => {
    const found = await graph({
      "/main.py": "import broken, torn, old, fine\n",
      "/broken.py": "def f(:\n",
      "/torn.mpy": fixture("imports.mpy").subarray(0, 100),
      "/old.mpy": Uint8Array.of(0x4d, 5, 2, 31, 32, 0),
      "/fine.py": "import main\n",
    });
    expect(found.files.map(({ path, problem }) => [path, problem?.code, problem?.line])).toEqual([
      ["/main.py", undefined, undefined],
      ["/broken.py", "syntax-error", 1],
      ["/torn.mpy", "invalid-mpy", null],
      ["/old.mpy", "invalid-mpy", null],
      ["/fine.py", undefined, undefined],
      // Imported by its name, the program that the board has started is loaded a second time.
      ["/main.py", undefined, undefined],
    ]);
  });

  it("stops at its limits and at cycles", async () => {
    const target = memoryTarget({
      files: { "/main.py": "import a, b\n", "/a.py": "import b\n", "/b.py": "import a\n" + "#".repeat(100) },
    });
    const { files } = await importGraph(target, { maxFiles: 2 });
    expect(files.map(({ path, problem }) => [path, problem?.code])).toEqual([
      ["/main.py", undefined],
      ["/a.py", undefined],
      ["/b.py", "too-large"],
    ]);
    const small = await importGraph(target, { maxFileSize: 50 });
    expect(small.files.at(-1)).toMatchObject({ path: "/b.py", problem: { code: "too-large" } });
    expect((await importGraph(target)).files).toHaveLength(3);
  });

  it("starts what the board starts", async () => {
    const files = {
      "/boot.py": "",
      "/code.py": "",
      "/main.py": "",
      "/main.txt": "",
      "/safemode.txt": "",
      "/repl.py": "",
    };
    expect((await graph(files)).entries).toEqual(["/boot.py", "/main.py"]);
    const circuitpython = { implementation: "circuitpython" };
    expect((await graph(files, circuitpython)).entries).toEqual([
      "/safemode.txt",
      "/boot.py",
      "/code.py",
      "/repl.py",
    ]);
    expect((await graph({ ...files, "/code.txt": "" }, circuitpython)).entries[2]).toBe("/code.txt");
    expect((await graph({ "/code.py.txt": "" }, circuitpython)).entries).toEqual(["/code.py.txt"]);
    await expect(importGraph(memoryTarget(), { entries: ["/no.py"] })).rejects.toSatisfy((error) =>
      isUpyError(error, "file-not-found"),
    );
  });

  it("bears source that nests without end", async () => {
    const deep = (open: string, close: string) =>
      `x = ${open.repeat(20_000)}1${close.repeat(20_000)}\nimport b\n`;
    const sources = [
      deep("(", ")"),
      deep("-", ""),
      deep("[", "]"),
      deep("f(", ")"),
      `x = ${"1+".repeat(100_000)}1\n`,
    ];
    for (const source of sources) {
      const { files } = await graph({ "/main.py": source });
      expect(files).toHaveLength(1);
    }
  });

  it("stops for its signal", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(importGraph(memoryTarget(), { signal })).rejects.toThrow("enough");
  });

  it("never fails on what is in the files", async () => {
    const content = fc.oneof(
      fc.string(),
      fc.uint8Array(),
      fc.constantFrom("import a\n", "from . import a\n", "from a import *\n"),
    );
    const names = fc.constantFrom(
      "/main.py",
      "/a.py",
      "/a.mpy",
      "/a/__init__.py",
      "/a/__init__.mpy",
      "/lib/a/b.py",
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, content), async (files) => {
        const known = Object.entries(files).filter(([path]) => path !== "/a.mpy/");
        const found = await graph(Object.fromEntries(known));
        for (const one of found.imports)
          expect(one.found === null).toBe(one.missing !== null || one.name === null);
      }),
      { numRuns: 200 },
    );
  });
});
