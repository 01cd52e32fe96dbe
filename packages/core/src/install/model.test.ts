// Random lives of a target: installs, upgrades, downgrades, uninstalls, files of the user, each perhaps unplugged somewhere
// and recovered, perhaps unplugged again in the recovery. A model of a few lines says what must be there.

import {
  applyPlan,
  isUpyError,
  listInstalled,
  type MemoryTarget,
  memoryTarget,
  planInstall,
  planUninstall,
  recover,
  verify,
} from "@upykit/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { resolutionOf, type TestPackage, toBytes, visibleFiles } from "./fixtures/packages.js";

/** Which packages there are; every version of a and b needs some version of c. */
const catalogue: Record<string, TestPackage> = {
  "a 1": { dependencies: ["c"], files: { "a/__init__.py": "a1", "a/one.py": "only in 1" } },
  "a 2": { dependencies: ["c"], files: { "a/__init__.py": "a2", "a/sub/two.py": "only in 2" } },
  "b 1": { dependencies: ["c"], files: { "b.py": "b1", "shared.py": "shared" } },
  "b 2": { files: { "b/__init__.py": "b2", "shared.py": "shared" } },
  "c 1": { files: { "c.py": "c1" } },
  "c 2": { files: { "c.py": "c2", "shared.py": "shared" } },
};

type Versions = Record<string, string>;

/** What should be there: packages with their versions, which of them were asked for, files of the user. */
interface Model {
  readonly versions: Versions;
  readonly roots: readonly string[];
  readonly user: Readonly<Record<string, string>>;
}

type Step =
  | {
      readonly type: "install";
      readonly name: "a" | "b" | "c";
      readonly version: string;
      readonly dependency: string;
    }
  | { readonly type: "uninstall"; readonly name: "a" | "b" | "c" }
  | { readonly type: "user"; readonly path: string; readonly content: string };

const version = fc.constantFrom("1", "2");
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("install" as const),
      name: fc.constantFrom("a", "b", "c"),
      version,
      dependency: version,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant("uninstall" as const), name: fc.constantFrom("a", "b", "c") }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("user" as const),
      path: fc.constantFrom("/lib/a/mine.txt", "/lib/mine.py", "/main.py"),
      content: fc.string({ maxLength: 8 }),
    }),
  },
);

/** After how many steps of the disk the plug is pulled, in the change and in the recovery; most changes go through. */
const cut = fc.oneof(fc.constant(null), fc.nat({ max: 1500 }));

const packageOf = (name: string, versions: Versions): TestPackage => {
  const key = `${name} ${versions[name] ?? ""}`;
  return { version: versions[name] ?? "", ...(catalogue[key] as TestPackage) };
};

const needs = (name: string, versions: Versions): readonly string[] =>
  packageOf(name, versions).dependencies ?? [];

function prune(versions: Versions, roots: readonly string[]): Versions {
  const kept = new Set(roots.flatMap((root) => [root, ...needs(root, versions)]));
  return Object.fromEntries(Object.entries(versions).filter(([name]) => kept.has(name)));
}

function after(model: Model, change: Step): Model {
  if (change.type === "user") return { ...model, user: { ...model.user, [change.path]: change.content } };
  const roots = model.roots.filter((root) => root !== change.name);
  if (change.type === "uninstall") {
    const versions = Object.fromEntries(
      Object.entries(model.versions).filter(([name]) => name !== change.name),
    );
    return { ...model, versions: prune(versions, roots), roots };
  }
  const versions = { ...model.versions, ...arriving(change) };
  return {
    ...model,
    versions: prune(versions, [...roots, change.name]),
    roots: [...roots, change.name].sort(),
  };
}

/** The code with which a change must be refused; "done" for none. */
function refusal({ versions, roots }: Model, change: Step): string {
  if (change.type !== "uninstall") return "done";
  if (versions[change.name] === undefined) return "not-found";
  const others = roots.filter((root) => root !== change.name);
  return others.some((root) => needs(root, versions).includes(change.name)) ? "conflict" : "done";
}

function arriving({ name, version: own, dependency }: Step & { type: "install" }): Versions {
  const versions = { [name]: own };
  return needs(name, versions).length > 0 ? { ...versions, c: dependency } : versions;
}

function filesOf({ versions, user }: Model): Record<string, string> {
  const files = Object.keys(versions).flatMap((name) => Object.entries(packageOf(name, versions).files));
  const installed = files.map(([path, content]): [string, string] => [`/lib/${path}`, content as string]);
  return Object.fromEntries([...Object.entries(user), ...installed].sort());
}

async function perform(target: MemoryTarget, change: Step): Promise<void> {
  if (change.type === "user") {
    return target.fs.writeFiles([{ path: change.path, content: toBytes(change.content) }]);
  }
  if (change.type === "uninstall") {
    await applyPlan(await planUninstall(target, [change.name]), target);
    return;
  }
  const versions = arriving(change);
  const packages = Object.fromEntries(Object.keys(versions).map((name) => [name, packageOf(name, versions)]));
  const { resolution, fetch } = resolutionOf(packages, [change.name]);
  await applyPlan(await planInstall(resolution, target, { fetch }), target, { fetch });
}

/** "done", or the code it failed with. */
async function attempt(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return "done";
  } catch (error) {
    if (isUpyError(error)) return error.code;
    throw error;
  }
}

async function check(target: MemoryTarget, model: Model): Promise<boolean> {
  return (
    JSON.stringify(visibleFiles(target.snapshot())) === JSON.stringify(filesOf(model)) &&
    matches(target, model)
  );
}

async function matches(target: MemoryTarget, { versions, roots }: Model): Promise<boolean> {
  const installed = await listInstalled(target);
  const found = Object.fromEntries(installed.packages.map((one) => [one.name, one.version]));
  expect((await verify(target)).ok).toBe(true);
  return (
    JSON.stringify(Object.entries(found).sort()) === JSON.stringify(Object.entries(versions).sort()) &&
    JSON.stringify(installed.roots.map((root) => root.package)) === JSON.stringify([...roots].sort())
  );
}

it("holds for any sequence of changes and cuts", { timeout: 120_000 }, async () => {
  const life = fc.array(fc.record({ change: step, cut, recoveryCut: cut }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(life, fc.boolean(), async (changes, isFat) => {
      const target = memoryTarget({
        caseInsensitive: isFat,
        renameReplaces: !isFat,
        files: { "/main.py": "mine" },
      });
      let model: Model = { versions: {}, roots: [], user: { "/main.py": "mine" } };
      for (const { change, cut: plug, recoveryCut } of changes) {
        const next = after(model, change);
        if (plug !== null && change.type !== "user") target.unplugAfter(plug);
        const outcome = await attempt(() => perform(target, change));
        target.plugIn();
        if (recoveryCut !== null) target.unplugAfter(recoveryCut);
        await attempt(() => recover(target));
        target.plugIn();
        await recover(target);
        if (outcome === "done") {
          expect(refusal(model, change)).toBe("done");
          model = next;
        }
        if (outcome === "link-lost") model = (await check(target, next)) ? next : model;
        else if (outcome !== "done") expect(outcome).toBe(refusal(model, change));
        expect(await check(target, model), `${JSON.stringify(change)}: ${outcome}`).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});
