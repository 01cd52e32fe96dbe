// What ports of MicroPython do otherwise than the virtual board: a boot.py stands in for what their C code does.

import { describe, expect, test } from "vitest";
import type { VirtualBoardOptions } from "@upykit/core/testing";
import { noise, withBoard } from "./fixtures/with-board.js";

/** Stands in for a module: `body` is what is different in it. */
const module = (name: string, body: string): string => `
import sys, ${name} as real
class Module:
${body.replace(/^/gm, "  ")}
  def __getattr__(self, name):
    return getattr(real, name)
sys.modules["u${name}"] = sys.modules["${name}"] = Module()
`;
const boot = (text: string): VirtualBoardOptions => ({ files: { "/boot.py": text } });

/** ports/stm32/usbd_cdc_interface.c of 1.12 to 1.28: what does not fit is thrown away; the smallest buffers hold 255 bytes. */
describe("a board that throws away what it has no room for", () => {
  const content = noise(20_000);

  test.each(["pyboard", "nrf52", "esp32", "esp8266"])("%s: is never sent more than that", (platform) =>
    withBoard(
      async ({ fs }, virtual) => {
        const before = virtual.stats.bytesToBoard;
        await fs.writeFile("/x", content);
        expect(virtual.stats.bytesToBoard - before).toBeLessThan(content.length * 1.2);
        expect(await fs.readFile("/x")).toEqual(content);
      },
      {
        virtual: {
          ...boot(module("sys", `platform = "${platform}"`)),
          conditions: { receiveBuffer: 255, flashLatency: 20 },
        },
        connect: { timing: { answer: 1000 } },
      },
    ),
  );
});

/** ports/nrf/modules/os/microbitfs.c: neither os.size nor directories. */
test("nrf: a flat file system without os.size", () =>
  withBoard(
    async ({ fs, profile }) => {
      expect(profile.hasDirectories).toBe(false);
      await fs.writeFile("/a.txt", "abc");
      expect(await fs.stat(["/a.txt", "/b.txt"])).toEqual([{ path: "/a.txt", type: "file", size: 3 }, null]);
      expect(await fs.list("/")).toContainEqual({ path: "/a.txt", type: "file", size: 3 });
      expect(await fs.readText("/a.txt")).toBe("abc");
    },
    {
      virtual: boot(`
import sys, os as real
class Module:
  listdir = real.listdir
  remove = real.remove
  stat = real.stat
sys.modules["uos"] = sys.modules["os"] = Module
`),
    },
  ));

/** extmod/vfs.c: mp_vfs_rename raises EPERM. */
test("a rename from one file system to another leaves both files", () =>
  withBoard(
    async ({ fs }, virtual) => {
      await expect(fs.rename("/a", "/b")).rejects.toMatchObject({ code: "access-denied" });
      expect(await virtual.fs.read("/b")).toEqual(new TextEncoder().encode("b"));
    },
    {
      virtual: {
        files: {
          "/a": "a",
          "/b": "b",
          "/boot.py": module("os", "def rename(self, a, b):\n  raise OSError(1)"),
        },
      },
    },
  ));

/** Builds without a file system have no open(). */
test("a board without open() runs code", () =>
  withBoard(async (board) => expect(await board.evaluate("1")).toBe(1), {
    virtual: boot("import builtins\ndef none(*a):\n  raise NameError\nbuiltins.open = none"),
  }));

/** py/builtinhelp.c without MICROPY_PY_BUILTINS_HELP_MODULES, as on zephyr. */
test("a board that has help() and no list of modules tells none", () =>
  withBoard(
    async (board) => {
      const { frozenModules, builtinModules } = await board.environment();
      expect({ frozenModules, builtinModules }).toEqual({ frozenModules: null, builtinModules: null });
    },
    {
      virtual: boot(
        "import builtins\nbuiltins.help = lambda x: print('object', x, 'is of type str\\n  find -- <function>')",
      ),
    },
  ));
