// Indexes of source distributions as a source: micropython.org's old one first, then PyPI, as upip 1.18 and micropip asked.
// It differs from upip where docs/distribution.md says so: versions by PEP 440, hashes checked, nothing written that a
// header of the archive invented.

import { UpyError } from "../errors.js";
import { chainSources } from "../sources/chain-sources.js";
import { memberUrl } from "../sources/member-url.js";
import type { PackageRelease, PackageSource, SourceContext } from "../sources/source.js";
import type { NamedRequirement, Requirement } from "../specs/requirement.js";
import { chooseVersion, sortVersions, type ChosenVersion } from "./choose-version.js";
import { noVersion } from "./no-version.js";
import { isListedForMicroPython } from "./made-for.js";
import { foldName, nameCandidates, type NameCandidate } from "./naming.js";
import { findProject, type FoundProject } from "./find-project.js";
import { readSdist, type Sdist, type SdistLimits } from "./read-sdist.js";
import { fetchArchive } from "./fetch-archive.js";
import { warningsOf, type PypiWarning } from "./pypi-warning.js";

/** What upip 1.18 asked, in its order. */
export const upipIndexUrls: readonly string[] = ["https://micropython.org/pi", "https://pypi.org/pypi"];

/** What {@link pypiIndex} takes. */
export interface PypiIndexOptions extends Pick<SdistLimits, "maxUnpackedSize" | "maxFiles"> {
  /** Indexes with PyPI's JSON API (URL/NAME/json), in the order in which they are asked. Default {@link upipIndexUrls}. */
  readonly urls?: readonly string[] | undefined;
  /** Whether "foo" may be answered by `micropython-foo`, and the other way round. Default true; upip took names as they are. */
  readonly useNamingConvention?: boolean | undefined;
  /** Which files of an archive are installed, by their path below the install root. Default: all that upip wrote. */
  readonly include?: ((path: string) => boolean) | undefined;
  /** Told of each thing once in each `resolve`. Default: nobody is told. */
  readonly onWarning?: ((warning: PypiWarning) => void) | undefined;
}

/**
 * A source that answers names from indexes of source distributions: the first index that has a version that fits.
 * Its files come out of the archives; give `resolve` and `applyPlan` the same cache, or `archiveMembers()` as `readMember`.
 * @throws `invalid-argument` for what is no address
 */
export function pypiIndex(options: PypiIndexOptions = {}): PackageSource {
  const urls = (options.urls ?? upipIndexUrls).map(checkedUrl);
  if (urls.length === 0) throw new UpyError("invalid-argument", "urls names no index");
  return chainSources(...urls.map((url) => oneIndex(url, new Unpacker(options), options)));
}

function checkedUrl(text: string): string {
  const url = text.replace(/\/+$/, "");
  if (/^(https?|file):\/\//.test(url) && URL.canParse(url)) return url;
  throw new UpyError("invalid-argument", `"${text}" is not the address of an index`);
}

/** Archives that were unpacked already: a package is asked for again whenever a requirement on it comes up. */
class Unpacker {
  readonly #known = new WeakMap<Uint8Array, Sdist>();
  readonly #limits: Pick<SdistLimits, "maxUnpackedSize" | "maxFiles">;

  constructor(limits: Pick<SdistLimits, "maxUnpackedSize" | "maxFiles">) {
    this.#limits = limits;
  }

  unpack(content: Uint8Array, what: string, maxFileSize: number | undefined): Sdist {
    const { maxUnpackedSize, maxFiles } = this.#limits;
    const sdist =
      this.#known.get(content) ?? readSdist(content, { what, maxFileSize, maxUnpackedSize, maxFiles });
    this.#known.set(content, sdist);
    return sdist;
  }
}

interface Search {
  readonly url: string;
  readonly specifiers: readonly string[];
  readonly unpacker: Unpacker;
  readonly options: PypiIndexOptions;
  readonly context: SourceContext;
  readonly warn: (warning: PypiWarning) => void;
}

function oneIndex(url: string, unpacker: Unpacker, options: PypiIndexOptions): PackageSource {
  const told = new WeakMap<SourceContext, Set<string>>();
  return {
    name: `index ${url}`,
    async find(requirements, context) {
      const named = requirements.filter(isNamed);
      const [first] = named;
      if (first === undefined || named.length < requirements.length) return null;
      const specifiers = [...new Set(named.map(({ specifier }) => specifier))].filter((one) => one !== "");
      const warn = onceEach(told, context, options.onWarning);
      const search: Search = { url, specifiers, unpacker, options, context, warn };
      for (const candidate of nameCandidates(first.name, options.useNamingConvention ?? true)) {
        const release = await findRelease(candidate, search);
        if (release !== null) return release;
      }
      return null;
    },
  };
}

/** The same warning comes up each time a package is asked for; the caller hears it once in each resolve. */
function onceEach(
  told: WeakMap<SourceContext, Set<string>>,
  context: SourceContext,
  onWarning: PypiIndexOptions["onWarning"],
): Search["warn"] {
  const heard = told.get(context) ?? new Set<string>();
  told.set(context, heard);
  return (warning) => {
    const key = JSON.stringify(warning);
    if (!heard.has(key)) onWarning?.(warning);
    heard.add(key);
  };
}

async function findRelease(candidate: NameCandidate, search: Search): Promise<PackageRelease | null> {
  const found = await findProject({ ...search, name: candidate.name });
  if (found === null) return null;
  const versions = sortVersions(found.project);
  const chosen = chooseVersion(found.project, versions, search.specifiers);
  const isListed = isListedForMicroPython(found.project.classifiers);
  if (chosen === null) {
    if (candidate.onlyMicroPython && !isListed) return null;
    throw noVersion(found, versions, search.specifiers);
  }
  const archive = await fetchArchive(found, chosen, search.context);
  const sdist = search.unpacker.unpack(archive.content, archive.what, search.context.maxFileSize);
  const madeFor = isListed ? "micropython" : sdist.madeFor;
  if (candidate.onlyMicroPython && madeFor === "cpython") return null;
  for (const warning of warningsOf({ found, chosen, sdist, madeFor })) search.warn(warning);
  return releaseOf(found, chosen, { sdist, url: archive.url, include: search.options.include });
}

function releaseOf(
  { name, indexUrl }: FoundProject,
  { version }: ChosenVersion,
  { sdist, url, include }: { sdist: Sdist; url: string; include: PypiIndexOptions["include"] },
): PackageRelease {
  const dependencies = sdist.requirements.filter(
    (one) => !isNamed(one) || foldName(one.name) !== foldName(name),
  );
  return {
    name,
    version,
    origin: { type: "index", url: indexUrl },
    dependencies,
    files: sdist.files
      .filter(({ path }) => include?.(path) ?? true)
      .map(({ path, member, content }) => ({
        path,
        url: memberUrl({ archive: url, member }),
        hash: null,
        content,
        immutable: true,
      })),
  };
}

function isNamed(requirement: Requirement): requirement is NamedRequirement {
  return requirement.type === "name";
}
