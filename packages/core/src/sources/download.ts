// How contents come from outside: one fetch, one cache, one set of headers for every call that needs the network.

/** Keeps contents between calls. Keys are `sha256:<64 hex>` for contents and `url:<url>` for what an URL answered. */
export interface ContentCache {
  get(key: string): Promise<Uint8Array | undefined>;
  set(key: string, content: Uint8Array): Promise<void>;
}

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
  readonly signal?: AbortSignal | undefined;
}
