// What runs in the browser of chromium.test.ts: a board over the browser's own WebSocket, which text alone gets through.
import { isUpyError } from "@upykit/core";
import { connectBoard } from "@upykit/core/device";
import { openWebRepl, webReplFiles } from "@upykit/transport-webrepl";

/** What the page found out. */
export interface PageReport {
  readonly printed: string;
  readonly kept: boolean;
  readonly put: boolean;
  readonly lost: { readonly code: string; readonly hint: string | undefined } | null;
}

async function useBoard(url: string): Promise<PageReport> {
  const transport = await openWebRepl(url, { password: "secret" });
  const board = await connectBoard(transport);
  const printed = await board.exec("print('21 °C', bytes([0, 128, 255]))");
  const content = Uint8Array.from({ length: 3000 }, (_, index) => (index * 7) & 255);
  await board.fs.writeFiles([{ path: "/a.bin", content }]);
  const kept = isSame(await board.fs.readFile("/a.bin"), content);
  const fs = webReplFiles(board.fs, transport);
  await fs.writeFiles([{ path: "/lib/b.bin", content }]);
  const put = isSame(await fs.readFile("/lib/b.bin"), content);
  const lost = await board.exec("import sys\nsys.stdout.buffer.write(b'\\xff\\xfe')").then(
    () => null,
    (error: unknown) => (isUpyError(error) ? { code: error.code, hint: error.hint } : null),
  );
  await board.close();
  return { printed, kept, put, lost };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

Object.assign(globalThis, { useBoard });
