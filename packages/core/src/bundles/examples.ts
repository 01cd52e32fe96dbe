// The examples of a bundle. They lie flat in examples/ (until 2025) or in a folder for each library (since); a folder
// below that is one example of several files. Layout: circuitpython-build-tools 2.x, build.py.

import { compareText } from "../specs/specifier.js";
import type { BundleExample, BundleLibrary } from "./bundle.js";
import type { BundleTree } from "./bundle-tree.js";

/** The examples in a tree, sorted by name. */
export function examplesIn(tree: BundleTree | null): BundleExample[] {
  const files = tree?.examples ?? [];
  // Where modules lie in examples/ itself, a folder beside them is one example; else it is that of a library.
  const depth = files.some((file) => /^[^/]+\.py$/.test(file)) ? 1 : 2;
  const byName = new Map<string, string[]>();
  for (const file of files) {
    const name = nameOf(file, depth);
    byName.set(name, [...(byName.get(name) ?? []), file]);
  }
  return [...byName]
    .map(([name, list]) => ({ name, files: list.sort(compareText) }))
    .filter((example) => example.files.some((file) => file.endsWith(".py")))
    .sort((a, b) => compareText(a.name, b.name));
}

/** The examples that are named after a library or lie in its folder. */
export function examplesOf(examples: readonly BundleExample[], library: BundleLibrary): BundleExample[] {
  const own = new Set(
    [library.name, library.pypiName ?? library.name].flatMap((name) => [
      squeezed(name),
      squeezed(shortName(name)),
    ]),
  );
  return examples.filter(({ name }) => {
    const [folder = "", ...rest] = name.split("/");
    if (rest.length > 0 && own.has(squeezed(folder))) return true;
    // "bus_device_simpletest" belongs to "bus_device", not to "bus".
    const words = folder.split(/[-_.]/);
    return words.some((_, index) => own.has(squeezed(words.slice(0, index + 1).join(""))));
  });
}

/** A file at `depth` stands for itself; what lies deeper belongs to the folder that is there. */
function nameOf(file: string, depth: number): string {
  const parts = file.split("/");
  return parts.length <= depth ? file.replace(/\.[^./]+$/, "") : parts.slice(0, depth).join("/");
}

function shortName(name: string): string {
  return name.toLowerCase().replace(/^(adafruit|circuitpython)[-_.](circuitpython[-_.])?/, "");
}

function squeezed(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "");
}
