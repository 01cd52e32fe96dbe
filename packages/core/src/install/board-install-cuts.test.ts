// The link is killed at every single byte, in both directions, of a small install on a virtual board.

import { planInstall } from "@upykit/core";
import { createVirtualBoard } from "@upykit/core/testing";
import { expect, it } from "vitest";
import { CutBench } from "./fixtures/cut-sweep.js";
import { resolutionOf } from "./fixtures/packages.js";

const small = resolutionOf({ one: { files: { "one.py": "x = 1\n" } } });

it(
  "leaves the old state or the new one, whole, after a cut at any byte of an install",
  { timeout: 900_000 },
  async () => {
    await using virtual = await createVirtualBoard();
    const bench = await CutBench.open(virtual);
    const plan = await planInstall(small.resolution, bench.board.target(), { fetch: small.fetch });
    const change = await bench.rehearse(plan, small.fetch);
    const tally = { old: 0, new: 0 };
    for (let at = 0; at < change.bytesToBoard; at++) {
      tally[await bench.cut(change, { type: "disconnect", direction: "to-board", at })] += 1;
    }
    for (let at = 0; at < change.bytesFromBoard; at++) {
      tally[await bench.cut(change, { type: "disconnect", direction: "from-board", at })] += 1;
    }
    expect(tally.old).toBeGreaterThan(1000);
    expect(tally.new).toBeGreaterThan(0);
  },
);
