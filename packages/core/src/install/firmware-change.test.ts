// What was installed for one firmware, on the same board with another: .mpy files that it does not load.

import { adopt, applyPlan, memoryTarget, planInstall, type PlanOptions, verify } from "@upykit/core";
import { describe, expect, it } from "vitest";
import { installTo, mpyOf, resolutionOf } from "./fixtures/packages.js";

const foreign = resolutionOf({ foreign: { files: { "one.mpy": mpyOf("one"), "two.mpy": mpyOf("two") } } });

describe("after a change of the firmware", () => {
  const firmware = (version: number) => ({
    mpy: { version, subVersion: 0, architecture: "none" as const, archFlags: 0, smallIntBits: 31 },
  });
  const compile: PlanOptions["compile"] = (source, { environment }) =>
    Uint8Array.from([0x4d, environment.mpy?.version ?? 0, 0, 31, ...source]);
  const packages = { app: { files: { "app.py": "x = 1" } }, plain: { files: { "plain.py": "y = 1" } } };
  const sources = resolutionOf(packages);
  const app = resolutionOf({ app: packages.app });
  const plain = resolutionOf({ plain: packages.plain });
  /** The same files, on a board that loads this version of .mpy files. */
  const flashed = (target: ReturnType<typeof memoryTarget>, version: number) =>
    memoryTarget({
      files: Object.fromEntries(
        [...target.snapshot()].flatMap(([path, content]) => (content === null ? [] : [[path, content]])),
      ),
      environment: firmware(version),
    });

  it("verify says so, and what was compiled for the other is compiled again", async () => {
    const before = memoryTarget({ environment: firmware(5) });
    await installTo(before, sources, { compile });
    expect(await verify(before)).toMatchObject({ ok: true });
    const target = flashed(before, 6);
    expect((await verify(target)).problems).toEqual([
      { path: "/lib/app.mpy", type: "incompatible", packages: ["app"] },
      { path: "/lib/plain.mpy", type: "incompatible", packages: ["plain"] },
    ]);
    const report = await installTo(target, sources, { compile });
    expect(report.written).toEqual(["/lib/app.mpy", "/lib/plain.mpy"]);
    expect(await target.fs.readFile("/lib/app.mpy")).toEqual(
      Uint8Array.from([0x4d, 6, 0, 31, ...new TextEncoder().encode("x = 1")]),
    );
    expect(await verify(target)).toMatchObject({ ok: true });
    const steps = target.steps;
    expect((await installTo(target, sources, { compile })).written).toEqual([]);
    expect(target.steps).toBe(steps);
  });

  it("what no source is of is refused, as it would be when new; adopting does not ask", async () => {
    const before = memoryTarget({ environment: firmware(6) });
    await installTo(before, foreign);
    const target = flashed(before, 5);
    const plan = await planInstall(foreign.resolution, target, { fetch: foreign.fetch });
    expect(plan.incompatible.map(({ path }) => path)).toEqual(["one.mpy", "two.mpy"]);
    await expect(applyPlan(plan, target, { fetch: foreign.fetch })).rejects.toMatchObject({
      code: "incompatible-mpy",
    });
    expect(await adopt(target, foreign.resolution)).toMatchObject({ adoptedPackages: ["foreign"] });
    expect(target.steps).toBe(0);
  });

  it("what was compiled for the other is compiled again, also where a file for this one is gone", async () => {
    const before = memoryTarget({ environment: firmware(5) });
    await installTo(before, plain, { compile });
    const target = flashed(before, 6);
    await installTo(target, app, { compile });
    await target.fs.change([{ type: "remove", path: "/lib/app.mpy" }]);
    const report = await installTo(target, sources, { compile });
    expect(report.written).toEqual(["/lib/app.mpy", "/lib/plain.mpy"]);
    expect(await verify(target)).toMatchObject({ ok: true });
  });

  it("a file that the user put in its place stays", async () => {
    const before = memoryTarget({ environment: firmware(5) });
    await installTo(before, sources, { compile });
    const target = flashed(before, 6);
    const own = Uint8Array.from([0x4d, 6, 0, 31, 1, 2, 3]);
    await target.fs.writeFiles([{ path: "/lib/app.mpy", content: own }]);
    const report = await installTo(target, sources, { compile });
    expect(report).toMatchObject({ written: ["/lib/plain.mpy"], kept: ["/lib/app.mpy"] });
    expect(await target.fs.readFile("/lib/app.mpy")).toEqual(own);
  });
});
