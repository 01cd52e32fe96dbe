// Which sources were compiled to which .mpy before: the state that makes a build incremental. Its keys hold all that
// goes into compiling; the compiler itself is known by what it makes of a probe, and by a version of the caller's.

import { UpyError } from "@upykit/core/errors";
import { sha256 } from "@upykit/core/sha256";
import type { CompileRequest, IndexCompiler } from "./compile-queue.js";
import type { HashedFiles } from "./hashed-files.js";
import { sortedByKey } from "./sorted-by-key.js";

const format = 2;

/** Has a little of everything: a compiler that writes other bytecode than before is likely to show it here. */
const probe = `"""doc"""
import a.b as c
from d import *
@c
def f(x, *y, k=1.5, **z) -> int:
    """doc"""
    global g
    try:
        with open(f"{x!r:>4}") as h:
            yield from (i for i in h if i and not k or x < i <= 3)
    except (ValueError, OSError) as e:
        raise e from None
    finally:
        del x[1:2]
    assert k, "k"
class A(B):
    n: int = 1 << 70
    async def m(self):
        await self.n
        return lambda q=1j: {1: (2, b"3")}[q] if (w := 1) else {1, -2, ...}
while True:
    if f(*A, k=None):
        break
`;

/** A source as it is in the index. */
export interface IndexSource {
  readonly content: Uint8Array;
  /** SHA-256 in hex digits. */
  readonly hash: string;
}

/** What a cache takes besides compiler and files. */
interface CacheOptions {
  readonly state?: string | undefined;
  readonly compilerVersion?: string | undefined;
  readonly bytecode: readonly { readonly target: "micropython" | "circuitpython" }[];
}

/** Compiles, unless a build before this one already did. */
export class CompileCache {
  readonly #compiler: IndexCompiler;
  readonly #files: HashedFiles;
  /** What tells this compiler from others; worked out when it is asked for, by when a compiler is warm. */
  readonly #mark: () => Promise<string>;
  readonly #old: Promise<ReadonlyMap<string, string>>;
  readonly #used = new Map<string, string>();
  /** By all that goes into compiling: a file that several packages have is compiled once. */
  readonly #pending = new Map<string, Promise<string>>();
  compiled = 0;
  reused = 0;

  constructor(compiler: IndexCompiler, files: HashedFiles, options: CacheOptions) {
    const old = options.state === undefined ? undefined : parseState(options.state);
    this.#compiler = compiler;
    this.#files = files;
    let mark: Promise<string> | undefined;
    this.#mark = () => (mark ??= compilerMark(compiler, options));
    this.#old =
      old === undefined
        ? noState
        : this.#mark().then((known) => (old.compiler === known ? old.compiled : noState));
    // It is waited for later, and an error is told then.
    this.#old.catch(ignore);
  }

  /** Compiles a source and adds the .mpy to the index; resolves with the digits that name it. */
  async add(source: IndexSource, request: CompileRequest, path: string): Promise<string> {
    const key = [source.hash, request.target, request.optimize ?? 0, request.filename].join(" ");
    const pending = this.#pending.get(key) ?? this.#addNew(key, source, request, path);
    this.#pending.set(key, pending);
    return pending;
  }

  async #addNew(key: string, source: IndexSource, request: CompileRequest, path: string): Promise<string> {
    const known = (await this.#old).get(key);
    const old = known === undefined ? null : await this.#files.find(known);
    if (old === null) this.compiled++;
    else this.reused++;
    const mpy = old ?? (await this.#compiler.compile(source.content, request));
    const { short, hash } = await this.#files.add(mpy, path);
    this.#used.set(key, hash);
    return short;
  }

  /** What the next build wants to know. */
  async state(): Promise<string> {
    const compiler = await this.#mark();
    return `${JSON.stringify({ format, compiler, compiled: Object.fromEntries(sortedByKey(this.#used)) })}\n`;
  }
}

const noState: Promise<ReadonlyMap<string, string>> = Promise.resolve(new Map());

function ignore(): void {
  // Told elsewhere.
}

/** What tells one compiler from another. */
async function compilerMark(compiler: IndexCompiler, options: CacheOptions): Promise<string> {
  const { bytecode, compilerVersion = "" } = options;
  const source = new TextEncoder().encode(probe);
  const marks = bytecode.map(async ({ target }) =>
    sha256(await compiler.compile(source, { filename: "probe.py", target })),
  );
  return [compilerVersion, ...(await Promise.all(marks))].join(" ");
}

/** Which compiler made what of what; nothing where another version of this state says so. @throws `invalid-argument` */
function parseState(text: string): { compiler: unknown; compiled: ReadonlyMap<string, string> } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalidState(cause);
  }
  if (typeof json !== "object" || json === null) throw invalidState(undefined);
  const state = json as { format?: unknown; compiler?: unknown; compiled?: unknown };
  if (typeof state.compiled !== "object" || state.compiled === null) throw invalidState(undefined);
  const entries = Object.entries(state.format === format ? state.compiled : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && /^[0-9a-f]{64}$/.test(entry[1]),
  );
  return { compiler: state.compiler, compiled: new Map(entries) };
}

function invalidState(cause: unknown): UpyError {
  return new UpyError("invalid-argument", "The state is not what an earlier build gave.", {
    hint: "Leave it out: everything is compiled again.",
    cause,
  });
}
