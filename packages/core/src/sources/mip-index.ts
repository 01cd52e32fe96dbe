// A mip index as a source: latest.json for a bare name, VERSION.json for a version, index.json for a range.
// Format: v2 of micropython-lib v1.28.0, tools/build.py; what is asked for is what mip 1.28 asks for.

import type { Environment } from "../environment.js";
import { UpyError } from "../errors.js";
import { parseMipIndex, type MipIndex } from "../specs/mip-index.js";
import { parsePackageJson } from "../specs/package-json.js";
import type { NamedRequirement, Requirement } from "../specs/requirement.js";
import { exactSpecifier, exactVersion, pickVersion } from "../specs/specifier.js";
import { releaseFiles } from "./package-files.js";
import type { PackageRelease, PackageSource, SourceContext } from "./source.js";

/** The index of micropython-lib, which mip asks when it is given no other. */
export const officialIndexUrl = "https://micropython.org/pi/v2";

/** What {@link mipIndex} takes. */
export interface MipIndexOptions {
  /** The folder that holds `index.json`; default {@link officialIndexUrl}. */
  readonly url?: string | undefined;
}

/** What every step needs. */
interface Search {
  readonly url: string;
  readonly name: string;
  readonly specifiers: readonly string[];
  /** Folders to look in: the .mpy version of the board, then sources. */
  readonly flavours: readonly string[];
  readonly context: SourceContext;
  readonly readIndex: () => Promise<MipIndex | null>;
}

/** A source that answers names from a mip index. Where the index has nothing for the board's .mpy version, sources are taken. */
export function mipIndex(options: MipIndexOptions = {}): PackageSource {
  const url = (options.url ?? officialIndexUrl).replace(/\/+$/, "");
  if (!/^(https?|file):\/\//.test(url) || !URL.canParse(url)) {
    throw new UpyError("invalid-argument", `"${url}" is not the address of a mip index`);
  }
  const parsed = new WeakMap<Uint8Array, MipIndex>();
  const name = `mip index ${url}`;
  return {
    name,
    async find(requirements, context) {
      const [first, ...others] = requirements.filter(isNamed);
      if (first === undefined || others.length + 1 < requirements.length) return null;
      return findRelease({
        url,
        name: first.name,
        specifiers: [...new Set([first, ...others].map(({ specifier }) => specifier))].filter(
          (text) => text !== "",
        ),
        flavours: flavoursFor(context.environment, url),
        context,
        readIndex: () => readIndex(url, parsed, context),
      });
    },
  };
}

/**
 * Folders of an index that suit a board, best first. MicroPython's bytecode is in "6"; CircuitPython's, which is another
 * of the same version, in "circuitpython-6" where the index has it (`buildIndex` of @upykit/freezer can write it, the
 * index of micropython-lib has none).
 */
function flavoursFor({ implementation, mpy }: Environment, url: string): string[] {
  if (mpy === null) return ["py"];
  if (implementation === "micropython") return [String(mpy.version), "py"];
  const mayHave = implementation === "circuitpython" && url !== officialIndexUrl;
  return mayHave ? [`circuitpython-${mpy.version}`, "py"] : ["py"];
}

async function findRelease(search: Search): Promise<PackageRelease | null> {
  if (search.specifiers.length === 0) return fetchFirst(search, "latest");
  const [only = "", ...more] = search.specifiers;
  const exact = more.length === 0 ? exactVersion(only) : null;
  return (exact === null ? null : await fetchFirst(search, exact)) ?? findInRange(search);
}

async function fetchFirst(search: Search, version: string): Promise<PackageRelease | null> {
  for (const flavour of search.flavours) {
    const release = await fetchRelease(search, flavour, version);
    if (release !== null) return release;
  }
  return null;
}

async function findInRange(search: Search): Promise<PackageRelease | null> {
  const index = await search.readIndex();
  if (index === null) return findLatest(search);
  const listed = index.packages.get(search.name);
  if (listed === undefined) return null;
  for (const flavour of search.flavours) {
    const version = pickVersion(listed.versions[flavour] ?? [], search.specifiers);
    if (version !== null) return demand(await fetchRelease(search, flavour, version), search, version);
  }
  throw noVersion(search, Object.values(listed.versions).flat());
}

/** An index without index.json is enough for mip; then the latest version is the only one we know of. */
async function findLatest(search: Search): Promise<PackageRelease | null> {
  const latest = await fetchFirst(search, "latest");
  if (latest === null || pickVersion([latest.version ?? ""], search.specifiers) !== null) return latest;
  throw noVersion(search, [latest.version ?? "none"]);
}

async function fetchRelease(
  search: Search,
  flavour: string,
  version: string,
): Promise<PackageRelease | null> {
  const { url, name, context } = search;
  const address = `${url}/package/${flavour}/${name}/${version}.json`;
  const content = await context.download(address);
  if (content === null) return null;
  const what = `${name} ${version} of the mip index ${url}`;
  const parsed = parsePackageJson(content, what);
  if (version !== "latest" && parsed.version !== null && !isSameVersion(parsed.version, version)) {
    throw new UpyError("invalid-package", `${what} says that it is version ${parsed.version}`);
  }
  const relative = (path: string): string => new URL(`./${path}`, address).href;
  return {
    name,
    version: parsed.version,
    origin: { type: "index", url },
    dependencies: parsed.dependencies,
    files: releaseFiles(parsed, { what, indexUrl: url, relative, repository: null }),
  };
}

async function readIndex(
  url: string,
  known: WeakMap<Uint8Array, MipIndex>,
  context: SourceContext,
): Promise<MipIndex | null> {
  const content = await context.download(`${url}/index.json`);
  if (content === null) return null;
  const index = known.get(content) ?? parseMipIndex(content, `index.json of the mip index ${url}`);
  known.set(content, index);
  return index;
}

function demand(release: PackageRelease | null, { url, name }: Search, version: string): PackageRelease {
  if (release !== null) return release;
  throw new UpyError(
    "invalid-package",
    `the mip index ${url} lists ${name} ${version}, but does not have it`,
  );
}

function noVersion({ url, name, specifiers }: Search, versions: readonly string[]): UpyError {
  const known = [...new Set(versions)].slice(-20).join(", ") || "no version";
  return new UpyError(
    "version-conflict",
    `no version of ${name} in the mip index ${url} satisfies ${specifiers.join(" and ")}; it has ${known}`,
    {
      hint: "Ask for one of the versions that are there.",
    },
  );
}

function isSameVersion(found: string, asked: string): boolean {
  return found === asked || pickVersion([found], [exactSpecifier(asked) ?? ""]) !== null;
}

function isNamed(requirement: Requirement): requirement is NamedRequirement {
  return requirement.type === "name";
}
