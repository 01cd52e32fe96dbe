// What no good board does: garbage, half answers, endless answers, silence. Each ends in a value or an error, soon.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connectBoard, type Board, type BoardTiming } from "@upykit/core/device";
import { isUpyError } from "@upykit/core";
import { fakeBoard, plainProfile, type FakeBoardScript } from "./fixtures/fake-board.js";

const timing: Partial<BoardTiming> = { answer: 20, idle: 20, attempt: 10, attempts: 3, pause: 0 };

async function connectFake(script: FakeBoardScript): Promise<Board> {
  return connectBoard(fakeBoard(script), { timing });
}

/** A board whose probe is answered well, and all else by `answer`. */
function answering(answer: string, more: FakeBoardScript = {}): FakeBoardScript {
  return { ...more, run: (code) => (code.includes("mem_free") ? plainProfile : answer) };
}

describe("at the door", () => {
  test("silence", async () => {
    await expect(connectFake({ mangle: () => "" })).rejects.toMatchObject({
      code: "no-response",
      hint: expect.stringContaining("cable") as string,
    });
  });

  test("silence ends the search long before its last attempt; a word is reason to go on", async () => {
    const patient = { ...timing, attempts: 30 };
    const silent = fakeBoard({ mangle: () => "" });
    await expect(connectBoard(silent, { timing: patient })).rejects.toMatchObject({ code: "no-response" });
    expect(silent.typed).toHaveLength(18);
    const busy = fakeBoard({ mangle: () => (busy.typed.length < 10 ? "?" : "") });
    await expect(connectBoard(busy, { timing: patient })).rejects.toMatchObject({ code: "protocol" });
    expect(busy.typed).toHaveLength(30);
  });

  test("garbage", async () => {
    const connecting = connectFake({ mangle: (text) => text.replaceAll("raw", "war") });
    await expect(connecting).rejects.toMatchObject({ code: "protocol" });
  });

  test("endless garbage", async () => {
    const board = fakeBoard({ mangle: () => "x".repeat(200_000) });
    await expect(connectBoard(board, { timing })).rejects.toMatchObject({ code: "protocol" });
  });

  test("a banner, but nobody who listens", async () => {
    const connecting = connectFake({ mangle: (text) => (text.includes("<") ? "OK\x04\x04>" : text) });
    await expect(connecting).rejects.toMatchObject({ code: "protocol" });
  });

  test.each([
    "OK\x04\x04>",
    "OKgarbage\x04\x04>",
    "OK[]\x04\x04>",
    "OK{1: 2}\x04\x04>",
    "OK[1, [], {}]\x04\x04>",
  ])("a probe answered %j", async (answer) => {
    const result = await connectFake({ run: () => answer }).catch((error: unknown) => error);
    if (!isUpyError(result)) expect((result as Board).profile.blockSize).toBeGreaterThan(0);
  });

  test("CircuitPython's titles in the middle of everything", async () => {
    const title = "\x1b]0;Wi-Fi: off | REPL | 10.2.1\x1b\\";
    const script = answering(`OK${title}\r\n[4${title}2]\r\n\x04\x04>`, {
      mangle: (text) => text.replace(/>$/, ">" + title),
    });
    const board = await connectFake(script);
    expect(await board.evaluate("42")).toBe(42);
  });
});

describe("raw paste", () => {
  const paste = (rawPaste: string): FakeBoardScript => answering("OK\n[7]\r\n\x04\x04>", { rawPaste });

  test.each(["R\x00", "R\x00>", "raw REPL; CTRL-B to exit\r\n>"])(
    "refused with %j: typed, and not asked again",
    async (answer) => {
      const fake = fakeBoard(paste(answer));
      const board = await connectBoard(fake, { timing });
      for (let i = 0; i < 3; i++) expect(await board.evaluate("7")).toBe(7);
      expect(fake.typed.filter((text) => text === "\x05A\x01")).toHaveLength(1);
    },
  );

  test.each(["", "R", "R\x01", "R\x01\x00\x00\x01", "R\x02", "garbage", "R\x01\x80\x00\x01!!!"])(
    "answered %j: falls back to typing",
    async (answer) => {
      const board = await connectFake(paste(answer));
      expect(await board.evaluate("7")).toBe(7);
    },
  );
});

describe("answers to code", () => {
  test.each([
    ["nothing", "", "no-response"],
    ["no OK", "??", "protocol"],
    ["half an OK", "O", "no-response"],
    ["no end", "OKabc", "no-response"],
    ["no prompt", "OKabc\x04\x04", "no-response"],
    ["a fault of the board", "OK\x04Traceback (most recent call last):\r\nFoo: bar\r\n\x04>", "python-error"],
    ["half a value", "OK\n[1, 2\r\n\x04\x04>", "unsupported"],
    ["no value", "OK\x04\x04>", "protocol"],
  ])("%s", async (_, answer, code) => {
    const board = await connectFake(answering(answer));
    await expect(board.evaluate("1")).rejects.toMatchObject({ code });
    await expect(board.evaluate("1")).rejects.toMatchObject({ code });
  });

  test("endless output is bounded", async () => {
    const board = await connectFake(answering("OK" + "x".repeat(100_000)));
    await expect(board.exec("1", { maxOutput: 50_000 })).rejects.toMatchObject({ code: "too-large" });
    const held = await connectFake(answering("OK\x04" + "x".repeat(100_000)));
    await expect(held.exec("1", { maxOutput: 50_000 })).rejects.toMatchObject({ code: "too-large" });
  });

  test.each(["(1,2)", "5", "-", "9999999999999", "3\r\nzz", "1\r\nQQ==\r\nb'wrong'"])(
    "a file that is sent as %j",
    async (text) => {
      const board = await connectFake(answering(`OK${text}\r\n\x04\x04>`));
      await expect(board.fs.readFile("/a")).rejects.toSatisfy((error) => isUpyError(error));
      await expect(board.fs.list("/")).rejects.toSatisfy((error) => isUpyError(error));
      await expect(board.fs.stat(["/a", "/b"])).rejects.toSatisfy((error) => isUpyError(error));
      await expect(board.fs.hashFiles(["/a", "/b", "/c"])).rejects.toSatisfy((error) => isUpyError(error));
    },
  );
});

describe("any answer at all", () => {
  const bytes = fc.string({
    unit: fc.constantFrom(...Array.from("OKR\x01\x04>[]'ab\r\n123\x1b\\")),
    maxLength: 30,
  });
  const chunks = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

  test("is a value or an error", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, bytes, chunks, async (answer, rawPaste, sizes) => {
        const script = answering(answer, { rawPaste, chunks: sizes });
        try {
          const board = await connectFake(script);
          await board.exec("x");
          await board.fs.stat(["/a"]);
        } catch (error) {
          if (!isUpyError(error)) throw error;
        }
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  test("a good answer is the same however it is cut", async () => {
    const output = fc
      .string({ unit: fc.constantFrom(...Array.from("ab\x04>\r\n")), maxLength: 20 })
      .filter(isFramed);
    await fc.assert(
      fc.asyncProperty(output, chunks, async (text, sizes) => {
        const board = await connectFake(answering(`OK${text}\x04\x04>`, { chunks: sizes }));
        const streamed: string[] = [];
        expect(await board.exec("x", { onOutput: (piece) => streamed.push(piece) })).toBe(text);
        expect(streamed.join("")).toBe(text);
      }),
      { numRuns: 200 },
    );
  });
});

/** Output that does not look like a whole frame itself: the one case that the raw REPL cannot tell. */
function isFramed(text: string): boolean {
  const first = text.indexOf("\x04");
  return first < 0 || !text.includes("\x04>", first + 1);
}
