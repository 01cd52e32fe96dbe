// A web in memory for tests: pages by URL, every request recorded, and time that passes only when all requests wait.

import { sha256Sync, type Environment } from "@upykit/core";

/** What is at a URL: text, bytes, a value to send as JSON, or a whole answer. */
export type Page = string | Uint8Array | object | (() => Response | Promise<Response>);

export interface FakeWeb {
  readonly fetch: typeof globalThis.fetch;
  /** Every URL asked for, in order. */
  readonly requests: string[];
  /** Most requests that were open at once. */
  mostOpen: number;
  /** Round trips that passed: requests that were open together count as one. */
  rounds: number;
}

/** Answers from `pages`, and with HTTP 404 for the rest. */
export function createFakeWeb(
  pages: Readonly<Record<string, Page>> | ((url: string) => Page | undefined),
): FakeWeb {
  const find =
    typeof pages === "function"
      ? pages
      : (url: string): Page | undefined => (Object.hasOwn(pages, url) ? pages[url] : undefined);
  const waiting: (() => void)[] = [];
  let scheduled = false;
  const tick = (): void => {
    scheduled = false;
    web.rounds++;
    web.mostOpen = Math.max(web.mostOpen, waiting.length);
    for (const answer of waiting.splice(0)) answer();
  };
  const web: FakeWeb = {
    requests: [],
    mostOpen: 0,
    rounds: 0,
    fetch: async (input, init) => {
      init?.signal?.throwIfAborted();
      const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
      web.requests.push(url);
      // One macrotask later all code that could run has run: what waits by then is out at the same time.
      if (!scheduled) setImmediate(() => setImmediate(tick));
      scheduled = true;
      await new Promise<void>((resolve) => waiting.push(resolve));
      const page = find(url);
      if (page === undefined) return new Response("not here", { status: 404 });
      return typeof page === "function" ? (page as () => Response)() : new Response(bodyOf(page));
    },
  };
  return web;
}

function bodyOf(page: Exclude<Page, () => unknown>): string | Uint8Array<ArrayBuffer> {
  if (typeof page === "string") return page;
  return page instanceof Uint8Array ? new Uint8Array(page) : JSON.stringify(page);
}

/** A board that loads .mpy version 6. */
export const board: Environment = {
  implementation: "micropython",
  version: "1.28.0",
  mpy: { version: 6, subVersion: 3, architecture: "armv6m", archFlags: 0, smallIntBits: 31 },
  sysPath: ["", ".frozen", "/lib"],
  platform: "rp2",
  machine: "Raspberry Pi Pico with RP2040",
  boardId: null,
  frozenModules: null,
  builtinModules: null,
  heapFree: null,
};

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** The name that an index gives to a file's contents. */
export const hashPrefix = (text: string): string => sha256Sync(bytes(text)).slice(0, 8);

/** The pages of a mip index: packages by name, each with its versions (the last is the latest) and their files or dependencies. */
export function indexPages(
  url: string,
  packages: Record<string, Record<string, { files?: Record<string, string>; deps?: [string, string][] }>>,
  flavours: string[] = ["6", "py"],
): Record<string, Page> {
  const pages: Record<string, Page> = {};
  const listed: object[] = [];
  for (const [name, versions] of Object.entries(packages)) {
    for (const flavour of flavours) {
      for (const [version, { files = {}, deps = [] }] of Object.entries(versions)) {
        const hashes = Object.entries(files).map(([path, text]) => [path, hashPrefix(text)]);
        for (const text of Object.values(files))
          pages[`${url}/file/${hashPrefix(text).slice(0, 2)}/${hashPrefix(text)}`] = text;
        const page = { v: 1, hashes, deps, version };
        pages[`${url}/package/${flavour}/${name}/${version}.json`] = page;
        pages[`${url}/package/${flavour}/${name}/latest.json`] = page;
      }
    }
    const known = Object.keys(versions);
    listed.push({
      name,
      version: known.at(-1),
      author: "",
      description: "",
      license: "MIT",
      versions: Object.fromEntries(flavours.map((one) => [one, known])),
      path: name,
    });
  }
  pages[`${url}/index.json`] = { v: 2, updated: 1, packages: listed };
  return pages;
}
