// A repair of @serialport/bindings-cpp 13.0.1: its read() on Linux and macOS takes "0 bytes" for "try again". A tty whose
// cable was pulled during a read answers 0 for ever, so that the call never ended and kept a core busy.
import { read } from "node:fs";
import { promisify } from "node:util";
import type { SerialBinding, SerialBindingPort } from "./driver.js";

/** What the driver's ports on Linux and macOS have besides: the file, and a way to wait for it. */
interface UnixPort extends SerialBindingPort {
  readonly fd: number | null;
  readonly poller: { once(event: "readable", listener: (error: Error | null) => void): void };
  read(buffer: Uint8Array, offset: number, length: number): Promise<{ bytesRead: number }>;
}

const readFile = promisify(read);
const tryAgain = ["EAGAIN", "EWOULDBLOCK", "EINTR"];

/** The driver, with ports that notice when they are hung up. */
export function noticingHangUps(binding: SerialBinding): SerialBinding {
  return {
    list: () => binding.list(),
    open: async (options) => {
      const port = await binding.open(options);
      if (isUnix(port)) port.read = (buffer, offset, length) => readOnce(port, buffer, offset, length);
      return port;
    },
  };
}

function isUnix(port: SerialBindingPort): port is UnixPort {
  return "poller" in port && "fd" in port;
}

async function readOnce(
  port: UnixPort,
  buffer: Uint8Array,
  offset: number,
  length: number,
): Promise<{ bytesRead: number; buffer: Uint8Array }> {
  for (;;) {
    if (port.fd === null) throw canceled();
    try {
      const { bytesRead } = await readFile(port.fd, buffer, offset, length, null);
      if (bytesRead === 0) throw new Error("the port was hung up");
      return { bytesRead, buffer };
    } catch (error) {
      if (!tryAgain.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
    await readable(port);
  }
}

function readable(port: UnixPort): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!port.isOpen) reject(canceled());
    else port.poller.once("readable", (error) => (error ? reject(error) : resolve()));
  });
}

/** As the driver says that a read ended because its port was closed. */
function canceled(): Error {
  return Object.assign(new Error("Port is not open"), { canceled: true });
}
