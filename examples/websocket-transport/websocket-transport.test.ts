// The transport of docs/write-your-own-transport.md keeps the contract, is what the page shows, and carries a board.
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connectBoard } from "@upykit/core/device";
import { createVirtualBoard, describeTransport } from "@upykit/core/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createInbox } from "../../test/support/inbox.js";
import { openWebSocket } from "./websocket-transport.mjs";

// Node has a WebSocket of its own from version 22 on; browsers have one anyway.
if (!("WebSocket" in globalThis)) Object.assign(globalThis, { WebSocket });

async function startServer(onMessage: (bytes: Uint8Array, socket: WebSocket) => void) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  server.on("connection", (socket) => socket.on("message", (data: Buffer) => onMessage(data, socket)));
  const close = () => {
    for (const client of server.clients) client.terminate();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { server, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

describeTransport(
  "the WebSocket transport of the docs",
  async () => {
    const inbox = createInbox();
    const { server, url, close } = await startServer((bytes, socket) => {
      socket.pause();
      void inbox.push(new Uint8Array(bytes)).then(() => socket.resume());
    });
    return {
      open: () => openWebSocket(url),
      peer: {
        write: (bytes) => {
          for (const client of server.clients) client.send(bytes);
          return Promise.resolve();
        },
        read: (count) => inbox.read(count),
        unplug: () => server.clients.forEach((client) => client.terminate()),
      },
      dispose: close,
    };
  },
  { describe, test },
);

test("is what the page shows, in less than 60 lines", () => {
  const source = readFileSync(new URL("websocket-transport.mjs", import.meta.url), "utf8");
  const page = readFileSync(new URL("../../docs/write-your-own-transport.md", import.meta.url), "utf8");
  expect(page).toContain(source.trim());
  expect(source.trim().split("\n").length).toBeLessThan(60);
});

test("carries a board", async () => {
  const virtual = await createVirtualBoard();
  onTestFinished(() => virtual[Symbol.asyncDispose]());
  const link = virtual.transport();
  const toBoard = link.writable.getWriter();
  const { server, url, close } = await startServer((bytes) => void toBoard.write(new Uint8Array(bytes)));
  onTestFinished(close);
  const toClients = new WritableStream<Uint8Array>({
    write: (bytes) => server.clients.forEach((client) => client.send(bytes)),
  });
  void link.readable.pipeTo(toClients).catch(() => undefined);
  const board = await connectBoard(await openWebSocket(url));
  expect(await board.exec("print('over a WebSocket')")).toBe("over a WebSocket\r\n");
  await board.close();
});

test("nobody there is an error that says so", async () => {
  const { url, close } = await startServer(() => undefined);
  await close();
  await expect(openWebSocket(url)).rejects.toMatchObject({ code: "network" });
});
