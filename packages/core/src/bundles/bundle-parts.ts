// What a bundle is put together from, wherever it is: archives that are opened when they are needed, and an index.

import type { Archive } from "../archive/archive.js";
import { memberUrl, splitMemberUrl } from "../sources/member-url.js";
import type { BundleCallOptions, BundleVariant } from "./bundle.js";
import { lastSegment } from "./bundle-name.js";

/** One archive of a bundle. */
export interface BundlePart {
  /** Null: not known before it is opened. */
  readonly variant: BundleVariant | "examples" | null;
  /** Its address, which lockfiles have. */
  readonly url: string;
  /** Opens it; null when nothing is there. */
  open(options?: BundleCallOptions): Promise<Archive | null>;
}

/** All that is known of a bundle before it is looked at. */
export interface BundleParts {
  readonly id: string;
  readonly tag: string | null;
  readonly parts: readonly BundlePart[];
  /** The JSON and its name for messages; null when there is none. */
  readIndex(
    options?: BundleCallOptions,
  ): Promise<{ readonly name: string; readonly content: Uint8Array } | null>;
}

/** The address of a file of a part, by its path below the folder that holds everything: the same for a zip and a folder. */
export function lockedUrl(part: BundlePart, path: string): string {
  return memberUrl({ archive: part.url, member: path });
}

/** The path that an address of {@link lockedUrl} has in this part, wherever its copy is; null when it is of another. */
export function lockedPath(part: BundlePart, url: string): string | null {
  const place = splitMemberUrl(url);
  return place !== null && baseName(place.archive) === baseName(part.url) ? place.member : null;
}

function baseName(url: string): string {
  return lastSegment(url).replace(/\.zip$/i, "");
}
