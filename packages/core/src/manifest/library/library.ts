// A folder of packages that require() searches. Follows tools/manifestfile.py, MicroPython 1.28.

import type { Run } from "../value/values.js";
import { type FileTree, Walk } from "./file-tree.js";
import { basename } from "./posix-path.js";

/** Where a library is, and the packages found in it so far. */
export class Library {
  private readonly found = new Map<string, string>();
  private readonly walk: Walk;

  constructor(readonly path: string) {
    this.walk = new Walk(path, false);
  }

  /** The first folder of that name that has a manifest.py, in the order of os.walk(); null when none has. */
  *find(name: string, tree: FileTree): Run<string | null> {
    for (;;) {
      const known = this.found.get(name);
      if (known !== undefined) return known;
      const step = yield* this.walk.next(tree);
      if (step === null) return null;
      const folder = basename(step.path);
      if (step.files.includes("manifest.py") && !this.found.has(folder)) this.found.set(folder, step.path);
    }
  }
}
