// What upykit compiles does on a real MicroPython what that one's own compiler makes of the source: the same output, the
// same errors in the same lines. UPYKIT_PROGRAMS sets how many generated programs are run.

import { readFileSync } from "node:fs";
import { compile, CompileError } from "@upykit/compiler";
import { connectBoard, type Board } from "@upykit/core/device";
import { createVirtualBoard, type VirtualBoard } from "@upykit/core/testing";
import type { FileContent } from "@upykit/core";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clockModule, runningProgram } from "./running-programs.js";

const count = Number(process.env["UPYKIT_PROGRAMS"] ?? 100);
const batchSize = 50;
/** Sources that never end, and native code, which this board cannot make. */
const notForThisBoard = /^while True|@micropython\.(?:native|viper|asm)/m;

/** Runs each module of a folder, with a title before each, and with its error after it. */
const driver = `import sys, gc, clock
def run(folder, names):
    sys.path.insert(0, folder)
    for name in names:
        clock.ticks = clock.calls = 0
        print("#", name)
        try:
            __import__(name)
        except Exception as error:
            sys.print_exception(error)
        sys.modules.pop(name, None)
        gc.collect()
    sys.path.pop(0)
`;

let virtual: VirtualBoard;
let board: Board;

beforeAll(async () => {
  const files = { "/lib/clock.py": clockModule, "/lib/driver.py": driver };
  virtual = await createVirtualBoard({ micropython: "micropython-1.28", files });
  board = await connectBoard(virtual.transport());
});

afterAll(async () => {
  await board.close();
  await virtual[Symbol.asyncDispose]();
});

/** What each module of a folder prints; addresses of objects are taken out. */
async function run(files: readonly FileContent[]): Promise<string[]> {
  await board.fs.mkdir("/run");
  await board.fs.writeFiles(files);
  const names = files.map(({ path }) => `"${path.replace(/^\/run\/|\.\w+$/g, "")}"`).join(",");
  const printed = await board.exec(`from driver import run\nrun("/run", [${names}])`);
  await board.fs.removeTree("/run");
  return printed
    .replace(/0x[0-9a-f]+|at [0-9a-f]{5,}/g, "ADDRESS")
    .split(/^# m\d+\r?\n/m)
    .slice(1);
}

function compiled(source: string, filename: string): Uint8Array<ArrayBufferLike> | CompileError {
  try {
    return compile(source, { filename }).mpy;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return error;
  }
}

/** An error as the board tells it: the line where there is one, the last line of the traceback. */
function expectError(
  printed: string | undefined,
  { filename = "", line, type, message }: CompileError,
): void {
  expect(printed?.split("\r\n").at(-2)).toBe(`${type}: ${message}`);
  if (printed?.includes(filename) === true) expect(printed).toContain(`"${filename}", line ${line}`);
}

/** How many of the sources compile; each prints the same both ways, or is refused with the same error. */
async function expectTheSame(sources: readonly string[]): Promise<number> {
  const encoder = new TextEncoder();
  const theirs = await run(
    sources.map((source, i) => ({ path: `/run/m${i}.py`, content: encoder.encode(source) })),
  );
  const results = sources.map((source, i) => compiled(source, `/run/m${i}.py`));
  const files = results.flatMap((content, i) =>
    content instanceof CompileError ? [] : [{ path: `/run/m${i}.mpy`, content }],
  );
  const printed = await run(files);
  expect(theirs).toHaveLength(sources.length);
  expect(printed).toHaveLength(files.length);
  sources.forEach((source, i) => {
    const result = results[i];
    if (result instanceof CompileError) expectError(theirs[i], result);
    else expect(printed.shift(), source).toBe(theirs[i]);
  });
  return files.length;
}

test(`${count} generated programs`, { timeout: 3_600_000 }, async () => {
  const programs = fc.sample(runningProgram, count);
  let good = 0;
  for (let start = 0; start < count; start += batchSize) {
    good += await expectTheSame(programs.slice(start, start + batchSize));
  }
  expect(good).toBeGreaterThan(count / 2);
});

test("the sources of features.test.ts", { timeout: 120_000 }, async () => {
  const lines = readFileSync(new URL("./fixtures/features.ndjson", import.meta.url), "utf8")
    .trim()
    .split("\n");
  const sources = lines.map((line) => (JSON.parse(line) as { source: string }).source);
  expect(await expectTheSame(sources.filter((source) => !notForThisBoard.test(source)))).toBeGreaterThan(50);
});
