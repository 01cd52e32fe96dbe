// Sources compiled while they are installed: a mip index, a real MicroPython, the compiler in between.

import { install, memoryTarget, mipIndex, sha256Sync, verify, type Environment } from "@upykit/core";
import { connectBoard } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
import { compileForEnvironment } from "@upykit/compiler";
import { expect, test } from "vitest";

const files = {
  "thing/__init__.py": "from .work import double\nname = __name__\n",
  "thing/work.py": "def double(a):\n    return [b * 2 for b in a]\ndef fail():\n    raise ValueError('no')\n",
  "thing/newer.py": "match 1:\n    case 1:\n        pass\n",
  "thing/native.py": "import micropython\n@micropython.native\ndef f(): pass\n",
};

/** A mip index with one package, in memory. */
function serve(only: readonly string[] = Object.keys(files)): typeof fetch {
  const encoder = new TextEncoder();
  const pages = new Map<string, string>();
  const hashes = Object.entries(files)
    .filter(([path]) => only.includes(path))
    .map(([path, text]) => {
      const hash = sha256Sync(encoder.encode(text)).slice(0, 8);
      pages.set(`/file/${hash.slice(0, 2)}/${hash}`, text);
      return [path, hash];
    });
  const listed = {
    name: "thing",
    version: "1.0",
    author: "",
    description: "",
    license: "MIT",
    path: "thing",
  };
  const packages = [{ ...listed, versions: { py: ["1.0"] } }];
  pages.set("/index.json", JSON.stringify({ v: 2, updated: 0, packages }));
  const json = JSON.stringify({ v: 1, version: "1.0", hashes });
  for (const version of ["1.0", "latest"]) pages.set(`/package/py/thing/${version}.json`, json);
  return (input) => {
    const page = pages.get(new URL(input instanceof Request ? input.url : input).pathname);
    return Promise.resolve(page === undefined ? new Response("", { status: 404 }) : new Response(page));
  };
}

const sources = [mipIndex({ url: "https://index.test" })];
const compile = compileForEnvironment;

test("what compiles is installed as .mpy, what does not as it is, with the reason", async () => {
  await using virtual = await createVirtualBoard();
  await using board = await connectBoard(virtual.transport());
  const report = await install(board.target(), ["thing"], { sources, fetch: serve(), compile });
  expect(report.written).toEqual([
    "/lib/thing/__init__.mpy",
    "/lib/thing/native.py",
    "/lib/thing/newer.py",
    "/lib/thing/work.mpy",
  ]);
  expect(report.fallbacks).toEqual([
    { path: "thing/native.py", reason: "invalid arch" },
    { path: "thing/newer.py", reason: "invalid syntax" },
  ]);
  const printed = await board.exec("import thing\nprint(thing.name, thing.double([1, 2]))");
  expect(printed.trim()).toBe("thing [2, 4]");
  // The name in tracebacks is that of the source.
  await expect(board.exec("thing.work.fail()")).rejects.toMatchObject({
    pythonType: "ValueError",
    frames: [{}, { file: "thing/work.py", line: 4, function: "fail" }],
  });
});

test("with require nothing is written where a source does not compile", async () => {
  await using virtual = await createVirtualBoard();
  await using board = await connectBoard(virtual.transport());
  const before = await virtual.fs.snapshot();
  const installing = install(board.target(), ["thing"], { sources, fetch: serve(), compile, mpy: "require" });
  await expect(installing).rejects.toMatchObject({ code: "syntax-error" });
  expect(await virtual.fs.snapshot()).toEqual(before);
});

test("with require a package that compiles is .mpy files alone; with never it is sources", async () => {
  await using virtual = await createVirtualBoard();
  await using board = await connectBoard(virtual.transport());
  const options = { sources, fetch: serve(["thing/__init__.py", "thing/work.py"]), compile };
  const report = await install(board.target(), ["thing"], { ...options, mpy: "require" });
  expect(report).toMatchObject({
    written: ["/lib/thing/__init__.mpy", "/lib/thing/work.mpy"],
    fallbacks: [],
  });
  const back = await install(board.target(), ["thing"], { ...options, mpy: "never", upgrade: true });
  expect(back.written).toEqual(["/lib/thing/__init__.py", "/lib/thing/work.py"]);
  expect((await board.exec("import thing\nprint(thing.double([3]))")).trim()).toBe("[6]");
});

test("a board that ran CircuitPython before gets its own .mpy files", async () => {
  const options = { sources, fetch: serve(["thing/__init__.py", "thing/work.py"]), compile };
  const before = memoryTarget({ environment: { implementation: "circuitpython" } });
  await install(before, ["thing"], options);
  const files: Record<string, Uint8Array> = {};
  for (const [path, content] of before.snapshot()) if (content !== null) files[path] = content;
  await using virtual = await createVirtualBoard({ files });
  await using board = await connectBoard(virtual.transport());
  const target = board.target();
  await expect(board.exec("import thing")).rejects.toThrow("incompatible .mpy file");
  expect((await verify(target)).problems.map(({ type }) => type)).toEqual(["incompatible", "incompatible"]);
  const report = await install(target, ["thing"], options);
  expect(report.written).toEqual(["/lib/thing/__init__.mpy", "/lib/thing/work.mpy"]);
  expect((await board.exec("import thing\nprint(thing.double([3]))")).trim()).toBe("[6]");
  expect(await verify(target)).toMatchObject({ ok: true });
});

/** An environment that loads these .mpy files. */
function environment(implementation: string, mpy: Partial<Environment["mpy"]> | null): Environment {
  const abi = { version: 6, subVersion: 3, architecture: "none", archFlags: 0, smallIntBits: 31 } as const;
  return {
    implementation,
    version: null,
    mpy: mpy && { ...abi, ...mpy },
    sysPath: [],
    platform: null,
    machine: null,
    boardId: null,
    frozenModules: null,
    builtinModules: null,
    heapFree: null,
  };
}

const header = (implementation: string, mpy: Partial<Environment["mpy"]> | null): number[] => [
  ...compile("a = 1\n", { path: "a.py", environment: environment(implementation, mpy) }).subarray(0, 4),
];

test("the environment says whose file it is, and with which small integers", () => {
  expect(header("micropython", {})).toEqual([0x4d, 6, 0, 31]);
  expect(header("circuitpython", {})).toEqual([0x43, 6, 0, 31]);
  expect(header("micropython", { smallIntBits: 63 })).toEqual([0x4d, 6, 0, 31]);
  expect(header("micropython", { smallIntBits: 14 })).toEqual([0x4d, 6, 0, 14]);
  expect(header("circuitpython", { version: 5 })).toEqual([0x43, 5, 2, 31]);
  expect(() => header("micropython", { version: 3 })).toThrow("The board loads .mpy version 3");
  expect(() => header("micropython", null)).toThrow("The board loads no .mpy files");
});
