import { isUpyError, memoryTarget, type MemoryTarget, recover } from "@upykit/core";
import { applyFix, explainImports, type Fix, type FixReport, planFix, undoFix } from "@upykit/core/imports";
import { describe, expect, it } from "vitest";

const text = (content: string) => new TextEncoder().encode(content);

const files = {
  "/main.py": "import foo\n",
  "/lib/foo.py": "1",
  "/lib/foo.mpy": "2",
  "/lib/motor/motor/__init__.py": "3",
  "/lib/motor/motor/servo.py": "4",
  "/lib/foo-bar.py": "5",
};

const everything: Fix = {
  title: "All at once",
  changes: [
    { type: "remove", path: "/lib/foo.py" },
    { type: "move", from: "/lib/motor/motor/__init__.py", to: "/lib/motor/__init__.py" },
    { type: "move", from: "/lib/motor/motor/servo.py", to: "/lib/motor/servo.py" },
    { type: "write", path: "/main.py", content: text("import motor\n") },
    { type: "write", path: "/new/boot.py", content: text("pass\n") },
  ],
};

const shape = (target: MemoryTarget) =>
  Object.fromEntries(
    [...target.snapshot()].map(([path, content]) => [path, content && new TextDecoder().decode(content)]),
  );

describe("planFix and applyFix", () => {
  it("show what would happen, do it, and take it back", async () => {
    const target = memoryTarget({ files });
    const before = shape(target);
    const plan = await planFix(everything, target);
    expect(plan).toMatchObject({
      removes: ["/lib/foo.py"],
      frees: 1,
      emptied: ["/lib/motor/motor", "/lib/motor"],
    });
    expect(target.steps).toBe(0);
    const report = await applyFix(plan, target);
    expect(shape(target)).toEqual({
      "/lib": null,
      "/lib/foo-bar.py": "5",
      "/lib/foo.mpy": "2",
      "/lib/motor": null,
      "/lib/motor/__init__.py": "3",
      "/lib/motor/servo.py": "4",
      "/main.py": "import motor\n",
      "/new": null,
      "/new/boot.py": "pass\n",
    });
    await undoFix(structuredClone(report), target);
    expect(shape(target)).toEqual({ ...before, "/new": null });
  });

  it("refuse what is in the way, gone or changed", async () => {
    const target = memoryTarget({ files });
    const code = (wanted: string) => (error: unknown) => isUpyError(error) && error.code === wanted;
    const move = {
      title: "",
      changes: [{ type: "move", from: "/lib/foo-bar.py", to: "/lib/foo.py" }],
    } as const;
    await expect(planFix(move, target)).rejects.toSatisfy(code("conflict"));
    const gone = { title: "", changes: [{ type: "remove", path: "/no.py" }] } as const;
    await expect(planFix(gone, target)).rejects.toSatisfy(code("file-not-found"));
    const plan = await planFix(everything, target);
    await target.fs.writeFiles([{ path: "/lib/foo.py", content: text("edited") }]);
    const before = shape(target);
    await expect(applyFix(plan, target)).rejects.toSatisfy(code("conflict"));
    expect(shape(target)).toEqual(before);
  });

  it.each([
    ["littlefs", {}],
    ["FAT", { caseInsensitive: true, renameReplaces: false }],
  ])("leave the old state or the new one, wherever the plug is pulled, on %s", async (_, kind) => {
    const fixes: Fix = {
      ...everything,
      changes: [...everything.changes, { type: "move", from: "/lib/foo-bar.py", to: "/lib/FOO-bar.py" }],
    };
    const whole = memoryTarget({ files, ...kind });
    const before = shape(whole);
    const done = await applyFix(await planFix(fixes, whole), whole);
    const after = shape(whole);
    const all = whole.steps;
    const outcomes = new Set<string>();
    for (let steps = 0; steps < all; steps++) {
      const target = memoryTarget({ files, ...kind });
      const plan = await planFix(fixes, target);
      target.unplugAfter(steps);
      await expect(applyFix(plan, target)).rejects.toThrow();
      target.plugIn();
      const { outcome } = await recover(target);
      outcomes.add(outcome);
      // With its journal gone, what is left of a transaction is "undone" though all of it was done.
      expect(outcome === "finished" ? [after] : [before, after]).toContainEqual(shape(target));
    }
    expect(outcomes).toContain("finished");
    expect(outcomes).toContain("undone");
    await undoFix(done, whole);
    expect(shape(whole)).toEqual({ ...before, "/new": null });
    await undoFix(done, whole);
    expect(shape(whole)).toEqual({ ...before, "/new": null });
  });

  it("give the way back before anything is changed", async () => {
    const target = memoryTarget({ files });
    const before = shape(target);
    const plan = await planFix(everything, target);
    let kept: FixReport | undefined;
    const report = await applyFix(plan, target, {
      onBackup: (one) => {
        expect(shape(target)).toEqual(before);
        kept = one;
      },
    });
    expect(kept).toEqual(report);
  });

  it("keep away from a target on which an install was interrupted", async () => {
    const target = memoryTarget({ files: { ...files, "/lib/.upykit-tx/0": "x" } });
    const plan = await planFix(everything, target);
    await expect(applyFix(plan, target)).rejects.toMatchObject({ code: "interrupted-install" });
  });

  it("mend what the doctor found: afterwards it finds nothing", async () => {
    const target = memoryTarget({
      files: { ...files, "/lib/._foo.py": "x", "/foo.py": "1", "/lib/up.PY": "" },
    });
    const bad = async () => (await explainImports(target)).findings.filter(({ fixes }) => fixes.length > 0);
    for (let found = await bad(), round = 0; found.length > 0 && round < 20; found = await bad(), round++) {
      await applyFix(await planFix(found[0]?.fixes[0] ?? [], target), target);
    }
    expect(await bad()).toEqual([]);
    expect(Object.keys(shape(target)).sort()).toEqual([
      "/foo_unused.py",
      "/lib",
      "/lib/foo.mpy",
      "/lib/foo_bar.py",
      "/lib/motor",
      "/lib/motor/__init__.py",
      "/lib/motor/servo.py",
      "/lib/up.py",
      "/main.py",
    ]);
  });
});
