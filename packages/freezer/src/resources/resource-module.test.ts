import { sha256Sync } from "@upykit/core";
import { connectBoard, quoteBytes } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
import { buildRomfs, resourceModule } from "@upykit/freezer";
import { describe, expect, it } from "vitest";
import { mpyFixture } from "../fixtures/golden.js";

const text = (content: string) => new TextEncoder().encode(content);

describe("resourceModule", () => {
  it("writes what mpy_bin2res.py writes", () => {
    const files = [
      { path: "data/page.html", content: text("<p class='a'>\r\n\t\"grün\"\\</p>") },
      { path: "empty", content: text("") },
      { path: "it's", content: Uint8Array.of(0, 127, 128, 255) },
    ];
    expect(resourceModule(files)).toBe(
      "R = {\n" +
        "'data/page.html': b'<p class=\\'a\\'>\\r\\n\\t\"gr\\xc3\\xbcn\"\\\\</p>',\n" +
        "'empty': b'',\n" +
        "\"it's\": b'\\x00\\x7f\\x80\\xff',\n" +
        "}\n",
    );
  });

  it("refuses two resources of one name, and paths that leave the package", () => {
    const file = { path: "a", content: text("") };
    expect(() => resourceModule([file, file])).toThrow(expect.objectContaining({ code: "conflict" }));
    expect(() => resourceModule([{ ...file, path: "../a" }])).toThrow(
      expect.objectContaining({ code: "invalid-path" }),
    );
  });
});

describe("a resource module", () => {
  const content = Uint8Array.from({ length: 3000 }, (_, at) => (at * 7) % 256);
  const resources = resourceModule([
    { path: "data/page.html", content: text("<p>grün & 'quoted'</p>") },
    { path: "data/image.bin", content },
  ]);
  const app = [
    "import pkg_resources, hashlib",
    "page = pkg_resources.resource_stream('app', 'data/page.html').read()",
    "image = pkg_resources.resource_stream('app', 'data/image.bin').read()",
    "print(page.decode(), len(image), hashlib.sha256(image).digest() == WANTED)",
  ].join("\n");
  const wanted = quoteBytes(
    Uint8Array.from(sha256Sync(content).match(/../g) ?? [], (byte) => parseInt(byte, 16)),
  );
  const files = [
    { path: "lib/app/__init__.py", content: text("") },
    { path: "lib/app/R.py", content: text(resources) },
    { path: "lib/pkg_resources.py", content: mpyFixture("pkg_resources.py") },
    { path: "main_app.py", content: text(app.replace("WANTED", wanted)) },
  ];
  const expected = "<p>grün & 'quoted'</p> 3000 True";

  it("is read from the file system", async () => {
    await using virtual = await createVirtualBoard({ micropython: "micropython-1.28" });
    await using board = await connectBoard(virtual.transport());
    await board.fs.writeFiles(files.map((file) => ({ ...file, path: `/${file.path}` })));
    expect((await board.exec("import sys\nsys.path[:] = ['/', '/lib']\nimport main_app")).trim()).toBe(
      expected,
    );
  });

  it("is read from ROMFS, where no file of the data is", async () => {
    await using virtual = await createVirtualBoard({ micropython: "micropython-1.28" });
    await using board = await connectBoard(virtual.transport());
    await board.fs.writeFiles([{ path: "/image", content: buildRomfs(files) }]);
    await board.exec("import vfs, sys\nvfs.mount(vfs.VfsRom(open('/image', 'rb').read()), '/rom')");
    expect((await board.exec("sys.path[:] = ['/rom', '/rom/lib']\nimport main_app")).trim()).toBe(expected);
  });
});
