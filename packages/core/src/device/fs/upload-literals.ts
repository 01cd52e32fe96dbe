// The careful way to write a file: as literals in source code, a few hundred bytes per exec. For boards that cannot
// read bytes from the link, like the micro:bit, and for links that do not let all bytes through.

import { UpyError, isUpyError } from "../../errors.js";
import { BoardError } from "../board-error.js";
import type { BoardProfile } from "../profile.js";
import { parseLiteral, quote, quoteBytes } from "../values/literal.js";
import type { Session } from "../session.js";
import { byteSum } from "./digest.js";
import { checkPath, parentOf, pathLiteral } from "./paths.js";
import { toHex } from "./sha256.js";
import { snippetsFor, TEMPORARY } from "./snippet-set.js";
import type { OutgoingFile } from "./upload-stream.js";

/** What writing by literals takes. */
export interface LiteralUploadOptions {
  readonly profile: BoardProfile;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of contents handed over so far. */
  readonly onSent?: ((done: number) => void) | undefined;
  readonly onFile?: ((file: OutgoingFile) => void) | undefined;
}

/**
 * Writes files one after the other. On a flat file system there is no rename: there the file itself is written, and
 * removed again when it cannot be completed.
 * @throws `hash-mismatch`, `no-space`
 */
export async function uploadLiterals(
  session: Session,
  files: readonly OutgoingFile[],
  options: LiteralUploadOptions,
): Promise<void> {
  let done = 0;
  for (const file of files) {
    await writeOne(session, file, options, (count) => options.onSent?.((done += count))).catch(
      (error: unknown) => {
        throw error instanceof BoardError && session.mayBeDamage(error) ? damaged(file.path) : error;
      },
    );
    options.onFile?.(file);
  }
  if (options.profile.hasDirectories)
    await session.run(`${snippetsFor(options.profile).base}\nif hasattr(os,'sync'):os.sync()`, options);
}

async function writeOne(
  session: Session,
  file: OutgoingFile,
  options: LiteralUploadOptions,
  onSent: (count: number) => void,
): Promise<void> {
  const { profile, signal } = options;
  const place = placeOf(file.path, profile);
  const run = (code: string, undo = true): Promise<string> =>
    session.runText(undo ? withUndo(code, place.temporary) : code, {
      signal,
      profile,
      about: () => file.path,
    });
  await run(openCode(place, profile), false);
  for (const [bytes, code] of chunks(file.content, profile)) {
    const [arrived, written] = (await run(code)).trim().split(" ").map(Number);
    if (arrived !== bytes) throw await undone(damaged(file.path), session, place.temporary, signal);
    if (written !== bytes) throw await undone(noSpace(file.path), session, place.temporary, signal);
    onSent(bytes);
  }
  await run("_f.close()");
  await verify(session, file, place, options);
}

interface Place {
  /** Literals of the name to write under, and of the name in the end: the same where there is no rename. */
  readonly temporary: string;
  readonly final: string;
  /** Sum of the bytes of both names. */
  readonly sum: number;
}

function placeOf(path: string, profile: BoardProfile): Place {
  const name = profile.hasDirectories ? checkPath(path) : checkPath(path).slice(1);
  const temporary = profile.hasDirectories ? `${parentOf(name)}/${TEMPORARY}` : name;
  const sum = byteSum(new TextEncoder().encode(temporary + name));
  return { temporary: quote(temporary), final: pathLiteral(path, profile), sum };
}

/** A lost byte must not write another file: the names are checked before anything is opened. */
function openCode({ temporary, final, sum }: Place, profile: BoardProfile): string {
  const { base, move } = snippetsFor(profile);
  const names = `_p,_q=${temporary},${final}\nif sum(bytes(_p+_q,'utf8'))!=${sum}:raise ValueError\n`;
  const make = profile.hasDirectories ? `${base}\n${move}\nK(_p.rsplit('/',1)[0])\n` : "";
  return `${names}${make}${importsOf(profile)}_f=open(_p,'wb')`;
}

function importsOf({ literal }: BoardProfile): string {
  if (literal === "repr") return "";
  const name = literal === "base64" ? "a2b_base64" : "unhexlify";
  return `try:\n from ubinascii import ${name} as _d\nexcept ImportError:\n from binascii import ${name} as _d\n`;
}

/** When the code raises, the file is closed and removed before the error goes on. */
function withUndo(code: string, temporary: string): string {
  return `try:\n ${code}\nexcept:\n try:\n  _f.close()\n  import os\n  os.remove(${temporary})\n except OSError:\n  pass\n raise`;
}

function* chunks(content: Uint8Array, profile: BoardProfile): Generator<[bytes: number, code: string]> {
  for (let at = 0; at < content.length;) {
    const size = pieceSize(content, at, profile);
    const piece = content.subarray(at, at + size);
    yield [size, `_x=${literalOf(piece, profile)};print(len(_x),_f.write(_x))`];
    at += size;
  }
}

/** How many bytes make a literal that the board has room for. */
function pieceSize(content: Uint8Array, at: number, { sourceLimit, literal }: BoardProfile): number {
  const room = Math.floor(sourceLimit / 2);
  if (literal === "base64") return Math.min(content.length - at, Math.floor(room / 4) * 3);
  if (literal === "hex") return Math.min(content.length - at, Math.floor(room / 2));
  let length = 0;
  let size = 0;
  while (at + size < content.length && length < room)
    length += quoteBytes(content.subarray(at + size, at + ++size)).length - 3;
  return size;
}

function literalOf(piece: Uint8Array, { literal }: BoardProfile): string {
  if (literal === "base64") return `_d(b'${btoa(String.fromCharCode(...piece))}')`;
  return literal === "hex" ? `_d(b'${toHex(piece)}')` : quoteBytes(piece);
}

async function verify(
  session: Session,
  file: OutgoingFile,
  place: Place,
  { profile, signal }: LiteralUploadOptions,
): Promise<void> {
  const { base, hash, move } = snippetsFor(profile);
  const options = { signal, profile, about: () => file.path };
  const printed = await session.runText(`${base}\n${hash}\nprint(H(${place.temporary}))`, options);
  const digest = parseLiteral(
    printed
      .split("\n")
      .filter((line) => !/^\.?\r?$/.test(line))
      .join(""),
  );
  if (!(digest instanceof Uint8Array) || toHex(digest) !== toHex(file.digest)) {
    throw await undone(damaged(file.path), session, place.temporary, signal);
  }
  if (profile.canRename) await session.run(`${base}\n${move}\nV(_p,_q)`, options);
}

/** Removes what was written so far; answers the error to throw. */
async function undone(
  error: UpyError,
  session: Session,
  temporary: string,
  signal: AbortSignal | undefined,
): Promise<UpyError> {
  await session.run(withUndo("raise OSError", temporary), { signal }).catch(ignoreBoardError);
  return error;
}

function noSpace(path: string): UpyError {
  return new UpyError("no-space", `${path}: the board's file system is full`, {
    hint: "Remove files that are not needed.",
  });
}

function damaged(path: string): UpyError {
  return new UpyError("hash-mismatch", `${path} is not on the board as it was sent`, {
    hint: "The link loses or changes bytes, or the board's storage is failing.",
  });
}

function ignoreBoardError(error: unknown): undefined {
  if (isUpyError(error, "io-error")) return undefined;
  throw error;
}
