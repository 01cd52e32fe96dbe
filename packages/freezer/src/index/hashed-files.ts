// The `file/` folder of an index: contents by the first digits of their hash. Collisions are caught, not overwritten.

import { UpyError } from "@upykit/core/errors";
import { sha256 } from "@upykit/core/sha256";

/** The content-addressed part of an index under construction. */
export class HashedFiles {
  readonly #hashLength: number;
  readonly #previous: (path: string) => Promise<Uint8Array | null>;
  readonly #contents = new Map<string, { readonly hash: string; readonly path: string }>();
  /** Files that the index did not have. */
  readonly added: Map<string, Uint8Array> = new Map();

  constructor(hashLength: number, previous: (path: string) => Promise<Uint8Array | null>) {
    this.#hashLength = hashLength;
    this.#previous = previous;
  }

  /**
   * Adds a file; resolves with the digits that name it.
   * @throws `conflict` when another content has the same digits
   */
  async add(content: Uint8Array, path: string): Promise<{ short: string; hash: string }> {
    const hash = await sha256(content);
    const short = hash.slice(0, this.#hashLength);
    const known = this.#contents.get(short);
    if (known === undefined) {
      this.#contents.set(short, { hash, path });
      await this.#store(short, hash, content, path);
    } else if (known.hash !== hash) {
      throw collision(short, path, known.path);
    }
    return { short, hash };
  }

  /** The content with this hash, when the index has it and it is whole. */
  async find(hash: string): Promise<Uint8Array | null> {
    const path = filePath(hash.slice(0, this.#hashLength));
    const content = this.added.get(path) ?? (await this.#previous(path));
    return content !== null && (await sha256(content)) === hash ? content : null;
  }

  async #store(short: string, hash: string, content: Uint8Array, path: string): Promise<void> {
    const target = filePath(short);
    const existing = await this.#previous(target);
    const found = existing === null ? null : await sha256(existing);
    // A file that is not named by its own hash is damaged, as by a build that ended while it was written.
    if (found?.startsWith(short) !== true) this.added.set(target, content);
    else if (found !== hash) throw collision(short, path, `${target} of the index`);
  }
}

function filePath(short: string): string {
  return `file/${short.slice(0, 2)}/${short}`;
}

function collision(short: string, path: string, other: string): UpyError {
  return new UpyError(
    "conflict",
    `${path} and ${other} differ, and both have a hash that starts with ${short}.`,
    {
      hint: "Raise hashLength; files that are named by fewer digits stay valid.",
    },
  );
}
