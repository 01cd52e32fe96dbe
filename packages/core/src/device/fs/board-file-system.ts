// The board's file system as people and the installer use it. It decides what goes into one round trip and which way
// of sending to use; how bytes travel is the business of upload and download.

import { UpyError, isUpyError } from "../../errors.js";
import { toHex } from "../../hex.js";
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
} from "../../targets/target.js";
import type { BoardProfile } from "../profile.js";
import { parseLiteral, type PythonValue } from "../values/literal.js";
import type { Session } from "../session.js";
import { joinBytes } from "../link/join-bytes.js";
import { byteSum, digest } from "./digest.js";
import { askStorageOwner, hintFor } from "../storage-owner.js";
import { download } from "./download.js";
import { lookCode } from "./look-code.js";
import { checkPath, pathLiteral } from "./paths.js";
import { sha256 } from "./sha256.js";
import { snippetsFor } from "./snippet-set.js";
import { FileWriter, type WriteReport } from "./file-writer.js";

/** What {@link BoardFileSystem.write} takes besides. */
export interface BoardWriteOptions extends WriteOptions {
  /** Leave files alone that have the same contents already; costs one round trip, saves the writing. */
  readonly skipUnchanged?: boolean | undefined;
}

/** The files of a board. Every call is safe for names with quotes, backslashes, spaces and any letters. */
export class BoardFileSystem implements TargetFileSystem {
  readonly #session: Session;
  readonly #writer: FileWriter;
  #profile: BoardProfile;

  /** @internal */
  constructor(session: Session, profile: BoardProfile) {
    this.#session = session;
    this.#profile = profile;
    this.#writer = new FileWriter(session, profile);
  }

  get hasDirectories(): boolean {
    return this.#profile.hasDirectories;
  }

  /** Counts what may have changed files through this connection: nobody else can meanwhile. */
  get revision(): number {
    return this.#session.fileRevision;
  }

  async list(path: string, options: TargetCallOptions = {}): Promise<FileEntry[]> {
    const { base, list } = snippetsFor(this.#profile);
    const directory = checkPath(path);
    if (!this.hasDirectories && directory !== "/") throw notThere(path);
    const call = `p=${quotePath(directory, this.#profile)}\nif T(p)==1:raise OSError(${snippetsFor(this.#profile).number.ENOTDIR})\n`;
    const code = `${base}\n${list}\n${this.hasDirectories ? call : "p=''\n"}for e in L(p):print(e)`;
    const lines = await this.#lines(code, path, options);
    return sorted(lines.map((line) => entryOf(line, directory === "/" ? "/" : directory + "/")));
  }

  async walk(path: string, options: TargetCallOptions = {}): Promise<FileEntry[]> {
    const { base, list, walk } = snippetsFor(this.#profile);
    const directory = checkPath(path);
    if (!this.hasDirectories) return directory === "/" ? this.list("/", options) : [];
    const code = `${base}\n${list}\n${walk}\np=${quotePath(directory, this.#profile)}\nif T(p)==2:W(p)`;
    return sorted((await this.#lines(code, path, options)).map((line) => entryOf(line, "")));
  }

  async stat(paths: readonly string[], options: TargetCallOptions = {}): Promise<(FileEntry | null)[]> {
    const { base } = snippetsFor(this.#profile);
    const size = this.hasDirectories ? "os.stat(p)[6]" : "Z(p)";
    const each = `t=T(p);print((t,${size} if t==1 else 0))`;
    const rows = await this.#each(paths, base, each, options);
    return rows.map(({ path, value }) => statOf(path, value));
  }

  /** As stat, space and readFile, in one round trip where that fits the board. */
  async look(request: LookRequest, options: TargetCallOptions = {}): Promise<LookAnswer> {
    const code = lookCode(request, this.#profile);
    if (code === null) return this.#lookInTurn(request, options);
    const answers = await this.#lines(code, request.stat.join(", "), options);
    const stat = request.stat.map((path, index) => statOf(checkPath(path), answers[index] ?? null));
    const [space, ...content] = answers.slice(stat.length);
    const file = content.filter((part) => part instanceof Uint8Array);
    const sum = file.pop();
    const bytes = joinBytes(file);
    if (sum !== undefined && toHex(sum) !== toHex(await digest(bytes, this.#profile.snippets.hash)))
      return this.#lookInTurn(request, options);
    return {
      stat,
      ...(request.space !== undefined && { space: spaceOf(space) }),
      ...(sum !== undefined && { readFile: bytes }),
    };
  }

  async #lookInTurn(request: LookRequest, options: TargetCallOptions): Promise<LookAnswer> {
    const stat = await this.stat(request.stat, options);
    return request.space === undefined ? { stat } : { stat, space: await this.space(request.space, options) };
  }

  /** What is at a path; null when nothing is. */
  async info(path: string, options: TargetCallOptions = {}): Promise<FileEntry | null> {
    const [entry] = await this.stat([path], options);
    return entry ?? null;
  }

  async exists(path: string, options: TargetCallOptions = {}): Promise<boolean> {
    return (await this.info(path, options)) !== null;
  }

  async readFile(path: string, options: TargetCallOptions = {}): Promise<Uint8Array> {
    const [content] = await this.readFiles([path], options);
    if (content) return content;
    const entry = await this.info(path, options);
    if (entry) throw new UpyError("is-directory", `${path} on ${this.#session.name} is a directory`);
    throw notThere(path);
  }

  /** Contents of many files in few round trips; null where no file is. */
  async readFiles(paths: readonly string[], options: TargetCallOptions = {}): Promise<(Uint8Array | null)[]> {
    const contents: (Uint8Array | null)[] = [];
    for (const group of this.#groups(paths.map(checkPath)))
      contents.push(...(await this.#readGroup(group, options)));
    return contents;
  }

  async readText(path: string, options: TargetCallOptions = {}): Promise<string> {
    return new TextDecoder().decode(await this.readFile(path, options));
  }

  async writeFiles(files: readonly FileContent[], options: WriteOptions = {}): Promise<void> {
    await this.write(files, options);
  }

  /** As {@link writeFiles}; tells which files were written and which were the same already. */
  async write(files: readonly FileContent[], options: BoardWriteOptions = {}): Promise<WriteReport> {
    const checked = files.map((file) => ({ ...file, path: checkPath(file.path) }));
    for (const { path } of checked) pathLiteral(path, this.#profile);
    const wanted = options.skipUnchanged ? await this.#changed(checked, options) : checked;
    if (wanted.length > 0) this.#session.fileRevision++;
    await this.#explained(options, () => this.#writer.write(wanted, options));
    const written = wanted.map(({ path }) => path);
    return { written, unchanged: checked.map(({ path }) => path).filter((path) => !written.includes(path)) };
  }

  /** Writes one file; text as UTF-8. */
  async writeFile(
    path: string,
    content: Uint8Array | string,
    options: BoardWriteOptions = {},
  ): Promise<WriteReport> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return this.write([{ path, content: bytes }], options);
  }

  async hashFiles(paths: readonly string[], options: TargetCallOptions = {}): Promise<(string | null)[]> {
    if (this.#profile.snippets.hash !== "sha256") return this.#hashHere(paths, options);
    const { base, hash } = snippetsFor(this.#profile);
    const rows = await this.#each(paths, `${base}\n${hash}`, "print(H(p) if T(p)==1 else None)", options);
    return rows.map(({ value }) => (value instanceof Uint8Array ? toHex(value) : null));
  }

  async change(changes: readonly TreeChange[], options: TargetCallOptions = {}): Promise<void> {
    if (changes.length > 0) await this.#explained(options, () => this.#changeAll(changes, options));
  }

  /** A CircuitPython board that may not write is asked who may. */
  async #explained(options: TargetCallOptions, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isUpyError(error, "read-only") || this.#profile.implementation !== "circuitpython") throw error;
      const hint = hintFor(await askStorageOwner(this.#session, options.signal));
      throw new UpyError("read-only", error.message, { hint: hint ?? error.hint, cause: error });
    }
  }

  async #changeAll(changes: readonly TreeChange[], options: TargetCallOptions): Promise<void> {
    this.#session.fileRevision++;
    const calls = changes.map((change) => this.#changeCall(change));
    const { base, move, change } = snippetsFor(this.#profile);
    let first = 0;
    for (const group of this.#groups(calls)) {
      const part = changes.slice(first, first + group.length);
      const at = first;
      // The sum of all names: a changed byte must not remove another file.
      const check = `o=${group.join(",")},\nif sum([sum(bytes(a+b,'utf8')) for k,a,b in o])!=${sumOfPaths(part, this.#profile)}:raise ValueError`;
      const code = `${base}\n${move}\n${change}\n${check}\nfor c in o:\n C(*c)\n print()`;
      await this.#session.run(code, {
        signal: options.signal,
        profile: this.#profile,
        about: (output) => describe(changes[at + output.split("\n").length - 1]),
      });
      first += group.length;
    }
  }

  async space(path: string, options: TargetCallOptions = {}): Promise<SpaceInfo | null> {
    if (!this.#profile.canTellSpace) return null;
    const { base, space } = snippetsFor(this.#profile);
    const literal = quotePath(checkPath(path), this.#profile);
    const code = `${base}\n${space}\nprint(F(${literal}))`;
    const [line] = await this.#lines(code, path, options);
    return spaceOf(line);
  }

  /** Makes a directory and its parents. */
  async mkdir(path: string, options: TargetCallOptions = {}): Promise<void> {
    await this.change([{ type: "mkdir", path }], options);
  }

  /** Moves a file over whatever file is there. */
  async rename(from: string, to: string, options: TargetCallOptions = {}): Promise<void> {
    await this.change([{ type: "rename", from, to }], options);
  }

  /** Removes a file; fine when it is not there. */
  async remove(path: string, options: TargetCallOptions = {}): Promise<void> {
    await this.change([{ type: "remove", path }], options);
  }

  /** Removes a file, or a directory and all that is in it; fine when nothing is there. */
  async removeTree(path: string, options: TargetCallOptions = {}): Promise<void> {
    const entry = await this.info(path, options);
    if (!entry) return;
    if (entry.type === "file") return this.remove(path, options);
    const below = await this.walk(path, options);
    const files = below
      .filter(({ type }) => type === "file")
      .map((e): TreeChange => ({ type: "remove", path: e.path }));
    const directories = below.filter(({ type }) => type === "directory").reverse();
    const rmdirs = [...directories, entry].map((e): TreeChange => ({ type: "rmdir", path: e.path }));
    await this.change([...files, ...rmdirs], options);
  }

  #changeCall(change: TreeChange): string {
    const profile = this.#profile;
    if (!this.hasDirectories && (change.type === "mkdir" || change.type === "rmdir"))
      throw new UpyError("unsupported", `This board has a flat file system without ${change.type}`);
    if (change.type === "rename")
      return `('rename',${pathLiteral(change.from, profile)},${pathLiteral(change.to, profile)})`;
    return `('${change.type}',${pathLiteral(change.path, profile)},'')`;
  }

  async #readGroup(paths: readonly string[], options: TargetCallOptions): Promise<(Uint8Array | null)[]> {
    const profile = this.#profile;
    try {
      return await download(this.#session, paths, { ...options, profile, encoding: profile.send });
    } catch (error) {
      const next = profile.send === "raw" ? profile.textSend : profile.send;
      if (
        !isUpyError(error, "hash-mismatch") &&
        !isUpyError(error, "protocol") &&
        !isUpyError(error, "no-response")
      )
        throw error;
      const contents = await download(this.#session, paths, { ...options, profile, encoding: next });
      this.#profile = { ...profile, send: next };
      return contents;
    }
  }

  async #changed(files: readonly FileContent[], options: TargetCallOptions): Promise<FileContent[]> {
    const there = await this.hashFiles(
      files.map(({ path }) => path),
      options,
    );
    const wanted = await Promise.all(files.map(async ({ content }) => toHex(await sha256(content))));
    return files.filter((_, index) => there[index] !== wanted[index]);
  }

  async #hashHere(paths: readonly string[], options: TargetCallOptions): Promise<(string | null)[]> {
    const contents = await this.readFiles(paths, options);
    return Promise.all(contents.map(async (content) => content && toHex(await sha256(content))));
  }

  /** Runs a line of Python for each path, as many in one exec as the board has room for. */
  async #each(
    paths: readonly string[],
    helpers: string,
    each: string,
    options: TargetCallOptions,
  ): Promise<{ readonly path: string; readonly value: PythonValue }[]> {
    const checked = paths.map(checkPath);
    const rows: { path: string; value: PythonValue }[] = [];
    for (const group of this.#groups(checked)) {
      const list = group.map((path) => pathLiteral(path, this.#profile)).join(",");
      const values = await this.#lines(`${helpers}\nfor p in ${list},:\n ${each}`, group.join(", "), options);
      if (values.length !== group.length)
        throw new UpyError(
          "protocol",
          `${this.#session.name} answered for ${values.length} of ${group.length} files`,
        );
      group.forEach((path, index) => rows.push({ path, value: values[index] ?? null }));
    }
    return rows;
  }

  async #lines(code: string, about: string, options: TargetCallOptions): Promise<PythonValue[]> {
    const run = { signal: options.signal, profile: this.#profile, about: () => about };
    const output = await this.#session.runText(code, run);
    const lines = output.split(/\r?\n/).filter((line) => line !== "" && line !== ".");
    return lines.map((line) => parseLiteral(line));
  }

  /** Splits what goes into source code so that each exec fits the board. */
  #groups(items: readonly string[]): string[][] {
    const groups: string[][] = [];
    let room = 0;
    for (const item of items) {
      if (room < item.length + 4) {
        groups.push([]);
        room = this.#profile.sourceLimit;
      }
      groups.at(-1)?.push(item);
      room -= item.length + 4;
    }
    return groups;
  }
}

function quotePath(path: string, profile: BoardProfile): string {
  return path === "/" ? "'/'" : pathLiteral(path, profile);
}

function entryOf(value: PythonValue, prefix: string): FileEntry {
  const [name, isDirectory, size] = Array.isArray(value) ? value : [];
  if (typeof name !== "string")
    throw new UpyError("protocol", "The board listed something that is not a name");
  return {
    path: prefix + name,
    type: isDirectory ? "directory" : "file",
    size: isDirectory ? 0 : asNumber(size),
  };
}

function statOf(path: string, value: PythonValue): FileEntry | null {
  const [type, bytes] = Array.isArray(value) ? value : [];
  if (type !== 1 && type !== 2) return null;
  return { path, type: type === 2 ? "directory" : "file", size: type === 1 ? asNumber(bytes) : 0 };
}

function spaceOf(value: PythonValue | undefined): SpaceInfo | null {
  const [block, fragment, total, free, readOnly] = Array.isArray(value) ? value.map(asNumber) : [];
  if (!fragment || !total) return null;
  const room = { free: fragment * (free ?? 0), total: fragment * total, blockSize: block ?? 1 };
  return readOnly === 1 ? { ...room, readOnly: true } : room;
}

function sorted(entries: FileEntry[]): FileEntry[] {
  return entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function asNumber(value: PythonValue | undefined): number {
  return typeof value === "number" ? value : 0;
}

function notThere(path: string): UpyError {
  return new UpyError("file-not-found", `There is no file ${path} on the board`);
}

/** What the board finds when it sums up the bytes of the paths, as it names them. */
function sumOfPaths(changes: readonly TreeChange[], profile: BoardProfile): number {
  const paths = changes.flatMap((change) =>
    change.type === "rename" ? [change.from, change.to] : [change.path],
  );
  const names = paths.map((path) => (profile.hasDirectories ? checkPath(path) : checkPath(path).slice(1)));
  return byteSum(new TextEncoder().encode(names.join("")));
}

function describe(change: TreeChange | undefined): string | undefined {
  if (!change) return undefined;
  return change.type === "rename" ? `rename ${change.from} to ${change.to}` : `${change.type} ${change.path}`;
}
