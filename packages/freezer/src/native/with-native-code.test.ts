// Sources with native, viper and assembler functions. The back end answers with what mpy-cross 1.28.0 made of them;
// UPYKIT_MPY_CROSS (or MPY_CROSS, or a mpy-cross of 1.28.0 on the path) has the same done by a real one.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CompileError } from "@upykit/compiler";
import { nativeBackend as localBackend } from "@upykit/compiler/node";
import { UpyError } from "@upykit/core";
import { memoryFileSystem } from "@upykit/core/manifest";
import { nodeFileSystem } from "@upykit/core/node/file-system";
import {
  buildManifestRomfs,
  buildRomfs,
  freezeManifest,
  freezeToC,
  type NativeCompiler,
  planRomfs,
  readRomfs,
  withNativeCode,
} from "@upykit/freezer";
import { describe, expect, it } from "vitest";
import { goldenText } from "../fixtures/golden.js";

const root = fileURLToPath(new URL("../fixtures/native", import.meta.url));
const file = (path: string) => new Uint8Array(readFileSync(`${root}/${path}`));
const frozen = new TextDecoder().decode(file("expected/frozen_content.c"));
const source = (path: string) => ({ path, content: file(`src/${path}`) });
const needed = ["fast.py", "pkg/inner.py", "thumb.py"];

/** Answers as mpy-cross did; `asked` has what it was asked for. */
function recorded() {
  const asked: string[] = [];
  const backend: NativeCompiler = {
    compile: (_, { filename, arch, optimize = 0 }) => {
      asked.push(`${filename} ${arch ?? "-"} -O${optimize}`);
      return Promise.resolve({ mpy: file(`expected/${filename.replace(/\.py$/, ".mpy")}`) });
    },
  };
  return { asked, backend };
}

const freezeOptions = {
  fileSystem: nodeFileSystem(root),
  qstrs: goldenText("expected/qstrdefs.preprocessed.h"),
  buildDirectory: "build-native",
  arch: "armv7m",
} as const;

describe("with a back end for native code", () => {
  it("a manifest is frozen to the bytes of makemanifest.py -march=armv7m", async () => {
    const { asked, backend } = recorded();
    const { c } = await freezeManifest(`${root}/manifest.py`, { ...freezeOptions, nativeBackend: backend });
    expect(c).toBe(frozen);
    expect(asked).toEqual(["pkg/inner.py armv7m -O3", "fast.py armv7m -O0", "thumb.py armv7m -O0"]);
  });

  it("images have the same .mpy files, and those that need no back end are compiled here", async () => {
    const { asked, backend } = recorded();
    const options = { ...freezeOptions, nativeBackend: backend, directory: "" };
    const { image } = await buildManifestRomfs(`${root}/manifest.py`, options);
    const entries = [...needed, "plain.py", "pkg/__init__.py"].map(source);
    const own = await withNativeCode(backend, (compile) => buildRomfs(entries, { compile, arch: "armv7m" }));
    const planned = await planRomfs({ packages: [] } as never, { extra: entries, ...options });
    for (const each of [image, own, planned.image]) {
      const found = new Map(
        readRomfs(each).entries.flatMap((entry) => ("content" in entry ? [[entry.path, entry.content]] : [])),
      );
      expect([...found.keys()].sort()).toEqual([
        "fast.mpy",
        "pkg/__init__.mpy",
        "pkg/inner.mpy",
        "plain.mpy",
        "thumb.mpy",
      ]);
      for (const path of needed.map((name) => name.replace(/\.py$/, ".mpy"))) {
        expect(found.get(path), path).toEqual(file(`expected/${path}`));
      }
    }
    expect(asked).toHaveLength(3 * needed.length);
  });

  it("nothing is asked of it where no source needs it", async () => {
    const { asked, backend } = recorded();
    const files = [{ kind: "py", ...source("plain.py") } as const];
    const { c } = await withNativeCode(backend, (compile) => freezeToC(files, { compile, arch: "armv7m" }));
    expect(c).toBe(freezeToC(files).c);
    expect(asked).toEqual([]);
  });

  it("its errors come with the line of the manifest", async () => {
    const options = (error: Error) => ({
      fileSystem: memoryFileSystem({
        "/app/manifest.py": 'metadata()\nmodule("a.py")\n',
        "/app/a.py": "import micropython\n@micropython.viper\ndef f(): pass\n",
      }),
      arch: "x64" as const,
      nativeBackend: { compile: () => Promise.reject(error) },
    });
    const failed = new UpyError("unsupported", "mpy-cross failed");
    await expect(freezeManifest("/app/manifest.py", options(failed))).rejects.toMatchObject({
      code: "unsupported",
      file: "/app/manifest.py",
      line: 2,
    });
    const about = { filename: "a.py", line: 3, column: 0, type: "SyntaxError" as const, codeFrame: "" };
    const refused = new CompileError("no", { ...about, hint: undefined, cause: undefined });
    const named = "The file is named in line 2 of /app/manifest.py.";
    await expect(freezeManifest("/app/manifest.py", options(refused))).rejects.toMatchObject({
      code: "syntax-error",
      filename: "a.py",
      line: 3,
      hint: named,
    });
  });

  it("an abort ends the waiting", async () => {
    const controller = new AbortController();
    const compile: NativeCompiler["compile"] = (_, { signal }) => {
      controller.abort(new Error("enough"));
      return Promise.reject(signal?.reason as Error);
    };
    const options = { ...freezeOptions, nativeBackend: { compile }, signal: controller.signal };
    await expect(freezeManifest(`${root}/manifest.py`, options)).rejects.toThrow("enough");
  });
});

describe("without one", () => {
  it("the error names the file and what there is to give", async () => {
    const about = {
      code: "unsupported",
      message: /^fast\.py: .*@micropython/,
      hint: /nativeBackend.*withNativeCode/,
    };
    const says = (error: unknown): void => {
      expect(error).toBeInstanceOf(UpyError);
      const { code, message, hint } = error as UpyError;
      expect(code).toBe(about.code);
      expect(message).toMatch(about.message);
      expect(hint).toMatch(about.hint);
    };
    const fast = { kind: "py", ...source("fast.py") } as const;
    for (const call of [
      () => freezeToC([fast], { arch: "x64" }),
      () => buildRomfs([fast], { arch: "x64" }),
    ]) {
      try {
        call();
        expect.unreachable();
      } catch (error) {
        says(error);
      }
    }
    const error: unknown = await freezeManifest(`${root}/manifest.py`, freezeOptions).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "unsupported", file: `${root}/manifest.py`, line: 2 });
  });
});

const { UPYKIT_MPY_CROSS, MPY_CROSS } = process.env;
const path = UPYKIT_MPY_CROSS ?? MPY_CROSS ?? "mpy-cross";
const version = spawnSync(path, ["--version"], { encoding: "utf8" }).stdout as string | null;

describe.skipIf(version?.includes("MicroPython v1.28.0") !== true)(
  "a mpy-cross 1.28.0 of this machine",
  () => {
    it("gives the same frozen C", async () => {
      const nativeBackend = await localBackend({ path });
      const { c } = await freezeManifest(`${root}/manifest.py`, { ...freezeOptions, nativeBackend });
      expect(c).toBe(frozen);
    });
  },
);
