// A static mip index, format v2: the files that tools/build.py of micropython-lib 1.28 writes for the same packages.
// It touches no disk: the index before is read through a function, the new files come back as a map.

import { compile } from "@upykit/compiler";
import { UpyError } from "@upykit/core";
import { bytesOf } from "../frozen-c/freeze-file.js";
import { tagVersion } from "../frozen-c/tag-version.js";
import { checkPackages } from "./check-packages.js";
import { CompileCache } from "./compile-cache.js";
import { HashedFiles } from "./hashed-files.js";
import {
  formatIndexJson,
  formatPackageJson,
  type IndexEntry,
  parseIndexJson,
  updateEntry,
} from "./index-json.js";
import type { IndexBuild, IndexBytecode, IndexOptions, IndexPackage } from "./index-package.js";

const mpy6: IndexBytecode = { key: "6", target: "micropython" };

/**
 * Builds an index, or the changes to one.
 * @throws `conflict` for two packages of one name, two files of one path or a hash collision (raise `hashLength`),
 *   `invalid-path`, `invalid-package` when the previous index.json is damaged, `syntax-error`; there is no partial result
 */
export async function buildIndex(
  packages: readonly IndexPackage[],
  options: IndexOptions,
): Promise<IndexBuild> {
  checkPackages(packages);
  const build = new IndexBuilder(options);
  return build.run(packages);
}

class IndexBuilder {
  readonly #options: IndexOptions;
  readonly #bytecode: readonly IndexBytecode[];
  readonly #files: HashedFiles;
  readonly #cache: CompileCache;
  readonly #json = new Map<string, string>();
  readonly #newVersions: string[] = [];
  readonly #changedLocked: string[] = [];

  constructor(options: IndexOptions) {
    const hashLength = options.hashLength ?? 8;
    if (!Number.isInteger(hashLength) || hashLength < 4 || hashLength > 64) {
      throw new UpyError("invalid-argument", `hashLength is ${hashLength}; it can be 4 to 64.`);
    }
    this.#options = options;
    this.#bytecode = options.bytecode ?? [mpy6];
    this.#files = new HashedFiles(hashLength, (path) => this.#previous(path));
    this.#cache = new CompileCache(options.compile ?? compile, this.#files, options.state);
  }

  async run(packages: readonly IndexPackage[]): Promise<IndexBuild> {
    const index = await this.#previous("index.json");
    const entries = index === null ? new Map<string, IndexEntry>() : parseIndexJson(index);
    for (const [done, item] of packages.entries()) {
      this.#options.signal?.throwIfAborted();
      entries.set(item.name, await this.#package(item, entries.get(item.name)));
      this.#options.onProgress?.({ package: item.name, done: done + 1, total: packages.length });
    }
    const updated = this.#options.updated ?? Math.floor(Date.now() / 1000);
    this.#json.set("index.json", formatIndexJson(entries.values(), updated));
    return {
      files: await this.#changedFiles(),
      state: this.#cache.state(),
      compiled: this.#cache.compiled,
      reused: this.#cache.reused,
      newVersions: this.#newVersions,
      changedLocked: this.#changedLocked,
    };
  }

  async #package(item: IndexPackage, old: IndexEntry | undefined): Promise<IndexEntry> {
    const keys = ["py", ...this.#bytecode.map(({ key }) => key)];
    const { entry, added } = updateEntry(old, item, keys);
    this.#newVersions.push(...added.map((key) => `${item.name} ${entry.version} (${key})`));
    const hashes = await this.#addFiles(item);
    for (const key of keys) {
      const json = formatPackageJson(hashes.get(key) ?? [], entry.version);
      this.#json.set(`package/${key}/${item.name}/latest.json`, json);
      if (entry.version !== "") await this.#lockVersion(key, item.name, entry.version, json);
    }
    return entry;
  }

  /** Adds sources and bytecode; resolves with path and digits of each file, by key. */
  async #addFiles(item: IndexPackage): Promise<Map<string, [string, string][]>> {
    const hashes = new Map<string, [string, string][]>([["py", []]]);
    for (const { key } of this.#bytecode) hashes.set(key, []);
    for (const file of item.files) {
      const source = tagVersion(file.content, file.version);
      const where = `${file.path} of ${item.name}`;
      for (const { key, target } of this.#bytecode) {
        const request = { filename: file.path, target, optimize: file.optimize ?? undefined };
        const short = await this.#cache.add(source, request, where);
        hashes.get(key)?.push([file.path.replace(/\.py$/, ".mpy"), short]);
      }
      const { short } = await this.#files.add(bytesOf(source), where);
      hashes.get("py")?.push([file.path, short]);
    }
    return hashes;
  }

  /** A version is locked once it was seen: its JSON is written once. */
  async #lockVersion(key: string, name: string, version: string, json: string): Promise<void> {
    const path = `package/${key}/${name}/${version}.json`;
    const locked = await this.#previous(path);
    if (locked === null) this.#json.set(path, json);
    else if (new TextDecoder().decode(locked) !== json)
      this.#changedLocked.push(`${name} ${version} (${key})`);
  }

  async #changedFiles(): Promise<Map<string, Uint8Array>> {
    const files = new Map(this.#files.added);
    for (const [path, text] of this.#json) {
      const old = await this.#previous(path);
      if (old === null || new TextDecoder().decode(old) !== text) files.set(path, bytesOf(text));
    }
    return files;
  }

  async #previous(path: string): Promise<Uint8Array | null> {
    return (await this.#options.previous?.(path)) ?? null;
  }
}
