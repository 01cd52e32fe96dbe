// The files of a board over its web workflow. The board has no hashes and no way to replace a file at once: what is
// written is read back, and a file is replaced by deleting it and moving the new one to its place.

import { isUpyError, UpyError } from "../../errors.js";
import { sha256 } from "../../sha256.js";
import { parentPath } from "../../targets/parent-path.js";
import type {
  FileContent,
  FileEntry,
  SpaceInfo,
  TargetCallOptions,
  TargetFileSystem,
  TreeChange,
  WriteOptions,
} from "../../targets/target.js";
import { checkFatPaths, isSystemName } from "../fat-names.js";
import { foldCase } from "../../path-clash.js";
import { type DiskInfo, type Listing, parseDisks, parseListing } from "./answers.js";
import type { WebAnswer, WebClient, WebRequest } from "./web-client.js";
import { statusError } from "./web-errors.js";
import { toDirectoryPath, toFilePath } from "./web-paths.js";

/** A listing of before, which saves asking again; nothing else may write meanwhile. */
type Seen = Map<string, Listing | null>;

const json = { Accept: "application/json" };

export class WebFileSystem implements TargetFileSystem {
  readonly hasDirectories = true;
  readonly #client: WebClient;
  /** The time that files get; a board without a clock has none. */
  readonly #now: () => number;

  constructor(client: WebClient, now: () => number) {
    this.#client = client;
    this.#now = now;
  }

  async list(path: string, options?: TargetCallOptions): Promise<FileEntry[]> {
    const listing = await this.#listing(path, options);
    if (listing !== null) return entriesOf(path, listing);
    const [entry] = await this.stat([path], options);
    throw entry === null || entry === undefined
      ? new UpyError("file-not-found", `${path} is not there.`)
      : new UpyError("not-directory", `${path} is a file.`);
  }

  async walk(path: string, options?: TargetCallOptions): Promise<FileEntry[]> {
    const found: FileEntry[] = [];
    const waiting = [path];
    for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
      const listing = await this.#listing(directory, options);
      const entries = listing === null ? [] : entriesOf(directory, listing);
      found.push(...entries);
      waiting.push(...entries.filter((entry) => entry.type === "directory").map((entry) => entry.path));
    }
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async stat(paths: readonly string[], options?: TargetCallOptions): Promise<(FileEntry | null)[]> {
    const seen: Seen = new Map();
    const entries: (FileEntry | null)[] = [];
    for (const path of paths) entries.push(await this.#stat(path, seen, options));
    return entries;
  }

  async readFile(path: string, options?: TargetCallOptions): Promise<Uint8Array> {
    const answer = await this.#send({ method: "GET", path: toFilePath(path) }, options);
    if (answer.status === 200) return answer.body;
    const [entry] = answer.status === 404 ? await this.stat([path], options) : [];
    if (entry?.type === "directory") throw new UpyError("is-directory", `${path} is a directory.`);
    throw statusError(answer.status, path);
  }

  async hashFiles(paths: readonly string[], options?: TargetCallOptions): Promise<(string | null)[]> {
    const entries = await this.stat(paths, options);
    const hashes: (string | null)[] = [];
    for (const entry of entries) {
      hashes.push(entry?.type === "file" ? await sha256(await this.readFile(entry.path, options)) : null);
    }
    return hashes;
  }

  async writeFiles(files: readonly FileContent[], options?: WriteOptions): Promise<void> {
    checkFatPaths(files.map((file) => file.path));
    const total = files.reduce((sum, file) => sum + file.content.length, 0);
    const seen: Seen = new Map();
    let done = 0;
    for (const { path, content } of files) {
      await this.#write({ path, content }, seen, options);
      done += content.length;
      options?.onProgress?.({ path, done, total });
    }
  }

  async change(changes: readonly TreeChange[], options?: TargetCallOptions): Promise<void> {
    for (const change of changes) {
      options?.signal?.throwIfAborted();
      if (change.type === "mkdir") await this.#makeDirectory(change.path, options);
      else if (change.type === "rename") await this.#rename(change.from, change.to, options);
      else if (change.type === "remove") await this.#removeFile(change.path, options);
      else await this.#removeDirectory(change.path, options);
    }
  }

  async space(path: string, options?: TargetCallOptions): Promise<SpaceInfo | null> {
    const disk = (await this.#disks(options))
      .filter(({ root }) => root === "/" || path === root || path.startsWith(`${root}/`))
      .sort((a, b) => b.root.length - a.root.length)[0];
    if (disk === undefined) return null;
    const { free, total, blockSize } = disk;
    const isWritable = disk.writable ?? (await this.#mayWrite(options));
    return isWritable ? { free, total, blockSize } : { free, total, blockSize, readOnly: true };
  }

  /** Empty before version 2 of the API. */
  async #disks(options: TargetCallOptions | undefined): Promise<DiskInfo[]> {
    const answer = await this.#send({ method: "GET", path: "/cp/diskinfo.json" }, options);
    if (answer.status === 404) return [];
    if (answer.status !== 200) throw statusError(answer.status, "/cp/diskinfo.json");
    return parseDisks(new TextDecoder().decode(answer.body));
  }

  /** CircuitPython 8 says so by the methods that it allows; later versions in their listings. */
  async #mayWrite(options: TargetCallOptions | undefined): Promise<boolean> {
    const listing = await this.#listing("/", options);
    if (listing !== null && listing.writable !== null) return listing.writable;
    const answer = await this.#send({ method: "OPTIONS", path: "/fs/" }, options);
    const allowed = answer.headers.get("access-control-allow-methods");
    return allowed === null || allowed.includes("PUT");
  }

  async #listing(path: string, options: TargetCallOptions | undefined): Promise<Listing | null> {
    const answer = await this.#send({ method: "GET", path: toDirectoryPath(path), headers: json }, options);
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw statusError(answer.status, path);
    return parseListing(new TextDecoder().decode(answer.body), path);
  }

  async #stat(path: string, seen: Seen, options: TargetCallOptions | undefined): Promise<FileEntry | null> {
    if (path === "/") return { path, type: "directory", size: 0 };
    toFilePath(path);
    const listing = await this.#seenListing(parentPath(path), seen, options);
    const key = foldCase(path.slice(path.lastIndexOf("/") + 1));
    const file = listing?.files.find((one) => foldCase(one.name) === key);
    if (file === undefined) return null;
    return { path, type: file.directory ? "directory" : "file", size: file.size };
  }

  /** A directory is asked for once a call, and not at all when the one above lacks it. */
  async #seenListing(
    path: string,
    seen: Seen,
    options: TargetCallOptions | undefined,
  ): Promise<Listing | null> {
    const known = seen.get(path);
    if (known !== undefined) return known;
    const isMissing = path !== "/" && seen.get(parentPath(path)) === null;
    const listing = isMissing ? null : await this.#listing(path, options);
    seen.set(path, listing);
    return listing;
  }

  async #write(
    { path, content }: FileContent,
    seen: Seen,
    options: TargetCallOptions | undefined,
  ): Promise<void> {
    const directory = parentPath(path);
    if ((await this.#seenListing(directory, seen, options)) === null) {
      await this.#makeDirectory(directory, options);
      for (const known of seen.keys()) if (seen.get(known) === null) seen.delete(known);
    }
    const existing = await this.#stat(path, seen, options);
    if (existing?.type === "directory") throw new UpyError("is-directory", `${path} is a directory.`);
    const temporary = await temporaryPath(path);
    try {
      await this.#put(temporary, content, options);
      if (existing !== null) await this.#delete(path, options);
      await this.#move(temporary, path, options);
    } catch (error) {
      await this.#tidy(temporary, error);
      throw error;
    }
    remember(seen, path, content.length);
  }

  /** Writes a file where nobody looks for it, and reads it back. */
  async #put(path: string, content: Uint8Array, options: TargetCallOptions | undefined): Promise<void> {
    const headers = { "X-Timestamp": String(this.#now()), "Content-Type": "application/octet-stream" };
    const request = { method: "PUT", path: toFilePath(path), headers, body: content } as const;
    const answer = await this.#send(request, options).catch(async (error: unknown) => {
      throw isUpyError(error, "link-lost") ? await this.#refusal(path, content.length, error) : error;
    });
    if (answer.status !== 201 && answer.status !== 204)
      throw await this.#failure(answer.status, path, content.length);
    if (sameBytes(await this.readFile(path, options), content)) return;
    throw new UpyError("io-error", `${path} does not read back as it was written.`, {
      hint: "The board's file system may be damaged; look at its serial console.",
    });
  }

  async #makeDirectory(path: string, options: TargetCallOptions | undefined): Promise<void> {
    if (path === "/") return;
    const headers = { "X-Timestamp": String(this.#now()) };
    const answer = await this.#send({ method: "PUT", path: toDirectoryPath(path), headers }, options);
    if (answer.status !== 201 && answer.status !== 204) throw await this.#failure(answer.status, path, 0);
    if (answer.status === 201 || (await this.#listing(path, options)) !== null) return;
    throw new UpyError("not-directory", `${path} is a file.`);
  }

  async #rename(from: string, to: string, options: TargetCallOptions | undefined): Promise<void> {
    const [source, goal] = await this.stat([from, to], options);
    if (source === null || source === undefined) {
      if (goal?.type === "file") return;
      throw new UpyError("file-not-found", `${from} is not there.`);
    }
    if (goal?.type === "directory") throw new UpyError("is-directory", `${to} is a directory.`);
    if (goal !== null && goal !== undefined && foldCase(from) !== foldCase(to))
      await this.#delete(to, options);
    await this.#move(from, to, options);
  }

  /** A move whose answer was lost may be done: then the source is gone, and the goal there. */
  async #move(from: string, to: string, options: TargetCallOptions | undefined): Promise<void> {
    const headers = { "X-Destination": toFilePath(to) };
    const answer = await this.#send({ method: "MOVE", path: toFilePath(from), headers }, options);
    if (answer.status === 201) return;
    if (answer.status === 404 && answer.retried > 0) {
      const [source, goal] = await this.stat([from, to], options);
      if (source === null && goal?.type === "file") return;
    }
    throw await this.#failure(answer.status, from, 0);
  }

  async #removeFile(path: string, options: TargetCallOptions | undefined): Promise<void> {
    const [entry] = await this.stat([path], options);
    if (entry?.type === "directory") throw new UpyError("is-directory", `${path} is a directory.`);
    if (entry?.type === "file") await this.#delete(path, options);
  }

  /** The board deletes a directory with all that is in it: it is looked into before. */
  async #removeDirectory(path: string, options: TargetCallOptions | undefined): Promise<void> {
    const listing = await this.#listing(path, options);
    if (listing === null || listing.files.length > 0) return;
    await this.#delete(path, options);
  }

  async #delete(path: string, options: TargetCallOptions | undefined): Promise<void> {
    const answer = await this.#send({ method: "DELETE", path: toFilePath(path) }, options);
    if (answer.status !== 204 && answer.status !== 404) throw await this.#failure(answer.status, path, 0);
  }

  /** Takes a file away that was not finished, as far as the board still answers. */
  async #tidy(path: string, error: unknown): Promise<void> {
    if (isUpyError(error, "link-lost") || isUpyError(error, "read-only")) return;
    await this.#delete(path, undefined).catch(() => undefined);
  }

  /** Before CircuitPython 10.3, a PUT's 500 also stands for a drive that is kept for USB, or full: a MOVE's 409 tells. */
  async #failure(status: number, path: string, size: number): Promise<UpyError> {
    if (status !== 500) return statusError(status, path);
    const headers = { "X-Destination": toFilePath(path) };
    const probe = { method: "MOVE", path: toFilePath(path), headers, retries: 0 } as const;
    const moved = await this.#send(probe, undefined);
    if (moved.status === 409) return statusError(409, path);
    const space = await this.space(path);
    return space !== null && space.free < size ? statusError(413, path) : statusError(500, path);
  }

  /** CircuitPython 8 cuts the connection when it refuses a file, so that its answer is lost: why is asked. */
  async #refusal(path: string, size: number, lost: UpyError): Promise<UpyError> {
    const failure = await this.#failure(500, path, size).catch(() => lost);
    return failure.code === "io-error" ? lost : failure;
  }

  #send(request: WebRequest, options: TargetCallOptions | undefined): Promise<WebAnswer> {
    return this.#client.send({ ...request, signal: options?.signal });
  }
}

/** Adds a file that was written to what is known of its directory. */
function remember(seen: Seen, path: string, size: number): void {
  const listing = seen.get(parentPath(path));
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (listing == null || listing.files.some((file) => foldCase(file.name) === foldCase(name))) return;
  seen.set(parentPath(path), { ...listing, files: [...listing.files, { name, directory: false, size }] });
}

function entriesOf(directory: string, { files }: Listing): FileEntry[] {
  const prefix = directory === "/" ? "/" : `${directory}/`;
  return files
    .filter((file) => !isSystemName(file.name))
    .map((file): FileEntry => ({
      path: prefix + file.name,
      type: file.directory ? "directory" : "file",
      size: file.size,
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The same name each time, so that a second try takes the leftover of the first; short, whatever the name. */
async function temporaryPath(path: string): Promise<string> {
  const hash = await sha256(new TextEncoder().encode(path));
  return `${parentPath(path) === "/" ? "" : parentPath(path)}/.upykit-${hash.slice(0, 12)}.tmp`;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
