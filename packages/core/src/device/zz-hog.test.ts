import { test } from "vitest";
import { withBoard } from "./fixtures/with-board.js";
test("x", async () => {
  await withBoard(
    async (b) => {
      const t = performance.now();
      const say = (x: unknown) => console.log((performance.now() - t).toFixed(0), x);
      say(
        await b
          .exec(
            "hog=[]\ntry:\n while 1: hog.append(bytearray(64))\nexcept MemoryError:\n pass\nprint(len(hog))",
          )
          .catch((e) => e.message),
      );
      say(await b.exec("print(1)").catch((e) => e.message));
      say(await b.exec("x=[i for i in range(100)]\nprint(2)").catch((e) => e.message));
      say(
        await b.environment().then(
          (e) => e.heapFree,
          (e) => e.message,
        ),
      );
      await b.softReset();
      say(
        await b.environment().then(
          (e) => e.heapFree,
          (e) => e.message,
        ),
      );
    },
    { virtual: { heapSize: 65_536, conditions: { memoryLimit: 0 } } },
  );
}, 60000);
