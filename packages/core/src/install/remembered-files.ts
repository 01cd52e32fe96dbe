// A target's files during one call of this stage: on a board each question is a round trip, so nothing is asked twice as
// long as nothing can have changed. Other targets are asked every time.

import type {
  FileContent,
  FileEntry,
  LookAnswer,
  LookRequest,
  SpaceInfo,
  TargetCallOptions,
  TargetFileSystem,
  TreeChange,
  WriteOptions,
} from "../targets/target.js";

/** What stands for which file system. */
const originals = new WeakMap<TargetFileSystem, TargetFileSystem>();

/** `fs`, but that remembers where it is safe to. */
export function rememberFiles(fs: TargetFileSystem): TargetFileSystem {
  if (fs.revision === undefined) return fs;
  const remembering = new RememberedFiles(fs);
  originals.set(remembering, fs);
  return remembering;
}

/** The file system behind one that remembers; any other is itself. */
export function originalFiles(fs: TargetFileSystem): TargetFileSystem {
  return originals.get(fs) ?? fs;
}

/** Asks the file system that it stands for, and remembers for as long as its revision is the same. */
class RememberedFiles implements TargetFileSystem {
  readonly hasDirectories: boolean;
  readonly #fs: TargetFileSystem;
  readonly #entries = new Map<string, FileEntry | null>();
  readonly #hashes = new Map<string, string | null>();
  readonly #spaces = new Map<string, SpaceInfo | null>();
  readonly #contents = new Map<string, Uint8Array>();
  #revision: number | undefined;

  constructor(fs: TargetFileSystem) {
    this.#fs = fs;
    this.hasDirectories = fs.hasDirectories;
  }

  list(path: string, options?: TargetCallOptions): Promise<FileEntry[]> {
    return this.#fs.list(path, options);
  }

  walk(path: string, options?: TargetCallOptions): Promise<FileEntry[]> {
    return this.#fs.walk(path, options);
  }

  writeFiles(files: readonly FileContent[], options?: WriteOptions): Promise<void> {
    return this.#fs.writeFiles(files, options);
  }

  change(changes: readonly TreeChange[], options?: TargetCallOptions): Promise<void> {
    return this.#fs.change(changes, options);
  }

  stat(paths: readonly string[], options?: TargetCallOptions): Promise<(FileEntry | null)[]> {
    this.#check(options);
    for (const path of paths) if (this.#isBelowNothing(path)) this.#entries.set(path, null);
    return this.#each(this.#entries, paths, options, (unknown) => this.#fs.stat(unknown, options));
  }

  hashFiles(paths: readonly string[], options?: TargetCallOptions): Promise<(string | null)[]> {
    return this.#each(this.#hashes, paths, options, (unknown) => this.#fs.hashFiles(unknown, options));
  }

  async readFile(path: string, options?: TargetCallOptions): Promise<Uint8Array> {
    this.#check(options);
    const content = this.#contents.get(path) ?? (await this.#fs.readFile(path, options));
    this.#contents.set(path, content);
    return content;
  }

  async space(path: string, options?: TargetCallOptions): Promise<SpaceInfo | null> {
    const [space = null] = await this.#each(this.#spaces, [path], options, async () => [
      await this.#fs.space(path, options),
    ]);
    return space;
  }

  /** Asks what of it is unknown, in one go. */
  async look({ stat, space, readFile }: LookRequest, options?: TargetCallOptions): Promise<LookAnswer> {
    this.#check(options);
    const request: LookRequest = {
      stat: [...new Set(stat)].filter((path) => !this.#entries.has(path)),
      ...(space !== undefined && !this.#spaces.has(space) && { space }),
      ...(readFile !== undefined && !this.#isKnown(readFile) && { readFile }),
    };
    if (request.stat.length > 0 || request.space !== undefined)
      this.#remember(request, await this.#ask(request, options));
    return { stat: stat.map((path) => this.#entries.get(path) ?? null) };
  }

  async #ask(request: LookRequest, options: TargetCallOptions | undefined): Promise<LookAnswer> {
    return this.#fs.look?.(request, options) ?? { stat: await this.#fs.stat(request.stat, options) };
  }

  #remember(request: LookRequest, answer: LookAnswer): void {
    request.stat.forEach((path, index) => this.#entries.set(path, answer.stat[index] ?? null));
    if (request.space !== undefined && answer.space !== undefined)
      this.#spaces.set(request.space, answer.space);
    if (request.readFile !== undefined && answer.readFile !== undefined)
      this.#contents.set(request.readFile, answer.readFile);
  }

  /** Where a directory is missing, all that would be in it is. */
  #isBelowNothing(path: string): boolean {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
      if (this.#entries.get(path.slice(0, at)) === null) return true;
    return false;
  }

  #isKnown(path: string): boolean {
    return this.#contents.has(path) || this.#entries.get(path) === null;
  }

  async #each<T>(
    known: Map<string, T>,
    paths: readonly string[],
    options: TargetCallOptions | undefined,
    ask: (unknown: readonly string[]) => Promise<T[]>,
  ): Promise<T[]> {
    this.#check(options);
    const unknown = [...new Set(paths)].filter((path) => !known.has(path));
    const answers = unknown.length === 0 ? [] : await ask(unknown);
    unknown.forEach((path, index) => known.set(path, answers[index] as T));
    return paths.map((path) => known.get(path) as T);
  }

  #check(options: TargetCallOptions | undefined): void {
    options?.signal?.throwIfAborted();
    if (this.#revision === this.#fs.revision) return;
    this.#revision = this.#fs.revision;
    for (const known of [this.#entries, this.#hashes, this.#spaces, this.#contents]) known.clear();
  }
}
