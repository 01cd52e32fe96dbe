// What else can happen to a board in the middle of a change: the power goes at any change to the flash, the board resets
// itself, the disk is full, a large install is cut anywhere.

import { applyPlan, planInstall, planUninstall } from "@upykit/core";
import { createVirtualBoard, type Fault } from "@upykit/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Change, CutBench, type Tally } from "./fixtures/cut-sweep.js";
import { mpyOf, resolutionOf } from "./fixtures/packages.js";

const older = resolutionOf({
  one: {
    dependencies: ["two"],
    files: { "one/__init__.py": "x = 1\n", "one/old.mpy": mpyOf("old"), "one/same.py": "" },
  },
  two: { files: { "two.py": "y = 1\n" } },
});
const newer = resolutionOf({
  one: {
    version: "2",
    files: { "one/__init__.py": "x = 2\n", "one/sub/new.py": "z = 1\n", "one/same.py": "" },
  },
});

const text = (seed: number) =>
  Array.from({ length: 340 }, (_, line) => `v${line} = ${(line * seed * 7919) % 100003}\n`).join("");
const modules = (name: string, seed: number) =>
  Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`${name}/m${index}.py`, text(seed + index)]));
const large = resolutionOf({
  alpha: { files: modules("alpha", 1) },
  beta: { files: modules("beta", 11) },
  gamma: { files: modules("gamma", 21) },
});

describe("a change on a board", { timeout: 300_000 }, () => {
  let virtual: Awaited<ReturnType<typeof createVirtualBoard>>;
  let bench: CutBench;
  let install: Change;
  let upgrade: Change;
  let removal: Change;
  let largeInstall: Change;

  beforeAll(async () => {
    virtual = await createVirtualBoard({ files: { "/main.py": "print('mine')\n" } });
    bench = await CutBench.open(virtual);
    const rehearse = async ({ resolution, fetch }: typeof older) =>
      bench.rehearse(await planInstall(resolution, bench.board.target(), { fetch }), fetch);
    largeInstall = await rehearse(large);
    await virtual.fs.restore(largeInstall.before);
    install = await rehearse(older);
    removal = await bench.rehearse(await planUninstall(bench.board.target(), ["one", "two"]), older.fetch);
    await virtual.fs.restore(install.after);
    upgrade = await rehearse(newer);
  });

  afterAll(() => virtual[Symbol.asyncDispose]());

  const changes: [string, () => Change][] = [
    ["install", () => install],
    ["upgrade", () => upgrade],
    ["uninstall", () => removal],
  ];

  it.each(changes)("survives power cuts at every change to the flash: %s", async (_name, changeOf) => {
    const change = changeOf();
    const tally: Tally = { old: 0, new: 0 };
    for (let after = 0; after < change.flashOperations; after++) {
      tally[await bench.cut(change, { type: "flash-power-cut", after })] += 1;
    }
    expect(tally.old).toBeGreaterThan(2);
    expect(tally.new).toBeGreaterThan(2);
  });

  it.each(changes)("survives power cuts in the recovery too: %s", async (_name, changeOf) => {
    const change = changeOf();
    for (let after = 1; after < change.flashOperations; after += 3) {
      for (let again = 0; again < 8; again += 2) {
        await bench.cut(
          change,
          { type: "flash-power-cut", after },
          { type: "flash-power-cut", after: again },
        );
      }
    }
  });

  it.each(changes)("survives a board that resets itself: %s", async (_name, changeOf) => {
    const change = changeOf();
    for (let at = 5; at < change.bytesToBoard; at += 331) {
      await bench.cut(change, { type: "reset", at, link: at % 2 === 0 ? "kept" : "lost" });
    }
  });

  it("survives a cut at a few hundred bytes of a large install", async () => {
    let seed = 20_260_101;
    const random = (limit: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * limit);
    };
    const tally: Tally = { old: 0, new: 0 };
    for (let count = 0; count < 300; count++) {
      const fault: Fault =
        count % 3 === 0
          ? { type: "power-cut", at: random(largeInstall.bytesToBoard) }
          : count % 3 === 1
            ? { type: "disconnect", direction: "to-board", at: random(largeInstall.bytesToBoard) }
            : { type: "disconnect", direction: "from-board", at: random(largeInstall.bytesFromBoard) };
      tally[await bench.cut(largeInstall, fault)] += 1;
    }
    expect(tally.old).toBeGreaterThan(100);
    expect(tally.new).toBeGreaterThan(5);
  });

  it("is undone when the disk turns out to be full", async () => {
    for (const freeSpace of [0, 4096, 12_288, 32_768]) {
      await virtual.fs.restore(largeInstall.before);
      virtual.faults.configure({ freeSpace });
      const work = applyPlan(largeInstall.plan, bench.board.target(), { fetch: large.fetch });
      await expect(work).rejects.toMatchObject({ code: "no-space" });
      expect(await virtual.fs.snapshot()).toEqual(largeInstall.before);
      const plan = await planInstall(large.resolution, bench.board.target(), { fetch: large.fetch });
      expect(plan.space?.needed).toBeGreaterThan(plan.space?.free ?? 0);
    }
    virtual.faults.configure({ freeSpace: 1 << 20 });
    expect(await virtual.fs.has("/main.py")).toBe(true);
  });
});
