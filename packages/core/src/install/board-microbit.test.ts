// An install on the poor old board: MicroPython 1.9.2 on a BBC micro:bit under QEMU, with 8 KB of heap and a flat file
// system that knows neither directories nor rename. Needs qemu-system-arm and Debian's firmware-microbit-micropython;
// skipped without them, but not in CI.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { applyPlan, planInstall, recover, uninstall, verify } from "@upykit/core";
import { type Board, connectBoard, type Transport } from "@upykit/core/device";
import { afterEach, expect, test } from "vitest";
import { resolutionOf, toBytes } from "./fixtures/packages.js";

const firmware = "/usr/share/firmware-microbit-micropython/firmware.hex";
const isHere = existsSync(firmware) && existsSync("/usr/bin/qemu-system-arm");
const onMicrobit = test.skipIf(!isHere && !process.env["CI"]);

let machine: ChildProcess | undefined;
afterEach(() => machine?.kill());

function startMicrobit(): Transport {
  const options = ["-M", "microbit", "-device", `loader,file=${firmware}`, "-serial", "stdio"];
  const child = spawn("qemu-system-arm", [...options, "-display", "none", "-monitor", "none"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  machine = child;
  const closed = new Promise<undefined>((resolve) => child.once("exit", () => resolve(undefined)));
  return {
    name: "micro:bit",
    closed,
    readable: new ReadableStream({
      start(controller) {
        child.stdout.on("data", (bytes: Buffer) => controller.enqueue(new Uint8Array(bytes)));
        child.stdout.once("end", () => controller.close());
      },
    }),
    writable: new WritableStream({
      write: (bytes) => new Promise((resolve) => child.stdin.write(bytes, () => resolve())),
    }),
    close: async () => {
      child.kill();
      await closed;
    },
  };
}

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
