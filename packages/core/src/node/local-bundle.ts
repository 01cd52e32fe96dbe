// CircuitPython bundles on this machine: a zip, an unpacked folder, a JSON, a folder that holds some of these, or the
// checkout of one library. What belongs to one release is found by its names, as they are in a release, in a folder of downloads, or in circup's data.

import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve as resolvePath } from "node:path";
import { pathToFileURL } from "node:url";
import type { Archive } from "../archive/archive.js";
import type { ArchiveLimits } from "../archive/zip-limits.js";
import type { BundleCallOptions, BundleVariant, CircuitPythonBundle } from "../bundles/bundle.js";
import { compareTags, indexName, parseBundleName } from "../bundles/bundle-name.js";
import type { BundlePart } from "../bundles/bundle-parts.js";
import type { OnBundleWarning } from "../bundles/bundle-warning.js";
import { checkoutArchive } from "../bundles/checkout-archive.js";
import { createBundle } from "../bundles/create-bundle.js";
import { UpyError } from "../errors.js";
import { defaultMaxFileSize } from "../sources/download.js";
import { folderArchive } from "./folder-archive.js";
import { errnoOf, mapErrno } from "./map-errno.js";
import { openZip, type OpenZipOptions } from "./open-zip.js";
import { readPath } from "./read-local-file.js";

/** What {@link localBundle} takes. */
export interface LocalBundleOptions extends ArchiveLimits, BundleCallOptions {
  /** Which bundle, where a folder holds several: "adafruit-circuitpython-bundle". */
  readonly id?: string | undefined;
  /** Which release, where there are several. Default: the newest. */
  readonly tag?: string | undefined;
  readonly onWarning?: OnBundleWarning | undefined;
}

/** Something that may be part of a bundle. */
interface Piece {
  readonly path: string;
  readonly type: "zip" | "folder" | "checkout" | "json";
  readonly id: string;
  /** Null: its name does not tell. */
  readonly tag: string | null;
  readonly variant: BundleVariant | "examples" | null;
}

type ArchivePiece = Piece & { readonly type: "zip" | "folder" | "checkout" };

function isArchive(piece: Piece): piece is ArchivePiece {
  return piece.type !== "json";
}

/**
 * Opens a bundle on this machine. Of one path, what belongs to the same release is found beside it; of several, they are
 * taken as they are. Archives are opened when they are needed, by their directory; close the bundle when done.
 * @throws `not-found` when there is none, `invalid-argument` when there are several and nobody says which,
 * `invalid-package`, `invalid-path`, `too-large`, `access-denied`, `io-error`
 */
export async function localBundle(
  paths: string | readonly string[],
  options: LocalBundleOptions = {},
): Promise<CircuitPythonBundle> {
  const places = (typeof paths === "string" ? [paths] : paths).map((path) => resolvePath(path));
  const found = (await Promise.all(places.map((path) => piecesAt(path, places.length === 1)))).flat();
  const pieces = onlyOne(withoutRepetition(found), places, options);
  const archives = pieces.filter(isArchive);
  const [first] = archives;
  if (first === undefined) throw nothingAt(places);
  return createBundle(
    {
      id: first.id,
      tag: first.tag,
      parts: archives.map((piece) => partOf(piece, options)),
      readIndex: () => readIndex(pieces),
    },
    options,
  );
}

function partOf({ path, type, variant }: ArchivePiece, options: LocalBundleOptions): BundlePart {
  const limits = { ...options, signal: undefined };
  return {
    variant,
    url: pathToFileURL(path).href,
    open: (call) => openers[type](path, { ...limits, signal: call?.signal }),
  };
}

type Opener = (path: string, options: OpenZipOptions) => Promise<Archive>;

const openers: Readonly<Record<"zip" | "folder" | "checkout", Opener>> = {
  zip: openZip,
  folder: folderArchive,
  checkout: async (path, options) => checkoutArchive(await folderArchive(path, options)),
};

async function readIndex(pieces: readonly Piece[]): Promise<{ name: string; content: Uint8Array } | null> {
  const json = pieces.find(({ type }) => type === "json");
  const content = json === undefined ? null : await readPath(json.path, defaultMaxFileSize);
  return json === undefined || content === null ? null : { name: json.path, content };
}

/** The pieces at a path; with `siblings`, also those beside it that belong to the same release. */
async function piecesAt(path: string, siblings: boolean): Promise<Piece[]> {
  const own = await pieceOf(path);
  if (own === null) {
    const inside = await piecesIn(path);
    if (inside.length > 0) return inside;
    const checkout = await checkoutAt(path);
    return checkout ?? (await Promise.all((await foldersIn(path)).map(piecesIn))).flat();
  }
  if (!siblings) return [own];
  const around = await piecesIn(dirname(path));
  const release = around.filter((piece) => belongs(piece, own));
  return [own, ...release];
}

/** Whether a piece is of the same release: the name of a JSON does not tell where the tag starts. */
function belongs(piece: Piece, own: Piece): boolean {
  if (piece.path === own.path) return false;
  const [json, archive] = own.type === "json" ? [own, piece] : [piece, own];
  if (json.type === "json")
    return archive.type !== "json" && jsonNames(archive).includes(basename(json.path));
  return own.tag !== null && piece.id === own.id && piece.tag === own.tag;
}

function jsonNames({ id, tag, path }: Piece): string[] {
  return [...(tag === null ? [] : [indexName(id, tag)]), `${basename(path).replace(/\.zip$/i, "")}.json`];
}

async function piecesIn(folder: string): Promise<Piece[]> {
  const names = await namesIn(folder);
  const pieces = await Promise.all(names.map((name) => pieceOf(join(folder, name))));
  const known = pieces.flatMap((piece) => piece ?? []);
  const archives = known.filter(({ type }) => type !== "json");
  // Beside archives with the names of a release, others and the JSON of nobody are not meant.
  const official = archives.filter(({ tag }) => tag !== null);
  const chosen = official.length > 0 ? official : archives;
  const jsons = known.filter((piece) => piece.type === "json" && chosen.some((one) => belongs(piece, one)));
  return [...chosen, ...jsons];
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => join(folder, entry.name));
}

/** What a path is by itself; null for a folder that only holds such, and for everything else. */
async function pieceOf(path: string): Promise<Piece | null> {
  const kind = await kindOf(path);
  const name = basename(path);
  const parsed = parseBundleName(name);
  const known = {
    id: parsed?.id ?? name.replace(/\.(zip|json)$/i, ""),
    tag: parsed?.tag ?? null,
    variant: parsed?.variant ?? null,
    path,
  };
  if (kind === "file" && /\.zip$/i.test(name)) return { ...known, type: "zip" };
  if (kind === "file" && /\.json$/i.test(name)) return { ...known, type: "json" };
  if (kind !== "directory") return null;
  return (await kindOf(join(path, "lib"))) === "directory" ? { ...known, type: "folder" } : null;
}

/** The checkout of one library's repository; null when it is none. Only where it is named: a folder may hold many. */
async function checkoutAt(path: string): Promise<Piece[] | null> {
  const marks = await Promise.all(["pyproject.toml", "setup.py"].map((name) => kindOf(join(path, name))));
  if (!marks.includes("file")) return null;
  const id = basename(path).toLowerCase().replaceAll("_", "-");
  return [{ path, type: "checkout", id, tag: null, variant: "py" }];
}

/** Of several bundles or releases, the one that is meant. */
function onlyOne(
  pieces: readonly Piece[],
  places: readonly string[],
  { id, tag }: LocalBundleOptions,
): Piece[] {
  const archives = pieces.filter(({ type }) => type !== "json");
  const wanted = archives.filter(
    (piece) => (id ?? piece.id) === piece.id && (tag ?? piece.tag) === piece.tag,
  );
  const ids = [...new Set(wanted.map((piece) => piece.id))].sort();
  if (ids.length > 1 && wanted.some((piece) => piece.tag !== null)) {
    throw new UpyError("invalid-argument", `${places.join(", ")} holds several bundles: ${ids.join(", ")}`, {
      hint: "Say which with `id`, or open each by itself.",
    });
  }
  if (wanted.length === 0 && archives.length > 0) {
    const there = [...new Set(archives.map((piece) => `${piece.id} ${piece.tag ?? ""}`.trim()))].join(", ");
    throw new UpyError(
      "not-found",
      `${places.join(", ")} has no bundle ${id ?? ""} ${tag ?? ""}; it has ${there}`,
    );
  }
  const newest =
    wanted
      .flatMap((piece) => piece.tag ?? [])
      .sort(compareTags)
      .at(-1) ?? null;
  const chosen = wanted.filter((piece) => piece.tag === newest);
  const jsons = pieces.filter(
    (piece) =>
      piece.type === "json" && (places.includes(piece.path) || chosen.some((one) => belongs(piece, one))),
  );
  return [...zipsFirst(chosen), ...jsons];
}

/** A release may be there packed and unpacked: one of each variant is enough. */
function zipsFirst(pieces: readonly Piece[]): Piece[] {
  const sorted = [...pieces].sort((a, b) => Number(b.type === "zip") - Number(a.type === "zip"));
  return sorted.filter(
    (piece, index) =>
      piece.variant === null || sorted.findIndex((one) => one.variant === piece.variant) === index,
  );
}

function withoutRepetition(pieces: readonly Piece[]): Piece[] {
  return [...new Map(pieces.map((piece) => [piece.path, piece])).values()];
}

function nothingAt(places: readonly string[]): UpyError {
  return new UpyError("not-found", `no CircuitPython bundle is at ${places.join(", ")}`, {
    hint: "Name a zip of a release, an unpacked one (with a folder lib), a folder that holds some of these, or the checkout of a library.",
  });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith(".")).sort();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR") return [];
    throw mapErrno(error, folder) as Error;
  }
}

async function kindOf(path: string): Promise<"file" | "directory" | null> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? "directory" : found.isFile() ? "file" : null;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR") return null;
    throw mapErrno(error, path) as Error;
  }
}
