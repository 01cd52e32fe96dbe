import { test } from "vitest";
import { connectBoard } from "@upykit/core/device";
import { openSerial } from "@upykit/transport-serial";
import { spawn } from "node:child_process";
import { noise } from "./fixtures/with-board.js";
import { readFileSync } from "node:fs";
test("pty", async () => {
  const p = spawn(
    "python3",
    [
      "/work/shared/lab/ptybridge.py",
      "/work/ref/board/pty/link",
      "/work/ref/micropython/ports/unix/build-standard/micropython",
      "-i",
    ],
    { cwd: "/work/ref/board/pty", stdio: ["ignore", "pipe", "inherit"] },
  );
  await new Promise((ok) => p.stdout.once("data", ok));
  const text = new Uint8Array(
    readFileSync("/work/ref/micropython/tools/mpremote/mpremote/commands.py", "utf8")
      .repeat(5)
      .slice(0, 102400)
      .split("")
      .map((c) => c.charCodeAt(0)),
  );
  const real = new TextEncoder()
    .encode(readFileSync("/work/ref/micropython/py/objstr.c", "utf8"))
    .slice(0, 102400);
  const many = Array.from({ length: 100 }, (_, i) => ({
    path: `/work/ref/board/pty/d/f${i}.py`,
    content: real.slice(i * 700, i * 700 + 1024),
  }));
  const job = async (what: string, f: (b: Awaited<ReturnType<typeof connectBoard>>) => Promise<unknown>) => {
    const times = [];
    for (let k = 0; k < 5; k++) {
      const t = performance.now();
      const b = await connectBoard(await openSerial("/work/ref/board/pty/link"));
      await f(b);
      await b.close();
      times.push(Math.round(performance.now() - t));
    }
    console.log(what, times.sort((a, b) => a - b).join(" "));
  };
  let n = 0;
  await job("connect", () => Promise.resolve());
  await job("100K text", (b) => b.fs.writeFile("/work/ref/board/pty/t" + n++, text));
  await job("100K C text", (b) => b.fs.writeFile("/work/ref/board/pty/t" + n++, real));
  await job("100K random", (b) => b.fs.writeFile("/work/ref/board/pty/t" + n++, noise(102400, n)));
  await job("100x1K new", async (b) => {
    await b.fs.writeFiles(many);
  });
  await job("100x1K unchanged", async (b) => {
    await b.fs.write(many, { skipUnchanged: true });
  });
  await job("read 100K", (b) => b.fs.readFile("/work/ref/board/pty/t1"));
  p.kill();
}, 60000);
