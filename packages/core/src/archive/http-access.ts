// A file behind HTTP, read at any place: by ranges where the server gives them honestly, whole where it does not.
// HTTP: RFC 9110, 13.1.5 (If-Range) and 14 (ranges).

import { UpyError } from "../errors.js";
import type { IdleWatch } from "../abortable.js";
import type { DownloadOptions } from "../sources/download.js";
import { httpExchange } from "../sources/http-get.js";
import { discard, readBody } from "../sources/read-body.js";
import { bytesAccess, type RandomAccess, type ReadOptions } from "./random-access.js";

/** What `openHttp` takes. */
export interface HttpAccessOptions extends DownloadOptions {
  /** Most bytes of a file that is downloaded whole. Default 64 MiB. */
  readonly maxArchiveSize?: number | undefined;
  /** False: ranges are not asked for. Default true. */
  readonly ranges?: boolean | undefined;
  /** Is told of what was downloaded whole, so that it can be kept. */
  readonly onWhole?: ((content: Uint8Array) => Promise<void>) | undefined;
}

/** Read along behind what was asked: neighbours are likely to be wanted next. */
const readAhead = 64 * 1024;

/** How the file says that it is still the same. */
interface Identity {
  readonly size: number;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** An answer to a range. */
type Answer =
  | {
      readonly type: "part";
      readonly content: Uint8Array;
      readonly start: number;
      readonly identity: Identity;
    }
  | { readonly type: "whole"; readonly content: Uint8Array; readonly identity: Identity }
  /** The server said no to a range, or gave what cannot be trusted. */
  | { readonly type: "refused" };

/** A file behind HTTP. */
export interface HttpFile extends RandomAccess {
  /** True when it was downloaded whole, and is in memory. */
  readonly isWhole: boolean;
}

/** Opens a file: its last `tail` bytes are fetched at once. Null for HTTP 404. @throws `network`, `too-large` */
export async function openHttp(
  url: string,
  tail: number,
  options: HttpAccessOptions,
): Promise<HttpFile | null> {
  const first =
    options.ranges === false
      ? { type: "refused" as const }
      : await ask(url, { range: `bytes=-${tail}` }, options);
  const answer = first?.type === "refused" ? await ask(url, {}, options) : first;
  if (answer === null) return null;
  if (answer.type === "part") return new HttpAccess(url, answer, options);
  if (answer.type === "refused")
    throw new UpyError("network", `${url} gives neither all of itself nor a part`);
  await options.onWhole?.(answer.content);
  return { ...bytesAccess(url, answer.content), isWhole: true };
}

class HttpAccess implements HttpFile {
  readonly isWhole = false;
  readonly name: string;
  readonly size: number;
  readonly #options: HttpAccessOptions;
  readonly #identity: Identity;
  #block: { readonly start: number; readonly content: Uint8Array };
  /** One request at a time: the next may find its bytes in what the one before it brought. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    url: string,
    { start, content, identity }: Answer & { type: "part" },
    options: HttpAccessOptions,
  ) {
    this.name = url;
    this.size = identity.size;
    this.#identity = identity;
    this.#block = { start, content };
    this.#options = options;
  }

  read(offset: number, length: number, call: ReadOptions = {}): Promise<Uint8Array> {
    const answer = this.#last.then(() => this.#read(offset, length, call));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #read(offset: number, length: number, { signal }: ReadOptions): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const known = this.#known(offset, length);
    if (known !== null) return known;
    const end = Math.min(this.size, offset + Math.max(length, readAhead));
    const headers = { range: `bytes=${offset}-${end - 1}`, ...ifRange(this.#identity) };
    const answer = await ask(this.name, headers, {
      ...this.#options,
      signal: signal ?? this.#options.signal,
    });
    if (answer === null || answer.type === "refused" || !isSame(answer.identity, this.#identity))
      throw changed(this.name);
    if (answer.type === "whole") await this.#options.onWhole?.(answer.content);
    const start = answer.type === "whole" ? 0 : answer.start;
    this.#block = { start, content: answer.content };
    const found = this.#known(offset, length);
    if (found === null) throw changed(this.name);
    return found;
  }

  #known(offset: number, length: number): Uint8Array | null {
    const { start, content } = this.#block;
    const from = offset - start;
    return from >= 0 && from + length <= content.length ? content.subarray(from, from + length) : null;
  }

  close(): Promise<void> {
    this.#block = { start: 0, content: new Uint8Array(0) };
    return Promise.resolve();
  }
}

function ask(
  url: string,
  headers: Readonly<Record<string, string>>,
  options: HttpAccessOptions,
): Promise<Answer | null> {
  return httpExchange<Answer>(url, options, {
    // Packed on the way, a range would be one of the packed bytes.
    headers: { ...headers, ...("range" in headers && { "accept-encoding": "identity" }) },
    statuses: [416],
    read: (response, watch) =>
      readAnswer(response, { url, watch, limit: options.maxArchiveSize ?? 64 * 1024 * 1024 }),
  });
}

async function readAnswer(
  response: Response,
  { url, watch, limit }: { url: string; watch: IdleWatch; limit: number },
): Promise<Answer> {
  const range = rangeOf(response);
  if (response.status === 200) {
    const content = await readBody(response, url, { limit, watch });
    return { type: "whole", content, identity: identityOf(response, content.length) };
  }
  if (
    response.status !== 206 ||
    range === null ||
    range.end - range.start >= limit ||
    response.headers.has("content-encoding")
  ) {
    await discard(response);
    return { type: "refused" };
  }
  const content = await readBody(response, url, { limit, watch });
  const { start, end, size } = range;
  if (content.length !== end - start + 1)
    throw new Error(`the answer has ${content.length} bytes, and says ${end - start + 1}`);
  return { type: "part", content, start, identity: identityOf(response, size) };
}

/** What Content-Range says; null when it says nothing that can be. */
function rangeOf(response: Response): { start: number; end: number; size: number } | null {
  const text = response.headers.get("content-range") ?? "";
  const [start, end, size] = (/^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(text)?.slice(1) ?? []).map(
    Number,
  );
  if (start === undefined || end === undefined || size === undefined) return null;
  return start <= end && end < size ? { start, end, size } : null;
}

function identityOf(response: Response, size: number): Identity {
  return { size, etag: response.headers.get("etag"), lastModified: response.headers.get("last-modified") };
}

function isSame(a: Identity, b: Identity): boolean {
  if (a.size !== b.size) return false;
  if (a.etag !== null && b.etag !== null) return a.etag === b.etag;
  return a.lastModified === null || b.lastModified === null || a.lastModified === b.lastModified;
}

/** Only a strong tag vouches for bytes. */
function ifRange({ etag }: Identity): Record<string, string> {
  return etag !== null && !etag.startsWith("W/") ? { "if-range": etag } : {};
}

function changed(url: string): UpyError {
  return new UpyError("network", `${url} changed, or went away, while it was read`, {
    hint: "Open it again: what was read before belongs to another file.",
  });
}
