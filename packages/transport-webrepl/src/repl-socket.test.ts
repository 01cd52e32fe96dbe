// The way of browsers: the platform's WebSocket, which carries text only. Node 20 has none, so `ws` stands in for it: it
// refuses what is not UTF-8 as they do, with 1007. The browser itself is in ../test/chromium.test.ts.
import { randomBytes } from "node:crypto";
import type { ClientRequest } from "node:http";
import { connectBoard } from "@upykit/core/device";
import { openWebRepl, webReplFiles } from "@upykit/transport-webrepl";
import { openWebRepl as openFromNode } from "@upykit/transport-webrepl/node";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { startWebReplBoard } from "../test/web-repl-board.js";
import { type WebReplServer, startWebReplServer } from "../test/web-repl-server.js";

beforeAll(() => void vi.stubGlobal("WebSocket", WebSocket));
afterAll(() => void vi.unstubAllGlobals());

function lowerCase(request: ClientRequest): void {
  for (const [name, value] of Object.entries(request.getHeaders())) {
    request.removeHeader(name);
    request.setHeader(name.toLowerCase(), value ?? "");
  }
  request.end();
}

async function connected() {
  const server: WebReplServer = await startWebReplServer({
    terminal: (bytes) => server.print(bytes),
    readFile: () => Uint8Array.of(0, 128, 255),
    openForWriting: () => ({ write: () => undefined, close: () => undefined }),
  });
  onTestFinished(() => server.close());
  const transport = await openWebRepl(server.url, { password: "secret" });
  onTestFinished(() => transport.close());
  return { server, transport };
}

test("carries text, also when a character is cut in two", async () => {
  const { transport } = await connected();
  const text = new TextEncoder().encode("°C\r\n");
  const writer = transport.writable.getWriter();
  await writer.write(text.subarray(0, 1));
  await writer.write(text.subarray(1));
  const { value } = await transport.readable.getReader().read();
  expect(value).toEqual(text);
});

test("says that bytes which are no text cannot be sent", async () => {
  const { transport } = await connected();
  const writing = transport.writable.getWriter().write(Uint8Array.of(0xff, 0x41));
  await expect(writing).rejects.toMatchObject({ code: "unsupported" });
});

test("says so when the board sends bytes that are no text", async () => {
  const { server, transport } = await connected();
  server.print(Uint8Array.of(0xff));
  expect(await transport.closed).toMatchObject({ code: "link-lost" });
});

test("moves files of any bytes", async () => {
  const { transport } = await connected();
  expect(await transport.getFile("/a")).toEqual(Uint8Array.of(0, 128, 255));
});

describe("connecting", () => {
  const opening = (url: string) => openWebRepl(url, { password: "secret" });

  /** Stands in for the platform's WebSocket until the end of the test. */
  function platform(value: unknown): void {
    vi.stubGlobal("WebSocket", value);
    onTestFinished(() => void vi.stubGlobal("WebSocket", WebSocket));
  }

  test.each(["192.168.4.1:8266", "ws://", "nonsense"])("%s is not an address", async (url) => {
    await expect(opening(url)).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(openFromNode(url, { password: "secret" })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });

  test("an HTTPS page may not", async () => {
    platform(function refusing() {
      throw new DOMException("An insecure WebSocket connection may not be initiated", "SecurityError");
    });
    await expect(opening("ws://127.0.0.1:1")).rejects.toMatchObject({ code: "access-denied" });
  });

  test("where there is no WebSocket, Node's way is named", async () => {
    vi.unstubAllGlobals();
    onTestFinished(() => void vi.stubGlobal("WebSocket", WebSocket));
    if (typeof globalThis.WebSocket === "function") return;
    await expect(opening("ws://127.0.0.1:1")).rejects.toMatchObject({ code: "unsupported" });
  });

  test("says that Node's own WebSocket is not understood by a board", async () => {
    const { server } = await connected();
    platform(
      // Its headers are in lower case, as undici writes them.
      class extends WebSocket {
        constructor(url: string) {
          super(url, { finishRequest: (request) => lowerCase(request) });
        }
      },
    );
    await expect(opening(server.url)).rejects.toMatchObject({
      code: "network",
      hint: expect.stringContaining("/node") as string,
    });
  });
});

describe("a board that only text gets through to", () => {
  async function connectedBoard() {
    const rig = await startWebReplBoard();
    onTestFinished(() => rig[Symbol.asyncDispose]());
    const transport = await openWebRepl(rig.server.url, { password: "secret" });
    const board = await connectBoard(transport);
    onTestFinished(() => board.close());
    return { ...rig, transport, board };
  }

  test("runs code with all kinds of letters in it, both ways", async () => {
    const { board, transport } = await connectedBoard();
    expect(transport.textOnly).toBe(true);
    expect(await board.exec("print('21 °C, ¼ €, 🌱', bytes([0, 127, 128, 255]))")).toBe(
      "21 °C, ¼ €, 🌱 b'\\x00\\x7f\\x80\\xff'\r\n",
    );
    const lines = Array.from({ length: 200 }, (_, index) => `total += ${index} # ${"é".repeat(index % 20)}`);
    expect(await board.exec(["total = 0", ...lines, "print(total)"].join("\n"))).toBe("19900\r\n");
  });

  test("keeps files of any bytes, through the REPL and by the file transfer", async () => {
    const { board, transport, virtual } = await connectedBoard();
    const content = new Uint8Array(randomBytes(5000));
    await board.fs.writeFiles([{ path: "/größe.bin", content }]);
    expect(await board.fs.readFile("/größe.bin")).toEqual(content);
    const fs = webReplFiles(board.fs, transport);
    await fs.writeFiles([{ path: "/lib/b.bin", content }]);
    expect(await virtual.fs.read("/lib/b.bin")).toEqual(content);
    expect(await fs.readFile("/lib/b.bin")).toEqual(content);
  });

  test("ends the call with what to do when the code prints bytes that are no text", async () => {
    const { board } = await connectedBoard();
    const printing = board.exec("import sys\nsys.stdout.buffer.write(b'\\xff\\xfe')");
    await expect(printing).rejects.toMatchObject({
      code: "link-lost",
      hint: expect.stringContaining("base64") as string,
    });
  });
});
