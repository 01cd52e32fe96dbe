// What may never happen, on drives that nobody tidied: a cable pulled at any step leaves the old libraries or the new
// ones, and whatever is asked for, files that somebody may have written stay as they are.

import { isUpyError, listInstalled, type MemoryTarget, recover } from "@upykit/core";
import {
  adoptLibraries,
  type CircuitPythonBundle,
  installLibraries,
  listLibraries,
  uninstallLibraries,
  updateLibraries,
} from "@upykit/core/circuitpython";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { circuitPython, drive } from "../fixtures/boards.js";
import { copied, testBundle, type TestLibrary } from "../fixtures/test-bundle.js";

const base: TestLibrary = {
  version: "2.1.0",
  files: {
    "base/__init__.py": "",
    "base/one.py": "ONE = 1",
    "base/sub/two.py": "TWO = 2",
    "base/data.bin": "DATA",
  },
};
const single: TestLibrary = {
  version: "1.2.0",
  files: { "single.py": "from base.one import ONE" },
  dependencies: ["base"],
};
const other: TestLibrary = { version: "3.0.0", files: { "other.py": "OTHER = 1" } };
const libraries: Record<string, TestLibrary> = { base, other, single };

let bundle: CircuitPythonBundle;

beforeAll(async () => {
  bundle = await testBundle(libraries);
});

/** Contents by path, upykit's own files left out. */
function tree(target: MemoryTarget): Record<string, string> {
  const entries = [...target.snapshot()].filter(
    ([path, content]) => content !== null && !path.includes(".upykit"),
  );
  return Object.fromEntries(
    entries.map(([path, content]) => [path, new TextDecoder("latin1").decode(content ?? new Uint8Array(0))]),
  );
}

describe("a cable pulled at any step", () => {
  const untidy = () =>
    drive({
      "/code.py": "import single\n",
      "/lib/mine.py": "MINE = 1\n",
      ...copied({ ...base, version: "2.0.0" }, "mpy"),
      "/lib/base/gone.mpy":
        copied({ version: "2.0.0", files: { "gone.py": "" } }, "mpy")["/lib/gone.mpy"] ?? "",
      "/lib/base/notes.txt": "mine",
      ...copied({ ...single, version: "1.1.0" }, "mpy"),
    });

  test.each<[string, (target: MemoryTarget) => Promise<unknown>]>([
    ["updating", (target) => updateLibraries(target, "all", { bundles: [bundle] })],
    ["uninstalling", (target) => uninstallLibraries(target, ["single", "base"], { bundles: [bundle] })],
    [
      "installing",
      (target) => installLibraries(target, ["other", "base"], { bundles: [bundle], upgrade: true }),
    ],
  ])("while %s leaves the old tree or the new one", async (_, change) => {
    const before = tree(untidy());
    const whole = untidy();
    await change(whole);
    const after = tree(whole);
    expect(after).not.toEqual(before);
    const seen = { old: 0, new: 0 };
    for (let steps = 0; steps < whole.steps; steps += steps < 40 || steps > whole.steps - 60 ? 1 : 37) {
      const target = untidy();
      target.unplugAfter(steps);
      await expect(change(target)).rejects.toMatchObject({ code: "link-lost" });
      target.plugIn();
      await recover(target);
      const found = tree(target);
      const isNew =
        found["/lib/base/notes.txt"] === "mine" && JSON.stringify(found) === JSON.stringify(after);
      expect(found).toEqual(isNew ? after : before);
      seen[isNew ? "new" : "old"] += 1;
      await change(target).catch((error: unknown) => {
        if (!isNew || !isUpyError(error, "not-found")) throw error;
      });
      expect(tree(target)).toEqual(after);
    }
    expect(seen.old).toBeGreaterThan(0);
    expect(seen.new).toBeGreaterThan(0);
  });
});

describe("whatever lies on a drive, and whatever is done", () => {
  const copies = fc.record({
    library: fc.constantFrom("base", "single", "other"),
    version: fc.constantFrom("1.0.0", "1.2.0", "2.1.0", "3.0.0"),
    variant: fc.constantFrom("py" as const, "mpy" as const),
    cut: fc.boolean(),
  });
  const own = fc.constantFrom(
    "base/own.py",
    "base/own.txt",
    "mine.py",
    "single.txt",
    "other/__init__.py",
    ".hidden",
    "fonts/a.bdf",
  );
  const action = fc.oneof(
    fc.record({
      type: fc.constant("install" as const),
      name: fc.constantFrom("base", "single", "other"),
      upgrade: fc.boolean(),
    }),
    fc.record({ type: fc.constant("update" as const), major: fc.boolean() }),
    fc.record({ type: fc.constant("uninstall" as const), name: fc.constantFrom("base", "single", "other") }),
    fc.record({ type: fc.constant("adopt" as const) }),
  );

  /** A drive with copies on it, and the contents of what somebody may have written. */
  function made(
    things: { library: string; version: string; variant: "py" | "mpy"; cut: boolean }[],
    owned: string[],
  ) {
    const files: Record<string, Uint8Array> = {};
    const precious = new Map<string, string>();
    for (const { library, version, variant, cut } of things) {
      const whole = libraries[library] ?? base;
      for (const [path, content] of Object.entries(copied({ ...whole, version }, variant))) {
        files[path] = cut && path.endsWith(".mpy") ? content.slice(0, content.length - 3) : content;
        const isOfRelease = version === whole.version;
        if (path.endsWith(".py") && content.length > 0 && !isOfRelease)
          precious.set(path, new TextDecoder("latin1").decode(content));
        else precious.delete(path);
      }
    }
    for (const path of owned) {
      files[`/lib/${path}`] = new TextEncoder().encode(`own ${path}`);
      precious.set(`/lib/${path}`, `own ${path}`);
    }
    return { target: drive(files, circuitPython("10.0.3")), precious };
  }

  test("nothing that somebody may have written is touched, and the record stays true", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(copies, { maxLength: 4 }),
        fc.uniqueArray(own, { maxLength: 3 }),
        fc.array(action, { minLength: 1, maxLength: 4 }),
        async (things, owned, actions) => {
          const { target, precious } = made(things, owned);
          const options = { bundles: [bundle] };
          for (const one of actions) {
            const before = tree(target);
            try {
              if (one.type === "install")
                await installLibraries(target, [one.name], { ...options, upgrade: one.upgrade });
              else if (one.type === "update")
                await updateLibraries(target, "all", { ...options, onMajorUpdate: one.major });
              else if (one.type === "uninstall") await uninstallLibraries(target, [one.name], options);
              else await adoptLibraries(target, options);
            } catch (error) {
              expect(["conflict", "not-found", "no-space"]).toContain(
                isUpyError(error) ? error.code : String(error),
              );
              expect(tree(target)).toEqual(before);
            }
            const now = tree(target);
            for (const [path, content] of precious) expect(now[path]).toBe(content);
            for (const { files } of (await listInstalled(target)).packages) {
              for (const file of files) expect(now).toHaveProperty([`/lib/${file.path}`]);
            }
            await listLibraries(target, options);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

test("sources made to break a parser are listed like any other", async () => {
  const { libraries: found } = await listLibraries(
    drive({
      "/lib/deep.py": "(".repeat(50_000),
      "/lib/wide.py": `x = [${"1,".repeat(50_000)}]\n__version__ = "1.0.0"\n`,
      "/lib/nested.py": Array.from({ length: 200 }, (_, depth) => `${" ".repeat(depth)}if x:`).join("\n"),
      "/lib/bytes.py": Uint8Array.from({ length: 4000 }, (_, index) => (index * 7919) & 0xff),
      "/lib/nul.mpy": new Uint8Array(100),
      "/lib/empty.mpy": "",
    }),
    { bundles: [bundle] },
  );
  expect(found.map(({ name, version, status }) => `${name} ${version ?? "?"} ${status}`)).toEqual([
    "bytes ? not-in-bundle",
    "deep ? not-in-bundle",
    "empty ? damaged",
    "nested ? not-in-bundle",
    "nul ? damaged",
    "wide 1.0.0 not-in-bundle",
  ]);
});
