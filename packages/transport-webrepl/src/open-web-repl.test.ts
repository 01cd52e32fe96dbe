import { openWebRepl } from "@upykit/transport-webrepl/node";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Backend, type WebReplServer, startWebReplServer } from "../test/web-repl-server.js";
import { ByteQueue } from "./byte-queue.js";

interface Bench {
  readonly server: WebReplServer;
  readonly files: Map<string, Uint8Array>;
}

/** A server whose terminal echoes and whose files are in memory. */
async function bench(backend: Partial<Backend> = {}): Promise<Bench> {
  const files = new Map<string, Uint8Array>();
  const server: WebReplServer = await startWebReplServer({
    terminal: (bytes) => server.print(bytes),
    readFile: (path) => {
      const content = files.get(path);
      if (!content) throw new Error("OSError: [Errno 2] ENOENT");
      return content;
    },
    openForWriting: (path) => {
      const parts: Uint8Array[] = [];
      return {
        write: (bytes) => void parts.push(bytes.slice()),
        close: () => void files.set(path, new Uint8Array(Buffer.concat(parts))),
      };
    },
    ...backend,
  });
  onTestFinished(() => server.close());
  return { server, files };
}

async function open({ server }: Bench) {
  const transport = await openWebRepl(server.url, { password: "secret" });
  onTestFinished(() => transport.close());
  return transport;
}

describe("login", () => {
  test("leaves the terminal clean behind it", async () => {
    const rig = await bench();
    const transport = await open(rig);
    rig.server.print(Uint8Array.of(65));
    const { value } = await transport.readable.getReader().read();
    expect(value).toEqual(Uint8Array.of(65));
  });

  test.each(["wrong", "", "secretsecret"])("the password %j is denied", async (password) => {
    const { server } = await bench();
    await expect(openWebRepl(server.url, { password })).rejects.toMatchObject({ code: "access-denied" });
  });

  test("a password of two lines is no password", async () => {
    await expect(openWebRepl("ws://127.0.0.1:1", { password: "a\rb" })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });

  test("nobody there is said as such", async () => {
    const { server } = await bench();
    await server.close();
    await expect(openWebRepl(server.url, { password: "secret" })).rejects.toMatchObject({ code: "network" });
  });

  test("a board that has another client hangs up, which is told", async () => {
    const rig = await bench();
    await open(rig);
    await expect(openWebRepl(rig.server.url, { password: "secret" })).rejects.toMatchObject({
      code: "network",
    });
  });

  test("can be aborted", async () => {
    const { server } = await bench();
    const controller = new AbortController();
    const opening = openWebRepl(server.url, { password: "secret", signal: controller.signal });
    controller.abort("enough");
    await expect(opening).rejects.toBe("enough");
  });
});

test("sends a board no more terminal input than its buffer of 256 bytes holds", async () => {
  const taken: number[] = [];
  const rig = await bench({
    terminal: async (bytes) => {
      await new Promise((resolve) => setImmediate(resolve));
      taken.push(...bytes);
    },
  });
  const transport = await open(rig);
  const sent = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 7) & 255);
  const writer = transport.writable.getWriter();
  await writer.write(sent.subarray(0, 1));
  await writer.write(sent.subarray(1));
  await transport.version();
  expect(Uint8Array.from(taken)).toEqual(sent);
  expect(rig.server.mostWaiting).toBeLessThan(256);
});

describe("files", () => {
  test("go there and back, of any size around the frames", async () => {
    const rig = await bench();
    const transport = await open(rig);
    for (const size of [0, 1, 255, 256, 257, 512, 4096, 4097, 100_000]) {
      const content = Uint8Array.from({ length: size }, (_, index) => (index * 31 + 7) & 255);
      await transport.putFile("/lib/module.mpy", content);
      expect(rig.files.get("/lib/module.mpy")).toEqual(content);
      expect(await transport.getFile("/lib/module.mpy")).toEqual(content);
    }
  });

  test("leave the terminal alone, and it them", async () => {
    const rig = await bench();
    const transport = await open(rig);
    const content = new Uint8Array(10_000).fill(3);
    const put = transport.putFile("/a", content);
    await transport.writable.getWriter().write(Uint8Array.of(1, 2));
    const { value } = await transport.readable.getReader().read();
    await put;
    expect(value).toEqual(Uint8Array.of(1, 2));
    expect(rig.files.get("/a")).toEqual(content);
  });

  test("are done one after the other, with progress", async () => {
    const rig = await bench();
    const transport = await open(rig);
    const seen: number[] = [];
    const [, back] = await Promise.all([
      transport.putFile("/a", new Uint8Array(9000), { onProgress: ({ done }) => seen.push(done) }),
      transport.getFile("/a"),
    ]);
    expect(back.length).toBe(9000);
    expect(seen).toEqual([4096, 8192, 9000]);
    expect(rig.server.fileOperations).toBe(2);
  });

  test("tell the version", async () => {
    expect(await (await open(await bench())).version()).toBe("1.28.0");
  });

  test("one that is not there ends the connection, which is told", async () => {
    const transport = await open(await bench());
    await expect(transport.getFile("/nothing")).rejects.toMatchObject({ code: "link-lost" });
    expect(await transport.closed).toMatchObject({ code: "link-lost" });
  });

  test("a full board ends the call, not only the file", async () => {
    const transport = await open(
      await bench({
        openForWriting: () => ({
          write: () => {
            throw new Error("ENOSPC");
          },
          close: () => undefined,
        }),
      }),
    );
    await expect(transport.putFile("/a", new Uint8Array(5000))).rejects.toMatchObject({ code: "link-lost" });
  });

  test("a name that does not fit is refused before anything is sent", async () => {
    const rig = await bench();
    const transport = await open(rig);
    const put = transport.putFile(`/${"x".repeat(63)}`, new Uint8Array(1));
    await expect(put).rejects.toMatchObject({ code: "invalid-path" });
    await transport.putFile(`/${"x".repeat(62)}`, new Uint8Array(1));
    expect(rig.server.fileOperations).toBe(1);
  });

  test("an aborted call is not begun", async () => {
    const rig = await bench();
    const transport = await open(rig);
    const put = transport.putFile("/a", new Uint8Array(1), { signal: AbortSignal.abort("no") });
    await expect(put).rejects.toBe("no");
    expect(rig.server.fileOperations).toBe(0);
  });

  test("a call after the close says that it is closed", async () => {
    const transport = await open(await bench());
    await transport.close();
    await expect(transport.getFile("/a")).rejects.toMatchObject({ code: "link-closed" });
  });

  test("a board that falls silent is not waited for without end", async () => {
    const rig = await bench();
    const transport = await openWebRepl(rig.server.url, { password: "secret", timeout: 50 });
    onTestFinished(() => transport.close());
    rig.server.pause();
    await expect(transport.version()).rejects.toMatchObject({ code: "no-response" });
  });
});

test("the byte queue gives back what was put in, in any lengths", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 9 })),
      fc.array(fc.nat(9)),
      async (chunks, lengths) => {
        const queue = new ByteQueue();
        for (const chunk of chunks) queue.push(chunk);
        const all = chunks.flatMap((chunk) => [...chunk]);
        let at = 0;
        for (const length of lengths) {
          if (at + length > all.length) break;
          expect([...(await queue.take(length))]).toEqual(all.slice(at, at + length));
          at += length;
        }
      },
    ),
  );
});
