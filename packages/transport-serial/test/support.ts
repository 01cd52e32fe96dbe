// Small things that the tests of links share.
import { spawnSync } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import { requirement } from "../../../test/support/requirements.js";

/** Whether a program can be started here. */
export function hasProgram(name: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;
}

/** A TCP port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The next `count` bytes of a stream; the lock is given back. */
export async function readExactly(readable: ReadableStream<Uint8Array>, count: number): Promise<Uint8Array> {
  const reader = readable.getReader();
  const bytes = new Uint8Array(count);
  try {
    for (let at = 0; at < count;) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream ended after ${at} of ${count} bytes`);
      bytes.set(value.subarray(0, count - at), at);
      at += value.length;
    }
    return bytes;
  } finally {
    reader.releaseLock();
  }
}

/** Whether to run tests that need something; says so where it is missing, and fails on a build server. */
export function available(what: string, there: boolean): boolean {
  return requirement(there ? null : `${what} is missing`) === null;
}
