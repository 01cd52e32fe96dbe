import { test, expect } from "vitest";
import { connectBoard } from "@upykit/core/device";
import { unixBoard } from "/work/ref/board/lab-transport.mjs";
import { noise } from "./fixtures/with-board.js";
test.each(["VfsFat", "VfsLfs2"])("%s", async (kind) => {
  const d = await unixBoard("/tmp");
  const b = await connectBoard(d.transport);
  const fs = b.fs;
  await b.exec(`import vfs,os
class R:
 def __init__(s,n):s.d=bytearray(n*512)
 def readblocks(s,n,buf,off=0):
  a=n*512+off
  buf[:]=s.d[a:a+len(buf)]
 def writeblocks(s,n,buf,off=0):
  a=n*512+off
  s.d[a:a+len(buf)]=buf
 def ioctl(s,op,arg):
  if op==4:return len(s.d)//512
  if op==5:return 512
  if op==6:return 0
bd=R(400)
vfs.${kind}.mkfs(bd)
vfs.mount(vfs.${kind}(bd),'/m')`);
  await fs.writeFile("/m/a/b.py", "one");
  await fs.writeFile("/m/a/b.py", "two");
  expect(await fs.readText("/m/a/b.py")).toBe("two");
  await fs.writeFile("/m/c", "c");
  await fs.rename("/m/c", "/m/a/b.py");
  expect(await fs.readText("/m/a/b.py")).toBe("c");
  await fs.rename("/m/c", "/m/a/b.py");
  for (const [what, p] of [
    ["remove dir", () => fs.remove("/m/a")],
    ["rename dir over", () => fs.rename("/m/a/b.py", "/m/a")],
    ["rmdir file", () => fs.change([{ type: "rmdir", path: "/m/a/b.py" }])],
    ["list file", () => fs.list("/m/a/b.py")],
    ["list none", () => fs.list("/m/zz")],
    ["mkdir over file", () => fs.mkdir("/m/a/b.py/x")],
    ["full", () => fs.writeFile("/m/a/b.py", noise(300_000))],
    ["write dir", () => fs.writeFile("/m/a", "x")],
    ["long name", () => fs.writeFile("/m/" + "n".repeat(300), "x")],
    ["bad name", () => fs.writeFile("/m/a:b*", "x")],
  ] as const)
    console.log(
      kind,
      what,
      await p().then(
        (x) => ["ok", x],
        (e) => [e.code, e.message],
      ),
    );
  expect(await fs.readText("/m/a/b.py")).toBe("c");
  await fs.change([
    { type: "rmdir", path: "/m/a" },
    { type: "rmdir", path: "/m/none" },
    { type: "mkdir", path: "/m/x/y/z" },
  ]);
  console.log(
    kind,
    await fs.walk("/m"),
    await fs.space("/m/a/q/w"),
    await fs.hashFiles(["/m/a/b.py", "/m/a"]),
  );
  const many = Array.from({ length: 40 }, (_, i) => ({ path: `/m/p/f'${i}é.py`, content: noise(i * 50, i) }));
  await fs.writeFiles(many);
  expect(await fs.readFiles(many.map((f) => f.path))).toEqual(many.map((f) => f.content));
  await fs.removeTree("/m/p");
  console.log(await fs.list("/m"), await fs.list("/").then((x) => x.length));
  await b.close();
});
