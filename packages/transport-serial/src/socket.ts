// TCP as a wire: `socket://host:port`, for WiFi bridges and ser2net in raw mode.
import { type Socket, connect } from "node:net";
import { UpyError } from "@upykit/core/errors";
import { type Wire, type WireEvents, createTransport } from "@upykit/core/transport";
import type { OpenPort } from "./serial-port.js";

/** Where a network port is. */
export interface NetworkPlace {
  /** For messages: the path that was asked for. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** What opening a network port takes. */
export interface NetworkOptions {
  readonly connectTimeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Opens a port that is nothing but bytes over TCP. */
export async function openSocket(place: NetworkPlace, options: NetworkOptions): Promise<OpenPort> {
  const socket = await connectTo(place, options);
  return {
    transport: createTransport(place.name, (events) => socketWire(socket, events)),
    setBaudRate: () => {
      const hint = "The speed is set on the bridge; rfc2217:// can set it from here.";
      return Promise.reject(new UpyError("unsupported", `${place.name} has no speed of its own`, { hint }));
    },
  };
}

/** Connects. @throws `network`, `no-response` */
export async function connectTo(place: NetworkPlace, options: NetworkOptions): Promise<Socket> {
  const limit = AbortSignal.timeout(options.connectTimeout ?? 10_000);
  const { host, port } = place;
  // Without a delay the system asks after two hours whether a bridge that lost its power is still there.
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 });
  try {
    await connected(socket, options.signal ? AbortSignal.any([options.signal, limit]) : limit);
    return socket;
  } catch (error) {
    socket.destroy();
    options.signal?.throwIfAborted();
    throw connectError(place, error, limit.aborted);
  }
}

function connected(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error("timed out"));
    signal.addEventListener("abort", abort, { once: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      signal.removeEventListener("abort", abort);
      socket.off("error", reject);
      resolve();
    });
  });
}

function connectError(place: NetworkPlace, cause: unknown, late: boolean): UpyError {
  const hint = "Is the bridge switched on, and does it listen at this port?";
  if (late) return new UpyError("no-response", `${place.name} does not answer`, { hint, cause });
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UpyError("network", `Cannot connect to ${place.name}: ${why}`, { hint, cause });
}

/** A connected socket as a wire. */
export function socketWire(socket: Socket, { push, lose }: WireEvents): Wire {
  socket.on("data", push);
  socket.on("error", lose);
  socket.on("end", () => lose(new Error("the other side hung up")));
  socket.on("close", () => lose());
  return {
    write: (bytes: Uint8Array) =>
      new Promise<void>((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => {
      socket.destroy();
      return Promise.resolve();
    },
  };
}
