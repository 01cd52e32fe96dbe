// Versions of files: read off the bytecode and the syntax tree, whatever else in them looks like a version.

import { readFileSync } from "node:fs";
import { compile } from "@upykit/compiler";
import { listLibraries } from "@upykit/core/circuitpython";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { circuitPython, drive } from "../fixtures/boards.js";

const golden = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../fixtures/mpy/${name}.mpy`, import.meta.url)));

/** The library `foo` as a drive has it. */
async function listed(files: Record<string, string | Uint8Array>, version = "10.0.3") {
  const { libraries } = await listLibraries(drive(files, circuitPython(version)), { bundles: [] });
  return libraries.find((one) => one.name === "foo");
}

function mpy(source: string): Uint8Array {
  return compile(source, { filename: "foo.py", target: "circuitpython" }).mpy;
}

/** The same file as CircuitPython's own mpy-cross of version 7 or 8 writes it: only the first byte differs. */
function forCircuitPython(content: Uint8Array): Uint8Array {
  return Uint8Array.from(content, (byte, index) => (index === 0 ? 0x43 : byte));
}

describe("in an .mpy file", () => {
  test.each([
    ["circuitpython-10", "10.0.3", "1.2.3"],
    ["circuitpython-7", "7.3.3", "1.2.3"],
    ["v5-plain", "8.2.10", "1.2.3"],
    ["v5-plain-cache", "8.2.10", "1.2.3"],
    ["v5-long", "8.2.10", "10.20.30-beta.12+build"],
    ["v5-long-cache", "8.2.10", "10.20.30-beta.12+build"],
    ["v5-none", "8.2.10", null],
    ["v5-none-cache", "8.2.10", null],
    ["v5-annotated", "8.2.10", "4.5.6"],
    ["v5-annotated-cache", "8.2.10", "4.5.6"],
  ])("of %s, on %s: %s", async (name, board, version) => {
    const found = await listed({ "/lib/foo.mpy": forCircuitPython(golden(name)) }, board);
    expect(found).toMatchObject({ version, versionSource: version === null ? null : "mpy", problems: [] });
  });

  test.each([
    ["the last one counts", '__version__ = "1.0.0"\n__version__ = "2.0.0"\n', "2.0.0"],
    ["another text does not", 'minimum = "3.0.0"\n__version__ = "1.0.0"\nother = "4.0.0"\n', "1.0.0"],
    ["nor a class's", 'class A:\n  __version__ = "9.0.0"\n', null],
    ["nor a function's", 'def f():\n  __version__ = "9.0.0"\n', null],
    ["a global one does", 'def f():\n  global __version__\n__version__ = "1.5.0"\n', "1.5.0"],
    ["a long text", `__version__ = "${"1".repeat(60)}.0.0"\n`, `${"1".repeat(60)}.0.0`],
    ["a chained one", 'a = __version__ = "1.2.0"\n', "1.2.0"],
    ["a computed one is unknown", '__version__ = "1" + str(2)\n', null],
    ["the placeholder is unknown", '__version__ = "0.0.0+auto.0"\n', null],
    ["so is the older one", '__version__ = "0.0.0-auto.0"\n', null],
    ["none at all", "x = 1\n", null],
  ])("%s", async (_, source, version) => {
    expect((await listed({ "/lib/foo.mpy": mpy(source) }))?.version).toBe(version);
    expect((await listed({ "/lib/foo.py": source }))?.version).toBe(version);
  });

  test("is found wherever a package has it", async () => {
    const files = {
      "/lib/foo/__init__.mpy": mpy("x = 1\n"),
      "/lib/foo/sub/bar.mpy": mpy('__version__ = "2.5.0"\n'),
    };
    expect(await listed(files)).toMatchObject({ version: "2.5.0", form: "package" });
  });

  test("is the one of __init__ where there are several", async () => {
    const init = '__version__ = "2.0.0"\n';
    const other = '__version__ = "1.0.0"\n';
    const files = {
      "/lib/foo/__init__.py": init,
      "/lib/foo/_first.py": other,
      "/lib/foo/a/__init__.py": other,
    };
    expect((await listed(files))?.version).toBe("2.0.0");
  });

  test.each(["circuitpython-10", "v5-plain", "v5-long-cache", "circuitpython-7"])(
    "%s cut off anywhere is damaged or has no version that it never had",
    async (name) => {
      const whole = forCircuitPython(golden(name));
      const board = name === "circuitpython-10" ? "10.0.3" : "8.0.0";
      for (let length = 0; length < whole.length; length++) {
        const found = await listed({ "/lib/foo.mpy": whole.slice(0, length) }, board);
        expect(found).toMatchObject({ status: "damaged", version: null });
      }
    },
  );

  test("any bytes give an answer", async () => {
    const wholes = ["circuitpython-10", "v5-plain", "v5-long-cache"].map((name) =>
      forCircuitPython(golden(name)),
    );
    const change = fc.tuple(fc.nat(400), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...wholes),
        fc.array(change, { maxLength: 4 }),
        async (whole, changes) => {
          const bytes = whole.slice();
          for (const [at, byte] of changes) bytes[4 + (at % (bytes.length - 4))] = byte;
          const found = await listed({ "/lib/foo.mpy": bytes });
          expect(found?.name).toBe("foo");
        },
      ),
      { numRuns: 300 },
    );
  });

  test("of CircuitPython 6 and older is told to be too old", async () => {
    const found = await listed({ "/lib/foo.mpy": golden("v3") });
    expect(found).toMatchObject({ status: "incompatible", version: null });
    expect(found?.problems[0]?.message).toContain("CircuitPython 6 or older");
  });

  test.each([
    ["circuitpython-10", "8.2.10"],
    ["v5-plain", "9.0.0"],
  ])("%s is not for %s, and its version is read all the same", async (name, board) => {
    const found = await listed({ "/lib/foo.mpy": forCircuitPython(golden(name)) }, board);
    expect(found).toMatchObject({ status: "incompatible", version: "1.2.3" });
  });

  test("for MicroPython is not for CircuitPython", async () => {
    const found = await listed({ "/lib/foo.mpy": golden("v5-plain") }, "8.0.0");
    expect(found?.problems).toMatchObject([{ type: "incompatible", path: "/lib/foo.mpy" }]);
  });
});

describe("in a source", () => {
  test.each([
    ['__version__: str = "1.1.0"\n', "1.1.0"],
    ['try:\n  __version__ = "1.2.0"\nexcept ImportError:\n  pass\n', "1.2.0"],
    ['"""\n__version__ = "9.9.9"\n"""\n__version__ = "1.0.0"\n', "1.0.0"],
    ["# __version__ = '9.9.9'\n", null],
    ["print('__version__ = \"9.9.9\"')\n", null],
    ['__version__ = ("1.0"\n  ".5")\n', "1.0.5"],
  ])("%j: %s", async (source, version) => {
    expect((await listed({ "/lib/foo.py": source }))?.version).toBe(version);
  });

  test("that does not parse there is none", async () => {
    const found = await listed({ "/lib/foo.py": '__version__ = "1.0.0"\ndef :\n' });
    expect(found).toMatchObject({
      version: null,
      status: "not-in-bundle",
      problems: [{ type: "syntax-error" }],
    });
  });
});
