import { expect, test } from "vitest";
import { BoardError, parseTraceback } from "@upykit/core/device";

const wrap = (last: string): string =>
  `Traceback (most recent call last):\r\n  File "<stdin>", line 1, in <module>\r\n${last}\r\n`;

/** What boards print, each with what it means. Recorded, or from the sources of the version named. */
const raised: [board: string, line: string, code: string, errno: string | null, family?: "wasi"][] = [
  ["MicroPython 1.28", "OSError: [Errno 2] ENOENT", "file-not-found", "ENOENT"],
  ["SAMD21 1.28, without errno", "OSError: (2, '/nope')", "file-not-found", "ENOENT"],
  ["MicroPython 1.9", "OSError: 2", "file-not-found", "ENOENT"],
  ["micro:bit 1.9.2", "OSError: file not found", "file-not-found", "ENOENT"],
  ["CircuitPython 10", "OSError: [Errno 2] No such file/directory: /nope", "file-not-found", "ENOENT"],
  ["CircuitPython 10", "OSError: [Errno 30] Read-only filesystem", "read-only", "EROFS"],
  ["CircuitPython 10", "OSError: [Errno 28] No space left on device", "no-space", "ENOSPC"],
  ["WebAssembly 1.27", "OSError: 44", "file-not-found", "ENOENT", "wasi"],
  ["WebAssembly 1.27", "OSError: [Errno 20] ENOTDIR", "file-exists", "EEXIST", "wasi"],
  ["WebAssembly 1.27", "OSError: 51", "no-space", "ENOSPC", "wasi"],
  ["littlefs in 1.12", "OSError: -28", "no-space", "ENOSPC"],
  ["MicroPython 1.28", "OSError: [Errno 39] ENOTEMPTY", "not-empty", "ENOTEMPTY"],
  ["MicroPython 1.28", "OSError: (-6, 'MBEDTLS_ERR_X')", "io-error", null],
  ["MicroPython 1.28", "OSError: ", "io-error", null],
  ["MicroPython 1.28", "MemoryError: memory allocation failed, allocating 99 bytes", "out-of-memory", null],
  ["micro:bit 1.9.2", "MemoryError: ", "out-of-memory", null],
  ["MicroPython 1.28", "ValueError", "python-error", null],
  ["MicroPython 1.28", "KeyboardInterrupt: ", "python-error", null],
  ["MicroPython 1.28", "SyntaxError: invalid syntax", "syntax-error", null],
];

test.each(raised)("%s: %s", (_, line, code, errno, family) => {
  const error = new BoardError(wrap(line), family);
  expect(error).toMatchObject({ code, errno, name: "BoardError" });
  expect(error.frames).toEqual([{ file: "<stdin>", line: 1, function: "<module>" }]);
});

test("frames without a function, messages of several lines, chained exceptions", () => {
  const syntax =
    'Traceback (most recent call last):\r\n  File "a.py", line 3\r\nSyntaxError: invalid syntax\r\n';
  expect(parseTraceback(syntax).frames).toEqual([{ file: "a.py", line: 3, function: null }]);
  expect(parseTraceback(wrap('ValueError: one\r\n  File "not a frame"\r\ntwo')).message).toBe(
    'one\n  File "not a frame"\ntwo',
  );
  const chained = `${wrap("ValueError: first")}\r\nThe above exception was the direct cause of the following exception:\r\n\r\n${wrap("KeyError: second")}`;
  expect(parseTraceback(chained)).toMatchObject({ type: "KeyError", message: "second" });
});

test.each(["", "garbage", "Traceback (most recent call last):", "\u0000\n  File", "MemoryError"])(
  "%j is survived",
  (text) => {
    expect(parseTraceback(text).frames).toEqual([]);
    expect(new BoardError(text).traceback).toBe(text);
  },
);
