// Bytes there and back, over good and bad links, on good and poor boards. Costs are counted, not timed.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BoardStats, VirtualBoardOptions } from "@upykit/core/testing";
import { noise, sourceText, withBoard } from "../fixtures/with-board.js";

function since(before: BoardStats, now: BoardStats): { sent: number; received: number; roundTrips: number } {
  return {
    sent: now.bytesToBoard - before.bytesToBoard,
    received: now.bytesFromBoard - before.bytesFromBoard,
    roundTrips: now.roundTrips - before.roundTrips,
  };
}

test("files of every size around what the wire counts in", () =>
  withBoard(async ({ fs }) => {
    const sizes = [0, 1, 2, 3, 63, 64, 65, 127, 128, 255, 256, 257, 511, 512, 1023, 1024, 4095, 4096, 4097];
    const large = [16_383, 16_384, 16_385, 32_768, 65_535, 65_536, 70_000];
    const files = [...sizes, ...large].map((size) => ({ path: `/f${size}`, content: noise(size, size) }));
    await fs.writeFiles(files);
    expect(await fs.readFiles(files.map(({ path }) => path))).toEqual(files.map(({ content }) => content));
  }));

test("files of any size and content", () =>
  withBoard(async ({ fs }, virtual) => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc.integer({ min: 0, max: 70_000 }).map((length) => noise(length, length)),
      fc.integer({ min: 0, max: 70_000 }).map(sourceText),
    );
    const check = async (contents: Uint8Array[]): Promise<void> => {
      const files = contents.map((bytes, i) => ({ path: `/p/${i}`, content: bytes }));
      await fs.writeFiles(files);
      for (const file of files) expect(await virtual.fs.read(file.path)).toEqual(file.content);
      expect(await fs.readFiles(files.map(({ path }) => path))).toEqual(contents);
    };
    await fc.assert(fc.asyncProperty(fc.array(content, { maxLength: 5 }), check), { numRuns: 15 });
  }));

test("a megabyte there and back", () =>
  withBoard(async ({ fs }) => {
    const content = noise(1 << 20);
    await fs.writeFile("/mb", content);
    expect(Buffer.from(await fs.readFile("/mb")).equals(content)).toBe(true);
  }));

describe("what it costs", () => {
  // The rate is not measured but told, so that the numbers do not depend on the machine.
  const fast = { connect: { flowControl: true } };

  test("100 KiB of text is deflated", () =>
    withBoard(async ({ fs }, virtual) => {
      const before = virtual.stats;
      await fs.writeFile("/text", sourceText(102_400));
      const cost = since(before, virtual.stats);
      expect(cost.sent).toBeLessThan(45_000);
      expect(cost.roundTrips).toBeLessThanOrEqual(8);
    }, fast));

  test("100 KiB that cannot be deflated cost little more than their bytes", () =>
    withBoard(async ({ fs }, virtual) => {
      const before = virtual.stats;
      await fs.writeFile("/random", noise(102_400));
      const cost = since(before, virtual.stats);
      expect(102_400 / cost.sent).toBeGreaterThan(0.95);
      expect(cost.roundTrips).toBeLessThanOrEqual(30);
      expect(cost.received).toBeLessThan(1000);
    }, fast));

  test("100 files of 1 KiB, new and unchanged, take a few round trips", () =>
    withBoard(async ({ fs }, virtual) => {
      const text = sourceText(110_000);
      const files = Array.from({ length: 100 }, (_, i) => ({
        path: `/lib/f${i}.py`,
        content: text.slice(i * 1000, i * 1000 + 1024),
      }));
      const before = virtual.stats;
      await fs.writeFiles(files);
      const written = virtual.stats;
      expect(since(before, written).roundTrips).toBeLessThanOrEqual(30);
      expect((await fs.write(files, { skipUnchanged: true })).written).toEqual([]);
      expect(since(written, virtual.stats).roundTrips).toBeLessThanOrEqual(2);
      expect(since(written, virtual.stats).sent).toBeLessThan(4000);
    }, fast));

  test("reading back takes one exec", () =>
    withBoard(async ({ fs }, virtual) => {
      const content = noise(102_400);
      await fs.writeFile("/random", content);
      const before = virtual.stats;
      expect(await fs.readFile("/random")).toEqual(content);
      const cost = since(before, virtual.stats);
      expect(cost.received).toBeLessThan(103_000);
      expect(cost.roundTrips).toBeLessThanOrEqual(2);
    }, fast));
});

describe("the ladder", () => {
  const content = Uint8Array.from([...sourceText(3000), ...noise(3000)]);
  const boards: Readonly<Record<string, VirtualBoardOptions>> = {
    "without deflate": { conditions: { missingModules: ["deflate"] } },
    "without hashlib": { conditions: { missingModules: ["hashlib"] } },
    "without hashlib and binascii": { conditions: { missingModules: ["hashlib", "binascii"] } },
    "that refuses raw paste": { conditions: { rawPaste: "refused" } },
    "that does not know raw paste": { conditions: { rawPaste: "unknown" } },
    "with a small input buffer": { conditions: { receiveBuffer: 256 } },
    "with an odd raw paste window": { conditions: { rawPasteWindow: 7 } },
    "with a slow flash": { conditions: { flashBytesPerSecond: 100_000, flashLatency: 2 } },
  };

  test.each(Object.entries(boards))("a board %s", (_, virtual) =>
    withBoard(
      async ({ fs }, { fs: real }) => {
        await fs.writeFiles([
          { path: "/a/x", content },
          { path: "/a/y", content: new Uint8Array() },
        ]);
        expect(await real.read("/a/x")).toEqual(content);
        expect(await fs.readFiles(["/a/x", "/a/y", "/a/z"])).toEqual([content, new Uint8Array(), null]);
        expect(await fs.hashFiles(["/a/z"])).toEqual([null]);
        expect((await fs.write([{ path: "/a/x", content }], { skipUnchanged: true })).written).toEqual([]);
      },
      { virtual, connect: { timing: { answer: 500 } } },
    ),
  );

  test("a link that is fast but has no flow control: the board's buffer overflows, then the window shrinks", () =>
    withBoard(
      async ({ fs }) => {
        await fs.writeFile("/x", noise(40_000));
        expect(await fs.readFile("/x")).toEqual(noise(40_000));
      },
      {
        virtual: { conditions: { receiveBuffer: 300, flashLatency: 1 } },
        connect: { flowControl: true, timing: { answer: 300 } },
      },
    ));

  test.each([
    ["base64", []],
    ["repr", ["binascii"]],
  ] as const)("a buffer too small for any stream: literals in %s", (literal, missingModules) =>
    withBoard(
      async ({ fs, profile }) => {
        expect(profile.literal).toBe(literal);
        await fs.writeFiles([
          { path: "/a/x", content },
          { path: "/y", content: new Uint8Array() },
        ]);
        expect(await fs.readFiles(["/a/x", "/y"])).toEqual([content, new Uint8Array()]);
      },
      {
        virtual: { conditions: { receiveBuffer: 34, missingModules } },
        connect: { timing: { answer: 200, attempt: 100 } },
      },
    ),
  );

  /** Stands in for the modules of a board that has hex and no base64, and a stdout of text only. */
  const hexOnly = `
import sys, binascii
class Hex:
  hexlify = binascii.hexlify
  unhexlify = binascii.unhexlify
class Text:
  write = sys.stdout.write
class Sys:
  stdout = Text
  def __getattr__(self, name):
    return getattr(sys, name)
sys.modules["ubinascii"] = sys.modules["binascii"] = Hex
sys.modules["usys"] = sys.modules["sys"] = Sys()
`;

  test("a board with hex only: literals in, lines out", () =>
    withBoard(
      async ({ fs, profile }, { fs: real }) => {
        expect(profile).toMatchObject({ literal: "hex", send: "hex" });
        const all = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) & 255);
        await fs.writeFiles([
          { path: "/a/x", content: all },
          { path: "/y", content: new Uint8Array() },
        ]);
        expect(await real.read("/a/x")).toEqual(all);
        expect(await fs.readFiles(["/a/x", "/y", "/z"])).toEqual([all, new Uint8Array(), null]);
      },
      {
        virtual: { files: { "/boot.py": hexOnly }, conditions: { receiveBuffer: 34 } },
        connect: { timing: { answer: 200, attempt: 100 } },
      },
    ));

  const wire = fc.record({
    type: fc.constantFrom("drop" as const, "corrupt" as const),
    direction: fc.constantFrom("to-board" as const, "from-board" as const),
    at: fc.integer({ min: 0, max: 9000 }),
    length: fc.integer({ min: 1, max: 20 }),
  });

  test("whatever byte is lost or changed: the file arrives whole, or an error does and the old file stays", async () => {
    await fc.assert(
      fc.asyncProperty(wire, async (fault) => {
        await withBoard(
          async ({ fs }, virtual) => {
            await fs.writeFile("/x", "old");
            virtual.faults.inject(fault);
            const failed = await fs.writeFile("/x", content).then(
              () => false,
              () => true,
            );
            virtual.faults.clear();
            expect(await virtual.fs.read("/x")).toEqual(failed ? new TextEncoder().encode("old") : content);
            await fs.writeFile("/x", content);
            expect(await fs.readFile("/x")).toEqual(content);
          },
          { connect: { timing: { answer: 150, idle: 500, attempt: 100 } } },
        );
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
