// A static mip index, format v2: the files that tools/build.py of micropython-lib 1.28 writes for the same packages.
// It touches no disk: the index before is read through a function, the new files come back as a map.

import { UpyError } from "@upykit/core/errors";
import type { ManifestPlace } from "@upykit/core/manifest";
import { decodeText, tagSource } from "@upykit/core/mpy";
import { bytesOf, type OptimizationLevel } from "../files/freeze-file.js";
import { placedError } from "../files/placed-error.js";
import { checkBytecode, checkPackage } from "./check-packages.js";
import { CompileCache, type IndexSource } from "./compile-cache.js";
import { indexCompiler } from "./compile-queue.js";
import { HashedFiles } from "./hashed-files.js";
import {
  formatIndexJson,
  formatPackageJson,
  type IndexEntry,
  isJson,
  parseIndexJson,
  updateEntry,
} from "./index-json.js";
import type {
  IndexBuild,
  IndexBytecode,
  IndexOptions,
  IndexPackage,
  IndexPackageFile,
} from "./index-package.js";
import { sortedByKey } from "./sorted-by-key.js";

const mpy6: IndexBytecode = { key: "6", target: "micropython" };

/**
 * Builds an index, or the changes to one. Packages may come one by one, as `eachManifestPackage` of `@upykit/core/manifest`
 * gives them: with `workers`, the first are compiled while the next are read.
 * @throws `conflict` for two packages of one name, two files of one path or a hash collision (raise `hashLength`),
 *   `invalid-path`, `invalid-package` when the previous index.json is damaged, `invalid-argument` when `state` is,
 *   `syntax-error`; there is no partial result
 */
export async function buildIndex(
  packages: Iterable<IndexPackage> | AsyncIterable<IndexPackage>,
  options: IndexOptions,
): Promise<IndexBuild> {
  const build = new IndexBuilder(options);
  return build.run(packages);
}

/** A source as it is in the index, with the digits that name it there. */
interface HashedSource extends IndexSource {
  readonly short: string;
}

interface AddedSource extends HashedSource {
  readonly path: string;
  readonly place: ManifestPlace | undefined;
  readonly optimize: OptimizationLevel | undefined;
}

/** So many packages are taken before other work of this thread, like messages of workers, gets its turn. */
const packagesAtOnce = 8;

class IndexBuilder {
  readonly #options: IndexOptions;
  readonly #bytecode: readonly IndexBytecode[];
  readonly #files: HashedFiles;
  readonly #cache: CompileCache;
  readonly #json = new Map<string, string>();
  readonly #newVersions: string[] = [];
  readonly #changedLocked: string[] = [];
  #hasFailed = false;
  /** What was made of contents, by the version put into them: packages share the files of what they require. */
  readonly #sources = new WeakMap<Uint8Array, Map<string, Promise<HashedSource>>>();

  constructor(options: IndexOptions) {
    const hashLength = options.hashLength ?? 8;
    if (!Number.isInteger(hashLength) || hashLength < 4 || hashLength > 64) {
      throw new UpyError("invalid-argument", `hashLength is ${hashLength}; it can be 4 to 64.`);
    }
    this.#options = options;
    this.#bytecode = options.bytecode ?? [mpy6];
    checkBytecode(this.#bytecode);
    this.#files = new HashedFiles(hashLength, (path) => this.#previous(path));
    const bytecode = this.#bytecode;
    this.#cache = new CompileCache(indexCompiler(options), this.#files, { ...options, bytecode });
  }

  async run(packages: Iterable<IndexPackage> | AsyncIterable<IndexPackage>): Promise<IndexBuild> {
    const index = await this.#previous("index.json");
    const entries = index === null ? new Map<string, IndexEntry>() : parseIndexJson(index);
    await this.#all(packages, entries);
    const updated = this.#options.updated ?? Math.floor(Date.now() / 1000);
    this.#json.set("index.json", formatIndexJson(entries.values(), updated));
    return {
      files: await this.#changedFiles(),
      state: await this.#cache.state(),
      compiled: this.#cache.compiled,
      reused: this.#cache.reused,
      newVersions: this.#newVersions,
      changedLocked: this.#changedLocked.sort(),
    };
  }

  /** Builds all. The error is that of the first package that has one. */
  async #all(
    packages: Iterable<IndexPackage> | AsyncIterable<IndexPackage>,
    entries: Map<string, IndexEntry>,
  ): Promise<void> {
    const started: Promise<void>[] = [];
    try {
      await this.#start(packages, entries, started);
    } catch (error) {
      // Of a later package, or of who gives them: those before it come first, unless all is to stop.
      if (this.#options.signal?.aborted !== true) await allInOrder(started);
      throw error;
    }
    await allInOrder(started);
  }

  /** Starts with each package as it comes, until one has failed. */
  async #start(
    packages: Iterable<IndexPackage> | AsyncIterable<IndexPackage>,
    entries: Map<string, IndexEntry>,
    started: Promise<void>[],
  ): Promise<void> {
    const names = new Set<string>();
    let total = Array.isArray(packages) ? packages.length : 0;
    let done = 0;
    const build = async (item: IndexPackage): Promise<void> => {
      entries.set(item.name, await this.#package(item, entries.get(item.name)));
      this.#options.onProgress?.({ package: item.name, done: ++done, total });
    };
    for await (const item of packages) {
      this.#options.signal?.throwIfAborted();
      checkPackage(item, names);
      total = Math.max(total, names.size);
      const building = build(item);
      building.catch(() => (this.#hasFailed = true));
      started.push(building);
      if (names.size % packagesAtOnce === 0) await nextTask();
      if (this.#hasFailed) break;
    }
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
    const sources = await allInOrder(item.files.map((file) => this.#addSource(file, item.name)));
    const py = sources.map(({ path, short }): [string, string] => [path, short]);
    const hashes = new Map([["py", py]]);
    for (const bytecode of this.#bytecode) {
      const mpy = sources.map((source) => this.#addBytecode(source, bytecode, item.name));
      hashes.set(bytecode.key, await allInOrder(mpy));
    }
    return hashes;
  }

  async #addSource(file: IndexPackageFile, name: string): Promise<AddedSource> {
    const { path, place, optimize } = file;
    const source = await this.#hashed(file, name).catch((error: unknown) => rethrow(file, error));
    return { ...source, path, place, optimize: optimize ?? undefined };
  }

  #hashed({ content, version, path }: IndexPackageFile, name: string): Promise<HashedSource> {
    const hash = async (): Promise<HashedSource> => {
      const tagged = tagSource(content, version);
      return { content: tagged, ...(await this.#files.add(tagged, `${path} of ${name}`)) };
    };
    if (typeof content === "string") return hash();
    const known = this.#sources.get(content) ?? new Map<string, Promise<HashedSource>>();
    this.#sources.set(content, known);
    const source = known.get(version ?? "") ?? hash();
    known.set(version ?? "", source);
    return source;
  }

  async #addBytecode(
    source: AddedSource,
    { target }: IndexBytecode,
    name: string,
  ): Promise<[string, string]> {
    this.#options.signal?.throwIfAborted();
    const request = { filename: source.path, target, optimize: source.optimize };
    const short = await this.#cache
      .add(source, request, `${source.path} of ${name}`)
      .catch((error: unknown) => rethrow(source, error));
    return [source.path.replace(/\.py$/, ".mpy"), short];
  }

  /** A version is locked once it was seen: its JSON is written once, or again where it was damaged. */
  async #lockVersion(key: string, name: string, version: string, json: string): Promise<void> {
    const path = `package/${key}/${name}/${version}.json`;
    const previous = await this.#previous(path);
    const locked = previous && decodeText(previous);
    if (locked === json) return;
    if (locked !== null && isJson(locked)) this.#changedLocked.push(`${name} ${version} (${key})`);
    else this.#json.set(path, json);
  }

  async #changedFiles(): Promise<Map<string, Uint8Array>> {
    const files = new Map(this.#files.added);
    const compare = async ([path, text]: [string, string]): Promise<void> => {
      const old = await this.#previous(path);
      if (old === null || decodeText(old) !== text) files.set(path, bytesOf(text));
    };
    await Promise.all(Array.from(this.#json, compare));
    return sortedByKey(files);
  }

  async #previous(path: string): Promise<Uint8Array | null> {
    return (await this.#options.previous?.(path)) ?? null;
  }
}

/** What all resolve with. Of several errors it is that of the first of them, not the first that came. */
async function allInOrder<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  try {
    return await Promise.all(promises);
  } catch (error) {
    for (const promise of promises) await promise;
    throw error;
  }
}

function rethrow(file: Pick<IndexPackageFile, "place">, error: unknown): never {
  throw error instanceof UpyError ? placedError(file, error) : error;
}

/** Resolves when other tasks of this thread had their turn. Node has a call for that, which costs it less than a channel. */
function nextTask(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (run: () => void) => unknown };
  return new Promise((resolve) => {
    if (setImmediate !== undefined) {
      setImmediate(resolve);
      return;
    }
    const channel = new MessageChannel();
    channel.port1.onmessage = (): void => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(0);
  });
}
