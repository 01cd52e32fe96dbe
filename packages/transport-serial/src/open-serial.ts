// The way in: opens a serial port, or a network one, by its path.
import { realpath } from "node:fs/promises";
import { UpyError } from "@upykit/core/errors";
import {
  type LineWiring,
  type ResetOptions,
  type Transport,
  enterBootloader,
  hardReset,
} from "@upykit/core/transport";
import { type ListPortsOptions, type PortInfo, listPorts, matches } from "./list-ports.js";
import { openRfc2217 } from "./rfc2217.js";
import type { SerialBinding } from "./driver.js";
import { type OpenPort, openPort } from "./serial-port.js";
import { openSocket } from "./socket.js";

/** What {@link openSerial} takes. */
export interface OpenSerialOptions extends ListPortsOptions {
  /** Bits per second, default 115200. USB boards do not care; UART bridges do. */
  readonly baudRate?: number | undefined;
  /** How DTR and RTS are wired; by default what the port's USB ids say. `none` leaves the lines alone. */
  readonly wiring?: LineWiring | undefined;
  /** Another driver than `@serialport/bindings-cpp`, of the same shape. */
  readonly binding?: SerialBinding | undefined;
  /** How long a network port may take to answer, in milliseconds; default 10 s. */
  readonly connectTimeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A serial port as a transport, with what only a serial port has. */
export interface SerialTransport extends Transport {
  /** What was found out about the port; undefined for a network port or one that the system does not list. */
  readonly port: PortInfo | undefined;
  /** Changes the speed. @throws `unsupported` where the port has none */
  setBaudRate(baudRate: number): Promise<void>;
  /** As the reset button does; the link is lost with it where the chip is its own USB. @throws `unsupported` */
  hardReset(options?: Pick<ResetOptions, "signal">): Promise<void>;
  /** Restarts the chip into its bootloader; the link is lost with it on USB of its own. @throws `unsupported` */
  enterBootloader(options?: Pick<ResetOptions, "signal">): Promise<void>;
}

/**
 * Opens a port: "/dev/ttyACM0", "/dev/serial/by-id/usb-…", "COM3", "socket://host:port" (bytes over TCP) or
 * "rfc2217://host:port" (ser2net, esp_rfc2217_server: TCP with speed and control lines).
 *
 * Opening does not reset the board, whatever bridge it is behind.
 *
 * @throws `file-not-found` no such port · `access-denied` no permission · `link-busy` another program has it ·
 *   `network` or `no-response` for a network port · `unsupported` the speed, or a server without RFC 2217
 */
export async function openSerial(path: string, options: OpenSerialOptions = {}): Promise<SerialTransport> {
  const { baudRate = 115_200, signal } = options;
  signal?.throwIfAborted();
  if (!Number.isInteger(baudRate) || baudRate <= 0) {
    throw new UpyError("invalid-argument", `${baudRate} is not a baud rate`);
  }
  const port = await describePort(path, options);
  const wiring = options.wiring ?? port?.wiring;
  const open = await openPath(path, { ...options, baudRate, wiring });
  if (signal?.aborted) await open.transport.close();
  signal?.throwIfAborted();
  return serialTransport(open, { path, port, wiring });
}

interface PathOptions extends OpenSerialOptions {
  readonly baudRate: number;
}

async function openPath(path: string, options: PathOptions): Promise<OpenPort> {
  const network = /^(socket|rfc2217):\/\/(?:\[([^\]]+)\]|([^:/?#]+)):(\d+)\/?(?:\?.*)?$/i.exec(path);
  if (network && Number(network[4]) < 65_536) {
    const place = { name: path, host: network[2] ?? network[3] ?? "", port: Number(network[4]) };
    return network[1]?.toLowerCase() === "socket" ? openSocket(place, options) : openRfc2217(place, options);
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    const hint = "Take a port's path, socket://host:port or rfc2217://host:port.";
    throw new UpyError("invalid-argument", `${path} is not a serial port`, { hint });
  }
  return openPort(path, { ...options, wiring: options.wiring, binding: options.binding });
}

/** What the system tells of the port. Not knowing is no reason not to open it. */
async function describePort(path: string, options: OpenSerialOptions): Promise<PortInfo | undefined> {
  if (options.binding || path.includes("://")) return undefined;
  const names = [path, await realpath(path).catch(() => path)];
  const isIt = (port: PortInfo) => names.some((name) => matches(port, { path: name }));
  const ports = await listPorts(isIt, options).catch(() => []);
  return ports[0];
}

interface OpenedPort {
  readonly path: string;
  readonly port: PortInfo | undefined;
  readonly wiring: LineWiring | undefined;
}

function serialTransport(open: OpenPort, { path, port, wiring }: OpenedPort): SerialTransport {
  const { transport } = open;
  // A chip behind a bridge has a UART, whose buffer overflows.
  const holdsBack = wiring === "cdc" || /^\/dev\/pts\//.test(path);
  return {
    ...transport,
    ...(holdsBack && { flowControl: true }),
    port,
    setBaudRate: (baudRate) => open.setBaudRate(baudRate),
    hardReset: (options) => hardReset(transport, { wiring, ...options }),
    enterBootloader: (options) =>
      wiring === "cdc" ? touch(open, options?.signal) : enterBootloader(transport, { wiring, ...options }),
  };
}

/**
 * The "1200 baud touch": a board with USB of its own takes a DTR that falls at this speed as the wish for its
 * bootloader. Source: MicroPython 1.28 shared/tinyusb/mp_usbd_cdc.c, CircuitPython 10 supervisor/shared/usb.
 */
async function touch(open: OpenPort, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await open.setBaudRate(1200);
  await open.transport.setSignals?.({ dataTerminalReady: false, requestToSend: false });
}
