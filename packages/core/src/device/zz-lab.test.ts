import { expect, test } from "vitest";
import { connectBoard } from "@upykit/core/device";
// @ts-ignore
import { wasmBoard, unixBoard, microbit } from "/work/ref/board/lab-transport.mjs";
import { randomBytes } from "node:crypto";
const kind = process.env.LAB ?? "wasm";
test(
  "lab " + kind,
  async () => {
    const d =
      kind === "wasm" ? await wasmBoard() : kind === "unix" ? await unixBoard("/tmp") : await microbit();
    const t0 = performance.now();
    const mark = (what: string) => {
      const s = d.stats;
      console.log(what, (performance.now() - t0).toFixed(0), "ms", JSON.stringify(s));
      s.in = s.out = s.turns = 0;
    };
    const b = await connectBoard(d.transport);
    mark("connect");
    console.log(b.profile);
    console.log(await b.exec("print(1+1)"));
    console.log(await b.evaluate("[1,2.5,'a\\'b',b'\\x00\\xff',None,True,(1,),{'a':2**70}, set()]"));
    mark("eval");
    console.log(await b.environment());
    mark("env");
    await expect(b.exec("def f():\n open('/nope')\nf()")).rejects.toMatchObject({ code: "file-not-found" });
    const dir = kind === "unix" ? "/tmp/labx" : kind === "wasm" ? "/lib/x" : "";
    mark("err");
    const small = [{ path: dir + "/a.py", content: new TextEncoder().encode("print('hi')\n".repeat(20)) }];
    await b.fs.writeFiles(small);
    mark("write small");
    console.log(await b.fs.list(dir || "/"), await b.fs.stat([dir + "/a.py", "/no"]));
    expect(await b.fs.readFile(dir + "/a.py")).toEqual(small[0]!.content);
    mark("read");
    console.log(await b.fs.hashFiles([dir + "/a.py", "/no"]));
    mark("hash");
    console.log(await b.fs.space("/"));
    if (kind !== "microbit") {
      const big = randomBytes(102400);
      await b.fs.writeFiles([{ path: dir + "/big", content: new Uint8Array(big) }]);
      mark("write 100K random");
      expect(Buffer.from(await b.fs.readFile(dir + "/big")).equals(big)).toBe(true);
      mark("read 100K");
      const text = new TextEncoder().encode(
        require("fs")
          .readFileSync("/work/ref/micropython/tools/mpremote/mpremote/commands.py", "utf8")
          .repeat(5)
          .slice(0, 102400),
      );
      await b.fs.writeFiles([{ path: dir + "/text", content: text }]);
      mark("write 100K text");
      const many = Array.from({ length: 100 }, (_, i) => ({
        path: `${dir}/d/f${i}.py`,
        content: text.slice(i * 100, i * 100 + 1024),
      }));
      await b.fs.writeFiles(many);
      mark("write 100x1K");
      console.log((await b.fs.write(many, { skipUnchanged: true })).written.length);
      mark("unchanged");
      const mb = new Uint8Array(randomBytes(1 << 20));
      await b.fs.writeFiles([{ path: dir + "/mb", content: mb }]);
      mark("write 1M");
      expect(Buffer.from(await b.fs.readFile(dir + "/mb")).equals(mb)).toBe(true);
      mark("read 1M");
      await b.fs.removeTree(dir);
      mark("rmtree");
      expect(await b.fs.exists(dir)).toBe(false);
    }
    if (kind !== "unix") {
      await b.softReset();
      mark("soft reset");
    }
    await b.close();
  },
  60000,
);
