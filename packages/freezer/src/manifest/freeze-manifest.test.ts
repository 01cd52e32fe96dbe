// From manifest.py to what the real tools write of it, through our evaluator and our compiler.
import { manifestPackages, memoryFileSystem } from "@upykit/core/manifest";
import { nodeFileSystem } from "@upykit/core/node";
import { buildIndex, buildManifestRomfs, freezeManifest, freezeToC, readRomfs } from "@upykit/freezer";
import { describe, expect, it } from "vitest";
import { golden, goldenFiles, goldenText, mpyFixture, sourceFolder } from "../fixtures/golden.js";

const root = sourceFolder;
const fileSystem = nodeFileSystem(root);
const variables = { MPY_LIB_DIR: `${root}/lib`, PORT_DIR: `${root}/app`, BOARD_DIR: `${root}/board` };
const application = `${root}/app/manifest.py`;
const text = (content: Uint8Array) => new TextDecoder().decode(content);

describe("from manifest.py", () => {
  it("to the frozen_content.c of makemanifest.py", async () => {
    const { c, manifest } = await freezeManifest(application, {
      fileSystem,
      variables,
      qstrs: goldenText("expected/qstrdefs.preprocessed.h"),
      buildDirectory: "build-with-header",
    });
    expect(c).toBe(goldenText("expected/frozen_content.c"));
    expect(manifest.metadata.version).toBe("9.9");
  });

  it("with the path of an .mpy file that it names, as makemanifest.py has it", async () => {
    const mpy = golden("expected/mpy/units.mpy");
    const ofFolder = async (folder: string) => {
      const files = { "/app/manifest.py": 'freeze_mpy(".")', [`/app/${folder}/units.mpy`]: mpy };
      return freezeManifest("/app/manifest.py", { fileSystem: memoryFileSystem(files) });
    };
    const named = "\n// - original source file: /app/mpy/units.mpy\n// - frozen file name: units.py\n";
    expect((await ofFolder("mpy")).c).toContain(named);
    // What follows the end of a comment would be C.
    expect((await ofFolder("m\nint x;")).c).toContain(
      "\n// - original source file: /app/m?int x;/units.mpy\n",
    );
    const own = { kind: "mpy", path: "a\r\nb.mpy", content: mpy } as const;
    expect(freezeToC([own]).c).toContain("\n// - original source file: a??b.mpy\n");
  });

  it("to a ROMFS image of the same modules", async () => {
    const extra = ["data.bin", "main.py"].map((path) => ({ path, content: new Uint8Array() }));
    const { image } = await buildManifestRomfs(application, { fileSystem, variables, extra });
    const files = readRomfs(image).entries.flatMap((entry) => ("content" in entry ? [entry] : []));
    const compiled = goldenFiles("expected/mpy").map((name) => `lib/${name}`);
    expect(files.map(({ path }) => path).sort()).toEqual(
      ["data.bin", "main.mpy", ...compiled, "lib/note.py"].sort(),
    );
    const sensors = files.find(({ path }) => path === "lib/greenhouse/sensors.mpy");
    expect(text(sensors?.content ?? new Uint8Array())).toContain("lib/greenhouse/sensors.py");
    const sources = await buildManifestRomfs(application, {
      fileSystem,
      variables,
      compile: false,
      directory: "",
    });
    const source = readRomfs(sources.image).entries.find(({ path }) => path === "greenhouse/sensors.py");
    expect(source !== undefined && "content" in source && text(source.content)).toMatch(
      /__version__ = '0\.3\.1'\n$/,
    );
  });

  it("to the index of tools/build.py", async () => {
    const packages = await manifestPackages(`${root}/lib`, { fileSystem });
    const { files } = await buildIndex(packages, { updated: 0 });
    expect([...files.keys()].sort()).toEqual(goldenFiles("expected/index"));
    for (const [path, content] of files)
      expect(text(content), path).toBe(text(golden(`expected/index/${path}`)));
  });
});

/** What freezing a manifest of these lines says; the manifest stands beside files of every kind. */
async function freezeLines(...lines: string[]) {
  const files = memoryFileSystem({
    "/app/manifest.py": lines.join("\n"),
    "/app/good.py": "x = 1\n",
    "/app/bad.py": "x = 1\nx = = 2\n",
    "/app/texts/good.py": "",
    "/app/größe.py": "",
    "/app/mpy/damaged.mpy": Uint8Array.of(0x4d, 6, 0, 31, 9),
    "/app/old/old.mpy": Uint8Array.of(0x4d, 5, 0, 31, 9),
    "/app/circuitpython/constants.mpy": mpyFixture("constants-circuitpython.mpy"),
    "/app/native/a.mpy": mpyFixture("native-x64.mpy"),
    "/app/native/b.mpy": mpyFixture("assembler-armv7m.mpy"),
    "/app/natmod/natmod.mpy": mpyFixture("natmod-x64.mpy"),
    "/secret.py": "",
  });
  return freezeManifest("/app/manifest.py", { fileSystem: files, roots: ["/app"] });
}

describe("bad input is told with file and line, and nothing comes of it:", () => {
  it.each<[string, string[], number, string]>([
    ["a manifest that includes itself", ["", 'include("manifest.py")'], 2, "invalid-manifest"],
    ["a manifest that recurses", ["def f():", "    f()", "f()"], 2, "too-large"],
    ["a manifest that loops", ["", "while True:", "    pass"], 3, "too-large"],
    ["a path that leaves the root", ["", "", 'module("../secret.py")'], 3, "invalid-path"],
    ["a base that leaves the root", ['module("secret.py", base_path="..")'], 1, "invalid-path"],
    ["a missing file", ["", 'module("missing.py")'], 2, "file-not-found"],
    ["a missing package", ["", 'require("missing")'], 2, "not-found"],
    ["a damaged .mpy", ["", 'freeze("mpy")'], 2, "invalid-mpy"],
    ["an .mpy of another version", ["", 'freeze("old")'], 2, "invalid-mpy"],
    ["an .mpy for CircuitPython", ["", 'freeze("circuitpython")'], 2, "incompatible-mpy"],
    ["machine code for two architectures", ["", 'freeze("native")'], 2, "incompatible-mpy"],
    ["machine code with relocations", ["", 'freeze("natmod")'], 2, "unsupported"],
    ["the same target twice", ['module("good.py")', 'freeze(".", "good.py")'], 2, "conflict"],
    ["a text over a module", ['freeze_as_str("texts")', 'module("good.py")'], 2, "conflict"],
    ["a name that is not ASCII", ["", 'module("größe.py")'], 2, "invalid-path"],
  ])("%s", async (_, lines, line, code) => {
    await expect(freezeLines(...lines)).rejects.toMatchObject({
      code,
      file: "/app/manifest.py",
      line,
      hint: expect.stringContaining(`line ${line} of /app/manifest.py`) as string,
    });
  });

  it("a source that does not compile", async () => {
    await expect(freezeLines('module("bad.py")')).rejects.toMatchObject({
      code: "syntax-error",
      filename: "bad.py",
      line: 2,
    });
  });

  it("an image that does not fit", async () => {
    const options = { fileSystem, variables, maximumSize: 100 };
    await expect(buildManifestRomfs(application, options)).rejects.toMatchObject({
      code: "no-space",
      hint: expect.stringMatching(/Leave out files of \d+ bytes/) as string,
    });
  });
});
