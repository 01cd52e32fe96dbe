// Package sources that answer require(), each package in the best version that satisfies what was asked so far. For one
// choice over everything that is required, resolve first and answer from the lockfile.

import type { Environment } from "../environment.js";
import { UpyError } from "../errors.js";
import { sha256 } from "../sha256.js";
import type { DownloadOptions } from "../sources/download.js";
import { Downloader } from "../sources/downloader.js";
import type { PackageRelease, PackageSource, ReleaseFile, SourceContext } from "../sources/source.js";
import { packageKey } from "../specs/parse-requirement.js";
import type { Requirement } from "../specs/requirement.js";
import { pickVersion } from "../specs/specifier.js";
import { versionSpecifier, type AnsweredPackage, type PackageAnswers, type PackageFile } from "./packages.js";

/** What {@link sourcePackages} takes besides the source. */
export interface SourcePackagesOptions extends DownloadOptions {
  /** What will run the code; decides between sources and bytecode. */
  readonly environment: Environment;
}

/** Downloads at the same time. */
const CONCURRENCY = 8;

/**
 * Answers require() by a PackageSource, dependencies included; packages it does not have are left to the libraries.
 * @throws `version-conflict` when two requirements ask for different versions of a package; `hash-mismatch`, `network`
 */
export function sourcePackages(source: PackageSource, options: SourcePackagesOptions): PackageAnswers {
  const answers = new SourceAnswers(source, options);
  return ({ name, version }) => answers.root(name, version);
}

class SourceAnswers {
  private readonly chosen = new Map<string, Promise<PackageRelease | null>>();
  private readonly downloader: Downloader;
  private readonly context: SourceContext;

  constructor(
    private readonly source: PackageSource,
    options: SourcePackagesOptions,
  ) {
    this.downloader = new Downloader(options, { concurrency: CONCURRENCY, maxBytes: Infinity });
    const download: SourceContext["download"] = async (url, hints) =>
      (await this.downloader.get(url, hints))?.content ?? null;
    this.context = { ...options, download };
  }

  async root(name: string, version: string | null): Promise<AnsweredPackage | null> {
    const requirement: Requirement = { type: "name", name, specifier: versionSpecifier(name, version) };
    if ((await this.find(requirement, "the manifest")) === null) return null;
    const found: PackageRelease[] = [];
    await this.collect(requirement, "the manifest", new Set(), found);
    const packages = await Promise.all(found.map((release) => this.read(release)));
    const last = packages.pop();
    return last === undefined ? null : { ...last, isVersionChecked: true, dependencies: packages };
  }

  /** The releases that a requirement needs, each before what needs it. */
  private async collect(
    requirement: Requirement,
    neededBy: string,
    seen: Set<string>,
    found: PackageRelease[],
  ): Promise<void> {
    const key = packageKey(requirement);
    const release = await this.find(requirement, neededBy);
    if (release === null) {
      throw new UpyError("not-found", `${neededBy} needs ${key}, which ${this.source.name} does not have`);
    }
    if (seen.has(key)) return;
    seen.add(key);
    for (const dependency of release.dependencies) await this.collect(dependency, key, seen, found);
    found.push(release);
  }

  private async find(requirement: Requirement, neededBy: string): Promise<PackageRelease | null> {
    const key = packageKey(requirement);
    const known = this.chosen.get(key) ?? this.source.find([requirement], this.context);
    this.chosen.set(key, known);
    const release = await known;
    if (release !== null && requirement.type === "name" && !fits(release.version, requirement.specifier)) {
      throw new UpyError(
        "version-conflict",
        `${neededBy} needs ${key}${requirement.specifier}, but ${release.version ?? "none"} was taken`,
        {
          hint: "Resolve everything at once, and answer from the lockfile.",
        },
      );
    }
    return release;
  }

  private async read(release: PackageRelease): Promise<AnsweredPackage> {
    const { name, version } = release;
    return {
      name,
      version,
      files: await Promise.all(release.files.map((file) => this.file(file))),
      dependencies: [],
    };
  }

  private async file(file: ReleaseFile): Promise<PackageFile> {
    const content = file.content ?? (await this.downloader.get(file.url, { hash: file.hash }))?.content;
    if (content === undefined) throw new UpyError("not-found", `${file.path}: nothing is at ${file.url}`);
    if (file.hash !== null && !(await sha256(content)).startsWith(file.hash.toLowerCase())) {
      throw new UpyError("hash-mismatch", `${file.path} from ${file.url} is not what the index promises`);
    }
    return { path: file.path, source: file.url, content };
  }
}

function fits(version: string | null, specifier: string): boolean {
  return specifier === "" || (version !== null && pickVersion([version], [specifier]) !== null);
}
