// A zip behind HTTP as an Archive: its end, its directory and the entries that are wanted are fetched, and nothing else
// where the server gives ranges. With a cache, what was read once is not fetched again.

import { UpyError } from "../errors.js";
import { keepContent, knownContent } from "../sources/fetch-content.js";
import type { ContentCache } from "../sources/download.js";
import type { Archive } from "./archive.js";
import { openHttp, type HttpAccessOptions, type HttpFile } from "./http-access.js";
import { bytesAccess, type RandomAccess, type ReadOptions } from "./random-access.js";
import { openZipFrom } from "./zip-archive.js";
import type { ArchiveLimits } from "./zip-limits.js";
import { longestTail } from "./zip-tail.js";

/** What {@link rangeZip} takes. `maxFileSize` is that of one file in the zip; the zip itself has `maxArchiveSize`. */
export interface RangeZipOptions extends ArchiveLimits, Omit<HttpAccessOptions, "onWhole"> {
  /** True when the URL can never answer anything else (a release has its tag in it): then the cache may answer for it. */
  readonly immutable?: boolean | undefined;
}

/** A zip at a URL; null for HTTP 404. @throws `network`, `offline`, `invalid-package`, `too-large` */
export async function rangeZip(url: string, options: RangeZipOptions = {}): Promise<Archive | null> {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new UpyError("unsupported", `"${url}" is not a web address`);
  }
  const file = await accessOf(url, options);
  return file === null ? null : openZipFrom(file, options);
}

async function accessOf(url: string, options: RangeZipOptions): Promise<RandomAccess | null> {
  const { cache } = options;
  if (cache === undefined) return openOnline(url, options);
  const mayAnswer = options.immutable === true || options.offline === true;
  return (
    (mayAnswer ? await accessFromCache(url, cache, options) : undefined) ?? openKeeping(url, cache, options)
  );
}

/** The file as the cache has it, whole or in parts; undefined when it does not have it. */
async function accessFromCache(
  url: string,
  cache: ContentCache,
  options: RangeZipOptions,
): Promise<RandomAccess | null | undefined> {
  const whole = await knownContent(cache, url);
  if (whole !== undefined) return whole === null ? null : bytesAccess(url, whole);
  const size = Number(new TextDecoder().decode((await knownContent(cache, `${url}#size`)) ?? undefined));
  if (!Number.isSafeInteger(size) || size <= 0) return undefined;
  return new CachedAccess(url, { cache, size, online: null, open: () => openOnline(url, options) });
}

async function openKeeping(
  url: string,
  cache: ContentCache,
  options: RangeZipOptions,
): Promise<RandomAccess | null> {
  const online = await openOnline(url, options);
  if (online === null) {
    if (options.immutable === true) await cache.set(`url:${url}`, new TextEncoder().encode("404"));
    return null;
  }
  if (online.isWhole) return online;
  await remember(cache, `${url}#size`, new TextEncoder().encode(String(online.size)));
  return new CachedAccess(url, { cache, size: online.size, online, open: () => openOnline(url, options) });
}

async function openOnline(url: string, options: RangeZipOptions): Promise<HttpFile | null> {
  if (options.offline === true) {
    throw new UpyError("offline", `${url} is not in the cache, and the network may not be asked`, {
      hint: "Open it once with the network, with the same cache.",
    });
  }
  const onWhole = async (content: Uint8Array): Promise<void> => {
    if (options.cache !== undefined) await remember(options.cache, url, content);
  };
  return openHttp(url, longestTail, { ...options, onWhole });
}

interface CachedState {
  readonly cache: ContentCache;
  readonly size: number;
  readonly online: RandomAccess | null;
  open(): Promise<RandomAccess | null>;
}

/** Asks the cache first, and opens the file only when something is missing there. */
class CachedAccess implements RandomAccess {
  readonly name: string;
  readonly size: number;
  readonly #state: CachedState;
  /** True when nothing that was kept before may answer. */
  readonly #isFresh: boolean;
  #online: Promise<RandomAccess> | undefined;

  constructor(url: string, state: CachedState) {
    this.name = url;
    this.size = state.size;
    this.#state = state;
    this.#isFresh = state.online !== null;
    if (state.online !== null) this.#online = Promise.resolve(state.online);
  }

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    const key = `${this.name}#bytes=${offset}-${offset + length - 1}`;
    const known = this.#isFresh ? undefined : await knownContent(this.#state.cache, key);
    if (known?.length === length) return known;
    const online = await (this.#online ??= this.#open());
    const content = await online.read(offset, length, options);
    await remember(this.#state.cache, key, content.slice());
    return content;
  }

  async #open(): Promise<RandomAccess> {
    const online = await this.#state.open();
    if (online?.size === this.size) return online;
    await online?.close();
    throw new UpyError("network", `${this.name} is not the file any more that the cache knows`, {
      hint: "Take another cache, or empty this one.",
    });
  }

  async close(): Promise<void> {
    await (await this.#online?.catch(() => undefined))?.close();
  }
}

async function remember(cache: ContentCache, url: string, content: Uint8Array): Promise<void> {
  const { sha256 } = await keepContent(content, cache);
  await cache.set(`url:${url}`, new TextEncoder().encode(`sha256:${sha256}`));
}
