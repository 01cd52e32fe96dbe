import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { connectBoard } from "@upykit/core/device";
import { buildSdist } from "@upykit/core/publish";
import { createVirtualBoard } from "@upykit/core/testing";
import { readRomfs } from "@upykit/freezer";
import { createFakeWeb } from "../../packages/core/test/fake-web.js";
import { projectPages } from "../../packages/core/src/pypi/fixtures/archives.js";
import { crossInstall, freezeDirectory, romfsOfDirectory } from "./low-memory.mjs";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const app = buildSdist({
  name: "micropython-webapp",
  version: "1.0",
  dependencies: ["micropython-units"],
  files: [
    {
      path: "webapp/__init__.py",
      content: bytes(
        "from units import METRE\nfrom webapp.R import R\n\n\ndef page():\n    return R['data/page.html'], METRE\n",
      ),
    },
    { path: "webapp/data/page.html", content: bytes("<p>rain</p>") },
  ],
});
const units = buildSdist({
  name: "micropython-units",
  version: "1.2",
  dependencies: [],
  files: [{ path: "units.py", content: bytes("METRE = 1000\n") }],
});

test("from a requirement to a directory, to frozen C, and to a ROMFS image that a board imports from", async () => {
  const directory = await mkdtemp(join(tmpdir(), "low-memory-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const web = createFakeWeb(
    projectPages("https://micropython.org/pi", {
      "micropython-webapp": { "1.0": { archive: app.content } },
      "micropython-units": { "1.2": { archive: units.content } },
    }),
  );
  const report = await crossInstall(directory, ["micropython-webapp"], { fetch: web.fetch });
  expect(report.written).toEqual(["/units.py", "/webapp/R.py", "/webapp/__init__.py"]);
  expect(await readFile(join(directory, "units.py"), "utf8")).toBe("METRE = 1000\n");

  const frozen = await freezeDirectory(directory);
  expect(frozen.modules).toEqual(["units.py", "webapp/R.py", "webapp/__init__.py"]);
  expect(frozen.c).toContain('"webapp/__init__.py\\0"');
  expect(frozen.sizes.total).toBeGreaterThan(100);

  const image = await romfsOfDirectory(directory);
  expect(readRomfs(image).entries.map(({ path }) => path)).toContain("lib/webapp/R.mpy");
  await using virtual = await createVirtualBoard({
    micropython: "micropython-1.28",
    files: { "/image": image },
  });
  await using board = await connectBoard(virtual.transport());
  const mount =
    "import vfs, sys\nvfs.mount(vfs.VfsRom(open('/image', 'rb').read()), '/rom')\nsys.path[:] = ['/rom/lib']";
  expect((await board.exec(`${mount}\nimport webapp\nprint(webapp.page())`)).trim()).toBe(
    "(b'<p>rain</p>', 1000)",
  );
});
