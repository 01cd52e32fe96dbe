// The files a manifest may see: what the caller gave, below the roots, each place asked for once.

import { isUpyError } from "../../errors.js";
import type { ManifestFileSystem, SourceEntry } from "../file-system.js";
import { pathArgument } from "../value/arguments.js";
import { outside, Refused } from "../value/exceptions.js";
import type { Meter } from "../value/meter.js";
import type { Run, Value } from "../value/values.js";
import { basename, isInside, join, normalize } from "./posix-path.js";
import type { SeenFiles } from "./seen-files.js";

/** Folders may be this deep below the place where a walk starts; a loop of links ends here. */
const MAX_WALK_DEPTH = 40;

/** One folder of a walk, as os.walk() gives it. */
export interface WalkStep {
  readonly path: string;
  /** Which of these the walk goes into can be changed until the next step. */
  readonly directories: Value[];
  readonly files: readonly string[];
}

/** Waits for a promise of the host. */
export function* wait<T>(start: () => Promise<T>): Run<T> {
  return (yield start) as T;
}

/** A file system with the questions already answered kept. Paths are absolute. */
export class FileTree {
  constructor(
    private readonly fileSystem: ManifestFileSystem,
    private readonly roots: readonly string[],
    private readonly meter: Meter,
    private readonly signal: AbortSignal | undefined,
    readonly seen: SeenFiles,
  ) {}

  /** What is at a path; null when nothing is. @throws Refused `invalid-path` outside the roots */
  *stat(path: string): Run<SourceEntry | null> {
    // What was asked for in these words was inside then.
    const seen = this.seen.stats.get(path);
    if (seen !== undefined) {
      this.meter.step(4);
      return seen;
    }
    const place = this.inside(path);
    const known = this.seen.stats.get(place);
    if (known !== undefined) return known;
    const [entry = null] = yield* wait(() => this.fileSystem.stat([place], { signal: this.signal }));
    this.seen.stats.set(place, entry);
    return entry;
  }

  /** Bytes of a file; null when nothing is there. */
  *size(path: string): Run<number | null> {
    const size = (yield* this.stat(path))?.size;
    if (size !== undefined) return size;
    this.seen.stats.delete(this.inside(path));
    return (yield* this.stat(path))?.size ?? null;
  }

  *isDirectory(path: string): Run<boolean> {
    return (yield* this.stat(path))?.type === "directory";
  }

  *isFile(path: string): Run<boolean> {
    return (yield* this.stat(path))?.type === "file";
  }

  /** What is in a folder, in the file system's order; null when it is none. */
  *list(path: string): Run<readonly SourceEntry[] | null> {
    const place = this.inside(path);
    const known = this.seen.lists.get(place);
    if (known !== undefined) {
      this.meter.size(known?.length ?? 0);
      return known;
    }
    const entries = yield* wait(() => this.listOrNull(place));
    this.meter.size(entries?.length ?? 0);
    this.seen.lists.set(place, entries);
    for (const entry of entries ?? [])
      if (entry.link !== true) this.seen.stats.set(normalize(entry.path), entry);
    return entries;
  }

  *read(path: string): Run<Uint8Array> {
    const place = this.inside(path);
    const content = yield* wait(() => this.fileSystem.readFile(place, { signal: this.signal }));
    this.meter.file(place, content.length);
    return content;
  }

  private async listOrNull(path: string): Promise<readonly SourceEntry[] | null> {
    try {
      return await this.fileSystem.list(path, { signal: this.signal });
    } catch (error) {
      if (isUpyError(error, "file-not-found") || isUpyError(error, "not-directory")) return null;
      throw error;
    }
  }

  private inside(path: string): string {
    this.meter.step(4);
    const place = normalize(path).replace(/^\/\//, "/");
    if (!place.startsWith("/"))
      throw outside(`the path '${path}' is not absolute`, "Report this: it is a defect of upykit.");
    if (this.roots.some((root) => isInside(place, root))) return place;
    const hint = `The manifest may read below ${this.roots.join(", ")}; pass more in \`roots\`.`;
    throw new Refused("invalid-path", `the path '${place}' is outside the allowed folders`, hint);
  }
}

/** Goes through a folder as os.walk() does, one folder at a time. */
export class Walk {
  /** What is still to be visited, the next one last. */
  private readonly pending: { readonly path: string; readonly depth: number }[];
  /** Puts the folders of the last step on top of them. */
  private enter: () => void = () => undefined;

  constructor(
    top: string,
    private readonly followLinks: boolean,
  ) {
    this.pending = [{ path: top, depth: 0 }];
  }

  /** The next folder; null when there is none. */
  *next(tree: FileTree): Run<WalkStep | null> {
    this.enter();
    this.enter = () => undefined;
    for (;;) {
      const folder = this.pending.pop();
      if (folder === undefined) return null;
      const step = yield* this.visit(tree, folder.path, folder.depth);
      if (step !== null) return step;
    }
  }

  private *visit(tree: FileTree, path: string, depth: number): Run<WalkStep | null> {
    const entries = yield* tree.list(path);
    if (entries === null) return null;
    if (depth > MAX_WALK_DEPTH) {
      throw new Refused(
        "too-large",
        `the folders below '${path}' are nested too deep`,
        "Look for a link that points up.",
      );
    }
    const folders = entries.filter((entry) => entry.type === "directory");
    const links = new Set(folders.filter(({ link }) => link === true).map((entry) => basename(entry.path)));
    const directories: Value[] = folders.map((entry) => basename(entry.path));
    this.enter = () => {
      const names = directories.map(pathArgument).filter((name) => this.followLinks || !links.has(name));
      for (const name of names.reverse()) this.pending.push({ path: join(path, name), depth: depth + 1 });
    };
    return {
      path,
      directories,
      files: entries.filter((entry) => entry.type === "file").map((entry) => basename(entry.path)),
    };
  }
}
