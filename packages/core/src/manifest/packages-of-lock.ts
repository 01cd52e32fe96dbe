// A lockfile that answers require(): what is installed on a board and what is frozen into it are then the same files.

import { UpyError } from "../errors.js";
import type { LockedFile, LockedPackage, Resolution } from "../resolve/resolution.js";
import type { DownloadOptions } from "../sources/download.js";
import { fetchContent } from "../sources/fetch-content.js";
import type { AnsweredPackage, PackageAnswers, PackageFile } from "./packages.js";

/**
 * Answers require() from a resolution; packages it does not have are left to the libraries. Each file is fetched as
 * for installing (cache, network or `readFile`) and checked against its hash. Resolve for sources (`mpy: "py"`) where
 * the firmware's compiler shall make the bytecode.
 * @throws `hash-mismatch`, `network`, `offline`, `not-found`; `invalid-lockfile` when a dependency is missing
 */
export function lockedPackages(resolution: Resolution, options: DownloadOptions = {}): PackageAnswers {
  const lock = new Lock(resolution, options);
  return async ({ name, signal }) => (lock.has(name) ? lock.answer(name, signal) : null);
}

class Lock {
  private readonly packages: ReadonlyMap<string, LockedPackage>;

  constructor(
    resolution: Resolution,
    private readonly options: DownloadOptions,
  ) {
    this.packages = new Map(resolution.packages.map((each) => [each.name, each]));
  }

  has(name: string): boolean {
    return this.packages.has(name);
  }

  /** The package with its dependencies as a flat list, each before what needs it. */
  async answer(name: string, signal: AbortSignal | undefined): Promise<AnsweredPackage> {
    const names: string[] = [];
    this.collect(name, name, new Set(), names);
    const packages: AnsweredPackage[] = [];
    for (const each of names) packages.push(await this.read(this.locked(each, name), signal));
    const last = packages.pop();
    if (last === undefined) throw new UpyError("invalid-lockfile", `${name} is not in the lockfile`);
    return { ...last, dependencies: packages };
  }

  private collect(name: string, neededBy: string, seen: Set<string>, names: string[]): void {
    if (seen.has(name)) return;
    seen.add(name);
    for (const dependency of this.locked(name, neededBy).dependencies)
      this.collect(dependency, name, seen, names);
    names.push(name);
  }

  private locked(name: string, neededBy: string): LockedPackage {
    const found = this.packages.get(name);
    if (found !== undefined) return found;
    throw new UpyError("invalid-lockfile", `${neededBy} needs ${name}, which is not in the lockfile`, {
      hint: "Resolve again, and write a new lockfile.",
    });
  }

  private async read(
    { name, version, files }: LockedPackage,
    signal: AbortSignal | undefined,
  ): Promise<AnsweredPackage> {
    // What is to be in the root of a file system is no module, and firmware has no file system.
    const modules = files.filter((file) => !file.path.startsWith("/"));
    return {
      name,
      version,
      files: await Promise.all(modules.map((file) => this.file(file, signal))),
      dependencies: [],
    };
  }

  private async file(file: LockedFile, signal: AbortSignal | undefined): Promise<PackageFile> {
    const content = await fetchContent(file, { ...this.options, signal: signal ?? this.options.signal });
    return { path: file.path, source: file.url, content };
  }
}
