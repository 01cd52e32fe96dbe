// A port of the serial driver as a wire: bytes both ways with backpressure, control lines, and a close that frees it.
import { once } from "node:events";
import { SerialPortStream } from "@serialport/stream";
import { UpyError } from "@upykit/core/errors";
import {
  type LineWiring,
  type SerialSignals,
  type Transport,
  type WireEvents,
  createTransport,
} from "@upykit/core/transport";
import { type SerialBinding, systemDriver } from "./driver.js";
import { withDirectPorts } from "./unix-port.js";
import { portError } from "./port-errors.js";

/** How to open a port. */
export interface PortSettings {
  readonly baudRate: number;
  readonly wiring: LineWiring | undefined;
  readonly binding: SerialBinding | undefined;
}

/** A port that is open, and its speed. */
export interface OpenPort {
  readonly transport: Transport;
  setBaudRate(baudRate: number): Promise<void>;
}

/** Opens a port of the driver and puts its lines where they do no harm. */
export async function openPort(path: string, settings: PortSettings): Promise<OpenPort> {
  const port = await opened(path, settings);
  const lines = new ControlLines(port, settings.wiring);
  await settle(lines, settings.wiring);
  return {
    transport: createTransport(path, (events) => wireOf(port, lines, events)),
    setBaudRate: (baudRate) => lines.setBaudRate(baudRate),
  };
}

async function opened(path: string, { baudRate, wiring, binding }: PortSettings): Promise<SerialPortStream> {
  const port = new SerialPortStream({
    path,
    baudRate,
    binding: withDirectPorts(binding ?? systemDriver()),
    autoOpen: false,
    hupcl: dropsLines(wiring),
  });
  await call(path, (done) => port.open(done));
  return port;
}

function wireOf(port: SerialPortStream, lines: ControlLines, { push, lose }: WireEvents) {
  port.on("data", push);
  port.on("error", lose);
  port.on("close", lose);
  return {
    // Its error as it is: whatever it says, it is the loss of the link.
    write: (bytes: Uint8Array) =>
      new Promise<void>((resolve, reject) => {
        const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        port.write(chunk, (error) => (error ? reject(error) : resolve()));
      }),
    pause: () => void port.pause(),
    resume: () => void port.resume(),
    setSignals: (signals: SerialSignals) => lines.set(signals),
    close: () => closed(port),
  };
}

async function closed(port: SerialPortStream): Promise<void> {
  if (port.closing) await once(port, "close");
  else if (port.isOpen) await call(port.path, (done) => port.close(done));
}

/**
 * Closing must not move the lines of a board that takes such a move for a reset; a board with USB of its own is to see
 * that nobody listens any more.
 */
function dropsLines(wiring: LineWiring | undefined): boolean {
  return wiring !== "auto-reset" && wiring !== "usb-jtag";
}

/** Linux and macOS raise both lines; on Windows the driver raises DTR where it will drop it, and never RTS. */
function levelsAfterOpening(wiring: LineWiring | undefined): Required<SerialSignals> {
  const isWindows = process.platform === "win32";
  return {
    dataTerminalReady: !isWindows || dropsLines(wiring),
    requestToSend: !isWindows,
    break: false,
  };
}

/**
 * Where the lines are wired for auto-reset, both at the same level do nothing, but a later move of one alone would reset
 * the chip: both are put down, in one step where the system can (Windows moves RTS first, which does no harm).
 * A board with USB of its own needs DTR up. Where it cannot be done (PTY) nothing is lost.
 */
async function settle(lines: ControlLines, wiring: LineWiring | undefined): Promise<void> {
  if (wiring === undefined || wiring === "none") return;
  const up = wiring === "cdc" || wiring === "cdc-esp32";
  await lines.set({ dataTerminalReady: up, requestToSend: up }).catch(() => undefined);
}

/** The lines that this side drives. The driver sets all of them at every call, so their levels are kept here. */
class ControlLines {
  readonly #port: SerialPortStream;
  readonly #wiring: LineWiring | undefined;
  #levels: Required<SerialSignals>;
  #baudRate: number;

  constructor(port: SerialPortStream, wiring: LineWiring | undefined) {
    this.#port = port;
    this.#wiring = wiring;
    this.#levels = levelsAfterOpening(wiring);
    this.#baudRate = port.baudRate;
  }

  async setBaudRate(baudRate: number): Promise<void> {
    await this.#update(baudRate);
    this.#baudRate = baudRate;
  }

  async set(signals: SerialSignals): Promise<void> {
    const levels = { ...this.#levels, ...signals };
    const flags = { dtr: levels.dataTerminalReady, rts: levels.requestToSend, brk: levels.break };
    try {
      await call(this.#port.path, (done) => this.#port.set(flags, done)).catch((error: unknown) =>
        this.#setBySpeed(levels, error),
      );
    } catch (cause) {
      const hint = "A pseudo terminal and some drivers have no control lines.";
      throw new UpyError("unsupported", `The control lines of ${this.#port.path} cannot be set`, {
        hint,
        cause,
      });
    }
    this.#levels = levels;
  }

  /**
   * The driver lifts the break at every call, before it moves the lines. Linux since 6.1.76 refuses that to a CDC device
   * that tells of no break (node-serialport issue 2777): CH9102 and CH343 bridges, CircuitPython, pyboards. But there the
   * speed 0 lets DTR fall and any other raises it again, while RTS stays up (acm_tty_set_termios): enough for a reset and
   * for the 1200 baud touch, not for the bootloader of an ESP32 behind a bridge.
   */
  async #setBySpeed(levels: Required<SerialSignals>, error: unknown): Promise<void> {
    const { dataTerminalReady: dtr, requestToSend: rts } = levels;
    const refused = error instanceof UpyError && /not supported/i.test(String(error.cause));
    if (!refused) throw error;
    const ownUsb = this.#wiring === "cdc" || this.#wiring === "cdc-esp32"; // else both up is as good as both down
    await this.#update(dtr || (!rts && !ownUsb) ? this.#baudRate : 0);
    if (levels.break || (dtr && !rts)) throw error; // both are up now: nothing is held in reset
  }

  #update(baudRate: number): Promise<void> {
    return call(this.#port.path, (done) => this.#port.update({ baudRate }, done));
  }
}

/** A callback of the driver as a promise, its error as a UpyError. */
function call(name: string, start: (done: (error?: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(portError(name, error)) : resolve()));
  });
}
