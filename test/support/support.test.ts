import { openSync } from "node:fs";
import { ReadStream } from "node:tty";
import { expect, test } from "vitest";
import type { Transport } from "@upykit/core/transport";
import { missingMicrobit, startMicrobit } from "./microbit.js";
import { openPty } from "./pty.js";
import { streamTransport } from "./stream-transport.js";

test("a PTY carries all bytes both ways", async () => {
  await using pty = openPty();
  const stream = new ReadStream(openSync(pty.path, "r+"));
  const driver = streamTransport(pty.path, stream, stream);
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (const [from, to] of [
    [driver, pty.peer],
    [pty.peer, driver],
  ] as const) {
    await write(from, bytes);
    expect(await read(to, (all) => all.length >= 256)).toEqual(bytes);
  }
  await driver.close();
});

test.skipIf(missingMicrobit() !== null)("the micro:bit answers in the raw REPL", async () => {
  await using microbit = await startMicrobit();
  const link = microbit.open();
  await write(link, new TextEncoder().encode("\r\x03\x03\x01"));
  await read(link, (all) => text(all).includes("raw REPL; CTRL-B to exit\r\n>"));
  await write(link, new TextEncoder().encode("import sys; print(sys.implementation)\x04"));
  const answer = await read(link, (all) => text(all).endsWith("\x04\x04>"));
  expect(text(answer)).toContain("OK(name='micropython', version=(1, 9, 2))");
  await link.close();
});

async function write(transport: Transport, bytes: Uint8Array): Promise<void> {
  const writer = transport.writable.getWriter();
  await writer.write(bytes);
  writer.releaseLock();
}

async function read(transport: Transport, enough: (all: Uint8Array) => boolean): Promise<Uint8Array> {
  const reader = transport.readable.getReader();
  let all = new Uint8Array();
  while (!enough(all)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the link ended after ${JSON.stringify(text(all))}`);
    all = new Uint8Array([...all, ...value]);
  }
  reader.releaseLock();
  return all;
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
