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
  let opened = false;
  socket.addEventListener("open", () => (opened = true));
  socket.addEventListener("close", (event) => events.end(opened ? endError(url, event) : noHandshake(url)));
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

/**
 * A board's webrepl.py takes the headers of the handshake in the spelling of browsers only; Node's own WebSocket writes
 * them in lower case.
 */
function noHandshake(url: string): Error {
  const hint =
    "Is the board in this network, and was webrepl.start() called? Its port is 8266. In Node, openWebRepl() of @upykit/transport-webrepl/node is needed.";
  return new UpyError("network", `Cannot connect to ${url}`, { hint });
}

/** What a WebSocket throws before it connects. */
export function notConnectable(url: string, cause: unknown): UpyError {
  const kind = cause instanceof Error ? cause.name : "";
  if (kind === "SecurityError") {
    const hint = "Boards have no TLS: serve the page over http://, or from localhost.";
    return new UpyError("access-denied", "An HTTPS page may not connect to a board", { hint, cause });
  }
  if (kind === "ReferenceError") {
    const hint = "In Node, take openWebRepl() of @upykit/transport-webrepl/node.";
    return new UpyError("unsupported", "There is no WebSocket here", { hint, cause });
  }
  const hint = "It has the form ws://192.168.4.1:8266.";
  return new UpyError("invalid-argument", `${url} is not the address of a WebREPL`, { hint, cause });
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
