import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectBoard } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
import { readRomfs } from "@upykit/freezer";
import { expect, onTestFinished, test, vi } from "vitest";
import { freeze } from "./freeze.mjs";

test("a manifest becomes C, a ROMFS image that MicroPython imports from, and a UF2 file", async () => {
  const output = await mkdtemp(join(tmpdir(), "upykit-freeze-"));
  onTestFinished(() => rm(output, { recursive: true }));
  const manifest = fileURLToPath(new URL("app/manifest.py", import.meta.url));
  const { modules } = await freeze({ manifest, output });
  expect(modules).toEqual(["station/__init__.py", "station/dew.py", "app.py"]);
  expect(await readFile(join(output, "frozen_content.c"), "utf8")).toContain("frozen_module_station_dew");

  const image = new Uint8Array(await readFile(join(output, "image.romfs")));
  expect((await readFile(join(output, "image.uf2"))).length).toBe(
    Math.ceil(readRomfs(image).size / 256) * 512,
  );
  await using virtual = await createVirtualBoard({ micropython: "micropython-1.28" });
  await using board = await connectBoard(virtual.transport());
  await board.fs.writeFiles([{ path: "/image", content: image }]);
  await board.exec(`import vfs, sys
vfs.mount(vfs.VfsRom(open('/image', 'rb').read()), '/rom')
sys.path[:] = ['/rom', '/rom/lib']
import app`);
  expect(await board.evaluate("app.report(20, 60)")).toBe("dew point 12.0");
});

test("the command line says what is wrong, and where", async () => {
  const { argv, exitCode } = process;
  const folder = await mkdtemp(join(tmpdir(), "upykit-freeze-"));
  onTestFinished(() => {
    vi.restoreAllMocks();
    Object.assign(process, { argv, exitCode });
    return rm(folder, { recursive: true });
  });
  await writeFile(join(folder, "manifest.py"), 'module("app.py")\n');
  await writeFile(join(folder, "app.py"), "x = 1\ny = = 2\n");
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  process.argv = ["node", "cli.mjs", join(folder, "manifest.py")];
  await import("./cli.mjs");
  expect(said).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(/^syntax-error: [^]*app\.py, line 2\n[^]*y = = 2[^]* line 1 of .*manifest\.py/),
  );
  expect(process.exitCode).toBe(1);
});
