// From a URL or a locked file to its bytes: the cache first where that is right, then the network, then the check.

import { UpyError } from "../errors.js";
import type { LockedFile } from "../resolve/resolution.js";
import { sha256 } from "../sha256.js";
import { defaultMaxFileSize, type ContentCache, type DownloadOptions } from "./download.js";
import { httpGet } from "./http-get.js";
import { splitMemberUrl, type MemberPlace } from "./member-url.js";

/** Bytes and their SHA-256 in hex digits. */
export interface Downloaded {
  readonly content: Uint8Array;
  readonly sha256: string;
}

/**
 * The contents of a locked file: from the cache by hash, else from its URL, checked against hash and size.
 * What was downloaded is put in the cache.
 * @throws `hash-mismatch`, `offline`, `not-found`, `network`, `too-large`, `unsupported` (a `file:` URL or a
 * file in an archive, and no reader)
 */
export async function fetchContent(file: LockedFile, options: DownloadOptions = {}): Promise<Uint8Array> {
  options.signal?.throwIfAborted();
  const cached = await cachedContent(options.cache, file.sha256);
  if (cached?.length === file.size) return cached;
  const place = splitMemberUrl(file.url);
  const downloaded = await (place === null ? downloadUrl(file.url, options) : downloadMember(place, options));
  if (downloaded === null) {
    throw new UpyError("not-found", `${file.path}: nothing is at ${file.url} any more`, {
      hint: "Resolve again, and write a new lockfile.",
    });
  }
  if (downloaded.sha256 !== file.sha256 || downloaded.content.length !== file.size)
    throw mismatch(file, downloaded);
  return downloaded.content;
}

async function downloadMember(place: MemberPlace, options: DownloadOptions): Promise<Downloaded | null> {
  if (options.readMember === undefined) {
    throw new UpyError(
      "unsupported",
      `${place.member} is inside ${place.archive}, and nothing here can read archives`,
      {
        hint: "Pass readMember: archiveMembers() of @upykit/core/pypi makes one, bundleMembers() of @upykit/core/circuitpython for bundles; or the cache of the resolve.",
      },
    );
  }
  const download = async (url: string): Promise<Uint8Array | null> =>
    (await downloadUrl(url, options, { immutable: true }))?.content ?? null;
  const content = await options.readMember(place, download);
  return content === null ? null : keepContent(content, options.cache);
}

/** What {@link downloadUrl} may take for granted. */
export interface DownloadHints {
  /** True when the URL can never answer anything else: then the cache may answer for it. */
  readonly immutable?: boolean | undefined;
  /** The first hex digits of the SHA-256 that are expected. What does not have them is returned all the same, but the cache neither gives nor keeps it. */
  readonly hash?: string | null | undefined;
}

/**
 * What is at `url` now; null when nothing is.
 * @throws `network`, `offline`, `too-large`, `unsupported`
 */
export async function downloadUrl(
  url: string,
  options: DownloadOptions,
  hints: DownloadHints = {},
): Promise<Downloaded | null> {
  if (url.startsWith("file:")) return readThrough(url, options);
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new UpyError("unsupported", `"${url}" is not a web address`);
  }
  if (options.offline === true) return fromCacheAlone(url, options.cache);
  if (hints.immutable === true) {
    const cached = await cachedAnswer(options.cache, url);
    if (cached && isExpected(cached, hints)) return cached;
  }
  const content = await httpGet(url, options);
  const downloaded = content === null ? null : await keepContent(content, options.cache);
  if (downloaded === null || isExpected(downloaded, hints)) {
    const answer = downloaded === null ? "404" : `sha256:${downloaded.sha256}`;
    await options.cache?.set(`url:${url}`, new TextEncoder().encode(answer));
  }
  return downloaded;
}

function isExpected(downloaded: Downloaded, { hash }: DownloadHints): boolean {
  return downloaded.sha256.startsWith(hash ?? "");
}

async function fromCacheAlone(url: string, cache: ContentCache | undefined): Promise<Downloaded | null> {
  const cached = await cachedAnswer(cache, url);
  if (cached !== undefined) return cached;
  throw new UpyError("offline", `${url} is not in the cache, and the network may not be asked`, {
    hint: "Resolve once with the network, with the same cache.",
  });
}

/** Puts contents that came another way (out of an archive) in the cache. */
export async function keepContent(content: Uint8Array, cache: ContentCache | undefined): Promise<Downloaded> {
  const hash = await sha256(content);
  await cache?.set(`sha256:${hash}`, content);
  return { content, sha256: hash };
}

async function readThrough(url: string, options: DownloadOptions): Promise<Downloaded | null> {
  if (options.readFile === undefined) {
    throw new UpyError("unsupported", `${url} is a local file, and nothing here can read those`, {
      hint: "Pass readFile: readLocalFile of @upykit/core/node is one.",
    });
  }
  const maxFileSize = options.maxFileSize ?? defaultMaxFileSize;
  const content = await options.readFile(url, { maxFileSize, signal: options.signal });
  return content === null ? null : keepContent(content, options.cache);
}

/** What the cache has of a URL: null for 404, undefined when it does not know. */
export async function knownContent(cache: ContentCache, url: string): Promise<Uint8Array | null | undefined> {
  const answer = await cachedAnswer(cache, url);
  return answer === null ? null : answer?.content;
}

/** What the cache says a URL answered: null for 404, undefined when it does not know. */
async function cachedAnswer(
  cache: ContentCache | undefined,
  url: string,
): Promise<Downloaded | null | undefined> {
  const pointer = await cache?.get(`url:${url}`);
  if (pointer === undefined) return undefined;
  const text = new TextDecoder().decode(pointer);
  if (text === "404") return null;
  const hash = /^sha256:([0-9a-f]{64})$/.exec(text)?.[1];
  const content = hash === undefined ? undefined : await cachedContent(cache, hash);
  return hash === undefined || content === undefined ? undefined : { content, sha256: hash };
}

/** Cached contents, if they still are what the key says: a cache may lie. */
async function cachedContent(cache: ContentCache | undefined, hash: string): Promise<Uint8Array | undefined> {
  const content = await cache?.get(`sha256:${hash}`);
  return content !== undefined && (await sha256(content)) === hash ? content : undefined;
}

function mismatch(file: LockedFile, got: Downloaded): UpyError {
  return new UpyError(
    "hash-mismatch",
    `${file.path}: what ${file.url} answers is not what was locked ` +
      `(expected ${file.sha256}, ${file.size} bytes; got ${got.sha256}, ${got.content.length} bytes)`,
    { hint: "The file changed upstream. Resolve again if you trust the change." },
  );
}
