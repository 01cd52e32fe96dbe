import { test } from "vitest";
import { withBoard, noise, sourceText } from "./fixtures/with-board.js";
test("uart", async () => {
  for (const latency of [0, 2, 8])
    await withBoard(
      async (b, v) => {
        const run = async (what: string, f: () => Promise<unknown>) => {
          const s = v.stats,
            t = performance.now();
          await f();
          const n = v.stats;
          console.log(
            latency,
            what,
            ((performance.now() - t) / 1000).toFixed(2),
            "s sent",
            n.bytesToBoard - s.bytesToBoard,
            "recv",
            n.bytesFromBoard - s.bytesFromBoard,
            "trips",
            n.roundTrips - s.roundTrips,
          );
        };
        await run("text", () => b.fs.writeFile("/t", sourceText(102400)));
        await run("random", () => b.fs.writeFile("/r", noise(102400)));
      },
      { link: { bytesPerSecond: 11520, latency } },
    );
}, 120000);
