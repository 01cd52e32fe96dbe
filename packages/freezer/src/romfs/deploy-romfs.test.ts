import { type Board, connectBoard } from "@upykit/core/device";
import { createVirtualBoard, type VirtualBoard } from "@upykit/core/testing";
import {
  buildRomfs,
  deployRomfs,
  type DeployRomfsOptions,
  queryRomfs,
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
 * The WebAssembly port has VfsRom but no ROMFS partition. This gives it one in memory: `vfs` as firmware with a
 * partition has it, of either kind, over the real VfsRom. It keeps the rules of flash: writing only clears bits.
 */
const partitionCode = `
import vfs, sys
class Flash(bytearray):
    def erase(self, start, size):
        self[start:start + size] = b'\\xff' * size
    def program(self, start, data):
        for i, byte in enumerate(data):
            self[start + i] &= byte
class Blocks(Flash):
    def ioctl(self, op, arg):
        if op == 4: return len(self) // 1024
        if op == 5: return 1024
        if op == 6: self.erase(arg * 1024, 1024)
        return 0
    def writeblocks(self, block, data, offset=0):
        self.program(block * 1024 + offset, data)
class Firmware:
    VfsRom = vfs.VfsRom
    mount = staticmethod(vfs.mount)
    umount = staticmethod(vfs.umount)
    def rom_ioctl(self, op, part=0, *args):
        if op == 1: return 1
        if part != 0: return -22
        if op == 2: return flash if isinstance(flash, Blocks) else memoryview(flash)
        if op == 3: flash.erase(0, len(flash)); return 128
        if op == 4: flash.program(args[0], args[1]); return 0
        return 0
flash = KIND(SIZE)
sys.modules['vfs'] = Firmware()
`;

async function withPartition(
  kind: "Flash" | "Blocks",
  size: number,
  action: (board: Board, virtual: VirtualBoard) => Promise<void>,
): Promise<void> {
  await using virtual = await createVirtualBoard({ micropython: "micropython-1.28" });
  await using board = await connectBoard(virtual.transport());
  await board.exec(partitionCode.replace("KIND", kind).replace("SIZE", String(size)));
  await action(board, virtual);
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
  it.each(["Flash", "Blocks"] as const)("writes, verifies and mounts on a partition of kind %s", (kind) =>
    withPartition(kind, 65536, async (board) => {
      const done: number[] = [];
      const report = await deploy(board, { onProgress: (progress) => done.push(progress.done) });
      expect(report).toMatchObject({ size: buildRomfs(entries).length, mountPoint: "/rom" });
      expect([...report.entries].sort()).toEqual(["app.mpy", "lib"]);
      expect(done).toEqual([...done].sort((a, b) => a - b));
      expect(done.at(-1)).toBe(report.size);
      expect(await board.exec("import app")).toMatch(/42\r?\n$/);
      expect(await queryRomfs(board)).toMatchObject([{ id: 0, size: 65536, imageSize: report.size }]);
    }),
  );

  it.each(["Flash", "Blocks"] as const)(
    "fills a partition of kind %s to its end in few round trips",
    (kind) =>
      withPartition(kind, 65536, async (board) => {
        const image = buildRomfs([{ path: "data", content: new Uint8Array(65536 - 20).fill(7) }]);
        expect(image.length).toBe(65536);
        let writes = 0;
        await deployRomfs(board, image, { onProgress: () => writes++ });
        expect(writes).toBeLessThan(10);
        expect(await board.evaluate("open('/rom/data', 'rb').read() == b'\\x07' * 65516")).toBe(true);
      }),
  );

  it("writes a second image over the first", () =>
    withPartition("Blocks", 65536, async (board) => {
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
      await expect(deploy(board, { partition: 1 })).rejects.toMatchObject({ code: "not-found" });
    }));

  describe.each(["with hashlib", "without hashlib"])("on a board %s", (hashlib) => {
    /** A module without sha256 hides the one that is built in, as on a firmware that was made without it. */
    const prepare = async (board: Board): Promise<void> => {
      if (hashlib === "with hashlib") return;
      await board.exec("import sys\nclass Empty: pass\nsys.modules['hashlib'] = Empty()");
      await expect(board.exec("import hashlib\nhashlib.sha256(b'')")).rejects.toThrow("sha256");
    };

    it.each(["Flash", "Blocks"] as const)("checks what was written to a partition of kind %s", (kind) =>
      withPartition(kind, 65536, async (board) => {
        await prepare(board);
        expect(await deploy(board)).toMatchObject({ mountPoint: "/rom" });
        expect(await board.evaluate("len(open('/rom/lib/data.bin', 'rb').read())")).toBe(9000);
      }),
    );

    it.each([700, 5000])("tells when byte %d reads back otherwise", (at) =>
      withPartition("Flash", 65536, async (board) => {
        await prepare(board);
        await board.exec(
          `good = Flash.program\ndef bad(self, start, data):\n good(self, start, data)\n self[${at}] = 1\nFlash.program = bad`,
        );
        await expect(deploy(board)).rejects.toMatchObject({ code: "io-error" });
        expect(await board.evaluate("'rom' in __import__('os').listdir('/')")).toBe(false);
      }),
    );
  });

  it("leaves no image behind when it is aborted half way", () =>
    withPartition("Blocks", 65536, async (board) => {
      await deploy(board);
      const controller = new AbortController();
      const onProgress = ({ done }: { done: number }) =>
        done > 4000 ? controller.abort(new Error("enough")) : undefined;
      await expect(deploy(board, { signal: controller.signal, onProgress })).rejects.toThrow("enough");
      expect(await queryRomfs(board)).toMatchObject([{ imageSize: null }]);
      expect(await deploy(board)).toMatchObject({ mountPoint: "/rom" });
    }));

  it("says so where the firmware has no ROMFS", async () => {
    await using virtual = await createVirtualBoard();
    await using board = await connectBoard(virtual.transport());
    await expect(deploy(board)).rejects.toMatchObject({ code: "unsupported" });
  });
});
