import { describe, expect, test } from "vitest";
import { fetchContent, resolve, sha256Sync, urlPackages, type DownloadOptions } from "@upykit/core";
import { board } from "../../test/fake-web.js";
import { startWebServer } from "../../test/web-server.js";

const text = "print('hello')\n";
const file = (url: string): Parameters<typeof fetchContent>[0] => ({
  path: "x.py",
  sha256: sha256Sync(new TextEncoder().encode(text)),
  size: text.length,
  url,
});
const noWait: Pick<DownloadOptions, "sleep"> = { sleep: () => Promise.resolve() };

describe("redirects", () => {
  test("are followed, and each host gets its own headers and no other's", async () => {
    await using other = await startWebServer((_, response) => response.end(text));
    await using first = await startWebServer((request, response) => {
      if (request.url === "/a.py") response.writeHead(302, { location: "/b.py" }).end();
      else response.writeHead(307, { location: `${other.url}/c.py` }).end();
    });
    const headers = {
      [first.host]: { authorization: "Bearer first", "PRIVATE-TOKEN": "one" },
      "127.0.0.1": { "x-none": "no port" },
    };
    await fetchContent(file(`${first.url}/a.py`), { headers });
    expect(
      first.requests.map(({ url, headers: sent }) => [url, sent.authorization, sent["private-token"]]),
    ).toEqual([
      ["/a.py", "Bearer first", "one"],
      ["/b.py", "Bearer first", "one"],
    ]);
    expect(other.requests).toHaveLength(1);
    expect(other.requests[0]?.headers).not.toHaveProperty("authorization");
    expect(other.requests[0]?.headers).not.toHaveProperty("private-token");
    expect(other.requests[0]?.headers).not.toHaveProperty("x-none");
    await fetchContent(file(`${first.url}/a.py`), {
      headers: { ...headers, [other.host.toUpperCase()]: { authorization: "Bearer other" } },
    });
    expect(other.requests[1]?.headers.authorization).toBe("Bearer other");
  });

  test("that a browser hides are followed by the browser, without headers", async () => {
    const calls: [string, RequestRedirect | undefined, boolean][] = [];
    const browser: typeof fetch = (input, init) => {
      calls.push([input as string, init?.redirect, new Headers(init?.headers).has("authorization")]);
      if (init?.redirect === "follow") return Promise.resolve(new Response(text));
      const opaque = Response.error();
      Object.defineProperty(opaque, "type", { value: "opaqueredirect" });
      return Promise.resolve(opaque);
    };
    await fetchContent(file("https://a.example/x.py"), {
      fetch: browser,
      headers: { "a.example": { authorization: "x" } },
    });
    expect(calls).toEqual([
      ["https://a.example/x.py", "manual", true],
      ["https://a.example/x.py", "follow", false],
    ]);
  });

  test.each([
    ["in a circle", "/a.py", "redirects more than 10 times"],
    ["to a file", "file:///etc/passwd", "not a web address"],
    ["to nowhere", "http://[", "not a web address"],
  ])("%s end in an error, at once", async (_, location, message) => {
    await using server = await startWebServer((_request, response) =>
      response.writeHead(302, { location }).end(),
    );
    await expect(fetchContent(file(`${server.url}/a.py`), noWait)).rejects.toMatchObject({
      code: "network",
      message: expect.stringContaining(message) as string,
    });
    expect(server.requests.length).toBeLessThanOrEqual(11);
  });
});

describe("repetition", () => {
  test.each([
    [429, { "retry-after": "2" }, [2000, 2000]],
    [500, {}, [250, 1000]],
    [503, { "retry-after": "99999" }, [10_000, 10_000]],
    [503, { "retry-after": "Fri, 31 Dec 1999 23:59:59 GMT" }, [250, 1000]],
    [403, {}, []],
    [401, {}, []],
    [400, {}, []],
  ])("after HTTP %i, %j: waits %j", async (status, headers, waits) => {
    await using server = await startWebServer((_, response) => response.writeHead(status, headers).end("no"));
    const waited: number[] = [];
    const sleep = (milliseconds: number): Promise<void> => {
      waited.push(milliseconds);
      return Promise.resolve();
    };
    await expect(fetchContent(file(`${server.url}/x.py`), { sleep })).rejects.toMatchObject({
      code: "network",
      message: expect.stringContaining(String(status)) as string,
    });
    expect(waited).toEqual(waits);
    expect(server.requests).toHaveLength(waits.length + 1);
  });

  test("a connection that breaks twice and then holds is good enough", async () => {
    let tries = 0;
    await using server = await startWebServer((request, response) => {
      tries++;
      if (tries === 1) request.socket.destroy();
      else if (tries === 2)
        response.writeHead(200, { "content-length": "15" }).write("print(", () => request.socket.destroy());
      else response.end(text);
    });
    expect(new TextDecoder().decode(await fetchContent(file(`${server.url}/x.py`), noWait))).toBe(text);
    expect(tries).toBe(3);
  });

  test("half a body is an error, not a file", async () => {
    await using server = await startWebServer((request, response) =>
      response.writeHead(200, { "content-length": "15" }).write("print(", () => request.socket.destroy()),
    );
    await expect(fetchContent(file(`${server.url}/x.py`), noWait)).rejects.toMatchObject({ code: "network" });
    const short: typeof fetch = () =>
      Promise.resolve(new Response("print(", { headers: { "content-length": "15" } }));
    await expect(
      fetchContent(file("https://a.example/x.py"), { ...noWait, fetch: short }),
    ).rejects.toMatchObject({ code: "network", message: expect.stringContaining("6 of 15 bytes") as string });
  });

  test("a server that goes silent is given up", async () => {
    await using server = await startWebServer((request, response) => {
      if (request.url === "/half.py") response.writeHead(200).write("print(");
    });
    for (const path of ["/none.py", "/half.py"]) {
      await expect(
        fetchContent(file(server.url + path), { ...noWait, idleTimeout: 20, retries: 1 }),
      ).rejects.toMatchObject({ code: "network", message: expect.stringContaining("silent") as string });
    }
    expect(server.requests).toHaveLength(4);
  });
});

describe("size", () => {
  test("too much is noticed before the body, and while it comes", async () => {
    let written = 0;
    await using server = await startWebServer((request, response) => {
      if (request.url === "/honest.py") {
        response.writeHead(200, { "content-length": String(2 ** 40) }).flushHeaders();
        return;
      }
      const more = (): void => {
        written += 65_536;
        if (!response.destroyed && written < 2 ** 28) response.write(new Uint8Array(65_536), more);
      };
      more();
    });
    for (const path of ["/honest.py", "/endless.py"]) {
      await expect(fetchContent(file(server.url + path), { maxFileSize: 100_000 })).rejects.toMatchObject({
        code: "too-large",
      });
    }
    expect(written).toBeLessThan(2 ** 28);
    expect(server.requests).toHaveLength(2);
  });

  test("a packed body counts by what comes out of it", async () => {
    const { gzipSync } = await import("node:zlib");
    await using server = await startWebServer((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(new Uint8Array(2 ** 24))),
    );
    await expect(fetchContent(file(`${server.url}/bomb.py`), { maxFileSize: 100_000 })).rejects.toMatchObject(
      { code: "too-large" },
    );
  });
});

test("headers that no request can carry, and addresses that nobody can ask", async () => {
  await expect(
    fetchContent(file("https://a.example/x.py"), { headers: { "a.example": { "bad name": "x" } } }),
  ).rejects.toMatchObject({ code: "invalid-argument" });
  await expect(fetchContent(file("file:///etc/passwd"))).rejects.toMatchObject({ code: "unsupported" });
  await expect(fetchContent(file("data:text/plain,x"))).rejects.toMatchObject({ code: "unsupported" });
});

test("a whole resolution over a real connection", async () => {
  await using server = await startWebServer((request, response) => {
    if (request.url === "/pkg/package.json")
      response.end(JSON.stringify({ urls: [["x.py", "src/x.py"]], version: "1" }));
    else if (request.url === "/pkg/src/x.py") response.end(text);
    else response.writeHead(404).end();
  });
  const { packages } = await resolve([`${server.url}/pkg`], { environment: board, sources: [urlPackages()] });
  expect(packages).toMatchObject([{ version: "1", files: [{ path: "x.py", size: text.length }] }]);
});
