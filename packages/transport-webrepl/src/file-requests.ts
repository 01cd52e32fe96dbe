// The binary half of WebREPL: requests for files, and their answers. Format: struct webrepl_file in
// extmod/modwebrepl.c, MicroPython 1.28.
import { UpyError } from "@upykit/core/errors";

/** What a request asks for. */
export const operations = { put: 1, get: 2, version: 3 } as const;

const headerSize = 82;
const longestName = 63;

/** The request as bytes. @throws `invalid-path` for a name that does not fit */
export function encodeRequest(operation: keyof typeof operations, path = "", size = 0): Uint8Array {
  const name = new TextEncoder().encode(path);
  if (name.length > longestName || name.includes(0)) {
    const hint = "WebREPL's file transfer takes names of up to 63 bytes; the REPL itself takes longer ones.";
    throw new UpyError("invalid-path", `${path} does not fit in a WebREPL request`, { hint });
  }
  const request = new Uint8Array(headerSize);
  const view = new DataView(request.buffer);
  request.set([0x57, 0x41, operations[operation]]); // "WA"
  view.setUint32(12, size, true);
  view.setUint16(16, name.length, true);
  request.set(name, 18);
  return request;
}

/** The code in an answer, which is 0 when all is well. @throws `protocol` */
export function decodeAnswer(answer: Uint8Array): number {
  const [w, b, low = 0, high = 0] = answer;
  if (answer.length !== 4 || w !== 0x57 || b !== 0x42) {
    throw new UpyError("protocol", "The answer to a file request does not begin with WB");
  }
  return low | (high << 8);
}
