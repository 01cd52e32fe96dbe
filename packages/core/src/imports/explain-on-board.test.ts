// What the doctor says is loaded, against what a real interpreter loads, before and after the first fix.

import { readFileSync } from "node:fs";
import { connectBoard } from "@upykit/core/device";
import { applyFix, explainImports, planFix } from "@upykit/core/imports";
import { createVirtualBoard, type VirtualBoardOptions } from "@upykit/core/testing";
import { describe, expect, it } from "vitest";

const bytecode = new Uint8Array(readFileSync(new URL("fixtures/which.mpy", import.meta.url)));
const foreign = Uint8Array.from(bytecode, (byte, index) => (index === 0 ? 0x43 : byte));

interface Case {
  readonly code: string;
  readonly files: NonNullable<VirtualBoardOptions["files"]>;
  /** Says what is loaded: the value, or the type of the exception. */
  readonly try: string;
  readonly before: string;
  /** After the first fix; absent where there is none. */
  readonly after?: string;
}

const which = (name: string) => `__import__('${name}', None, None, ('x',)).WHICH`;

const cases: readonly Case[] = [
  {
    code: "source-hides-bytecode",
    files: { "/lib/foo.py": "WHICH = 'source'", "/lib/foo.mpy": bytecode },
    try: which("foo"),
    before: "source",
    after: "placeholder",
  },
  {
    code: "hides-library",
    files: { "/foo.py": "WHICH = 'root'", "/lib/foo.py": "WHICH = 'lib'" },
    try: which("foo"),
    before: "root",
    after: "lib",
  },
  {
    code: "overrides-frozen",
    files: { "/asyncio.py": "WHICH = 'root'" },
    try: which("asyncio"),
    before: "root",
  },
  {
    code: "overrides-frozen",
    files: { "/binascii.py": "WHICH = 'root'" },
    try: which("binascii"),
    before: "root",
  },
  {
    code: "frozen-already",
    files: { "/lib/asyncio/__init__.py": "WHICH = 'lib'" },
    try: which("asyncio"),
    before: "AttributeError",
    after: "AttributeError",
  },
  { code: "overrides-builtin", files: { "/json.py": "WHICH = 'root'" }, try: which("json"), before: "root" },
  {
    code: "hidden-by-builtin",
    files: { "/micropython.py": "WHICH = 'root'" },
    try: which("micropython"),
    before: "AttributeError",
  },
  {
    code: "directory-hides-module",
    files: { "/lib/foo.py": "WHICH = 'lib'", "/lib/foo/a.txt": "" },
    try: which("foo"),
    before: "AttributeError",
  },
  {
    code: "imports-itself",
    files: { "/foo.py": "import foo\nWHICH = foo.__name__", "/lib/foo.py": "WHICH = 'lib'" },
    try: which("foo"),
    before: "foo",
    after: "lib",
  },
  {
    code: "nested-folder",
    files: { "/lib/motor/motor/servo.py": "WHICH = 'servo'" },
    try: which("motor.servo"),
    before: "ImportError",
    after: "servo",
  },
  {
    code: "nested-folder",
    files: { "/lib/CircuitPython_Motor-1.2.0/motor.py": "WHICH = 'motor'" },
    try: which("motor"),
    before: "ImportError",
    after: "motor",
  },
  {
    code: "unloadable-bytecode",
    files: { "/foo.mpy": foreign, "/lib/foo.py": "WHICH = 'lib'", "/boot.py": "" },
    try: which("foo"),
    before: "ValueError",
    after: "lib",
  },
  {
    code: "wrong-case",
    files: { "/main.py": "def main():\n  import Foo\n", "/lib/foo.py": "WHICH = 'lib'" },
    try: which("Foo"),
    before: "ImportError",
    after: "lib",
  },
  {
    code: "missing-piece",
    files: { "/main.py": "def main():\n  from foo import bar\n", "/lib/foo/__init__.py": "" },
    try: which("foo.bar"),
    before: "ImportError",
  },
  {
    code: "unimportable-name",
    files: { "/lib/foo (1).py": "WHICH = 'lib'" },
    try: which("foo"),
    before: "ImportError",
    after: "lib",
  },
  {
    code: "unimportable-name",
    files: { "/lib/foo.PY": "WHICH = 'lib'" },
    try: which("foo"),
    before: "ImportError",
    after: "lib",
  },
  {
    code: "relative-import",
    files: { "/tool.py": "def main():\n  from . import foo\n", "/foo.py": "" },
    try: "exec('from . import foo')",
    before: "ImportError",
  },
];

const script = (expression: string) => `
import sys
for name in list(sys.modules):
    del sys.modules[name]
try:
    print(${expression})
except Exception as error:
    print(type(error).__name__)
`;

describe("explainImports on a board", () => {
  it.each(cases)("$code: $try gives $before, then $after", async ({ code, files, ...rest }) => {
    await using virtual = await createVirtualBoard({ files });
    await using board = await connectBoard(virtual.transport());
    const run = async () => (await board.exec(script(rest.try))).trim();
    expect(await run()).toBe(rest.before);
    const { findings } = await explainImports(board.target());
    const found = findings.find((one) => one.code === code);
    expect(found?.fixes.length === 0).toBe(rest.after === undefined);
    if (found?.fixes[0] === undefined) return;
    await applyFix(await planFix(found.fixes[0], board.target()), board.target());
    expect(await run()).toBe(rest.after);
  });

  it("finds nothing on a board with a program that runs", async () => {
    const files = {
      "/main.py": "import asyncio, json, foo\nfrom bar import baz\n",
      "/lib/foo.mpy": bytecode,
      "/lib/bar/__init__.py": "",
      "/lib/bar/baz.py": "from . import qux\n",
      "/lib/bar/qux.py": "import binascii, time, sys\n",
    };
    await using virtual = await createVirtualBoard({ files });
    await using board = await connectBoard(virtual.transport());
    const before = virtual.stats.roundTrips;
    expect((await explainImports(board.target())).findings).toEqual([]);
    expect(virtual.stats.roundTrips - before).toBeLessThan(60);
    await board.exec("import main");
  });
});
