// What a library needs that is in bundles and not at PyPI: its pyproject.toml tells circup, and the JSON of a bundle does
// not have it. Source: get_circup_dependencies of circup 2.x.

import type { BundleCallOptions, BundleLibrary } from "./bundle.js";
import { readText, type BundleTree } from "./bundle-tree.js";
import { readToml } from "./read-toml.js";

/** `circup_dependencies` of the table `circup`: one name or a list. */
export async function circupDependencies(
  tree: BundleTree,
  { name }: BundleLibrary,
  options: BundleCallOptions,
): Promise<readonly string[]> {
  const toml = await readText(tree, `requirements/${name}/pyproject.toml`, options);
  if (!toml.includes("circup_dependencies")) return [];
  const value = await readToml(toml, "circup", "circup_dependencies");
  return [value].flat().filter((one) => typeof one === "string");
}
