// An install on the poor old board: MicroPython 1.9.2 on a BBC micro:bit under QEMU, with 8 KB of heap and a flat file
// system that knows neither directories nor rename. Needs qemu-system-arm and Debian's firmware-microbit-micropython;
// skipped without them, but not in CI.

import { applyPlan, planInstall, recover, uninstall, verify } from "@upykit/core";
import { type Board, connectBoard } from "@upykit/core/device";
import { expect, test } from "vitest";
import { missingMicrobit, startMicrobit } from "../../../../test/support/microbit.js";
import { resolutionOf, toBytes } from "./fixtures/packages.js";

const onMicrobit = test.skipIf(missingMicrobit() !== null);

const older = resolutionOf({ one: { version: "1", files: { "one.py": "x = 1\n", "old.py": "" } } });
const newer = resolutionOf({
  one: { version: "2", files: { "one.py": `x = 2\n${"# filler\n".repeat(20)}` } },
});

async function names(board: Board): Promise<string[]> {
  return (await board.fs.list("/")).map((entry) => entry.path);
}

onMicrobit("takes an install, an upgrade and an uninstall", { timeout: 120_000 }, async () => {
  await using board = await connectBoard(startMicrobit());
  const target = board.target();
  for (const { resolution, fetch } of [older, newer]) {
    await applyPlan(await planInstall(resolution, target, { fetch }), target, { fetch });
    expect((await verify(target)).ok).toBe(true);
  }
  expect(await names(board)).toEqual(["/.upykit-record", "/one.py"]);
  expect(await board.exec("import one; print(one.x)")).toContain("2");
  await uninstall(target, ["one"]);
  expect(await names(board)).toEqual([]);
});

onMicrobit("recovers what an interruption left", { timeout: 120_000 }, async () => {
  await using board = await connectBoard(startMicrobit());
  const target = board.target();
  await target.fs.writeFiles([{ path: "/.upykit-tx-0", content: toBytes("staged") }]);
  const plan = planInstall(older.resolution, target, { fetch: older.fetch });
  await expect(plan).rejects.toMatchObject({ code: "interrupted-install" });
  expect(await recover(target)).toMatchObject({ outcome: "undone" });
  expect(await names(board)).toEqual([]);
});
