// From requirements to a Resolution: the graph of packages first, then their files.

import { UpyError } from "../errors.js";
import { chainSources } from "../sources/chain-sources.js";
import { Downloader } from "../sources/downloader.js";
import { mipIndex } from "../sources/mip-index.js";
import type { PackageRelease, SourceContext } from "../sources/source.js";
import { urlPackages } from "../sources/url-packages.js";
import {
  formatRequirement,
  formatRequirements,
  packageKey,
  parseRequirement,
} from "../specs/parse-requirement.js";
import type { Requirement } from "../specs/requirement.js";
import { compareText } from "../specs/specifier.js";
import { buildGraph } from "./graph.js";
import { lockPackages } from "./lock-packages.js";
import type { RequestedPackage, Resolution } from "./resolution.js";
import type { ResolveOptions } from "./resolve-options.js";

/**
 * Finds every package that the requirements need, and every file of those, for one environment. Nothing is written
 * but to `options.cache`. The same answers from outside give the same resolution, whatever their order.
 * @throws `invalid-requirement`, `not-found`, `version-conflict`, `conflict`, `invalid-package`, `invalid-path`,
 * `hash-mismatch`, `too-large`, `network`, `offline`, `unsupported`, or `signal.reason`
 */
export async function resolve(
  requirements: readonly (string | Requirement)[],
  options: ResolveOptions,
): Promise<Resolution> {
  options.signal?.throwIfAborted();
  const roots = canonical(requirements);
  const environment = options.mpy === false ? { ...options.environment, mpy: null } : options.environment;
  const downloader = new Downloader(options, {
    concurrency: positive(options.concurrency ?? 32, "concurrency"),
    maxBytes: positive(options.maxBytes ?? 256 << 20, "maxBytes"),
  });
  const context: SourceContext = {
    ...options,
    environment,
    download: async (url, how) => (await downloader.get(url, how))?.content ?? null,
  };
  const source = chainSources(...(options.sources ?? [mipIndex(), urlPackages()]));
  const releases = await buildGraph(roots, {
    find: (wanted) => source.find(wanted, context),
    sourceName: source.name,
    maxPackages: positive(options.maxPackages ?? 1000, "maxPackages"),
    onFound: ({ name, version }, counts) =>
      options.onProgress?.({ type: "package", name, version, ...counts }),
  });
  const total = [...releases.values()].reduce((sum, { files }) => sum + files.length, 0);
  const maxFiles = positive(options.maxFiles ?? 20_000, "maxFiles");
  if (total > maxFiles) throw tooManyFiles(total, maxFiles);
  let done = 0;
  const packages = await lockPackages(releases, {
    downloader,
    cache: options.cache,
    onFile: (name, path) => options.onProgress?.({ type: "file", package: name, path, done: ++done, total }),
  });
  return {
    environment: { implementation: environment.implementation, mpy: environment.mpy?.version ?? "py" },
    roots: requestedPackages(roots, releases),
    packages,
  };
}

function tooManyFiles(total: number, limit: number): UpyError {
  return new UpyError("too-large", `${total} files are named, and ${limit} are the most that are taken`, {
    hint: "Raise maxFiles if that can be; more likely the index is damaged or means harm.",
  });
}

/** Which package answers which requirements. */
function requestedPackages(
  requirements: readonly Requirement[],
  releases: ReadonlyMap<string, PackageRelease>,
): RequestedPackage[] {
  const texts = new Map<string, string[]>();
  for (const requirement of requirements) {
    const name = releases.get(packageKey(requirement))?.name ?? "";
    texts.set(name, [...(texts.get(name) ?? []), formatRequirement(requirement)]);
  }
  return [...texts]
    .map(([name, asked]) => ({ package: name, requirements: asked.sort(compareText) }))
    .sort((a, b) => compareText(a.package, b.package));
}

/** Checked, canonical, each once, in an order that does not depend on how they were given. */
function canonical(requirements: readonly (string | Requirement)[]): Requirement[] {
  const texts = requirements.map((one) => (typeof one === "string" ? one : formatRequirement(one)));
  return formatRequirements(texts.map(parseRequirement)).map(parseRequirement);
}

function positive(value: number, name: string): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new UpyError("invalid-argument", `${name} should be a whole number above 0, not ${value}`);
}
