// The careful way to write a file: as literals in source code, a few hundred bytes per exec. For boards that cannot
// read bytes from the link, like the micro:bit, and for links that do not let all bytes through.

import { UpyError, isUpyError } from "../../errors.js";
import { toHex } from "../../hex.js";
import { BoardError } from "../board-error.js";
import type { BoardProfile } from "../profile.js";
import { parseLiteral, quote, quoteBytes } from "../values/literal.js";
import type { Session } from "../session.js";
import { SCOPE } from "../snippets/scope.js";
import { writerSnippet } from "../snippets/write.js";
import { byteSum } from "./digest.js";
import { checkPath, parentOf, pathLiteral } from "./paths.js";
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
    const write = (): Promise<void> =>
      writeOne(session, file, options, (count) => options.onSent?.((done += count)));
    // The file is open between two runs: nothing else may come between them.
    await session.locked(write, options.signal).catch((error: unknown) => {
      throw error instanceof BoardError && session.mayBeDamage(error) ? damaged(file.path) : error;
    });
    options.onFile?.(file);
  }
}

async function writeOne(
  session: Session,
  file: OutgoingFile,
  options: LiteralUploadOptions,
  onSent: (count: number) => void,
): Promise<void> {
  const { profile, signal } = options;
  const place = placeOf(file.path, profile);
  const common = { signal, profile, about: () => file.path };
  const step = (argument: string): Promise<string> =>
    session.runTextLocked(`${SCOPE}(${argument})`, { ...common, kind: "step" });
  const undone = async (error: UpyError): Promise<UpyError> => {
    await step("None").catch(ignoreBoardError);
    return error;
  };
  await session.runLocked(openCode(place, profile), common);
  for (const [bytes, literal] of chunks(file.content, profile)) {
    const [arrived, written] = (await step(literal)).trim().split(" ").map(Number);
    if (arrived !== bytes) throw await undone(damaged(file.path));
    if (written !== bytes) throw await undone(noSpace(file.path));
    onSent(bytes);
  }
  await step("b''");
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

/** A lost byte must not write another file: the names are checked before anything is done with them. */
function namesCode({ temporary, final, sum }: Place): string {
  return `p,q=${temporary},${final}\nif sum(bytes(p+q,'utf8'))!=${sum}:raise ValueError`;
}

/** Leaves a function that takes the contents piece by piece. */
function openCode(place: Place, profile: BoardProfile): string {
  const { base, move } = snippetsFor(profile);
  const make = profile.hasDirectories ? [base, move, "K(p.rsplit('/',1)[0])"] : ["import os"];
  return [namesCode(place), ...make, writerSnippet(profile.literal)].join("\n");
}

function* chunks(content: Uint8Array, profile: BoardProfile): Generator<[bytes: number, literal: string]> {
  for (let at = 0; at < content.length;) {
    const size = pieceSize(content, at, profile);
    const piece = content.subarray(at, at + size);
    yield [size, literalOf(piece, profile)];
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
  if (literal === "base64") return `b'${btoa(String.fromCharCode(...piece))}'`;
  return literal === "hex" ? `b'${toHex(piece)}'` : quoteBytes(piece);
}

async function verify(
  session: Session,
  file: OutgoingFile,
  place: Place,
  { profile, signal }: LiteralUploadOptions,
): Promise<void> {
  const { base, hash, move } = snippetsFor(profile);
  const names = namesCode(place);
  const options = { signal, profile, about: () => file.path };
  const printed = await session.runTextLocked(`${names}\n${base}\n${hash}\nprint(H(p))`, options);
  const digest = parseLiteral(
    printed
      .split("\n")
      .filter((line) => !/^\.?\r?$/.test(line))
      .join(""),
  );
  if (!(digest instanceof Uint8Array) || toHex(digest) !== toHex(file.digest)) {
    await session.runLocked(`${names}\n${base}\nos.remove(p)`, options).catch(ignoreBoardError);
    throw damaged(file.path);
  }
  if (profile.canRename) await session.runLocked(`${names}\n${base}\n${move}\nV(p,q)`, options);
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
