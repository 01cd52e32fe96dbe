// Reads files from the board: many in one exec, in the best encoding that it has, verified by hash where it can.

import { UpyError } from "../../errors.js";
import { toHex } from "../../hex.js";
import type { Link, Patience } from "../link/link.js";
import type { BoardProfile } from "../profile.js";
import { parseLiteral } from "../values/literal.js";
import type { SendEncoding } from "../snippets/send.js";
import { sendSnippet } from "../snippets/send.js";
import type { Session } from "../session.js";
import { skipTitles, stripTitles } from "../repl/titles.js";
import { digest } from "./digest.js";
import { pathLiteral } from "./paths.js";
import { snippetsFor } from "./snippet-set.js";

/** What a download takes. */
export interface DownloadOptions {
  readonly profile: BoardProfile;
  readonly encoding: SendEncoding;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of contents that have arrived. */
  readonly onBytes?: ((path: string, count: number) => void) | undefined;
}

/** Largest file that is believed: no board holds more. */
const LARGEST = 64 * 1024 * 1024;

/**
 * Contents of each file, null where none is. @throws `hash-mismatch`, `protocol`, `no-response` when this way does
 * not work here
 */
export async function download(
  session: Session,
  paths: readonly string[],
  options: DownloadOptions,
): Promise<(Uint8Array | null)[]> {
  const { profile, signal } = options;
  const patience = { idle: session.timing.idle, signal };
  const contents: (Uint8Array | null)[] = [];
  const talk = async (link: Link): Promise<void> => {
    for (const path of paths) {
      const content = await receive(link, path, options, patience);
      if (content === undefined) return;
      contents.push(content);
    }
  };
  await session.run(senderCode(paths, options), {
    signal,
    profile,
    talk,
    about: () => paths[contents.length],
  });
  return contents;
}

function senderCode(paths: readonly string[], { profile, encoding }: DownloadOptions): string {
  const { base, hash } = snippetsFor(profile);
  const size = profile.hasDirectories ? "os.stat(p)[6]" : "Z(p)";
  const chunk = Math.min(profile.blockSize, encoding === "raw" ? 4096 : 256);
  const sender = sendSnippet(encoding).replace("SIZE(p)", size);
  const list = paths.map((path) => pathLiteral(path, profile)).join(",");
  return `${base}\n${hash}\n${sender}\nfor p in ${list},:\n if S(p,${chunk}):print(H(p))`;
}

/** One file; undefined when the program on the board ended early. */
async function receive(
  link: Link,
  path: string,
  options: DownloadOptions,
  patience: Patience,
): Promise<Uint8Array | null | undefined> {
  const head = await line(link, 40, patience);
  if (head === undefined) return undefined;
  if (head === "-") return null;
  const size = Number(head);
  if (!/^\d+$/.test(head) || size > LARGEST) throw nonsense(link, head);
  const content = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const piece = await nextPiece(link, size - at, options.encoding, patience);
    if (piece === undefined) return undefined;
    if (piece.length > size - at) throw nonsense(link, "more than the file holds");
    content.set(piece, at);
    at += piece.length;
    options.onBytes?.(path, piece.length);
  }
  return (await isVerified(link, content, options, patience)) ? content : undefined;
}

async function nextPiece(
  link: Link,
  left: number,
  encoding: SendEncoding,
  patience: Patience,
): Promise<Uint8Array | undefined> {
  if (encoding === "raw") {
    if (link.received.length === 0 && !(await link.more(patience))) throw link.silence();
    return link.received.take(left);
  }
  const text = await line(link, 2048, patience);
  return text === undefined ? undefined : decode(link, text, encoding);
}

function decode(link: Link, text: string, encoding: "base64" | "hex" | "repr"): Uint8Array {
  try {
    if (encoding === "base64") return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    if (encoding === "hex" && /^(?:[\da-f]{2})+$/.test(text))
      return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    const value = encoding === "repr" ? parseLiteral(text) : null;
    if (value instanceof Uint8Array && value.length > 0) return value;
  } catch {
    // Not what the encoding prints: reported below.
  }
  throw nonsense(link, text);
}

async function isVerified(
  link: Link,
  content: Uint8Array,
  { profile }: DownloadOptions,
  patience: Patience,
): Promise<boolean> {
  let text: string | undefined;
  do text = await line(link, 400, patience);
  while (text === ".");
  if (text === undefined) return false;
  const told = parseLiteral(text);
  const real = await digest(content, profile.snippets.hash);
  if (told instanceof Uint8Array && toHex(told) === toHex(real)) return true;
  throw new UpyError("hash-mismatch", `A file did not arrive from ${link.name} as it is on the board`);
}

/** The next line; undefined when the end of the program's output comes first. */
async function line(link: Link, limit: number, patience: Patience): Promise<string | undefined> {
  do {
    if (link.received.length === 0 && !(await link.more(patience))) throw link.silence();
    await skipTitles(link, patience);
  } while (link.received.length === 0);
  if (link.received.at(0) === 4) return undefined;
  return stripTitles(new TextDecoder().decode(await link.until(10, limit, patience))).trimEnd();
}

function nonsense(link: Link, text: string): UpyError {
  return new UpyError(
    "protocol",
    `${link.name} sent ${JSON.stringify(text.slice(0, 60))} in the middle of a file`,
  );
}
