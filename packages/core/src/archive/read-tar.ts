// A tar archive to its files. It knows no packages: what is to become of a file is the business of the caller.
// A reader of our own, because what it refuses matters more than what it reads: a general one takes a kind it does not
// know for a file. Kinds: ustar, pax, GNU long names, and plain old ones. Refused: links, devices, sparse files, volumes.

import { UpyError } from "../errors.js";
import { blockSize, broken, readHeader, readPax, text, type TarHeader } from "./tar-header.js";

/** A file of an archive. Directories are not listed: they are there where files are in them. */
export interface TarFile {
  /** As it stands in the archive. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** What {@link readTar} takes besides the bytes. */
export interface ReadTarOptions {
  /** For messages: "foo-1.0.tar.gz". */
  readonly what: string;
  /** Most members, directories and headers included. */
  readonly maxMembers: number;
  /** Most bytes of one file. */
  readonly maxFileSize: number;
}

/** What other headers said about the next member. */
interface Overrides {
  readonly name?: string;
  readonly size?: number;
}

/** Longest header that names the next member, so that a name is no way to fill the memory. */
const maxHeaderSize = 1024 * 1024;

/** The files of an archive, in its order. A name may come twice. @throws `invalid-package`, `too-large` */
export function readTar(archive: Uint8Array, options: ReadTarOptions): TarFile[] {
  return new TarReader(archive, options).read();
}

class TarReader {
  readonly #archive: Uint8Array;
  readonly #options: ReadTarOptions;
  readonly #files: TarFile[] = [];
  #offset = 0;
  #global: Overrides = {};
  #next: Overrides = {};

  constructor(archive: Uint8Array, options: ReadTarOptions) {
    this.#archive = archive;
    this.#options = options;
  }

  read(): TarFile[] {
    for (let members = 0; ; members++) {
      const block = this.#block();
      if (block === null) break;
      if (members >= this.#options.maxMembers) {
        throw new UpyError("too-large", `${this.#options.what} has more than ${members} members`, {
          hint: "Raise maxFiles if you trust this source.",
        });
      }
      this.#member(readHeader(block, this.#where()));
    }
    if (this.#next.name !== undefined) throw broken(this.#where(), "a name has no file");
    return this.#files;
  }

  /** The next header; null at the end, which is an empty block: without one, nobody knows what is missing. */
  #block(): Uint8Array | null {
    const block = this.#archive.subarray(this.#offset, this.#offset + blockSize);
    if (block.length < blockSize) throw broken(this.#where(), "the archive breaks off");
    return block.every((byte) => byte === 0) ? null : block;
  }

  #member(header: TarHeader): void {
    if ("xgLK".includes(header.type)) {
      this.#about(header);
      return;
    }
    const { name = header.name, size = header.size } = { ...this.#global, ...this.#next };
    this.#next = {};
    const isDirectory = header.type === "5" || (header.type === "0" && name.endsWith("/"));
    if (header.type !== "0" && !isDirectory) throw this.#refused(name, header.type);
    if (size > this.#options.maxFileSize) {
      throw new UpyError(
        "too-large",
        `${this.#options.what}: ${shown(name)} is larger than ${this.#options.maxFileSize} bytes`,
        { hint: "Raise maxFileSize if you trust this source." },
      );
    }
    const content = this.#content(size);
    if (isDirectory) return;
    if (name === "") throw broken(this.#where(), "a file has no name");
    this.#files.push({ name, content });
  }

  /** A member that tells of the next one. */
  #about({ type, size }: TarHeader): void {
    const where = this.#where();
    if (size > maxHeaderSize) throw broken(where, `a header of ${size} bytes`);
    const content = this.#content(size);
    if (type === "K") return;
    if (type === "L") {
      this.#next = { ...this.#next, name: text(content, where) };
      return;
    }
    const records = readPax(content, where);
    if ([...records.keys()].some((key) => key.startsWith("GNU.sparse."))) throw this.#refused("a file", "S");
    const said = overridesOf(records, where);
    if (type === "g") this.#global = { ...this.#global, ...said };
    else this.#next = { ...this.#next, ...said };
  }

  /** The contents behind the header at the offset; moves on to the next header. */
  #content(size: number): Uint8Array {
    const start = this.#offset + blockSize;
    if (size > this.#archive.length - start) {
      throw broken(
        this.#where(),
        `a member says it has ${size} bytes, and ${Math.max(this.#archive.length - start, 0)} are left`,
      );
    }
    this.#offset = Math.min(start + Math.ceil(size / blockSize) * blockSize, this.#archive.length);
    return this.#archive.slice(start, start + size);
  }

  #refused(name: string, type: string): UpyError {
    const kind = refusedKinds[type] ?? `a member of the kind ${JSON.stringify(type)}`;
    return new UpyError(
      "invalid-package",
      `${this.#options.what}: ${shown(name)} is ${kind}; a package has files only`,
      { hint: "Tell the author of the package." },
    );
  }

  #where(): string {
    return `${this.#options.what}, byte ${this.#offset} of the archive`;
  }
}

const refusedKinds: Readonly<Record<string, string>> = {
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a character device",
  "4": "a block device",
  "6": "a pipe",
  M: "the rest of a file in another volume",
  S: "a sparse file",
};

function overridesOf(records: ReadonlyMap<string, string>, where: string): Overrides {
  const name = records.get("path");
  const size = records.get("size");
  if (name?.includes("\0")) throw broken(where, "a name holds a NUL");
  if (size !== undefined && !/^\d{1,15}$/.test(size)) throw broken(where, "a size cannot be one");
  return { ...(name !== undefined && { name }), ...(size !== undefined && { size: Number(size) }) };
}

function shown(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name);
}
