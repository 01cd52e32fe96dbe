// Raw deflate by the platform's own compressor, which works beside this thread. It writes windows of up to 32 KiB, so a
// block must not be larger than the window that the board inflates with: then no distance in it is either.

import { joinBytes } from "../link/join-bytes.js";

/** `bytes` deflated; null where the platform has no compressor. */
export async function deflateRaw(bytes: Uint8Array): Promise<Uint8Array | null> {
  if (typeof CompressionStream === "undefined") return null;
  const { readable, writable } = new CompressionStream("deflate-raw");
  const writer = writable.getWriter();
  const written = Promise.all([writer.write(bytes as Uint8Array<ArrayBuffer>), writer.close()]);
  const [parts] = await Promise.all([readAll(readable), written]);
  return joinBytes(parts);
}

async function readAll(readable: ReadableStream<Uint8Array>): Promise<Uint8Array[]> {
  const reader = readable.getReader();
  const parts: Uint8Array[] = [];
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return parts;
    parts.push(value);
  }
}
