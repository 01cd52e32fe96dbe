// Which sources were compiled to which .mpy before: the state that makes a build incremental. Its keys hold all that
// goes into compiling but the compiler itself, so it is to be thrown away when the compiler changes.

import { UpyError } from "@upykit/core/errors";
import type { CompileFunction, CompileSettings } from "../frozen-c/freeze-file.js";
import type { HashedFiles } from "./hashed-files.js";

const format = 1;

/** A source as it is in the index. */
export interface IndexSource {
  readonly content: Uint8Array;
  /** SHA-256 in hex digits. */
  readonly hash: string;
}

type CompileRequest = CompileSettings & { readonly filename: string };

/** Compiles, unless a build before this one already did. */
export class CompileCache {
  readonly #compile: CompileFunction;
  readonly #files: HashedFiles;
  readonly #old: ReadonlyMap<string, string>;
  readonly #used = new Map<string, string>();
  /** By all that goes into compiling: a file that several packages have is compiled once. */
  readonly #pending = new Map<string, Promise<string>>();
  compiled = 0;
  reused = 0;

  constructor(compile: CompileFunction, files: HashedFiles, state: string | undefined) {
    this.#compile = compile;
    this.#files = files;
    this.#old = state === undefined ? new Map() : parseState(state);
  }

  /** Compiles a source and adds the .mpy to the index; resolves with the digits that name it. */
  async add(source: IndexSource, request: CompileRequest, path: string): Promise<string> {
    const key = [source.hash, request.target, request.optimize ?? 0, request.filename].join(" ");
    const pending = this.#pending.get(key) ?? this.#addNew(key, source, request, path);
    this.#pending.set(key, pending);
    return pending;
  }

  async #addNew(key: string, source: IndexSource, request: CompileRequest, path: string): Promise<string> {
    const known = this.#old.get(key);
    const old = known === undefined ? null : await this.#files.find(known);
    if (old === null) this.compiled++;
    else this.reused++;
    const { short, hash } = await this.#files.add(old ?? this.#compile(source.content, request).mpy, path);
    this.#used.set(key, hash);
    return short;
  }

  /** What the next build wants to know. */
  state(): string {
    return `${JSON.stringify({ format, compiled: Object.fromEntries([...this.#used].sort()) })}\n`;
  }
}

function parseState(text: string): Map<string, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalidState(cause);
  }
  const { compiled } = json as { compiled?: unknown };
  if (typeof compiled !== "object" || compiled === null) throw invalidState(undefined);
  const entries = Object.entries(compiled).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return new Map(entries);
}

function invalidState(cause: unknown): UpyError {
  return new UpyError("invalid-argument", "The state is not what an earlier build gave.", {
    hint: "Leave it out: everything is compiled again.",
    cause,
  });
}
