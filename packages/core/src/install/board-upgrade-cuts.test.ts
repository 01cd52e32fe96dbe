// The link is killed at every single byte, in both directions, of a small upgrade on a virtual board.

import { applyPlan, planInstall } from "@upykit/core";
import { createVirtualBoard } from "@upykit/core/testing";
import { expect, it } from "vitest";
import { CutBench } from "./fixtures/cut-sweep.js";
import { resolutionOf } from "./fixtures/packages.js";

const older = resolutionOf({ one: { version: "1", files: { "one.py": "x = 1\n", "old.py": "" } } });
const newer = resolutionOf({ one: { version: "2", files: { "one.py": "x = 2\n" } } });

it(
  "leaves the old state or the new one, whole, after a cut at any byte of an upgrade",
  { timeout: 900_000 },
  async () => {
    await using virtual = await createVirtualBoard();
    const bench = await CutBench.open(virtual);
    const first = await planInstall(older.resolution, bench.board.target(), { fetch: older.fetch });
    await applyPlan(first, bench.board.target(), { fetch: older.fetch });
    const plan = await planInstall(newer.resolution, bench.board.target(), { fetch: newer.fetch });
    const change = await bench.rehearse(plan, newer.fetch);
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
