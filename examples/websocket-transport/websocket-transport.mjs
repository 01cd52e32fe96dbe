// A complete transport: MicroPython's bytes over a WebSocket, as a bridge or a cloud service hands them on.
import { UpyError } from "@upykit/core";
import { createTransport } from "@upykit/core/transport";

const fullBuffer = 64 * 1024;

/** Connects to a server that passes binary messages on to a board, and the board's bytes back. */
export async function openWebSocket(url, { signal } = {}) {
  signal?.throwIfAborted();
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  const transport = createTransport(url, ({ push, lose }) => {
    socket.addEventListener("message", ({ data }) => push(new Uint8Array(data)));
    socket.addEventListener("close", ({ code, reason }) => lose(new Error(reason || `closed with ${code}`)));
    return {
      write: async (bytes) => {
        socket.send(bytes);
        while (socket.bufferedAmount > fullBuffer) await new Promise((resolve) => setTimeout(resolve, 1));
      },
      close: async () => socket.close(),
    };
  });
  await opened(socket, transport, signal);
  return transport;
}

async function opened(socket, transport, signal) {
  try {
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", () =>
        reject(new UpyError("network", `Cannot connect to ${socket.url}`)),
      );
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  } catch (error) {
    await transport.close();
    throw error;
  }
}
