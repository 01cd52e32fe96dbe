// How contents come from outside: one fetch, one cache, one set of headers for every call that needs the network.

/**
 * Keeps contents between calls. Keys are `sha256:<64 hex>` for contents, and `url:<url>` for what a URL answered last:
 * the text `sha256:<64 hex>`, or `404`.
 */
export interface ContentCache {
  get(key: string): Promise<Uint8Array | undefined>;
  set(key: string, content: Uint8Array): Promise<void>;
}

/** Reads what a `file:` URL names; null when nothing is there. Neutral code has none of its own: `readLocalFile` of `@upykit/core/node` is one. */
export type FileReader = (
  url: string,
  options: { readonly maxFileSize: number; readonly signal?: AbortSignal | undefined },
) => Promise<Uint8Array | null>;

/**
 * Reads one file out of an archive, which `download` fetches (null when nothing is there). Null when the archive has no
 * such file. Neutral code has none of its own: `archiveMembers()` of `@upykit/core/pypi` makes one.
 */
export type MemberReader = (
  place: { readonly archive: string; readonly member: string },
  download: (url: string) => Promise<Uint8Array | null>,
) => Promise<Uint8Array | null>;

/** What every call that may use the network takes. */
export interface DownloadOptions {
  /** Used for each request; default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Default: nothing is kept. */
  readonly cache?: ContentCache | undefined;
  /** Headers by host ("github.com" or "localhost:8080"), sent to that very host only, never after a redirect to another. */
  readonly headers?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  /** With true, only the cache answers; what it lacks rejects with `offline`. */
  readonly offline?: boolean | undefined;
  /** Largest file that is accepted, in bytes. Default 16 MiB. */
  readonly maxFileSize?: number | undefined;
  /** Answers `file:` URLs. Default: they are refused with `unsupported`. */
  readonly readFile?: FileReader | undefined;
  /** Answers for locked files that are inside an archive and not in the cache. Default: they are refused with `unsupported`. */
  readonly readMember?: MemberReader | undefined;
  /** How often a request is repeated after HTTP 429, 5xx or a broken connection. Default 2. */
  readonly retries?: number | undefined;
  /** Milliseconds without a byte after which a request counts as broken. Default 30,000. */
  readonly idleTimeout?: number | undefined;
  /** Waits before a repetition; default: a timer. For tests and for callers with a clock of their own. */
  readonly sleep?: ((milliseconds: number, signal?: AbortSignal) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Used where {@link DownloadOptions.maxFileSize} is absent. */
export const defaultMaxFileSize: number = 16 * 1024 * 1024;
