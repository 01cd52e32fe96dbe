// The way of browsers: the platform's WebSocket, which carries text only. Node 20 has none, so `ws` stands in for it.
import { openWebRepl } from "@upykit/transport-webrepl";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { type WebReplServer, startWebReplServer } from "../test/web-repl-server.js";

beforeAll(() => void vi.stubGlobal("WebSocket", WebSocket));
afterAll(() => void vi.unstubAllGlobals());

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
