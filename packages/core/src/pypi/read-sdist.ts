// A source distribution (.tar.gz) to what upip would have installed of it.
// What is skipped is what upip 1.18 skipped: setup.*, PKG-INFO, README* at the top, and every egg-info, of which
// requires.txt is read. Unlike upip it refuses what cannot be written safely, and reads every kind of tar.

import { gunzip } from "../archive/gzip.js";
import { readTar, type TarFile } from "../archive/read-tar.js";
import { UpyError } from "../errors.js";
import { defaultMaxFileSize } from "../sources/download.js";
import { checkPackagePath } from "../specs/package-path.js";
import type { Requirement } from "../specs/requirement.js";
import { parseRequiresTxt } from "../specs/requires-txt.js";
import { signsOfCpython } from "./made-for.js";

/** Limits for archives, so that a hostile one has an end. */
export interface SdistLimits {
  /** Most bytes that an archive may unpack to. Default 64 MiB. */
  readonly maxUnpackedSize?: number | undefined;
  /** Most bytes of one file. Default 16 MiB. */
  readonly maxFileSize?: number | undefined;
  /** Most members of an archive. Default 10,000. */
  readonly maxFiles?: number | undefined;
}

/** What {@link readSdist} takes. */
export interface ReadSdistOptions extends SdistLimits {
  /** For messages: "foo-1.0.tar.gz". Default "the archive". */
  readonly what?: string | undefined;
}

/** A file that is installed. */
export interface SdistFile {
  /** Below the install root, checked. */
  readonly path: string;
  /** Its name in the archive. */
  readonly member: string;
  readonly content: Uint8Array;
}

/** A source distribution, unpacked. */
export interface Sdist {
  /** In the order of the archive. */
  readonly files: readonly SdistFile[];
  /** What requires.txt asks for. */
  readonly requirements: readonly Requirement[];
  /** Lines of requires.txt that are not followed, and why. */
  readonly ignored: readonly { readonly text: string; readonly reason: string }[];
  /** Members that are not installed. */
  readonly skipped: readonly string[];
  /** Whom it was made for, as far as the archive tells. */
  readonly madeFor: "micropython" | "cpython";
  /** What speaks for CPython; empty for what sdist_upip or `buildSdist` made. */
  readonly signs: readonly string[];
  /** Bytes of window that unpacking takes on a board; a match that reaches up to 256 bytes further may go unnoticed. */
  readonly window: 4096 | 32768;
}

/** Unpacks a source distribution. @throws `invalid-package`, `invalid-path`, `too-large` */
export function readSdist(content: Uint8Array, options: ReadSdistOptions = {}): Sdist {
  const { what = "the archive", maxFiles = 10_000, maxFileSize = defaultMaxFileSize } = options;
  const limit = options.maxUnpackedSize ?? 4 * defaultMaxFileSize;
  const unpacked = gunzip(content, { what, limit });
  const members = readTar(unpacked.content, { what, maxMembers: maxFiles, maxFileSize }).map((file) =>
    withPath(file, what),
  );
  const files = members.filter(({ path }) => !isSkipped(path));
  const skipped = members.filter(({ path }) => isSkipped(path));
  if (members.length === 0) throw new UpyError("invalid-package", `${what} holds no files`);
  const requires = parseRequiresTxt(
    skipped
      .filter(({ path }) => path.endsWith("/requires.txt"))
      .map((file) => decode(file, what))
      .join("\n"),
    `requires.txt of ${what}`,
  );
  const info = skipped.find(({ path }) => /(^|\/)PKG-INFO$/.test(path));
  const paths = members.map(({ path }) => path);
  const about = { paths, info: info === undefined ? "" : decode(info, what), window: unpacked.window };
  const { madeFor, signs } = signsOfCpython(about);
  return {
    files,
    ...requires,
    skipped: skipped.map(({ member }) => member),
    madeFor,
    signs,
    window: unpacked.window,
  };
}

/** Takes the folder of the distribution off. @throws `invalid-path` for a name that leads elsewhere */
function withPath({ name, content }: TarFile, what: string): SdistFile {
  const plain = name
    .split("/")
    .filter((part) => part !== ".")
    .join("/");
  checkPackagePath(plain, what);
  const slash = plain.indexOf("/");
  if (slash >= 0) return { path: plain.slice(slash + 1), member: name, content };
  throw new UpyError("invalid-package", `${what}: ${JSON.stringify(name)} is in no folder`, {
    hint: "A source distribution has all its files in one folder, NAME-VERSION.",
  });
}

function isSkipped(path: string): boolean {
  return /^(setup\.|PKG-INFO|README)/.test(path) || path.includes(".egg-info");
}

function decode({ content, member }: SdistFile, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (cause) {
    throw new UpyError("invalid-package", `${what}: ${member} is not UTF-8 text`, { cause });
  }
}
