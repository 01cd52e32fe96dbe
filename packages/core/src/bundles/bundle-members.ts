// Reads files of a lockfile that are inside bundles, when the cache does not have them.

import { rangeZip, type RangeZipOptions } from "../archive/range-zip.js";
import type { MemberReader } from "../sources/download.js";
import { memberUrl } from "../sources/member-url.js";
import type { CircuitPythonBundle } from "./bundle.js";
import { parseBundleName, lastSegment } from "./bundle-name.js";
import { treeOf, type BundleTree } from "./bundle-tree.js";

/** What {@link bundleMembers} takes besides the bundles. */
export interface BundleMembersOptions extends Omit<RangeZipOptions, "immutable"> {
  /** Asked for what is in no bundle: `archiveMembers()` of `@upykit/core/pypi`. */
  readonly otherwise?: MemberReader | undefined;
}

/**
 * Makes a `readMember` for installing from a lockfile with packages of bundles. The bundles answer for their release,
 * wherever their copy is; what none of them has is fetched from the zip it was locked from, by ranges.
 */
export function bundleMembers(
  bundles: readonly CircuitPythonBundle[],
  { otherwise, ...options }: BundleMembersOptions = {},
): MemberReader {
  const trees = new Map<string, Promise<BundleTree | null>>();
  return async (place, download) => {
    for (const bundle of bundles) {
      const content = await bundle.readLocked(memberUrl(place), options);
      if (content !== null) return content;
    }
    const name = parseBundleName(lastSegment(place.archive));
    if (name === null || !/^https?:/.test(place.archive)) return (await otherwise?.(place, download)) ?? null;
    const opening = trees.get(place.archive) ?? openTree(place.archive, options);
    trees.set(place.archive, opening);
    opening.catch(() => trees.delete(place.archive));
    const tree = await opening;
    const path = `${tree?.root ?? ""}${place.member}`;
    return tree?.archive.entries.some((entry) => entry.path === path) === true
      ? tree.archive.read(path, options)
      : null;
  };
}

async function openTree(url: string, options: RangeZipOptions): Promise<BundleTree | null> {
  const archive = await rangeZip(url, { ...options, immutable: true });
  return archive === null ? null : treeOf(archive);
}
