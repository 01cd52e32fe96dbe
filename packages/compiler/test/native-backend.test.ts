// A mpy-cross of this machine as back end. UPYKIT_MPY_CROSS names a real one; without it a stand-in shows how it is
// called and how its answers are read.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile, CompileError } from "@upykit/compiler";
import { nativeBackend } from "@upykit/compiler/node";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "upykit-"));
afterAll(() => rmSync(folder, { recursive: true }));

function standIn(version: string): string {
  const path = join(folder, `mpy-cross-${version.replace(/\W+/g, "-")}`);
  const mpy = Buffer.from(compile("a = 1\n", { filename: "a.py" }).mpy).toString("hex");
  writeFileSync(
    path,
    `#!${process.execPath}
const args = process.argv.slice(2);
if (args[0] === "--version") { console.log(${JSON.stringify(version)}); process.exit(0); }
let source = "";
process.stdin.on("data", (chunk) => (source += chunk)).on("end", () => {
  if (source.includes("bad")) {
    console.error('Traceback (most recent call last):\\n  File "<stdin>", line 2\\nSyntaxError: ' + args.join(" "));
    process.exit(1);
  }
  process.stdout.write(Buffer.from("${mpy}", "hex"));
});
`,
  );
  chmodSync(path, 0o755);
  return path;
}

const current = "MicroPython v1.28.0 on 2026-04-01; mpy-cross emitting mpy v6.3";

describe("a stand-in", () => {
  test("is asked for its version", async () => {
    const backend = await nativeBackend({ path: standIn(current), version: "1.28.0" });
    expect(backend).toMatchObject({ target: "micropython", version: "1.28.0", mpyVersion: "6.3" });
    const { mpy, file } = await backend.compile("a = 1\n", { filename: "a.py" });
    expect(mpy).toEqual(compile("a = 1\n", { filename: "a.py" }).mpy);
    expect(file.qstrs[0]).toBe("a.py");
  });

  test("gets the options, and its errors come back with their line", async () => {
    const backend = await nativeBackend({ path: standIn(current) });
    const options = { filename: "x.py", arch: "armv7m", optimize: 2, smallIntBits: 63 } as const;
    const error: unknown = await backend.compile("a\nbad\n", options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CompileError);
    expect(error).toMatchObject({ line: 2, message: "-s x.py -O2 -msmall-int-bits=63 -march=armv7m -o - -" });
  });

  test.each([
    ["of another version than asked for", { path: standIn(current), version: "1.27.0" }, "unsupported"],
    [
      "of an older format",
      { path: standIn("MicroPython v1.18 on 2022-01-17; mpy-cross emitting mpy v5"), version: undefined },
      "unsupported",
    ],
    ["that is not there", { path: join(folder, "nothing"), version: undefined }, "not-found"],
  ])("%s is refused", async (_, options, code) => {
    await expect(nativeBackend(options)).rejects.toMatchObject({ code });
  });

  test("for another implementation is refused", async () => {
    const backend = await nativeBackend({ path: standIn(current) });
    const running = backend.compile("a\n", { filename: "a.py", target: "circuitpython" });
    await expect(running).rejects.toMatchObject({ code: "invalid-argument" });
  });
});

const real = process.env["UPYKIT_MPY_CROSS"];

describe("a real mpy-cross", { skip: real === undefined }, () => {
  test("compiles native code, and bytecode to the same bytes", async () => {
    const backend = await nativeBackend({ path: real });
    const source = "import micropython\n@micropython.native\ndef f(a):\n    return a + 1\n";
    const { file } = await backend.compile(source, { filename: "n.py", arch: "armv7em" });
    expect(file.header.architecture).toBe("armv7em");
    const plain = await backend.compile("def f(a):\n    return a\n", { filename: "p.py" });
    expect(plain.mpy).toEqual(compile("def f(a):\n    return a\n", { filename: "p.py" }).mpy);
    await expect(backend.compile("a b\n", { filename: "e.py" })).rejects.toMatchObject({
      line: 1,
      message: "invalid syntax",
    });
  });
});

test("without a back end native code is refused: with MicroPython's error where no architecture is given", () => {
  const source = "@micropython.native\ndef f(): pass\n";
  expect(() => compile(source, { filename: "n.py" })).toThrow("invalid arch");
  expect(() => compile(source, { filename: "n.py", arch: "armv7m" })).toThrow(
    expect.objectContaining({ code: "unsupported" }),
  );
});
