// The work of import-graph.ts between two reads: scans files, resolves their imports, knows what to read next. Pure.

import { isBuiltinName } from "../builtin-modules.js";
import type { Environment } from "../environment.js";
import { UpyError } from "../errors.js";
import type { FileIndex } from "./file-index.js";
import type { FileProblem, GraphFile, GraphImport, ImportGraph } from "./import-graph.js";
import { type ImportLocation, type ImportResult, resolveImport } from "./resolve-import.js";
import { type FileImport, type FileScan, scanFile } from "./scan-file.js";

/** What to read at most. */
export interface GraphLimits {
  readonly files: number;
  /** Of one file. */
  readonly bytes: number;
}

/** A file under the name that it is imported with. */
interface Loaded {
  readonly path: string;
  readonly module: string | null;
  readonly isPackage: boolean;
}

/** An import whose end is not known before all files are. */
interface Draft extends Omit<GraphImport, "optional"> {
  readonly guard: FileImport["guard"];
  /** The package file that may have the name as an attribute. */
  readonly unlessMentioned?: PossibleAttribute;
}

interface PossibleAttribute {
  readonly path: string;
  readonly package: string;
  readonly name: string;
}

const mostAtOnce = 32;

/** Grows an {@link ImportGraph}. */
export class GraphBuilder {
  readonly #index: FileIndex;
  readonly #environment: Environment;
  readonly #limits: GraphLimits;
  readonly #loaded = new Map<string, Loaded>();
  readonly #contents = new Map<string, FileScan | FileProblem>();
  readonly #wanted: string[] = [];
  readonly #drafts = new Map<string, Draft[]>();
  readonly #resolved = new Map<string, ImportResult>();
  #read = 0;

  constructor(index: FileIndex, environment: Environment, limits: GraphLimits) {
    this.#index = index;
    this.#environment = environment;
    this.#limits = limits;
  }

  get progress(): { done: number; total: number } {
    return { done: this.#read, total: this.#read + this.#wanted.length };
  }

  /** @throws `file-not-found` */
  start(entries: readonly string[]): void {
    for (const path of entries) {
      if (this.#index.lookup(path) !== "file") {
        throw new UpyError("file-not-found", `${path} is not there, so its imports cannot be followed.`);
      }
      this.#load({ path, module: null, isPackage: false });
    }
  }

  /** The paths to read next; empty when all is known. */
  nextBatch(): string[] {
    return this.#wanted.splice(0, mostAtOnce);
  }

  /** Takes what was read; null when it could not be. */
  add(path: string, content: Uint8Array | null): void {
    this.#read += 1;
    this.#contents.set(path, content === null ? unreadable(path) : scanFile(path, content));
    for (const loaded of [...this.#loaded.values()]) if (loaded.path === path) this.#follow(loaded);
  }

  finish(entries: readonly string[]): ImportGraph {
    const files = [...this.#loaded.values()].map(({ path, module }): GraphFile => {
      const content = this.#contents.get(path);
      return { path, module, problem: content === undefined || isScan(content) ? null : content };
    });
    const imports = [...this.#drafts.values()].flatMap((drafts) => this.#settle(drafts));
    return { entries, files, imports };
  }

  #load(loaded: Loaded): void {
    const key = `${loaded.module ?? ""}:${loaded.path}`;
    if (this.#loaded.has(key)) return;
    this.#loaded.set(key, loaded);
    this.#drafts.set(key, []);
    if (this.#contents.has(loaded.path)) this.#follow(loaded);
    else if (!this.#wanted.includes(loaded.path)) this.#want(loaded.path);
  }

  #want(path: string): void {
    const size = this.#index.at(path)?.size ?? 0;
    if (size > this.#limits.bytes) {
      this.#contents.set(
        path,
        tooLarge(`${path} has ${size} bytes; at most ${this.#limits.bytes} are read.`),
      );
    } else if (this.#read + this.#wanted.length >= this.#limits.files) {
      this.#contents.set(path, tooLarge(`At most ${this.#limits.files} files are read.`));
    } else this.#wanted.push(path);
  }

  #follow(loaded: Loaded): void {
    const content = this.#contents.get(loaded.path);
    const drafts = this.#drafts.get(`${loaded.module ?? ""}:${loaded.path}`);
    if (content === undefined || !isScan(content) || drafts === undefined || drafts.length > 0) return;
    for (const one of content.imports) drafts.push(...this.#draftsOf(one, loaded));
  }

  #draftsOf(one: FileImport, loaded: Loaded): Draft[] {
    const { line, column, kind, conditional, guard } = one;
    const written = ".".repeat(one.level) + one.module;
    const place = { from: loaded.path, line, column, kind, conditional, guard, written };
    const name = absoluteName(one, loaded);
    if (name === null) return [{ ...place, name, found: null, hidden: [], missing: null }];
    const result = this.#resolve(name);
    const draft: Draft = { ...place, name, ...result };
    const members = Array.isArray(one.names) ? (one.names as readonly string[]) : [];
    return [draft, ...members.flatMap((member) => this.#memberDrafts(member, name, { ...draft, written }))];
  }

  /** `from name import member`: a submodule, unless the package has an attribute of that name. */
  #memberDrafts(member: string, name: string, draft: Draft): Draft[] {
    const { found } = draft;
    if (found?.type !== "package") return [];
    const result = this.#resolve(`${name}.${member}`);
    const separator = draft.written === "" || draft.written.endsWith(".") ? "" : ".";
    const own = {
      ...draft,
      ...result,
      name: `${name}.${member}`,
      written: draft.written + separator + member,
    };
    if (result.found !== null || found.init === null) return [own];
    return [{ ...own, unlessMentioned: { path: found.init, package: name, name: member } }];
  }

  /** Resolves each package on the way, and sees to it that its file is read. */
  #resolve(name: string): ImportResult & { readonly missing: string | null } {
    const parts = name.split(".");
    for (let length = 1; length <= parts.length; length++) {
      const prefix = parts.slice(0, length).join(".");
      const result = this.#lookUp(prefix);
      if (result.found === null) return { found: null, hidden: [], missing: prefix };
      this.#loadLocation(result.found, prefix);
      if (length === parts.length) return { ...result, missing: null };
    }
    return { found: null, hidden: [], missing: name };
  }

  #lookUp(name: string): ImportResult {
    const known = this.#resolved.get(name);
    if (known !== undefined) return known;
    const told = resolveImport(name, this.#index.lookup, this.#environment);
    const result = told.found === null ? this.#likely(name) : told;
    this.#resolved.set(name, result);
    return result;
  }

  /** Where nobody knows the firmware's modules, it has those that some firmware has, but for what bundles have too. */
  #likely(name: string): ImportResult {
    const { implementation, builtinModules } = this.#environment;
    const [top = ""] = name.split(".");
    const isLikely =
      builtinModules === null && isBuiltinName(top, implementation) && !top.startsWith("adafruit_");
    if (!isLikely) return { found: null, hidden: [] };
    return resolveImport(name, this.#index.lookup, { ...this.#environment, builtinModules: [top] });
  }

  #loadLocation(found: ImportLocation, module: string): void {
    if (found.type === "module") this.#load({ path: this.#spelled(found.path), module, isPackage: false });
    if (found.type === "package" && found.init !== null) {
      this.#load({ path: this.#spelled(found.init), module, isPackage: true });
    }
  }

  /** The path as the file system lists it. */
  #spelled(path: string): string {
    return this.#index.at(path)?.path ?? path;
  }

  #settle(drafts: readonly Draft[]): GraphImport[] {
    const sure = drafts.filter(
      ({ unlessMentioned }) => unlessMentioned === undefined || !this.#mentions(unlessMentioned),
    );
    const failed = new Set(
      sure.filter(isFailure).map(({ guard }) => (guard?.part === "body" ? guard.try : null)),
    );
    return sure.map(({ guard, ...draft }) => {
      const optional = guard !== null && (guard.part === "body" || !failed.has(guard.try));
      const { from, line, column, kind, name, written, conditional, found, hidden, missing } = draft;
      return { from, line, column, kind, name, written, conditional, optional, found, hidden, missing };
    });
  }

  /** Whether the package has the name otherwise than by importing the very module that is not there. */
  #mentions({ path, package: package_, name }: PossibleAttribute): boolean {
    const spelled = this.#spelled(path);
    const content = this.#contents.get(spelled);
    if (content === undefined || !isScan(content)) return true;
    const drafts = this.#drafts.get(`${package_}:${spelled}`) ?? [];
    const own = drafts.filter((draft) => `${draft.name ?? ""}.`.startsWith(`${package_}.${name}.`));
    return content.mentions(name) > new Set(own.map(({ line, column }) => `${line}:${column}`)).size;
  }
}

function isFailure({ found }: Draft): boolean {
  return found === null;
}

function isScan(content: FileScan | FileProblem): content is FileScan {
  return "imports" in content;
}

function unreadable(path: string): FileProblem {
  return { code: "unreadable", message: `${path} is listed, but cannot be read.`, line: null };
}

function tooLarge(message: string): FileProblem {
  return { code: "too-large", message, line: null };
}

/** As evaluate_relative_import in py/builtinimport.c does it: a file that is started is in no package. */
function absoluteName({ module, level }: FileImport, { module: own, isPackage }: Loaded): string | null {
  if (level === 0) return module === "" ? null : module;
  const parts = own?.split(".") ?? [];
  const kept = parts.slice(0, parts.length - (isPackage ? level - 1 : level));
  const base = level - (isPackage ? 1 : 0) >= parts.length ? [] : kept;
  if (base.length === 0) return null;
  return module === "" ? base.join(".") : `${base.join(".")}.${module}`;
}
