import { type Board, connectBoard } from "@upykit/core/device";
import { createVirtualBoard, type VirtualBoard } from "@upykit/core/testing";
import {
  buildRomfs,
  deployRomfs,
  type DeployRomfsOptions,
  queryRomfs,
  type RomfsBoard,
  type RomfsEntry,
} from "@upykit/freezer";
import { describe, expect, it } from "vitest";

const text = (content: string) => new TextEncoder().encode(content);

const entries: RomfsEntry[] = [
  { path: "app.py", content: text("import helper\nprint('from', __file__, helper.double(21))\n") },
  { path: "lib/helper.py", content: text("def double(x):\n    return x * 2\n") },
  { path: "lib/data.bin", content: Uint8Array.from({ length: 9000 }, (_, at) => at % 251) },
];

/**
 * The WebAssembly port has VfsRom but no ROMFS partition. This gives it two in memory: `vfs` as firmware with
 * partitions has it, over the real VfsRom. `Flash` is what ports stm32, esp8266 and renesas-ra have, `Blocks` what rp2,
 * esp32, nrf, mimxrt and samd have, `Ram` what alif has: memory that is written without being erased. Flash keeps its
 * rules: writing only clears bits. As in 1.28, no call ends the writing, a driver erases one block for each write of
 * blocks, and that of samd erases files when it is told to erase a block.
 */
const partitionCode = `
import vfs, sys
class Flash(bytearray):
    def erase(self, start, size):
        self[start:start + size] = b'\\xff' * size
    def program(self, start, data):
        for i, byte in enumerate(data):
            self[start + i] &= byte
class Ram(bytearray):
    def erase(self, start, size):
        pass
    def program(self, start, data):
        self[start:start + len(data)] = data
class Blocks(Flash):
    size = 1536
    def ioctl(self, op, arg):
        if op == 4: return len(self) // self.size
        if op == 5: return self.size
        if op == 6: files[0] = 'erased'
        return 0
    def writeblocks(self, block, data, offset=None):
        if offset is None: self.erase(block * self.size, self.size)
        self.program(block * self.size + (offset or 0), data)
class Firmware:
    VfsRom = vfs.VfsRom
    mount = staticmethod(vfs.mount)
    umount = staticmethod(vfs.umount)
    def rom_ioctl(self, op, part=0, *args):
        if op == 1: return 2
        if part > 1: return -22
        flash = parts[part]
        if op == 2: return flash if isinstance(flash, Blocks) else memoryview(flash)
        if op == 3: flash.erase(0, len(flash)); return 128
        if op == 4 and args[0] + len(args[1]) <= len(flash): flash.program(args[0], args[1]); return 0
        return -22
parts = [KIND(SIZE), KIND(SIZE)]
flash = parts[0]
files = ['kept']
sys.modules['vfs'] = Firmware()
`;

type Kind = "Flash" | "Blocks" | "Ram";
const kinds: readonly Kind[] = ["Flash", "Blocks", "Ram"];

const partitions = (kind: Kind, size: number) =>
  partitionCode.replaceAll("KIND", kind).replaceAll("SIZE", String(size));

async function withPartition(
  kind: Kind,
  size: number,
  action: (board: Board, virtual: VirtualBoard) => Promise<void>,
): Promise<void> {
  await using virtual = await createVirtualBoard({ micropython: "micropython-1.28" });
  await using board = await connectBoard(virtual.transport());
  await board.exec(partitions(kind, size));
  await action(board, virtual);
  expect(await board.evaluate("files")).toEqual(["kept"]);
}

const deploy = (board: Board, options?: DeployRomfsOptions) =>
  deployRomfs(board, buildRomfs(entries), options);

describe("a ROMFS image", () => {
  it("is mounted and imported from by MicroPython", async () => {
    await using virtual = await createVirtualBoard({ micropython: "micropython-1.28" });
    await using board = await connectBoard(virtual.transport());
    await board.fs.writeFiles([{ path: "/image", content: buildRomfs(entries) }]);
    await board.exec("import vfs, sys, os\nvfs.mount(vfs.VfsRom(open('/image', 'rb').read()), '/rom')");
    await board.exec("sys.path[:] = ['/rom', '/rom/lib']");
    expect(await board.evaluate("sorted(os.listdir('/rom'))")).toEqual(["app.mpy", "lib"]);
    expect(await board.exec("import app")).toMatch(/^from \/rom\/app\.mpy 42\r?\n$/);
    expect(await board.evaluate("len(open('/rom/lib/data.bin', 'rb').read())")).toBe(9000);
  });
});

describe("deployRomfs", () => {
  it.each(kinds)("writes, verifies and mounts on a partition of kind %s", (kind) =>
    withPartition(kind, 66048, async (board) => {
      const done: number[] = [];
      const report = await deploy(board, { onProgress: (progress) => done.push(progress.done) });
      expect(report).toMatchObject({ size: buildRomfs(entries).length, mountPoint: "/rom" });
      expect([...report.entries].sort()).toEqual(["app.mpy", "lib"]);
      expect(done).toEqual([...done].sort((a, b) => a - b));
      expect(done.at(-1)).toBe(report.size);
      expect(await board.exec("import app")).toMatch(/42\r?\n$/);
      expect(await queryRomfs(board)).toMatchObject([
        { id: 0, size: 66048, imageSize: report.size },
        { id: 1, size: 66048, imageSize: null },
      ]);
    }),
  );

  // Neither is a whole number of the 2 KB that are written at once.
  it.each([...kinds.map((kind) => [kind, 66048] as const), ["Flash", 65664] as const])(
    "fills a partition of kind %s and %d bytes to its end in few round trips",
    (kind, size) =>
      withPartition(kind, size, async (board) => {
        const image = buildRomfs([{ path: "data", content: new Uint8Array(size - 20).fill(7) }]);
        expect(image.length).toBe(size);
        let writes = 0;
        await deployRomfs(board, image, { onProgress: () => writes++ });
        expect(writes).toBeLessThan(10);
        expect(await board.evaluate(`open('/rom/data', 'rb').read() == b'\\x07' * ${size - 20}`)).toBe(true);
      }),
  );

  it("writes the second partition, and leaves the first as it is", () =>
    withPartition("Flash", 65536, async (board) => {
      await deploy(board);
      const second = buildRomfs([{ path: "new.txt", content: text("2") }]);
      const report = await deployRomfs(board, second, { partition: 1 });
      expect(report).toMatchObject({ partition: { id: 1 }, mountPoint: "/rom1", entries: ["new.txt"] });
      expect(await board.exec("import app")).toMatch(/42\r?\n$/);
    }));

  it("resets a board that has imported from the partition, whose code would be erased under it", async () => {
    await using virtual = await createVirtualBoard({
      micropython: "micropython-1.28",
      files: { "/boot.py": partitions("Flash", 65536) },
    });
    await using board = await connectBoard(virtual.transport());
    await board.softReset();
    await board.exec("mine = 1");
    await deploy(board);
    expect(await board.exec("import app\nprint(mine)")).toMatch(/1\r?\n$/);
    await deploy(board);
    expect(await board.evaluate("'mine' in globals() or 'app' in __import__('sys').modules")).toBe(false);
    expect(await board.exec("import app")).toMatch(/42\r?\n$/);
  });

  it("waits for as long as erasing a partition takes at worst", () =>
    withPartition("Flash", 90_000, async (board) => {
      const image = buildRomfs([{ path: "data", content: new Uint8Array(80_000) }]);
      const waits: number[] = [];
      const watched: RomfsBoard = {
        name: board.name,
        exec: (code, options) => {
          if (code.includes("rom_ioctl(3,")) waits.push(options?.idleTimeout ?? 0);
          return board.exec(code, options);
        },
        evaluate: (code, options) => board.evaluate(code, options),
        softReset: (options) => board.softReset(options),
      };
      await deployRomfs(watched, image);
      expect(waits).toEqual([expect.toSatisfy((wait: number) => wait > 15_000 + (80_000 / 4096) * 400)]);
    }));

  it.each([
    ["a block of no size", "Blocks", "Blocks.size = -512"],
    ["a block that no memory holds", "Blocks", "Blocks.size = 10**9\nBlocks.__len__ = lambda _: 10**10"],
    ["a partition of no size", "Blocks", "Blocks.ioctl = lambda *_: 1.5"],
    [
      "a write that no memory holds",
      "Flash",
      "good = Firmware.rom_ioctl\ndef bad(self, op, *rest):\n return 2**31 if op == 3 else good(self, op, *rest)\nFirmware.rom_ioctl = bad",
    ],
  ] as const)("refuses a board that tells of %s", (_, kind, code) =>
    withPartition(kind, 66048, async (board) => {
      await board.exec(code);
      await expect(deploy(board)).rejects.toMatchObject({ code: "protocol" });
    }),
  );

  it("writes a second image over the first", () =>
    withPartition("Blocks", 66048, async (board) => {
      await deploy(board);
      const second = buildRomfs([{ path: "new.txt", content: text("2") }]);
      expect(await deployRomfs(board, second)).toMatchObject({ entries: ["new.txt"] });
    }));

  it("refuses an image that does not fit, and writes nothing", () =>
    withPartition("Flash", 4096, async (board) => {
      await expect(deploy(board)).rejects.toMatchObject({ code: "no-space" });
      expect(await board.evaluate("flash == bytes(4096)")).toBe(true);
    }));

  it("refuses a damaged image and a partition that is not there", () =>
    withPartition("Flash", 65536, async (board) => {
      const damaged = buildRomfs(entries).subarray(0, 500);
      await expect(deployRomfs(board, damaged)).rejects.toMatchObject({ code: "invalid-package" });
      await expect(deploy(board, { partition: 2 })).rejects.toMatchObject({ code: "not-found" });
    }));

  describe.each(["with hashlib", "without hashlib"])("on a board %s", (hashlib) => {
    /** A module without sha256 hides the one that is built in, as on a firmware that was made without it. */
    const prepare = async (board: Board): Promise<void> => {
      if (hashlib === "with hashlib") return;
      await board.exec("import sys\nclass Empty: pass\nsys.modules['hashlib'] = Empty()");
      await expect(board.exec("import hashlib\nhashlib.sha256(b'')")).rejects.toThrow("sha256");
    };

    it.each(kinds)("checks what was written to a partition of kind %s", (kind) =>
      withPartition(kind, 66048, async (board) => {
        await prepare(board);
        expect(await deploy(board)).toMatchObject({ mountPoint: "/rom" });
        expect(await board.evaluate("len(open('/rom/lib/data.bin', 'rb').read())")).toBe(9000);
      }),
    );

    it.each([700, 5000])("tells when byte %d reads back otherwise, and leaves no image", (at) =>
      withPartition("Flash", 65536, async (board) => {
        await prepare(board);
        await board.exec(
          `good = Flash.program\ndef bad(self, start, data):\n good(self, start, data)\n self[${at}] = 1\nFlash.program = bad`,
        );
        await expect(deploy(board)).rejects.toMatchObject({ code: "io-error" });
        expect(await board.evaluate("'rom' in __import__('os').listdir('/')")).toBe(false);
        expect((await queryRomfs(board))[0]).toMatchObject({ imageSize: null });
      }),
    );
  });

  it.each(kinds)("leaves no image behind when it is aborted half way on a partition of kind %s", (kind) =>
    withPartition(kind, 66048, async (board) => {
      await deploy(board);
      const controller = new AbortController();
      const onProgress = ({ done }: { done: number }) =>
        done > 4000 ? controller.abort(new Error("enough")) : undefined;
      await expect(deploy(board, { signal: controller.signal, onProgress })).rejects.toThrow("enough");
      expect((await queryRomfs(board))[0]).toMatchObject({ imageSize: null });
      expect(await deploy(board)).toMatchObject({ mountPoint: "/rom" });
    }),
  );

  it("says so where the firmware has no ROMFS", async () => {
    await using virtual = await createVirtualBoard();
    await using board = await connectBoard(virtual.transport());
    await expect(deploy(board)).rejects.toMatchObject({ code: "unsupported" });
  });
});
