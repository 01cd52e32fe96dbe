// One HTTP request done carefully: redirects followed by hand so that headers stay with their host, retries, limits.
// It does not know caches nor what the bytes mean.

import { UpyError, isUpyError } from "../errors.js";
import { IdleWatch, abortable, sleep } from "../abortable.js";
import { defaultMaxFileSize, type DownloadOptions } from "./download.js";
import { discard, readBody } from "./read-body.js";

const maxRedirects = 10;
const firstDelay = 250;
const longestDelay = 10_000;

/** What one try came to. */
type Outcome<Answer> =
  | { readonly type: "answer"; readonly answer: Answer }
  | { readonly type: "missing" }
  | {
      readonly type: "failed";
      readonly error: UpyError;
      readonly retryAfter: number | null;
      readonly final: boolean;
    };

/** A request that is not a plain GET, and what is made of its answer. */
export interface HttpExchange<Answer> {
  readonly method?: "GET" | "HEAD" | undefined;
  /** Sent to every host on the way, and so nothing secret. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Statuses besides 200 to 299 that `read` wants to see. */
  readonly statuses?: readonly number[] | undefined;
  /** False: a redirect is the answer. Default true. */
  readonly follows?: boolean | undefined;
  /** Reads the answer; what it throws counts as a broken connection, but for a UpyError. */
  read(response: Response, watch: IdleWatch): Promise<Answer>;
}

/**
 * The body of `url`, null for HTTP 404 and 410.
 * @throws `network`, `too-large`, `invalid-argument` (headers that no request can carry), or `signal.reason`
 */
export async function httpGet(url: string, options: DownloadOptions): Promise<Uint8Array | null> {
  const limit = options.maxFileSize ?? defaultMaxFileSize;
  return httpExchange(url, options, { read: (response, watch) => readBody(response, url, { limit, watch }) });
}

/** The answer of `url` as `exchange` reads it, null for HTTP 404 and 410. @throws as {@link httpGet} */
export async function httpExchange<Answer>(
  url: string,
  options: DownloadOptions,
  exchange: HttpExchange<Answer>,
): Promise<Answer | null> {
  const retries = options.retries ?? 2;
  for (let attempt = 0; ; attempt++) {
    const outcome = await tryOnce(url, options, exchange);
    if (outcome.type === "answer") return outcome.answer;
    if (outcome.type === "missing") return null;
    if (outcome.final || attempt >= retries) throw outcome.error;
    const delay = Math.min(outcome.retryAfter ?? firstDelay * 4 ** attempt, longestDelay);
    await (options.sleep ?? sleep)(delay, options.signal);
  }
}

async function tryOnce<Answer>(
  url: string,
  options: DownloadOptions,
  exchange: HttpExchange<Answer>,
): Promise<Outcome<Answer>> {
  options.signal?.throwIfAborted();
  const watch = new IdleWatch(options.idleTimeout ?? 30_000, options.signal);
  try {
    return await answerOf(url, { options, watch, exchange });
  } catch (error) {
    options.signal?.throwIfAborted();
    if (isUpyError(error)) return { type: "failed", error, retryAfter: null, final: true };
    const why = watch.expired ? "the server went silent" : reasonOf(error);
    return failed(`${url} could not be fetched: ${why}`, { cause: error, final: false });
  } finally {
    watch.stop();
  }
}

/** What one try works with. */
interface Try<Answer> {
  readonly options: DownloadOptions;
  readonly watch: IdleWatch;
  readonly exchange: HttpExchange<Answer>;
}

async function answerOf<Answer>(url: string, attempt: Try<Answer>): Promise<Outcome<Answer>> {
  const { exchange, watch } = attempt;
  const response = await (exchange.follows === false ? request(url, attempt) : follow(url, attempt));
  if (response.ok || exchange.statuses?.includes(response.status) === true) {
    return { type: "answer", answer: await exchange.read(response, watch) };
  }
  await discard(response);
  const { status } = response;
  if (status === 404 || status === 410) return { type: "missing" };
  return failed(`${url} answered with HTTP status ${status}`, {
    final: status !== 429 && status < 500,
    retryAfter: retryAfterOf(response),
    hint: hintFor(status),
  });
}

/** Follows redirects by hand, so that each host gets its own headers and no other's. */
async function follow<Answer>(start: string, attempt: Try<Answer>): Promise<Response> {
  let url = start;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await request(url, attempt);
    const location = redirectOf(response);
    if (location === null) return response;
    await discard(response);
    url = nextUrl(location, url, start);
  }
  throw new UpyError("network", `${start} redirects more than ${maxRedirects} times`, {
    hint: "The server sends the request in a circle; tell its owner.",
  });
}

async function request<Answer>(url: string, { options, watch, exchange }: Try<Answer>): Promise<Response> {
  const fetch = options.fetch ?? globalThis.fetch;
  const { signal } = watch;
  const plain = { signal, ...(exchange.method !== undefined && { method: exchange.method }) };
  const headers = headersFor(url, options);
  for (const [name, value] of Object.entries(exchange.headers ?? {})) headers.set(name, value);
  const response = await abortable(fetch(url, { ...plain, headers, redirect: "manual" }), signal);
  watch.touch();
  // A browser hides where a redirect leads. Then it follows by itself, and no header of the caller's goes along.
  if (response.type !== "opaqueredirect") return response;
  const safe = exchange.headers === undefined ? {} : { headers: exchange.headers };
  return abortable(fetch(url, { ...plain, ...safe, redirect: "follow" }), signal);
}

function headersFor(url: string, options: DownloadOptions): Headers {
  const { host } = new URL(url);
  const own = Object.entries(options.headers ?? {}).filter(([name]) => name.toLowerCase() === host);
  try {
    return new Headers(own.flatMap(([, headers]) => Object.entries(headers)));
  } catch (cause) {
    throw new UpyError("invalid-argument", `the headers for ${host} cannot be sent`, { cause });
  }
}

function redirectOf(response: Response): string | null {
  return [301, 302, 303, 307, 308].includes(response.status) ? response.headers.get("location") : null;
}

function nextUrl(location: string, from: string, start: string): string {
  const next = URL.canParse(location, from) ? new URL(location, from) : null;
  if (next !== null && /^https?:$/.test(next.protocol)) return next.href;
  throw new UpyError("network", `${start} redirects to "${location}", which is not a web address`);
}

function failed(
  message: string,
  options: { final: boolean; retryAfter?: number | null; hint?: string | undefined; cause?: unknown },
): Outcome<never> {
  const error = new UpyError("network", message, {
    hint: options.hint ?? "Check the connection and try again.",
    cause: options.cause,
  });
  return { type: "failed", error, retryAfter: options.retryAfter ?? null, final: options.final };
}

function hintFor(status: number): string | undefined {
  if (status === 401 || status === 403)
    return "The host wants to know who asks, or has been asked too often: give it headers.";
  if (status === 429) return "The host has been asked too often; try again later.";
  return status >= 500 ? "The server is in trouble; try again later." : undefined;
}

function retryAfterOf(response: Response): number | null {
  const seconds = response.headers.get("retry-after");
  return seconds !== null && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : null;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
