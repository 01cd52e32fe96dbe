// Each finding of the doctor, and beside it a tree that looks like it and is fine.

import { readFileSync } from "node:fs";
import type { CircuitPythonBundle } from "@upykit/core/circuitpython";
import { memoryTarget, type MemoryTargetOptions } from "@upykit/core";
import { explainImports, type ExplainImportsOptions, type Finding } from "@upykit/core/imports";
import { describe, expect, it } from "vitest";
import fc from "fast-check";

type Files = NonNullable<MemoryTargetOptions["files"]>;

const bytecode = new Uint8Array(readFileSync(new URL("fixtures/which.mpy", import.meta.url)));
const foreign = Uint8Array.from(bytecode, (byte, index) => (index === 0 ? 0x43 : byte));
const native = Uint8Array.from(bytecode, (byte, index) => (index === 2 ? (7 << 2) | 3 : byte));

const frozen = { frozenModules: ["neopixel"], builtinModules: ["time", "json", "micropython", "sys"] };
const circuitpython = {
  implementation: "circuitpython",
  version: "10.2.1",
  sysPath: ["", "/", ".frozen", "/lib"],
  ...frozen,
};

interface Case {
  readonly title: string;
  readonly files: Files;
  readonly environment?: MemoryTargetOptions["environment"];
  readonly target?: MemoryTargetOptions;
  readonly options?: ExplainImportsOptions;
  /** "code severity first file | title of the first fix" */
  readonly finds: readonly string[];
}

const cases: readonly Case[] = [
  {
    title: "source beside bytecode",
    files: { "/main.py": "import foo\n", "/lib/foo.py": "", "/lib/foo.mpy": bytecode },
    finds: ["source-hides-bytecode warning /lib/foo.py | Remove /lib/foo.py"],
  },
  {
    title: "source beside bytecode in a package",
    files: { "/lib/p/__init__.mpy": bytecode, "/lib/p/__init__.py": "" },
    finds: ["source-hides-bytecode warning /lib/p/__init__.py | Remove /lib/p/__init__.py"],
  },
  {
    title: "source in the root beside bytecode: the user's own stays",
    files: { "/foo.py": "", "/foo.mpy": bytecode },
    finds: ["source-hides-bytecode warning /foo.py | Remove /foo.mpy"],
  },
  {
    title: "no pair: other names, other folders of a package",
    files: { "/lib/a.py": "", "/lib/b.mpy": bytecode, "/lib/p/a.mpy": bytecode },
    finds: [],
  },
  {
    title: "a file in the root before /lib",
    files: { "/foo.py": "1", "/lib/foo.py": "2" },
    finds: ["hides-library warning /foo.py | Rename /foo.py to /foo_unused.py"],
  },
  {
    title: "a folder in the root before a module in /lib",
    files: { "/foo/__init__.py": "", "/lib/foo.mpy": bytecode },
    finds: ["hides-library warning /foo | Remove /foo/"],
  },
  {
    title: "a copy",
    files: { "/foo.py": "1", "/lib/foo.py": "1" },
    finds: ["duplicate-copy info /lib/foo.py | Remove /lib/foo.py"],
  },
  {
    title: "a copied package",
    files: { "/p/__init__.py": "", "/p/a.py": "1", "/lib/p/__init__.py": "", "/lib/p/a.py": "1" },
    finds: ["duplicate-copy info /lib/p/__init__.py | Remove /lib/p/"],
  },
  {
    title: "no copy: the same contents under two names",
    files: { "/lib/a.py": "1", "/lib/b.py": "1", "/lib/p/a.py": "1" },
    finds: [],
  },
  {
    title: "a root file before a frozen module",
    files: { "/neopixel.py": "" },
    environment: frozen,
    finds: ["overrides-frozen warning /neopixel.py"],
  },
  {
    title: "a library that is frozen",
    files: { "/lib/neopixel.mpy": bytecode },
    environment: frozen,
    finds: ["frozen-already info /lib/neopixel.mpy | Remove /lib/neopixel.mpy"],
  },
  {
    title: "a library that is frozen, where /lib comes first on purpose",
    files: { "/lib/neopixel.mpy": bytecode },
    environment: { ...frozen, sysPath: ["", "/lib", ".frozen"] },
    finds: ["overrides-frozen info /lib/neopixel.mpy"],
  },
  { title: "a library that another board has frozen", files: { "/lib/neopixel.mpy": bytecode }, finds: [] },
  {
    title: "a piece beside frozen ones",
    files: { "/lib/neopixel_extra.mpy": bytecode },
    environment: frozen,
    finds: [],
  },
  {
    title: "a file with the name of a module that nothing replaces",
    files: { "/lib/micropython.py": "" },
    environment: frozen,
    finds: ["hidden-by-builtin warning /lib/micropython.py"],
  },
  {
    title: "a file with the name of a module that it replaces",
    files: { "/time.py": "" },
    environment: frozen,
    finds: ["overrides-builtin warning /time.py"],
  },
  {
    title: "a library that extends a built-in module",
    files: { "/lib/time.py": "from utime import *\n" },
    environment: frozen,
    finds: ["overrides-builtin info /lib/time.py"],
  },
  {
    title: "pieces of packages with names of built-in modules",
    files: { "/lib/p/time.py": "", "/lib/p/sys.py": "" },
    environment: frozen,
    finds: [],
  },
  {
    title: "two programs, of which the first is started",
    files: { "/code.py": "", "/main.py": "", "/boot.py": "" },
    environment: circuitpython,
    finds: ["never-started warning /main.py | Rename /main.py to /main_unused.py"],
  },
  {
    title: "no second program: MicroPython starts main.py",
    files: { "/code.py": "", "/main.py": "" },
    finds: [],
  },
  {
    title: "a program named like its library",
    files: { "/neopixel.py": "import neopixel\n", "/lib/neopixel.mpy": bytecode },
    environment: { frozenModules: [] },
    finds: [
      "hides-library warning /neopixel.py | Rename /neopixel.py to /neopixel_unused.py",
      "imports-itself warning /neopixel.py | Rename /neopixel.py to /neopixel_demo.py",
    ],
  },
  {
    title: "a package that imports itself from within",
    files: { "/lib/p/__init__.py": "import p.a\n", "/lib/p/a.py": "import p\n" },
    finds: [],
  },
  {
    title: "a folder in a folder of its name",
    files: {
      "/lib/adafruit_motor/adafruit_motor/servo.mpy": bytecode,
      "/lib/adafruit_motor/adafruit_motor/__init__.py": "",
    },
    finds: [
      "nested-folder warning /lib/adafruit_motor | Move adafruit_motor from /lib/adafruit_motor to /lib",
    ],
  },
  {
    title: "a library as it comes from an archive",
    files: {
      "/lib/Adafruit_CircuitPython_Motor-3.4.1/adafruit_motor/servo.py": "",
      "/lib/Adafruit_CircuitPython_Motor-3.4.1/examples/motor_demo.py": "",
      "/lib/Adafruit_CircuitPython_Motor-3.4.1/setup.py": "",
      "/lib/Adafruit_CircuitPython_Motor-3.4.1/README.rst": "",
    },
    finds: [
      "nested-folder warning /lib/Adafruit_CircuitPython_Motor-3.4.1 | Move adafruit_motor from /lib/Adafruit_CircuitPython_Motor-3.4.1 to /lib",
    ],
  },
  {
    title: "a bundle in /lib, and lib in lib",
    files: {
      "/lib/adafruit-circuitpython-bundle-10.x-mpy-20260101/lib/a.mpy": bytecode,
      "/lib/lib/b.mpy": bytecode,
    },
    finds: [
      "nested-folder warning /lib/adafruit-circuitpython-bundle-10.x-mpy-20260101 | Move a from /lib/adafruit-circuitpython-bundle-10.x-mpy-20260101/lib to /lib",
      "nested-folder warning /lib/lib | Move b from /lib/lib to /lib",
    ],
  },
  {
    title: "packages with a module or a part of their name",
    files: {
      "/lib/adafruit_wiznet5k/adafruit_wiznet5k.mpy": bytecode,
      "/lib/adafruit_wiznet5k/adafruit_wiznet5k_dhcp.mpy": bytecode,
      "/lib/umqtt/simple.py": "",
      "/lib/p/p/__init__.py": "",
      "/lib/p/__init__.py": "",
      "/sounds/sounds/a.wav": "",
      "/my-notes/x.txt": "",
    },
    finds: [],
  },
  {
    title: "pieces missing, in the program and in the package",
    files: {
      "/main.py": "from adafruit_motor import servo, motor\nimport p\n",
      "/lib/adafruit_motor/__init__.py": "",
      "/lib/adafruit_motor/motor.py": "",
      "/lib/p/__init__.py": "from .gone import x\n",
    },
    finds: ["missing-piece error /lib/p/__init__.py", "missing-piece error /main.py"],
  },
  {
    title: "names that are attributes, and pieces that nobody needs",
    files: {
      "/main.py": "from p import VALUE, sub\ntry:\n  from p import fast\nexcept ImportError:\n  pass\n",
      "/lib/p/__init__.py": "VALUE = 1\n",
      "/lib/p/sub.py": "",
    },
    finds: [],
  },
  {
    title: "bytecode for another interpreter",
    files: { "/main.py": "import foo\n", "/lib/foo.mpy": foreign },
    finds: ["unloadable-bytecode error /lib/foo.mpy"],
  },
  {
    title: "bytecode with machine code, which this board does not run; nobody imports it",
    files: { "/lib/foo.mpy": native },
    finds: ["unloadable-bytecode warning /lib/foo.mpy"],
  },
  {
    title: "damaged bytecode that hides a good file",
    files: { "/main.py": "import foo\n", "/foo.mpy": bytecode.subarray(0, 30), "/lib/foo.py": "" },
    finds: [
      "unloadable-bytecode error /foo.mpy | Remove /foo.mpy",
      "hides-library warning /foo.mpy | Rename /foo.mpy to /foo_unused.mpy",
    ],
  },
  {
    title: "bytecode for CircuitPython on CircuitPython",
    files: { "/lib/foo.mpy": foreign },
    environment: circuitpython,
    finds: [],
  },
  {
    title: "machine code on a board that runs it",
    files: { "/lib/foo.mpy": native },
    environment: {
      mpy: { version: 6, subVersion: 3, architecture: "armv7emsp", archFlags: 0, smallIntBits: 31 },
    },
    finds: [],
  },
  {
    title: "a dependency missing and one too old",
    files: { "/lib/app.py": "", "/lib/dep.py": "" },
    options: {
      packages: [
        {
          name: "app",
          version: "1.0",
          dependencies: ["gone-lib", { name: "dep", specifier: ">=2" }],
          files: ["/lib/app.py"],
        },
        { name: "dep", version: "1.5", dependencies: [] },
      ],
    },
    finds: ["dependency-missing warning /lib/app.py", "dependency-too-old warning /lib/app.py"],
  },
  {
    title: "dependencies that are there: by record, by file, frozen, new enough",
    files: { "/lib/app.py": "", "/lib/by_file.py": "" },
    environment: frozen,
    options: {
      packages: [
        {
          name: "app",
          version: "1.0",
          dependencies: ["neopixel", "By-File", { name: "dep.lib", specifier: ">=2,<3" }],
        },
        { name: "dep_lib", version: "2.5", dependencies: [] },
      ],
    },
    finds: [],
  },
  {
    title: "an import that nothing provides",
    files: { "/main.py": "import gone\n" },
    finds: ["missing-module error /main.py"],
  },
  {
    title: "imports that nothing provides, and that may fail or are not sure to run",
    files: {
      "/main.py": "try:\n  import a\nexcept ImportError:\n  a = None\nif a:\n  import b\n",
      "/tool.py": "import c\n",
    },
    finds: ["missing-module warning /main.py", "missing-module info /tool.py"],
  },
  {
    title: "names that no import can say",
    files: {
      "/lib/foo-bar.py": "",
      "/lib/2fast.mpy": bytecode,
      "/lib/foo (1).py": "",
      "/lib/baz.py": "",
      "/lib/baz - Copy.py": "",
      "/lib/class.py": "",
      "/lib/qux.py.txt": "",
      "/lib/UP.PY": "",
    },
    finds: [
      "unimportable-name warning /lib/2fast.mpy | Rename /lib/2fast.mpy to /lib/_2fast.mpy",
      "unimportable-name warning /lib/UP.PY | Rename /lib/UP.PY to /lib/UP.py",
      "unimportable-name warning /lib/baz - Copy.py | Remove /lib/baz - Copy.py",
      "unimportable-name warning /lib/class.py",
      "unimportable-name warning /lib/foo (1).py | Rename /lib/foo (1).py to /lib/foo.py",
      "unimportable-name warning /lib/foo-bar.py | Rename /lib/foo-bar.py to /lib/foo_bar.py",
      "unimportable-name info /lib/qux.py.txt | Rename /lib/qux.py.txt to /lib/qux.py",
    ],
  },
  {
    title: "odd names that are fine: letters of any script, started files, data",
    files: {
      "/lib/größe.py": "",
      "/lib/_x.py": "",
      "/code.py.txt": "",
      "/lib/font-12.bdf": "",
      "/lib/p/data (1).bin": "",
      "/lib/p/a.py": "",
      "/lib/UP.PY": "",
    },
    environment: circuitpython,
    target: { caseInsensitive: true },
    finds: [],
  },
  {
    title: "another case on a file system that tells them apart",
    files: { "/main.py": "import Foo\n", "/lib/foo.py": "" },
    finds: ["wrong-case error /lib/foo.py | Rename /lib/foo.py to /lib/Foo.py"],
  },
  {
    title: "another case on FAT",
    files: { "/code.py": "import Foo\n", "/lib/foo.py": "" },
    environment: circuitpython,
    target: { caseInsensitive: true },
    finds: ["wrong-case info /lib/foo.py"],
  },
  {
    title: "the right case on FAT",
    files: { "/code.py": "import Foo, foo_bar\n", "/lib/Foo.py": "", "/lib/foo_bar.py": "" },
    environment: circuitpython,
    target: { caseInsensitive: true },
    finds: [],
  },
  {
    title: "what computers leave",
    files: {
      "/lib/._foo.py": "x",
      "/lib/foo.py": "",
      "/.DS_Store": "",
      "/lib/__pycache__/foo.cpython-312.pyc": "",
    },
    finds: ["dropping info /.DS_Store | Remove what a computer left"],
  },
  {
    title: "what CircuitPython keeps",
    files: {
      "/.metadata_never_index": "",
      "/.fseventsd/no_log": "",
      "/.Trashes": "",
      "/boot_out.txt": "",
      "/settings.toml": "",
    },
    environment: circuitpython,
    finds: [],
  },
  {
    title: "an empty directory before a module",
    files: { "/foo/a.wav": "", "/lib/foo.py": "", "/lib/bar.py": "", "/lib/bar/picture.bmp": "" },
    finds: ["directory-hides-module warning /foo", "directory-hides-module warning /lib/bar"],
  },
  {
    title: "an empty directory beside a module on CircuitPython 10.3",
    files: { "/lib/bar.py": "", "/lib/bar/picture.bmp": "" },
    environment: { ...circuitpython, version: "10.3.0" },
    finds: [],
  },
  {
    title: "the same on CircuitPython 10.2",
    files: { "/lib/bar.py": "", "/lib/bar/picture.bmp": "" },
    environment: circuitpython,
    finds: ["directory-hides-module warning /lib/bar"],
  },
  {
    title: "relative imports that lead nowhere",
    files: { "/main.py": "from . import a\n", "/a.py": "" },
    finds: ["relative-import error /main.py"],
  },
  {
    title: "relative imports in packages",
    files: {
      "/main.py": "import p.q.r\n",
      "/p/q/r.py": "from .. import q\nfrom ..s import x\n",
      "/p/s.py": "x = 1\n",
    },
    finds: [],
  },
  {
    title: "source that does not parse, and a file too large",
    files: {
      "/main.py": "import a, b\n",
      "/a.py": "x = (\n",
      "/b.py": "#".repeat(2000),
      "/spare.py": "x x\n",
    },
    options: { maxFileSize: 1000 },
    finds: ["invalid-source error /a.py", "unreadable-file warning /b.py", "invalid-source info /spare.py"],
  },
];

const describeFinding = ({ code, severity, files, fixes }: Finding): string =>
  `${code} ${severity} ${files[0] ?? ""}${fixes[0] ? ` | ${fixes[0].title}` : ""}`;

describe("explainImports", () => {
  it.each(cases)("$title", async ({ files, environment, target, options, finds }) => {
    const board = memoryTarget({ ...target, files, ...(environment && { environment }) });
    const { findings } = await explainImports(board, options);
    expect(findings.map(describeFinding)).toEqual(finds);
    expect(board.steps).toBe(0);
  });

  it("knows from a bundle what libraries need and consist of", async () => {
    const libraries = [
      { name: "foo", dependencies: ["bar", "baz"], isPackage: false, version: "1.0" },
      { name: "motor", dependencies: [], isPackage: true, version: "3.4.1" },
      { name: "whole", dependencies: [], isPackage: true, version: "1.0" },
      { name: "elsewhere", dependencies: ["gone"], isPackage: true, version: "1.0" },
    ];
    const pieces = (name: string) => ["__init__", "servo"].map((piece) => ({ path: `${name}/${piece}.mpy` }));
    const bundle = {
      libraries,
      variants: [10],
      findLibrary: (name: string) => libraries.find((library) => library.name === name) ?? null,
      readLibrary: (name: string) => Promise.resolve(pieces(name)),
    } as unknown as CircuitPythonBundle;
    const files = {
      ...{ "/lib/foo.mpy": bytecode, "/lib/bar.py": "", "/lib/motor/__init__.py": "" },
      ...{ "/lib/whole/__init__.py": "", "/lib/whole/servo.mpy": bytecode, "/lib/whole/notes.txt": "" },
    };
    const { findings } = await explainImports(memoryTarget({ files }), { bundle });
    expect(findings.map(({ code, module, install }) => [code, module, install])).toEqual([
      ["dependency-missing", "baz", ["baz"]],
      ["missing-piece", "motor", ["motor"]],
    ]);
    expect(findings[1]?.message).toContain("motor/servo.mpy");
  });

  it("asks a board for few things", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`/lib/m${n}.py`, `import m${n + 1}\n`]),
    );
    const board = memoryTarget({
      files: {
        ...files,
        "/main.py": Object.keys(files)
          .map((path) => `import ${path.slice(5, -3)}\n`)
          .join(""),
      },
    });
    await explainImports(board, { caseInsensitive: false });
    expect(board.calls).toBeLessThan(110);
  });

  it("says something about any tree, and nothing twice", async () => {
    const part = fc.constantFrom(
      "a",
      "b",
      "lib",
      "a.py",
      "a.mpy",
      "B.PY",
      "__init__.py",
      "x-1.0",
      "._a.py",
      "main.py",
      "código.py",
    );
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
    const content = fc.oneof(
      fc.constant(bytecode),
      fc.constantFrom("import a\n", "from . import b\n", "import a.b.c\n", "("),
      fc.uint8Array(),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(path, content), fc.boolean(), async (files, caseInsensitive) => {
        const paths = Object.keys(files);
        const isClear = (one: string) =>
          !paths.some(
            (other) =>
              other !== one &&
              (other.toLowerCase().startsWith(`${one.toLowerCase()}/`) ||
                (caseInsensitive && other.toLowerCase() === one.toLowerCase())),
          );
        const tree = Object.fromEntries(Object.entries(files).filter(([one]) => isClear(one)));
        const { findings } = await explainImports(memoryTarget({ files: tree, caseInsensitive }));
        const texts = findings.map(({ code, message, files: concerned, imports }) =>
          JSON.stringify([code, message, concerned, imports]),
        );
        expect(new Set(texts).size).toBe(texts.length);
      }),
      { numRuns: 200 },
    );
  });
});
