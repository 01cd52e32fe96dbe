// CircuitPython bundles on the web, and from archives at hand. Nothing is unpacked whole: of a release, the JSON, the
// directory of one zip and the files that are wanted are fetched.

import type { Archive } from "../archive/archive.js";
import { rangeZip, type RangeZipOptions } from "../archive/range-zip.js";
import { UpyError, isUpyError } from "../errors.js";
import { downloadUrl, keepContent, knownContent } from "../sources/fetch-content.js";
import { httpExchange } from "../sources/http-get.js";
import { discard } from "../sources/read-body.js";
import type { BundleVariant, CircuitPythonBundle } from "./bundle.js";
import { lastSegment, parseBundleName } from "./bundle-name.js";
import type { BundlePart, BundleParts } from "./bundle-parts.js";
import type { OnBundleWarning } from "./bundle-warning.js";
import { createBundle } from "./create-bundle.js";
import {
  githubRelease,
  latestReleaseUrl,
  parseBundleRepository,
  releaseAt,
  type BundleRepository,
  type ReleasePlace,
} from "./release-place.js";

/** What {@link circuitPythonBundle} takes. */
export interface CircuitPythonBundleOptions extends Omit<RangeZipOptions, "immutable"> {
  /** The id, where names do not tell it. */
  readonly id?: string | undefined;
  /** The release: for a repository, instead of the latest one. */
  readonly tag?: string | undefined;
  /** The JSON, for archives at hand. */
  readonly index?: Uint8Array | string | undefined;
  /** Majors of CircuitPython that there may be archives for; each is asked for when a board could use it. Default 7 to 12. */
  readonly majors?: readonly number[] | undefined;
  readonly onWarning?: OnBundleWarning | undefined;
}

/**
 * Opens a bundle.
 * @param place - a repository on GitHub (`github:adafruit/Adafruit_CircuitPython_Bundle`, with `@TAG` for a release other
 * than the latest), the address of a zip or JSON of a release (the others are found beside it), an address with
 * `{variant}` and `{tag}` in it, or archives at hand: `zipArchive(bytes, { name })`
 * @throws `invalid-argument`, `not-found`, `network`, `offline`, `invalid-package`, `invalid-path`, `too-large`
 */
export async function circuitPythonBundle(
  place: string | Archive | readonly Archive[],
  options: CircuitPythonBundleOptions = {},
): Promise<CircuitPythonBundle> {
  if (typeof place !== "string")
    return createBundle(partsAtHand(isArchive(place) ? [place] : place, options), options);
  const repository = parseBundleRepository(place);
  const release =
    repository === null
      ? releaseAt(place, options)
      : githubRelease(
          repository.repository,
          options.tag ?? repository.tag ?? (await latestTag(repository, options)),
        );
  return createBundle(partsOnline(release, options), options);
}

function isArchive(place: Archive | readonly Archive[]): place is Archive {
  return !Array.isArray(place);
}

function partsAtHand(
  archives: readonly Archive[],
  { id, tag, index }: CircuitPythonBundleOptions,
): BundleParts {
  const names = archives.map(({ name }) => parseBundleName(lastSegment(name)));
  const known = names.find((name) => name !== null);
  const content = typeof index === "string" ? new TextEncoder().encode(index) : index;
  return {
    id: id ?? known?.id ?? lastSegment(archives[0]?.name ?? "bundle").replace(/\.zip$/i, ""),
    tag: tag ?? known?.tag ?? null,
    parts: archives.map((archive, position) => ({
      variant: names[position]?.variant ?? null,
      url: addressOf(archive.name),
      open: () => Promise.resolve(archive),
    })),
    readIndex: () =>
      Promise.resolve(content === undefined ? null : { name: "the JSON of the bundle", content }),
  };
}

/** Lockfiles want an address; that of something in memory is never asked, but its name is compared. */
function addressOf(name: string): string {
  return /^(https?|file):\/\//.test(name) ? name : `file:///${encodeURIComponent(lastSegment(name))}`;
}

function partsOnline(release: ReleasePlace, options: CircuitPythonBundleOptions): BundleParts {
  const { majors = [7, 8, 9, 10, 11, 12] } = options;
  const variants: readonly (BundleVariant | "examples" | null)[] = release.variants ?? ["py", ...majors];
  const immutable = release.tag !== null;
  const parts = variants.flatMap((variant): BundlePart[] => {
    const url = release.archiveUrl(variant ?? "py");
    if (url === null) return [];
    return [
      {
        variant,
        url,
        open: (call) => rangeZip(url, { ...options, immutable, signal: call?.signal ?? options.signal }),
      },
    ];
  });
  return {
    id: options.id ?? release.id,
    tag: release.tag,
    parts,
    readIndex: () => readIndex(release, options),
  };
}

async function readIndex(
  { indexUrl, tag }: ReleasePlace,
  options: CircuitPythonBundleOptions,
): Promise<{ name: string; content: Uint8Array } | null> {
  const found = await downloadUrl(indexUrl, options, { immutable: tag !== null });
  return found === null ? null : { name: indexUrl, content: found.content };
}

/** Where the address of the latest release leads. What it led to last is taken when the network cannot be had. */
async function latestTag(
  { repository }: BundleRepository,
  options: CircuitPythonBundleOptions,
): Promise<string> {
  const url = latestReleaseUrl(repository);
  try {
    if (options.offline === true) throw new UpyError("offline", `the network may not be asked for ${url}`);
    const tag = await askLatestTag(url, options);
    await rememberTag(url, tag, options);
    return tag;
  } catch (error) {
    if (!isUpyError(error, "network") && !isUpyError(error, "offline")) throw error;
    const known = options.cache === undefined ? undefined : await knownContent(options.cache, url);
    if (!known) throw error;
    const tag = new TextDecoder().decode(known);
    if (error.code === "network") {
      options.onWarning?.({
        type: "from-cache",
        bundle: repository,
        error,
        message: `the latest release of ${repository} cannot be asked for; ${tag} of the cache is taken: ${error.message}`,
      });
    }
    return tag;
  }
}

async function askLatestTag(url: string, options: CircuitPythonBundleOptions): Promise<string> {
  const place = await httpExchange(url, options, {
    method: "HEAD",
    statuses: [301, 302, 303, 307, 308],
    follows: false,
    read: async (response) => {
      await discard(response);
      return response.headers.get("location") ?? response.url;
    },
  });
  const tag = /\/releases\/tag\/([^/?#]+)$/.exec(place ?? "")?.[1];
  if (tag !== undefined) return decodeURIComponent(tag);
  throw new UpyError("not-found", `${url} leads to no release`, {
    hint: "Check the name of the repository; name a release with @TAG.",
  });
}

async function rememberTag(url: string, tag: string, { cache }: CircuitPythonBundleOptions): Promise<void> {
  if (cache === undefined) return;
  const { sha256 } = await keepContent(new TextEncoder().encode(tag), cache);
  await cache.set(`url:${url}`, new TextEncoder().encode(`sha256:${sha256}`));
}
