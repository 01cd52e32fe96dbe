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
import { mpyOf, resolutionOf, type TestResolution } from "./fixtures/packages.js";

const first = resolutionOf(
  {
    alpha: {
      dependencies: ["beta"],
      files: {
        "alpha/__init__.mpy": mpyOf("alpha"),
        "alpha/sub/x.mpy": mpyOf("x"),
        "alpha/same.py": "same",
        "/data/a.bin": "a",
      },
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
      "/data/sub/b.bin": "b",
    },
  },
});

const upperCase = resolutionOf({ alpha: { files: { "Alpha.py": "same\n", "alpha/a.py": "" } } });
const lowerCase = resolutionOf({
  alpha: { version: "2", files: { "alpha.py": "same\n", "alpha/a.py": "" } },
});

interface Scenario {
  readonly name: string;
  readonly fetch: typeof globalThis.fetch;
  readonly before: (options: MemoryTargetOptions) => Promise<MemoryTarget>;
  readonly plan: (target: MemoryTarget) => Promise<Plan>;
}

const planOf =
  ({ resolution, fetch }: TestResolution) =>
  (target: MemoryTarget) =>
    planInstall(resolution, target, { fetch });

const withInstalled = (packages: TestResolution) => async (options: MemoryTargetOptions) => {
  const target = memoryTarget(options);
  await applyPlan(await planOf(packages)(target), target, { fetch: packages.fetch });
  return target;
};

const scenarios: Scenario[] = [
  {
    name: "a fresh install",
    fetch: first.fetch,
    before: (options) => Promise.resolve(memoryTarget(options)),
    plan: planOf(first),
  },
  {
    name: "an install beside the user's files",
    fetch: first.fetch,
    before: (options) =>
      Promise.resolve(memoryTarget({ ...options, files: { "/lib/": "", "/main.py": "import alpha\n" } })),
    plan: planOf(first),
  },
  { name: "an upgrade", fetch: second.fetch, before: withInstalled(first), plan: planOf(second) },
  {
    name: "an upgrade that changes a name's case",
    fetch: lowerCase.fetch,
    before: withInstalled(upperCase),
    plan: planOf(lowerCase),
  },
  {
    name: "an uninstall",
    fetch: first.fetch,
    before: withInstalled(first),
    plan: (target) => planUninstall(target, ["alpha"]),
  },
];

const flatOlder = resolutionOf({ alpha: { files: { "alpha.py": "x = 1\n", "old.py": "" } } });
const flatNewer = resolutionOf({ alpha: { version: "2", files: { "alpha.py": "x = 2\n" } } });

/** For a board without directories. */
const flatScenarios: Scenario[] = [
  {
    name: "a fresh install",
    fetch: flatOlder.fetch,
    before: (options) => Promise.resolve(memoryTarget(options)),
    plan: planOf(flatOlder),
  },
  { name: "an upgrade", fetch: flatNewer.fetch, before: withInstalled(flatOlder), plan: planOf(flatNewer) },
  {
    name: "an uninstall",
    fetch: flatOlder.fetch,
    before: withInstalled(flatOlder),
    plan: (target) => planUninstall(target, ["alpha"]),
  },
];

const cases: [string, MemoryTargetOptions, Scenario[]][] = [
  ["littlefs", {}, scenarios],
  ["FAT", { caseInsensitive: true, renameReplaces: false }, scenarios],
  ["a micro:bit's file system", { hasDirectories: false, canRename: false }, flatScenarios],
];
const rows = cases.flatMap(([disk, options, list]) =>
  list.map((scenario) => ({ disk, options, ...scenario })),
);

type Tree = Map<string, Uint8Array | null>;

/** A tree as a value that can be compared fast. */
function print(tree: Tree): string {
  const entries = [...tree].map(([path, content]) => [
    path,
    content && new TextDecoder("latin1").decode(content),
  ]);
  return JSON.stringify(entries.sort());
}

/** Whether `work` got through, with the plug pulled after `steps`. */
async function unplugged(
  target: MemoryTarget,
  steps: number,
  work: () => Promise<unknown>,
): Promise<boolean> {
  target.unplugAfter(steps);
  try {
    await work();
    return true;
  } catch (error) {
    if (!isUpyError(error, "link-lost")) throw error;
    return false;
  } finally {
    target.plugIn();
  }
}

describe("a target that is unplugged", () => {
  it.each(rows)(
    "on $disk: $name leaves the old state or the new one, wherever it stops",
    async ({ options, before, plan: makePlan, fetch }) => {
      const start = await before(options);
      const plan = await makePlan(start);
      const done = start.clone();
      await applyPlan(plan, done, { fetch });
      const states = { old: print(start.snapshot()), new: print(done.snapshot()) };
      const seen = { old: 0, new: 0 };
      let shape = "";
      for (let steps = 0; steps < done.steps; steps++) {
        const target = start.clone();
        expect(await unplugged(target, steps, () => applyPlan(plan, target, { fetch }))).toBe(false);
        const cut = target.snapshot();
        const pending = [...cut.keys()].some((path) => path.includes(".upykit-tx"));
        if (pending)
          await expect(listInstalled(target)).rejects.toMatchObject({ code: "interrupted-install" });
        await crashTheRecovery(target, {
          plan,
          states,
          everywhere: shape !== (shape = [...cut.keys()].join()),
        });
        await recover(target, { root: plan.root });
        const result = print(target.snapshot());
        if (result === states.new) seen.new += 1;
        else {
          expect(result, `after ${steps} steps`).toBe(states.old);
          seen.old += 1;
        }
        expect(await recover(target)).toMatchObject({ outcome: "nothing" });
      }
      expect(seen.old).toBeGreaterThan(5);
      expect(seen.new).toBeGreaterThan(4);
    },
  );
});

/** Recovers copies of a target, unplugged again after each step. */
async function crashTheRecovery(
  target: MemoryTarget,
  { plan, states, everywhere }: { plan: Plan; states: { old: string; new: string }; everywhere: boolean },
): Promise<void> {
  for (let steps = 0; everywhere; steps++) {
    const copy = target.clone();
    const isDone = await unplugged(copy, steps, () => recover(copy, { root: plan.root }));
    if (!isDone) await recover(copy, { root: plan.root });
    expect([states.old, states.new]).toContain(print(copy.snapshot()));
    if (isDone) return;
  }
}
