import { test } from "vitest";
import { connectBoard } from "@upykit/core/device";
import { microbit } from "/work/ref/board/lab-transport.mjs";
test("x", async () => {
  const d = await microbit();
  const log: string[] = [];
  const w = d.transport.writable.getWriter();
  const push = d.push;
  const transport = {
    ...d.transport,
    writable: new WritableStream({
      write: (b: Uint8Array) => {
        log.push("> " + JSON.stringify(Buffer.from(b).toString("latin1")));
        return w.write(b);
      },
    }),
    readable: d.transport.readable.pipeThrough(
      new TransformStream({
        transform(b, c) {
          log.push("< " + JSON.stringify(Buffer.from(b).toString("latin1")));
          c.enqueue(b);
        },
      }),
    ),
  };
  const b = await connectBoard(transport);
  try {
    for (let i = 0; i < 60; i++) {
      await b.fs.writeFiles([{ path: "/a.py", content: new Uint8Array(500).fill(65 + i) }]);
    }
  } catch (e) {
    console.log(log.slice(-16).join("\n"), e);
  }
  console.log(log.slice(0, 8).join("\n"));
  await b.close();
});
