// The plug is pulled after every single step (an entry made, moved or removed, a byte written) of an install, an
// upgrade and an uninstall; then again during the recovery. What is left must be the old tree or the new one, exactly.

import {
  applyPlan,
  isUpyError,
  listInstalled,
  type MemoryTarget,
  memoryTarget,
  type MemoryTargetOptions,
  type Plan,
  planInstall,
  planUninstall,
  recover,
} from "@upykit/core";
import { describe, expect, it } from "vitest";
import { mpyOf, resolutionOf } from "./fixtures/packages.js";

const first = resolutionOf(
  {
    alpha: {
      dependencies: ["beta"],
      files: { "alpha/__init__.mpy": mpyOf("alpha"), "alpha/sub/x.mpy": mpyOf("x"), "alpha/same.py": "same" },
    },
    beta: { files: { "beta.py": "beta = 1\n" } },
  },
  ["alpha"],
);
const second = resolutionOf({
  alpha: {
    version: "2.0",
    files: {
      "alpha/__init__.mpy": mpyOf("alpha, newer"),
      "alpha/same.py": "same",
      "alpha/New/y.mpy": mpyOf("y"),
    },
  },
});

interface Scenario {
  readonly name: string;
  readonly before: (options: MemoryTargetOptions) => Promise<MemoryTarget>;
  readonly plan: (target: MemoryTarget) => Promise<Plan>;
}

async function installed(options: MemoryTargetOptions): Promise<MemoryTarget> {
  const target = memoryTarget(options);
  await applyPlan(await planFirst(target), target, { fetch: first.fetch });
  return target;
}

const planFirst = (target: MemoryTarget) => planInstall(first.resolution, target, { fetch: first.fetch });

const scenarios: Scenario[] = [
  { name: "a fresh install", before: (options) => Promise.resolve(memoryTarget(options)), plan: planFirst },
  {
    name: "an install beside the user's files",
    before: (options) =>
      Promise.resolve(memoryTarget({ ...options, files: { "/lib/": "", "/main.py": "import alpha\n" } })),
    plan: planFirst,
  },
  {
    name: "an upgrade",
    before: installed,
    plan: (target) => planInstall(second.resolution, target, { fetch: second.fetch }),
  },
  { name: "an uninstall", before: installed, plan: (target) => planUninstall(target, ["alpha"]) },
];

const disks: [string, MemoryTargetOptions][] = [
  ["littlefs", {}],
  ["FAT", { caseInsensitive: true, renameReplaces: false }],
];

type Tree = Map<string, Uint8Array | null>;

/** A tree as a value that can be compared fast. */
function print(tree: Tree): string {
  const entries = [...tree].map(([path, content]) => [
    path,
    content && new TextDecoder("latin1").decode(content),
  ]);
  return JSON.stringify(entries.sort());
}

async function applyUnplugged(plan: Plan, target: MemoryTarget, steps: number): Promise<boolean> {
  target.unplugAfter(steps);
  try {
    await applyPlan(plan, target, {
      fetch: (url) => (plan.packages[0]?.version === "2.0" ? second : first).fetch(url),
    });
    return true;
  } catch (error) {
    if (!isUpyError(error, "link-lost")) throw error;
    return false;
  } finally {
    target.plugIn();
  }
}

async function recoverUnplugged(target: MemoryTarget, steps: number): Promise<boolean> {
  target.unplugAfter(steps);
  try {
    await recover(target, { root: "/lib" });
    return true;
  } catch (error) {
    if (!isUpyError(error, "link-lost")) throw error;
    return false;
  } finally {
    target.plugIn();
  }
}

describe.each(disks)("on %s", (_disk, options) => {
  it.each(scenarios)(
    "$name leaves the old state or the new one, wherever it stops",
    async ({ before, plan: makePlan }) => {
      const start = await before(options);
      const plan = await makePlan(start);
      const done = start.clone();
      expect(await applyUnplugged(plan, done, Infinity)).toBe(true);
      const states = { old: print(start.snapshot()), new: print(done.snapshot()) };
      const seen = { old: 0, new: 0 };
      let shape = "";
      for (let steps = 0; steps < done.steps; steps++) {
        const target = start.clone();
        expect(await applyUnplugged(plan, target, steps)).toBe(false);
        const cut = target.snapshot();
        const pending = [...cut.keys()].some((path) => path.includes(".upykit-tx"));
        if (pending)
          await expect(listInstalled(target)).rejects.toMatchObject({ code: "interrupted-install" });
        await crashTheRecovery(target, { states, everywhere: shape !== (shape = [...cut.keys()].join()) });
        await recover(target, { root: "/lib" });
        const result = print(target.snapshot());
        if (result === states.new) seen.new += 1;
        else {
          expect(result, `after ${steps} steps`).toBe(states.old);
          seen.old += 1;
        }
        expect(await recover(target)).toMatchObject({ outcome: "nothing" });
      }
      expect(seen.old).toBeGreaterThan(10);
      expect(seen.new).toBeGreaterThan(4);
    },
  );
});

/** Recovers copies of a target, unplugged again after each step. */
async function crashTheRecovery(
  target: MemoryTarget,
  { states, everywhere }: { states: { old: string; new: string }; everywhere: boolean },
): Promise<void> {
  for (let steps = 0; everywhere; steps++) {
    const copy = target.clone();
    const isDone = await recoverUnplugged(copy, steps);
    if (!isDone) await recover(copy, { root: "/lib" });
    expect([states.old, states.new]).toContain(print(copy.snapshot()));
    if (isDone) return;
  }
}
