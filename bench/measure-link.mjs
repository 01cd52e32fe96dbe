// One measurement of a link, in Node and in a page alike: 1 MiB there and back in milliseconds, bare or to a board.
import { connectBoard } from "@upykit/core/device";

export const size = 1024 * 1024;

/** A board's file, new each time so that nothing is skipped: connects, then measures at each call. */
export async function boardMeter(transport, wrap = (fs) => fs) {
  const board = await connectBoard(transport);
  const fs = wrap(board.fs, transport);
  return {
    measure: async () => {
      const content = randomBytes();
      const write = await timeOf(() => fs.writeFiles([{ path: "/big.bin", content }]));
      const read = await timeOf(() => fs.readFile("/big.bin"));
      return { write, read };
    },
    close: () => board.close(),
  };
}

/** The same for bytes that nobody looks at: what the link itself moves. */
export function bareMeter(transport) {
  const writer = transport.writable.getWriter();
  const reader = transport.readable.getReader();
  const request = new Uint8Array(size + 4);
  new DataView(request.buffer).setUint32(0, size, true);
  return {
    measure: async () => {
      let rest = 0;
      const write = await timeOf(async () => {
        await writer.write(request);
        rest = size + 1 - (await reader.read()).value.length;
      });
      const read = await timeOf(async () => {
        while (rest > 0) rest -= (await reader.read()).value.length;
      });
      return { write, read };
    },
    close: () => transport.close(),
  };
}

function randomBytes() {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536)
    globalThis.crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

async function timeOf(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
