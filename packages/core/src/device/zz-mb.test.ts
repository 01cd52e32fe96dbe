import { test } from "vitest";
import { connectBoard } from "@upykit/core/device";
import { microbit } from "/work/ref/board/lab-transport.mjs";
test("x", async () => {
  const d = await microbit();
  const log: string[] = [];
  const w = d.transport.writable.getWriter();
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
  for (const n of [2000, 3000, 4000, 6000, 8000]) {
    log.length = 0;
    await b
      .exec(`x = '${"y".repeat(n)}'`)
      .catch((e: Error & { code: string }) =>
        console.log(n, log.filter((l) => !/> "y*"/.test(l)).join("\n"), e.message, e.code),
      );
    console.log(await b.evaluate("2"));
  }
  await b.close();
});
