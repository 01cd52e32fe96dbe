// Serves a folder over loopback HTTP, isolated so that a page may share memory with its workers; and passes /index on to
// another server. Not published.
import { readFile } from "node:fs/promises";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** A running server. */
export interface StaticServer extends AsyncDisposable {
  /** Like "http://127.0.0.1:1234". */
  readonly origin: string;
}

/** Starts it. `index` is where /index/… goes. */
export async function serveFolder(folder: string, index?: string): Promise<StaticServer> {
  const server = createServer((request, response) => {
    void answer(folder, index, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(
  folder: string,
  index: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://here");
  const isolation = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  };
  try {
    const inside = /^\/index(\/.*)$/.exec(pathname)?.[1];
    const file = pathname === "/" ? "/index.html" : pathname;
    const body =
      inside !== undefined && index !== undefined
        ? await fetched(index + inside)
        : await readFile(join(folder, normalize(file)));
    response.writeHead(200, {
      "Content-Type": types[extname(file)] ?? "application/octet-stream",
      ...isolation,
    });
    response.end(body);
  } catch {
    response.writeHead(404, isolation).end();
  }
}

async function fetched(address: string): Promise<Uint8Array> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}
