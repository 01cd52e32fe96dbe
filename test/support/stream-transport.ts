// A transport over Node streams, for tests only: enough for a PTY without a serial driver.

import type { Readable, Writable } from "node:stream";
import type { Transport } from "@upykit/core/transport";
import { UpyError } from "@upykit/core";

/** Makes a transport of a readable and a writable; closing it destroys both. */
export function streamTransport(name: string, source: Readable, sink: Writable): Transport {
  let reader: ReadableStreamDefaultController<Uint8Array>;
  let release: (error: unknown) => void = () => undefined;
  let isOpen = true;
  let failure: UpyError | undefined;
  const closed = new Promise<unknown>((resolve) => (release = resolve));
  const down = (error: UpyError | undefined) => {
    if (!isOpen) return;
    isOpen = false;
    failure = error ?? new UpyError("link-closed", `${name} was closed`);
    source.destroy();
    sink.destroy();
    if (error === undefined) reader.close();
    else reader.error(error);
    release(error);
  };
  const lost = (cause?: unknown) => down(new UpyError("link-lost", `${name} is gone`, { cause }));
  source.on("error", lost).on("close", () => lost());
  if ((sink as unknown) !== source) sink.on("error", lost).on("close", () => lost());
  const close = () => {
    down(undefined);
    return Promise.resolve();
  };
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      reader = controller;
      source.pause();
      source.on("data", (chunk: Buffer) => {
        controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 0) <= 0) source.pause();
      });
      source.pause();
    },
    pull: () => void source.resume(),
    cancel: () => void source.pause(),
  });
  const writable = new WritableStream<Uint8Array>({
    write: (chunk) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        sink.write(chunk, (error) => (error ? reject(failure ?? error) : resolve()));
      }),
  });
  return { name, readable, writable, closed, close };
}
