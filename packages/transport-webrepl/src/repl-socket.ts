// What WebREPL needs of a WebSocket, and the browser's behind it. WebREPL sends the terminal in text frames whatever
// the bytes are, so a client for all 256 values must be able to look behind the text; a browser cannot.
import { UpyError } from "@upykit/core/errors";

/** What a {@link ReplSocket} tells. */
export interface ReplSocketEvents {
  /** The payload of a text frame. */
  readonly text: (bytes: Uint8Array) => void;
  /** The payload of a binary frame. */
  readonly binary: (bytes: Uint8Array) => void;
  /** The connection failed or ended. */
  readonly end: (cause?: unknown) => void;
}

/** A WebSocket as WebREPL needs it. Each call to send makes one frame, and resolves when more can be sent. */
export interface ReplSocket {
  /** True where a text frame must be UTF-8, as RFC 6455 has it and browsers insist. */
  readonly textOnly: boolean;
  sendText(bytes: Uint8Array): Promise<void>;
  sendBinary(bytes: Uint8Array): Promise<void>;
  close(): void;
  pause?(): void;
  resume?(): void;
}

/** Makes a connection. */
export type ConnectReplSocket = (url: string, events: ReplSocketEvents) => ReplSocket;

const fullBuffer = 64 * 1024;
const abnormalEnd = 1006;

/** A connection by the WebSocket of the platform. Text only: what is not UTF-8 is refused, both ways. */
export const connectWebSocket: ConnectReplSocket = (url, events) => {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  socket.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === "string") events.text(encoder.encode(data));
    else events.binary(new Uint8Array(data));
  });
  // Says nothing itself, and is followed by a close; where nobody listens, Node throws it.
  socket.addEventListener("error", () => undefined);
  socket.addEventListener("close", (event) => events.end(endError(url, event)));
  return {
    textOnly: true,
    sendText: (bytes) => {
      // Kept until its rest comes: a character that a chunk ends in the middle of.
      const text = decodeText(decoder, bytes);
      if (text !== "") socket.send(text);
      return roomIn(socket);
    },
    sendBinary: (bytes) => {
      socket.send(bytes.slice());
      return roomIn(socket);
    },
    close: () => socket.close(),
  };
};

function decodeText(decoder: TextDecoder, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes, { stream: true });
  } catch (cause) {
    const hint = "In Node, openWebRepl() of @upykit/transport-webrepl/node sends any bytes.";
    throw new UpyError("unsupported", "WebREPL in a browser carries text only", { hint, cause });
  }
}

/** A browser that refuses what is no text says the same as for a board that is gone: 1006. */
function endError(url: string, { code, reason }: CloseEvent): Error {
  if (code !== abnormalEnd) return new Error(reason || `the connection ended (${code})`);
  const hint =
    "Was the board reset? Code that prints bytes which are no text ends the link, too: have it print hexadecimal or base64.";
  return new UpyError("link-lost", `The link to ${url} was lost`, { hint });
}

/** A browser tells how much waits to be sent, but not when it is gone. */
async function roomIn(socket: WebSocket): Promise<void> {
  while (socket.bufferedAmount > fullBuffer && socket.readyState === WebSocket.OPEN) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
