// The prediction of resolveImport against what a real interpreter imports, for random file trees.

import { connectBoard } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  describeImport,
  importedNames,
  importScript,
  importTrees,
  runsFrozen,
  treeContents,
} from "./fixtures/import-trees.js";

const versions = ["micropython-1.23", "micropython-1.25", undefined, "micropython-1.28", "micropython-1.29"];

describe.each(versions)("resolveImport against %s", (micropython) => {
  it("predicts each import", async () => {
    await using virtual = await createVirtualBoard({ micropython });
    await using board = await connectBoard(virtual.transport());
    const environment = await board.environment();
    const before = await virtual.fs.snapshot();
    await fc.assert(
      fc.asyncProperty(importTrees, async (tree) => {
        const paths = ["/work/near/", "/lib/", "/other/", ...tree.paths];
        await virtual.fs.restore(new Map([...before, ...treeContents(paths)]));
        const names = importedNames(tree);
        const actual = (await board.exec(importScript(tree, names))).trim().split(/\r?\n/u);
        const whole = { ...environment, ...tree };
        const told = actual.filter(
          (line) => !line.endsWith(" broken") || !runsFrozen(line.split(" ")[0] ?? "", paths, whole),
        );
        const named = new Set(told.map((line) => line.split(" ")[0]));
        const predicted = names.filter((name) => named.has(name));
        expect(told).toEqual(predicted.map((name) => `${name} ${describeImport(name, paths, whole)}`));
        expect(actual).toHaveLength(names.length);
      }),
      { numRuns: 100 },
    );
  });
});
