// Bad input to each of the calls that build something: the code, and the file or place that the error names.
import { UpyError } from "@upykit/core";
import { manifestPackages, memoryFileSystem } from "@upykit/core/manifest";
import {
  buildIndex,
  buildManifestRomfs,
  buildRomfs,
  dump,
  freezeToC,
  type FreezeFile,
  mergeMpy,
  readRomfs,
  resourceModule,
  type RomfsOptions,
  romfsToUf2,
} from "@upykit/freezer";
import { describe, expect, it } from "vitest";
import { golden, mpyFixture } from "./fixtures/golden.js";
import { smallMpy } from "./fixtures/small-mpy.js";

const damaged = golden("expected/mpy/units.mpy").slice(0, -3);
const versionFive = Uint8Array.of(0x4d, 5, 0, 31, 9);
const units = golden("expected/mpy/units.mpy");
const circuitPython = mpyFixture("constants-circuitpython.mpy");
const bytes = (text: string) => new TextEncoder().encode(text);

/** What the call throws or rejects with, as one text: code, message, hint, file and line. */
async function complaint(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof UpyError)) throw error;
    const { filename, file, line } = error as { filename?: string; file?: string; line?: number };
    return [error.code, error.message, error.hint, filename, file, line].join(" | ");
  }
  return "nothing is wrong";
}

type Row = readonly [what: string, call: () => unknown, code: string, named: RegExp];

async function expectComplaint(call: () => unknown, code: string, named: RegExp): Promise<void> {
  const said = await complaint(call);
  expect(said).toMatch(new RegExp(`^${code} `));
  expect(said).toMatch(named);
}

describe("an image says", () => {
  const build = (path: string, content: Uint8Array, options?: RomfsOptions) => () =>
    buildRomfs([{ path, content }], options);
  const native = mpyFixture("assembler-armv7m.mpy");

  it.each<Row>([
    ["which .mpy is damaged", build("lib/a.mpy", damaged), "invalid-mpy", /lib\/a\.mpy/],
    ["which .mpy is of another version", build("a.mpy", versionFive), "i\\S+-mpy", /a\.mpy.*5/],
    ["which .mpy is CircuitPython's", build("a.mpy", circuitPython), "incompatible-mpy", /a\.mpy.*circuitpy/],
    [
      "whose machine code is foreign",
      build("a.mpy", native, { arch: "x64" }),
      "incompatible-mpy",
      /armv7m.*x64/,
    ],
    ["where a source is wrong", build("lib/a.py", bytes("x = 1\nx = =\n")), "syntax-error", /lib\/a\.py.*2$/],
    ["which name is not ASCII", build("größe.txt", units), "invalid-path", /größe\.txt/],
    ["how much does not fit", build("a.bin", units, { maximumSize: 9 }), "no-space", /9\b.*Leave out/],
    [
      "where it ends too early",
      () => readRomfs(buildRomfs([{ path: "a", content: units }]).slice(0, 99)),
      "invalid-package",
      /offset/,
    ],
    ["that it is none", () => romfsToUf2(units, { address: 0, familyId: 1 }), "invalid-package", /d2 cd 31/],
  ])("%s", async (_, call, code, named) => expectComplaint(call, code, named));

  it("nothing of machine code that the board runs", () => {
    expect(readRomfs(build("a.mpy", native, { arch: "armv7emsp" })()).entries).toHaveLength(1);
    expect(readRomfs(build("a.mpy", damaged, { compile: false })()).entries).toHaveLength(1);
  });
});

const tree = {
  "/lib/pkg/größe.py": "",
  "/lib/pkg/good.py": "",
  "/lib/pkg/bad.py": "x = 1\nx = =\n",
  "/lib/pkg/native.py": "@micropython.native\ndef f(): pass\n",
  "/lib/pkg/mpy/a.mpy": damaged,
};
const folders = ["."];

/** What the lines of a manifest are, to an image and to an index. */
function fromManifest(...lines: string[]) {
  const fileSystem = memoryFileSystem({ ...tree, "/lib/pkg/manifest.py": lines.join("\n") });
  return {
    image: () => buildManifestRomfs("/lib/pkg/manifest.py", { fileSystem }),
    index: async () => buildIndex(await manifestPackages("/lib", { fileSystem, folders }), { updated: 0 }),
  };
}

describe("from a manifest the line that names the file is told, of", () => {
  const here = /manifest\.py \| 2$/;
  const ofImage = (line: string) => fromManifest("", line).image;
  const ofIndex = (line: string) => fromManifest('metadata(version="1")', line).index;

  it.each<Row>([
    ["a damaged .mpy for an image", ofImage('freeze("mpy")'), "invalid-mpy", here],
    ["a name that is not ASCII for an image", ofImage('module("größe.py")'), "invalid-path", here],
    ["a duplicate for an image", ofImage('module("good.py");module("good.py")'), "conflict", here],
    ["a missing file for an image", ofImage('module("none.py")'), "file-not-found", here],
    ["a name that is not ASCII for an index", ofIndex('module("größe.py")'), "invalid-path", here],
    ["a duplicate for an index", ofIndex('module("good.py");module("good.py")'), "conflict", here],
    ["a missing file for an index", ofIndex('module("none.py")'), "file-not-found", here],
  ])("%s", async (_, call, code, named) => expectComplaint(call, code, named));

  it.each<Row>([
    ["an image", ofImage('module("bad.py")'), "syntax-error", /bad\.py.*2$/],
    ["an index", ofIndex('module("bad.py")'), "syntax-error", /bad\.py.*2$/],
    [
      "native code in an index",
      ofIndex('module("native.py")'),
      "syntax-error",
      /invalid arch.*native\.py.*1$/,
    ],
  ])("and of a wrong source its own too, for %s", async (_, call, code, named) => {
    await expectComplaint(call, code, named);
    await expectComplaint(call, code, /named in line 2 of \/lib\/pkg\/manifest\.py/);
  });
});

describe("which file it is, is told", () => {
  const frozen =
    (path: string, content: Uint8Array, kind: "mpy" | "py" = "mpy") =>
    () =>
      freezeToC([{ kind, path, content } satisfies FreezeFile]);

  it.each<Row>([
    ["when a frozen .mpy is damaged", frozen("a.mpy", damaged), "invalid-mpy", /a\.mpy/],
    ["when a frozen .mpy is old", frozen("a.mpy", versionFive), "i\\S+-mpy", /a\.mpy/],
    ["when a frozen .mpy is CircuitPython's", frozen("a.mpy", circuitPython), "incompatible-mpy", /a\.mpy/],
    ["when a frozen source is wrong", frozen("a.py", bytes("\n)"), "py"), "syntax-error", /a\.py.*2$/],
    [
      "when a frozen integer is too large",
      () => freezeToC([{ kind: "py", path: "a.py", content: "x = 1 << 70" }], { longIntegers: "none" }),
      "unsupported",
      /frozen_mpy\/a\.mpy/,
    ],
    [
      "when a frozen .mpy ends within an instruction",
      frozen("b.mpy", smallMpy({ opcodes: [0x23] })),
      "invalid-mpy",
      /b\.mpy/,
    ],
    [
      "when the bytecode of a merged file is damaged",
      () => mergeMpy([units, smallMpy({ opcodes: [0x11, 9, 0x63] })]),
      "invalid-mpy",
      /File 2 of 2: /,
    ],
    [
      "when a jump of a merged file is",
      () => mergeMpy([units, smallMpy({ opcodes: [0x42, 0x5f] })]),
      "invalid-mpy",
      /a\.py: /,
    ],
    [
      "when another compiler gives up",
      () =>
        freezeToC([{ kind: "py", path: "a.py", content: "" }], {
          compile: () => {
            throw new UpyError("unsupported", "mpy-cross failed");
          },
        }),
      "unsupported",
      /a\.py: mpy-cross/,
    ],
    ["when a merged file is damaged", () => mergeMpy([units, damaged]), "invalid-mpy", /File 2 of 2/],
    [
      "when a merged file is CircuitPython's",
      () => mergeMpy([units, circuitPython]),
      "incompatible-mpy",
      /\.py/,
    ],
    [
      "when a dumped file is damaged",
      () => dump([{ path: "a.mpy", content: damaged }]),
      "invalid-mpy",
      /a\.mpy/,
    ],
    [
      "when a resource is there twice",
      () =>
        resourceModule([
          { path: "a", content: units },
          { path: "a", content: units },
        ]),
      "conflict",
      /\ba\b/,
    ],
    [
      "when a resource leaves the package",
      () => resourceModule([{ path: "../a", content: units }]),
      "invalid-path",
      /\.\.\/a/,
    ],
  ])("%s", async (_, call, code, named) => expectComplaint(call, code, named));
});
