// Where a release of a bundle is on the web: a repository on GitHub, the address of one of its files, or a template.
// Addresses of releases: circup 2.3, bundle.py.

import { UpyError } from "../errors.js";
import type { BundleVariant } from "./bundle.js";
import { formatBundleName, indexName, lastSegment, parseBundleName } from "./bundle-name.js";

/** A release whose tag is known. */
export interface ReleasePlace {
  readonly id: string;
  /** Null: the address has none. */
  readonly tag: string | null;
  /** The address of an archive; null where nothing tells it. */
  archiveUrl(variant: BundleVariant | "examples"): string | null;
  readonly indexUrl: string;
  /** Variants that may be there; null: any. */
  readonly variants: readonly (BundleVariant | "examples" | null)[] | null;
}

/** A repository whose releases are a bundle. */
export interface BundleRepository {
  /** "adafruit/Adafruit_CircuitPython_Bundle" */
  readonly repository: string;
  /** Null: the latest. */
  readonly tag: string | null;
}

/** Reads "github:owner/repo@tag", "owner/repo" or an address below https://github.com/owner/repo that names no file; null for anything else. */
export function parseBundleRepository(place: string): BundleRepository | null {
  // A path on this machine may look like a repository; nobody's is called so.
  if (!/^(github:|https?:)/.test(place) && /\.(zip|json)$/i.test(place)) return null;
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+?)(?:@([^/\s]+))?$/.exec(place);
  if (short !== null) return { repository: short[1] ?? "", tag: short[2] ?? null };
  const long =
    /^https:\/\/github\.com\/([\w.-]+\/[\w.-]+?)(?:\.git)?(?:\/releases(?:\/(?:latest|tag\/([^/?#]+)))?)?\/?$/.exec(
      place,
    );
  return long === null ? null : { repository: long[1] ?? "", tag: long[2] ?? null };
}

/** What the releases of a bundle are named after: the repository in lower case, with dashes, "adafruit-circuitpython-bundle". */
export function bundleId({ repository }: Pick<BundleRepository, "repository">): string {
  return (repository.split("/")[1] ?? "").toLowerCase().replaceAll("_", "-");
}

/** A release on GitHub. */
export function githubRelease(repository: string, tag: string): ReleasePlace {
  const id = bundleId({ repository });
  const base = `https://github.com/${repository}/releases/download/${encodeURIComponent(tag)}`;
  return releaseIn(base, { id, tag });
}

/** The address that leads to the latest release of a repository on GitHub. */
export function latestReleaseUrl(repository: string): string {
  return `https://github.com/${repository}/releases/latest`;
}

/**
 * The release that an address is of: a zip or JSON with the name of one; a template with `{variant}` (and `{tag}`);
 * a zip with a name of its own. @throws `invalid-argument`
 */
export function releaseAt(
  place: string,
  given: { readonly id?: string | undefined; readonly tag?: string | undefined },
): ReleasePlace {
  const isTemplate = /\{(variant|tag)\}/.test(place);
  if (!/^https?:\/\//i.test(place) || !URL.canParse(place)) throw notAPlace(place);
  if (isTemplate) return templateRelease(place, given);
  const name = lastSegment(place);
  const base = place.replace(/[?#].*$/s, "").replace(/\/[^/]*$/, "");
  const parsed = parseBundleName(name);
  if (/\.zip$/i.test(name) && parsed !== null) return releaseIn(base, parsed);
  if (/\.json$/i.test(name)) return releaseIn(base, splitIndexName(name, given, place));
  if (!/\.zip$/i.test(name)) throw notAPlace(place);
  const id = name.replace(/\.zip$/i, "");
  return {
    id,
    tag: null,
    archiveUrl: () => place,
    indexUrl: place.replace(/\.zip(?=$|[?#])/i, ".json"),
    variants: [null],
  };
}

function releaseIn(base: string, { id, tag }: { id: string; tag: string }): ReleasePlace {
  const file = (name: string): string => `${base}/${encodeURIComponent(name)}`;
  return {
    id,
    tag,
    archiveUrl: (variant) => file(`${formatBundleName({ id, variant, tag })}.zip`),
    indexUrl: file(indexName(id, tag)),
    variants: null,
  };
}

function templateRelease(
  template: string,
  { id, tag = null }: { readonly id?: string | undefined; readonly tag?: string | null | undefined },
): ReleasePlace {
  if (template.includes("{tag}") && tag === null) {
    throw new UpyError("invalid-argument", `"${template}" has a place for the tag, and no tag is given`, {
      hint: "Pass `tag`.",
    });
  }
  if (!template.includes("{variant}"))
    return releaseAt(template.replaceAll("{tag}", encodeURIComponent(tag ?? "")), {
      id,
      tag: tag ?? undefined,
    });
  const filled = (variant: string): string =>
    template.replaceAll("{tag}", encodeURIComponent(tag ?? "")).replaceAll("{variant}", variant);
  const name = parseBundleName(lastSegment(filled("py")));
  const known = {
    id:
      id ??
      name?.id ??
      lastSegment(filled("py"))
        .replace(/-?py/, "")
        .replace(/\.zip$/i, ""),
    tag: tag ?? name?.tag ?? null,
  };
  return {
    ...known,
    archiveUrl: (variant) => filled(typeof variant === "number" ? `${variant}.x-mpy` : variant),
    indexUrl: template
      .replaceAll("{tag}", encodeURIComponent(tag ?? ""))
      .replace(/-?\{variant\}/g, "")
      .replace(/\.zip(?=$|[?#])/i, ".json"),
    variants: null,
  };
}

/** "my-bundle-20260101.json": the tag is what is given, else what follows the last dash. */
function splitIndexName(
  name: string,
  { id, tag }: { readonly id?: string | undefined; readonly tag?: string | undefined },
  place: string,
): { id: string; tag: string } {
  const base = name.replace(/\.json$/i, "");
  if (tag !== undefined && base.endsWith(`-${tag}`)) return { id: base.slice(0, -tag.length - 1), tag };
  if (id !== undefined && base.startsWith(`${id}-`)) return { id, tag: base.slice(id.length + 1) };
  const dash = base.lastIndexOf("-");
  if (dash > 0) return { id: base.slice(0, dash), tag: base.slice(dash + 1) };
  throw new UpyError("invalid-argument", `"${place}" does not tell which release it is of`, {
    hint: "Pass `tag`, or the address of a zip.",
  });
}

function notAPlace(place: string): UpyError {
  return new UpyError("invalid-argument", `"${place}" is not the place of a bundle`, {
    hint: "Give github:owner/repository, the address of a zip or JSON, or one with {variant} and {tag}. Paths are for localBundle() of @upykit/core/node.",
  });
}
