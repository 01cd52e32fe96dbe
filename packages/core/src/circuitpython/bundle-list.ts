// Which bundles somebody uses, as plain data that can be stored: `circup bundle-add`, `bundle-remove` and pins, as pure
// functions over a list. They ask nobody whether a bundle is there; opening it does.

import * as z from "zod/mini";
import { availableBundles } from "../bundles/bundle-chain.js";
import type { CircuitPythonBundle } from "../bundles/bundle.js";
import { circuitPythonBundle, type CircuitPythonBundleOptions } from "../bundles/circuitpython-bundle.js";
import { bundleId } from "../bundles/release-place.js";
import { UpyError } from "../errors.js";

/** A bundle in a repository on GitHub. */
export interface BundleReference {
  /** "user/repo". */
  readonly repository: string;
  /** The release; null for the latest. */
  readonly tag: string | null;
}

/** What circup uses when nobody says otherwise: Adafruit's bundle, then the community's. */
export const officialBundles: readonly BundleReference[] = [
  { repository: "adafruit/Adafruit_CircuitPython_Bundle", tag: null },
  { repository: "adafruit/CircuitPython_Community_Bundle", tag: null },
];

const hint = "Write user/repo, user/repo@tag, or the web address of the repository or a release.";
const repositoryPattern = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;
const tagPattern = /^(?!-)(?!.*\.\.)[A-Za-z0-9._+-]{1,100}$/;

/** A bundle by "user/repo", "user/repo@tag", or the address of a repository or release. @throws `invalid-argument` */
export function parseBundleReference(text: string): BundleReference {
  const address = /^(?:https?:\/\/)?(?:www\.)?github\.com\/([^/]+\/[^/#?]+)(?:\/([^#?]*))?/i.exec(
    text.trim(),
  );
  const release = /^releases\/(?:tag|download)\/([^/]+)/.exec(address?.[2] ?? "")?.[1];
  const [whole = "", tag] = (address?.[1] ?? text.trim()).split("@", 2);
  const repository = whole.replace(/\.git$/, "");
  const reference = { repository, tag: release ?? tag ?? null };
  if (isReference(reference)) return reference;
  throw new UpyError("invalid-argument", `${JSON.stringify(text.slice(0, 120))} names no bundle.`, { hint });
}

function isReference({ repository, tag }: BundleReference): boolean {
  return repositoryPattern.test(repository) && (tag === null || tagPattern.test(tag));
}

/** The text that {@link parseBundleReference} reads. */
export function formatBundleReference({ repository, tag }: BundleReference): string {
  return tag === null ? repository : `${repository}@${tag}`;
}

/**
 * The list with one more bundle: by default in front, so that it is asked before the others.
 * @throws `invalid-argument` for what is no bundle, or is in the list
 */
export function addBundle(
  list: readonly BundleReference[],
  bundle: string | BundleReference,
  { position = "first" }: { readonly position?: "first" | "last" | undefined } = {},
): BundleReference[] {
  const added = checked(bundle);
  if (indexOf(list, added.repository) !== null) {
    throw new UpyError("invalid-argument", `${added.repository} is in the list of bundles already.`, {
      hint: "To use another release of it, call pinBundle.",
    });
  }
  return position === "first" ? [added, ...list] : [...list, added];
}

/** The list without a bundle. @throws `not-found` when it is not in the list, `invalid-argument` */
export function removeBundle(list: readonly BundleReference[], bundle: string): BundleReference[] {
  const at = place(list, bundle);
  return list.filter((_, index) => index !== at);
}

/** The list with a bundle pinned to a release, or with null to the latest. @throws `not-found`, `invalid-argument` */
export function pinBundle(
  list: readonly BundleReference[],
  bundle: string,
  tag: string | null,
): BundleReference[] {
  const at = place(list, bundle);
  return list.map((one, index) => (index === at ? checked({ ...one, tag }) : one));
}

function place(list: readonly BundleReference[], bundle: string): number {
  const byId = list.findIndex((one) => bundleId(one) === bundle);
  const at = byId >= 0 ? byId : indexOf(list, parseBundleReference(bundle).repository);
  if (at === null) throw new UpyError("not-found", `${bundle} is not in the list of bundles.`);
  return at;
}

/** GitHub does not tell "Org/Repo" from "org/repo". */
function indexOf(list: readonly BundleReference[], repository: string): number | null {
  const at = list.findIndex((one) => one.repository.toLowerCase() === repository.toLowerCase());
  return at < 0 ? null : at;
}

function checked(bundle: string | BundleReference): BundleReference {
  return parseBundleReference(typeof bundle === "string" ? bundle : formatBundleReference(bundle));
}

const listSchema = z.strictObject({
  version: z.literal(1),
  bundles: z.array(z.strictObject({ repository: z.string(), tag: z.nullable(z.string()) })),
});

/** A list as JSON, in its order. The same list gives the same text. */
export function formatBundleList(list: readonly BundleReference[]): string {
  const bundles = list.map(({ repository, tag }) => ({ repository, tag }));
  return `${JSON.stringify({ version: 1, bundles }, null, 2)}\n`;
}

/** The list in a text of {@link formatBundleList}, checked. @throws `invalid-argument` */
export function parseBundleList(text: string): BundleReference[] {
  const result = listSchema.safeParse(jsonOf(text));
  if (!result.success) throw new UpyError("invalid-argument", "The text is no list of bundles.");
  return result.data.bundles.reduce<BundleReference[]>(
    (list, bundle) => addBundle(list, bundle, { position: "last" }),
    [],
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UpyError("invalid-argument", "The list of bundles is not JSON.", { cause });
  }
}

/**
 * Opens the bundles of a list, in its order. One that cannot be had does not stop the others: `onWarning` is told.
 * @throws what `circuitPythonBundle` throws, when none can be had
 */
export function openBundles(
  list: readonly BundleReference[],
  options: CircuitPythonBundleOptions = {},
): Promise<CircuitPythonBundle[]> {
  const opening = list.map((one) => circuitPythonBundle(`github:${formatBundleReference(one)}`, options));
  return availableBundles(opening, options);
}
