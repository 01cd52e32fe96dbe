// WebREPL from Node: the same, with a WebSocket (`ws`) that sends and takes any bytes as text, and can be held back.
import type { RawData } from "ws";
import { WebSocket } from "ws";
import { type OpenWebReplOptions, type WebReplTransport, openWebRepl as open } from "../open-web-repl.js";
import type { ConnectReplSocket } from "../repl-socket.js";

/** As `openWebRepl` of `@upykit/transport-webrepl`, but all 256 byte values get through, both ways. */
export function openWebRepl(url: string, options: OpenWebReplOptions): Promise<WebReplTransport> {
  return open(url, { connect: connectWs, ...options });
}

const connectWs: ConnectReplSocket = (url, events) => {
  const socket = new WebSocket(url, { skipUTF8Validation: true, perMessageDeflate: false });
  let failure: Error | undefined;
  socket.on("message", (data: RawData, isBinary: boolean) => {
    if (isBinary) events.binary(bytesOf(data));
    else events.text(bytesOf(data));
  });
  socket.on("error", (error) => (failure = error));
  socket.on("close", (code) => events.end(failure ?? new Error(`the connection ended (${code})`)));
  const send = (bytes: Uint8Array, binary: boolean) =>
    new Promise<void>((resolve, reject) => {
      socket.send(bytes, { binary }, (error) => (error ? reject(error) : resolve()));
    });
  return {
    textOnly: false,
    sendText: (bytes) => send(bytes, false),
    sendBinary: (bytes) => send(bytes, true),
    close: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
};

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return new Uint8Array(Buffer.concat(data));
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
