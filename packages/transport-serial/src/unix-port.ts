// Reading and writing for the ports of @serialport/bindings-cpp 13.0.1 on Linux and macOS, in the place of its own:
// - It takes "0 bytes read" for "try again". A tty whose cable was pulled during a read answers 0 for ever, so that the
//   call never ended and kept a core busy.
// - A write that waits was forgotten when bytes came in meanwhile: see readiness.ts.
// - Closing waits half a minute for a board that takes nothing to take what the system still holds (closing_wait).
// - It goes through the thread pool for each 4 KiB that a tty holds, although its files never block.
import { readSync, writeSync } from "node:fs";
import type { SerialBinding, SerialBindingPort } from "./driver.js";
import { type Poller, Readiness } from "./readiness.js";

/** What the driver's ports on Linux and macOS have besides: the file, and a way to wait for it. */
interface UnixPort extends SerialBindingPort {
  readonly fd: number | null;
  readonly poller: Poller;
  read(buffer: Uint8Array, offset: number, length: number): Promise<{ bytesRead: number }>;
  write(buffer: Uint8Array): Promise<void>;
  drain(): Promise<void>;
  flush(): Promise<void>;
}

const tryAgain = ["EAGAIN", "EWOULDBLOCK", "EINTR"];
/** A tty hands out this much at a time while it has more. */
const fullRead = 4095;

/** The driver, with ports that read and write directly and notice when they are hung up. */
export function withDirectPorts(binding: SerialBinding): SerialBinding {
  return {
    list: () => binding.list(),
    open: async (options) => {
      const port = await binding.open(options);
      if (!isUnix(port)) return port;
      const readiness = new Readiness(port.poller);
      port.read = (buffer, offset, length) => read(port, readiness, buffer.subarray(offset, offset + length));
      port.write = (buffer) => write(port, readiness, buffer);
      const close = port.close.bind(port);
      port.close = async () => {
        const isStuck = readiness.cancel("writable", canceled()) || !(await isDrained(port));
        if (isStuck) await port.flush().catch(() => undefined);
        await close();
      };
      return port;
    },
  };
}

/** How long closing waits for what was written to go out, in milliseconds: a UART needs two seconds for a full buffer. */
const drainTime = 3000;

function isDrained(port: UnixPort): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), drainTime);
    const done = () => {
      clearTimeout(timer);
      resolve(true);
    };
    port.drain().then(done, done); // one that was pulled out cannot be waited for
  });
}

function isUnix(port: SerialBindingPort): port is UnixPort {
  return "poller" in port && "fd" in port;
}

/** Waits for bytes, then takes all there are. */
async function read(
  port: UnixPort,
  readiness: Readiness,
  into: Uint8Array,
): Promise<{ bytesRead: number; buffer: Uint8Array }> {
  for (;;) {
    const bytesRead = readAvailable(port, into);
    if (bytesRead > 0) return { bytesRead, buffer: into };
    await readiness.wait("readable");
  }
}

function readAvailable(port: UnixPort, into: Uint8Array): number {
  let taken = 0;
  while (taken < into.length) {
    const count = attempt(() => readSync(fileOf(port), into, taken, into.length - taken, null));
    if (count === 0) throw new Error("the port was hung up");
    taken += count ?? 0;
    if (count === undefined || count < fullRead) break;
  }
  return taken;
}

/** What fits goes at once, the rest when there is room. */
async function write(port: UnixPort, readiness: Readiness, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const count = attempt(() => writeSync(fileOf(port), bytes, at));
    at += count ?? 0;
    if (count === undefined) await readiness.wait("writable");
  }
}

/** Undefined when the call would have had to wait. */
function attempt(call: () => number): number | undefined {
  try {
    return call();
  } catch (error) {
    if (tryAgain.includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

function fileOf(port: UnixPort): number {
  if (port.fd === null || !port.isOpen) throw canceled();
  return port.fd;
}

/** As the driver says that a call ended because its port was closed. */
function canceled(): Error {
  return Object.assign(new Error("Port is not open"), { canceled: true });
}
