// Speaks HTTP to a board: one request at a time, as the board serves one; again when the connection breaks, as every
// request here can be repeated; and with the password to the board itself only, never along a redirect.
// It does not know files. Source: web_workflow.c of CircuitPython 8.0 to 10.2.

import { IdleWatch, abortable, sleep as realSleep } from "../../abortable.js";
import { UpyError } from "../../errors.js";

/** How the board is reached. */
export interface WebClientOptions {
  readonly password: string;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** How often a request is repeated after its connection broke. Default 4. */
  readonly retries?: number | undefined;
  /**
   * After so many milliseconds without a byte a request counts as broken. Default 10,000. A file that is sent gets more by
   * its size, as the board answers when all of it is in its flash.
   */
  readonly idleTimeout?: number | undefined;
  /** Waits between tries; for tests. */
  readonly sleep?: ((milliseconds: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

/** One request. */
export interface WebRequest {
  readonly method: "GET" | "PUT" | "MOVE" | "DELETE" | "OPTIONS";
  /** Encoded, from the "/". */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | undefined;
  /** Default: the client's. */
  readonly retries?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What came back, whole. */
export interface WebAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** Where it came from; differs from what was asked after a redirect. "" where fetch does not tell. */
  readonly url: string;
  /** How many tries broke before: then the board may have done it twice. */
  readonly retried: number;
}

const firstDelay = 100;
/** Bytes in a millisecond that a board writes at the least, over a weak network. */
const slowestWrite = 4;
/** A drive of a board is no larger than a few megabytes; an SD card's files can be. */
const longestBody = 64 * 1024 * 1024;

export class WebClient {
  /** Like "http://cpy-f57ce8.local:80". */
  origin: string;
  readonly #options: WebClientOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(origin: string, options: WebClientOptions) {
    this.origin = origin;
    this.#options = options;
  }

  /** Sends a request when those before it are done. Statuses are the caller's. @throws `link-lost`, `too-large` */
  async send(request: WebRequest): Promise<WebAnswer> {
    const earlier = this.#last;
    const work = abortable(earlier, request.signal).then(() => this.#sendWithRetries(request));
    this.#last = Promise.allSettled([earlier, work]);
    return work;
  }

  async #sendWithRetries(request: WebRequest): Promise<WebAnswer> {
    const { sleep = realSleep } = this.#options;
    const retries = request.retries ?? this.#options.retries ?? 4;
    for (let retried = 0; ; retried++) {
      request.signal?.throwIfAborted();
      try {
        return { ...(await this.#sendOnce(request)), retried };
      } catch (error) {
        request.signal?.throwIfAborted();
        if (error instanceof UpyError) throw error;
        if (retried >= retries) throw linkLost(this.origin, error);
      }
      await sleep(firstDelay * 3 ** retried, request.signal);
    }
  }

  async #sendOnce(request: WebRequest): Promise<Omit<WebAnswer, "retried">> {
    const { idleTimeout = 10_000 } = this.#options;
    const writing = (request.body?.length ?? 0) / slowestWrite;
    const watch = new IdleWatch(idleTimeout + writing, request.signal);
    try {
      const fetch = this.#options.fetch ?? globalThis.fetch;
      const response = await abortable(
        fetch(`${this.origin}${request.path}`, this.#initOf(request, watch.signal)),
        watch.signal,
      );
      watch.touch();
      const body = await readAll(response, watch);
      return { status: response.status, headers: response.headers, body, url: response.url };
    } finally {
      watch.stop();
    }
  }

  /** What needs no password is asked without, and may be redirected: that is how "circuitpython.local" becomes a board. */
  #initOf({ method, path, headers, body }: WebRequest, signal: AbortSignal): RequestInit {
    const isOpen = path.startsWith("/cp/") && path.endsWith(".json");
    return {
      method,
      signal,
      redirect: isOpen ? "follow" : "error",
      cache: "no-store",
      credentials: "omit",
      ...(body !== undefined && { body: body as Uint8Array<ArrayBuffer> }),
      headers: {
        // The board closes each connection after its answer, without saying so.
        Connection: "close",
        ...(!isOpen && { Authorization: `Basic ${encodeBase64(`:${this.#options.password}`)}` }),
        ...headers,
      },
    };
  }
}

async function readAll(response: Response, watch: IdleWatch): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  try {
    while (reader !== undefined) {
      const { done, value } = await abortable(reader.read(), watch.signal);
      if (done) break;
      watch.touch();
      chunks.push(value);
      size += value.length;
      if (size > longestBody) throw new UpyError("too-large", "The board's answer does not end.");
    }
  } catch (error) {
    reader?.cancel().catch(() => undefined);
    throw error;
  }
  const declared = Number(response.headers.get("content-length") ?? Number.NaN);
  if (size < declared && response.status === 200) throw new Error(`the answer broke off after ${size} bytes`);
  return joined(chunks, size);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

function encodeBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

function linkLost(origin: string, cause: unknown): UpyError {
  const detail = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
  return new UpyError("link-lost", `The board at ${origin} does not answer any more: ${detail}`, {
    hint: "Check that it has power and is on this network; an install that was cut short is finished or undone by recover.",
    cause,
  });
}
