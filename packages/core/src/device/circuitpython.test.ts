// CircuitPython's own ways: what it prints between its modes, and window titles in the middle of answers.

import { describe, expect, test } from "vitest";
import { connectBoard, type Board, type BoardTiming } from "@upykit/core/device";
import {
  fakeCircuitPython,
  type CircuitPythonState,
  type FakeCircuitPython,
} from "./fixtures/fake-circuitpython.js";

const timing: Partial<BoardTiming> = { answer: 100, idle: 100, attempt: 50, attempts: 6 };
const states: readonly CircuitPythonState[] = [
  "code.py runs",
  "code.py is done",
  "safe mode",
  "auto-reload",
  "REPL",
  "raw REPL",
];
const versions: readonly (readonly [version: string, titles: FakeCircuitPython["titles"]])[] = [
  ["7.3.3", "never"],
  ["8.2.10", "anywhere"],
  ["9.2.8", "anywhere"],
  ["10.2.1", "between modes"],
];

const profile = "['circuitpython', 2, '1111110', '0', '11111', '0', '00', '10', 100000]\r\n";
const file = `11\r\n${btoa("hello world")}\r\n`;

/** What the code of this connection prints on such a board. */
function answer(code: string): readonly [string, string?] {
  if (code.includes("mem_free() if")) return [profile];
  if (code.includes("def S(")) return [`${file}b'\\x85\\x11J\\r'\r\n`];
  if (code.includes("1/0"))
    return [
      "",
      'Traceback (most recent call last):\r\n  File "<stdin>", line 1, in <module>\r\nZeroDivisionError: \r\n',
    ];
  if (code.includes("[(")) return ["\r\n [42]\r\n"];
  return ["done > \x1b[1mit\r\n"];
}

async function withFake(
  state: CircuitPythonState,
  [version, titles]: (typeof versions)[number],
  action: (board: Board) => Promise<void>,
): Promise<void> {
  const transport = fakeCircuitPython({ version, titles, state, run: answer });
  await using board = await connectBoard(transport, { timing });
  await action(board);
}

describe.each(versions)("CircuitPython %s, titles %s", (...version) => {
  test.each(states)("is reached while it is in this state: %s", (state) =>
    withFake(state, version, async (board) => {
      expect(board.profile).toMatchObject({ implementation: "circuitpython", send: "base64" });
      expect(await board.evaluate("42")).toBe(42);
    }),
  );

  test("errors, output, a file, a soft reset", () =>
    withFake("REPL", version, async (board) => {
      await expect(board.exec("1/0")).rejects.toMatchObject({ pythonType: "ZeroDivisionError" });
      expect(await board.exec("x = 1")).toContain("done > \x1b[1mit\r\n");
      expect(await board.fs.readText("/hello.txt")).toBe("hello world");
      await board.softReset();
      expect(await board.evaluate("42")).toBe(42);
    }));
});
