import { UpyError } from "@upykit/core";
import { type Wire, type WireEvents, createTransport } from "@upykit/core/transport";
import { expect, test } from "vitest";

/** A wire that the test holds the other end of. */
function bench(overrides: Partial<Wire> = {}) {
  const heard: string[] = [];
  let events: WireEvents | undefined;
  const transport = createTransport("a wire", (given) => {
    events = given;
    return {
      write: (bytes) => Promise.resolve(void heard.push(`write ${String(bytes)}`)),
      close: () => Promise.resolve(void heard.push("close")),
      pause: () => void heard.push("pause"),
      resume: () => void heard.push("resume"),
      ...overrides,
    };
  });
  if (!events) throw new Error("connect was not called");
  return { transport, heard, ...events };
}

test("holds the other side back while nobody reads, and lets it go on when all is read", async () => {
  const { transport, heard, push } = bench();
  push(new Uint8Array(60_000));
  expect(heard).toEqual([]);
  push(new Uint8Array(60_000));
  expect(heard).toEqual(["pause"]);
  const reader = transport.readable.getReader();
  await reader.read();
  await reader.read();
  expect(heard).toEqual(["pause", "resume"]);
});

test("a Node Buffer comes out as a Uint8Array of its own", async () => {
  const { transport, push } = bench();
  push(Buffer.from([1, 2, 3]));
  const { value } = await transport.readable.getReader().read();
  expect(value?.constructor).toBe(Uint8Array);
  expect(value).toEqual(Uint8Array.of(1, 2, 3));
});

test("what came before a loss can still be read", async () => {
  const { transport, push, lose } = bench();
  push(Uint8Array.of(7));
  lose(new Error("unplugged"));
  const reader = transport.readable.getReader();
  expect((await reader.read()).value).toEqual(Uint8Array.of(7));
  await expect(reader.read()).rejects.toMatchObject({ code: "link-lost", cause: { message: "unplugged" } });
});

test("a loss frees the port, once, and keeps the wire's own error", async () => {
  const { transport, heard, lose } = bench();
  const error = new UpyError("unsupported", "text only");
  lose(error);
  lose();
  expect(await transport.closed).toBe(error);
  await transport.close();
  expect(heard).toEqual(["close"]);
});

test("a write that fails is the loss of the link", async () => {
  const { transport } = bench({ write: () => Promise.reject(new Error("EIO")) });
  const writing = transport.writable.getWriter().write(Uint8Array.of(1));
  await expect(writing).rejects.toMatchObject({ code: "link-lost", cause: { message: "EIO" } });
  expect(await transport.closed).toMatchObject({ code: "link-lost" });
});

test("a write that does not end fails when the link is closed", async () => {
  const { transport } = bench({ write: () => new Promise(() => undefined) });
  const writing = transport.writable.getWriter().write(Uint8Array.of(1));
  const failed = expect(writing).rejects.toMatchObject({ code: "link-closed" });
  await transport.close();
  await failed;
});

test("a wire that is lost while it is made, or cannot be closed, is down all the same", async () => {
  const transport = createTransport("a wire", ({ lose }) => {
    lose("at once");
    return { write: () => Promise.resolve(), close: () => Promise.reject(new Error("gone")) };
  });
  expect(await transport.closed).toMatchObject({ code: "link-lost", cause: "at once" });
});

test("has control lines only where the wire has", async () => {
  expect("setSignals" in bench().transport).toBe(false);
  const { transport, heard } = bench({
    setSignals: (signals) => Promise.resolve(void heard.push(JSON.stringify(signals))),
  });
  await transport.setSignals?.({ break: true });
  expect(heard).toEqual(['{"break":true}']);
  await transport.close();
  await expect(transport.setSignals?.({})).rejects.toMatchObject({ code: "link-closed" });
});

test("a reader that leaves does not close the link", async () => {
  const { transport, heard, push } = bench();
  await transport.readable.cancel();
  push(new Uint8Array(100_000));
  await transport.writable.getWriter().write(Uint8Array.of(1));
  expect(heard).toEqual(["write 1"]);
});
