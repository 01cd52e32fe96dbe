// A Web Serial port as a transport. Anything of the shape of a SerialPort will do: the browser's, the WebUSB polyfill
// of Android, one made for tests. Follows the Web Serial API (WICG, 2024), whose rules about locks and errors are kept here.
import { UpyError } from "@upykit/core/errors";
import {
  type LineWiring,
  type ResetOptions,
  type SerialSignals,
  type Transport,
  type Wire,
  type WireEvents,
  createTransport,
  enterBootloader,
  findUsbBoard,
  hardReset,
} from "@upykit/core/transport";
import { openError } from "./port-errors.js";

/** What is needed of a Web Serial `SerialPort`. */
export interface SerialPortLike {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  /** Whether it is plugged in; browsers from 2024 on. */
  readonly connected?: boolean;
  open(options: { baudRate: number; bufferSize?: number }): Promise<void>;
  close(): Promise<void>;
  getInfo?(): { usbVendorId?: number | undefined; usbProductId?: number | undefined };
  setSignals?(signals: SerialSignals): Promise<void>;
  forget?(): Promise<void>;
  addEventListener?(type: "disconnect", listener: () => void): void;
  removeEventListener?(type: "disconnect", listener: () => void): void;
}

/** What {@link openWebSerial} takes. */
export interface OpenWebSerialOptions {
  /** Bits per second, default 115200. USB boards do not care; UART bridges do. */
  readonly baudRate?: number | undefined;
  /** Bytes that the browser keeps while the page is busy; default 256 KiB, a fifth of a second of full-speed USB. */
  readonly bufferSize?: number | undefined;
  /** How DTR and RTS are wired; by default what the port's USB ids say. `none` leaves the lines alone. */
  readonly wiring?: LineWiring | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A Web Serial port as a transport, with what only such a port has. */
export interface WebSerialTransport extends Transport {
  /** The port that was opened. */
  readonly port: SerialPortLike;
  /** As the reset button does; the link is lost with it where the chip is its own USB. @throws `unsupported` */
  hardReset(options?: Pick<ResetOptions, "signal">): Promise<void>;
  /** Restarts the chip into its bootloader. @throws `unsupported` */
  enterBootloader(options?: Pick<ResetOptions, "signal">): Promise<void>;
  /** Closes the port and takes back the page's permission for it. @throws `unsupported` where the browser cannot */
  forget(): Promise<void>;
}

/**
 * Opens a port that the user chose ({@link requestBoard}) or chose before ({@link grantedPorts}).
 *
 * @throws `link-busy` it is open already, here or in another program · `link-lost` it is unplugged · `access-denied`
 */
export async function openWebSerial(
  port: SerialPortLike,
  options: OpenWebSerialOptions = {},
): Promise<WebSerialTransport> {
  const { baudRate = 115_200, bufferSize = 256 * 1024, signal } = options;
  signal?.throwIfAborted();
  const ids = port.getInfo?.() ?? {};
  const board = findUsbBoard(ids.usbVendorId, ids.usbProductId);
  const name = board?.name ?? "serial port";
  await port.open({ baudRate, bufferSize }).catch((error: unknown) => {
    throw openError(name, error, port.connected);
  });
  const wiring = options.wiring ?? board?.wiring;
  await settle(port, wiring);
  const transport = createTransport(name, (events) => portWire(port, events));
  if (signal?.aborted) await transport.close();
  signal?.throwIfAborted();
  return {
    ...transport,
    // A chip behind a bridge has a UART, whose buffer overflows.
    ...(wiring === "cdc" && { flowControl: true }),
    port,
    hardReset: (reset) => hardReset(transport, { wiring, ...reset }),
    // "cdc-esp32" wants both lines to change at once, and the browser moves one after the other.
    enterBootloader: (reset) =>
      enterBootloader(transport, { wiring: wiring === "cdc-esp32" ? "cdc" : wiring, ...reset }),
    forget: async () => {
      await transport.close();
      if (!port.forget) throw new UpyError("unsupported", "This browser cannot forget a port");
      await port.forget();
    },
  };
}

/**
 * The browser raises DTR and RTS when it opens; see the same place in `@upykit/transport-serial`. RTS goes first, by
 * itself: on Windows the browser moves one after the other, and DTR down while RTS is up is a reset.
 */
async function settle(port: SerialPortLike, wiring: LineWiring | undefined): Promise<void> {
  if (wiring === undefined || wiring === "none") return;
  const up = wiring === "cdc" || wiring === "cdc-esp32";
  try {
    if (!up) await port.setSignals?.({ requestToSend: false });
    await setLines(port, { dataTerminalReady: up, requestToSend: up });
  } catch {
    // A port without lines: nothing is lost.
  }
}

function portWire(port: SerialPortLike, events: WireEvents): Wire {
  const pump = new ReadPump(port, events);
  const output = new WriteSide(port);
  const unplugged = () => events.lose(new Error("unplugged"));
  port.addEventListener?.("disconnect", unplugged);
  void pump.run();
  return {
    write: (bytes) => output.write(bytes),
    pause: () => pump.pause(),
    resume: () => pump.resume(),
    setSignals: (signals) => setSignals(port, signals),
    close: async () => {
      port.removeEventListener?.("disconnect", unplugged);
      // A port closes only when neither stream is locked.
      await Promise.all([pump.stop(), output.stop()]);
      await port.close();
    },
  };
}

/** Reads as long as somebody listens, through as many readables as the port brings forth. */
class ReadPump {
  readonly #port: SerialPortLike;
  readonly #events: WireEvents;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #stopped = false;
  #finished: Promise<void> = Promise.resolve();
  #goOn: Promise<void> | undefined;
  #resume: () => void = () => undefined;

  constructor(port: SerialPortLike, events: WireEvents) {
    this.#port = port;
    this.#events = events;
  }

  run(): Promise<void> {
    return (this.#finished = this.#readAll());
  }

  pause(): void {
    this.#goOn = new Promise((resolve) => (this.#resume = resolve));
  }

  resume(): void {
    this.#goOn = undefined;
    this.#resume();
  }

  /** Ends the pending read and gives the lock back: the port cannot be closed before. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.resume();
    await this.#reader?.cancel().catch(() => undefined);
    await this.#finished;
  }

  /**
   * An error in the data (framing, parity, overrun, break) ends a readable, and the port has a new one in its place;
   * an error that is the end of the port leaves null there.
   */
  async #readAll(): Promise<void> {
    let cause: unknown;
    for (let readable = this.#next(); readable; readable = this.#next(readable)) {
      this.#reader = readable.getReader();
      cause = await this.#readOne(this.#reader).catch((error: unknown) => error);
      this.#reader.releaseLock();
      this.#reader = undefined;
    }
    if (!this.#stopped) this.#events.lose(cause);
  }

  /** The readable to go on with. The same one again has ended without an error: nothing will come any more. */
  #next(last?: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> | undefined {
    const { readable } = this.#port;
    return this.#stopped || readable === last ? undefined : (readable ?? undefined);
  }

  async #readOne(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    for (;;) {
      await this.#goOn;
      const { value, done } = await reader.read();
      if (done) return;
      this.#events.push(value);
    }
  }
}

/** How long closing waits for what was written to go out, in milliseconds: a device that is stuck takes nothing. */
const drainTime = 500;

/** Writes with one lock, which it gives back when it is stopped. */
class WriteSide {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #writing = false;

  constructor(port: SerialPortLike) {
    this.#writer = port.writable?.getWriter();
    this.#writer?.closed.catch(() => undefined);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#writer) throw new Error("the port is gone");
    this.#writing = true;
    await this.#writer.write(bytes);
    this.#writing = false;
  }

  /** Lets out what was written; a write that the device does not take would keep the port from closing. */
  async stop(): Promise<void> {
    const writer = this.#writer;
    if (!writer) return;
    if (!this.#writing) await atMost(drainTime, writer.close());
    await atMost(drainTime, writer.abort());
    writer.releaseLock();
  }
}

/** Waits for something to settle, but not for long. */
async function atMost(milliseconds: number, settling: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([settling.catch(() => undefined), enough]);
  clearTimeout(timer);
}

async function setSignals(port: SerialPortLike, signals: SerialSignals): Promise<void> {
  try {
    if (!port.setSignals) throw new Error("this port has no setSignals()");
    await setLines(port, signals);
  } catch (cause) {
    throw new UpyError("unsupported", "The control lines of this port cannot be set", { cause });
  }
}

/**
 * On Windows usbser.sys tells the board of a new RTS only when DTR is set, and the browser sets DTR first: without the
 * second call each move of RTS came one step late, and left an ESP32-C3 held in reset.
 */
async function setLines(port: SerialPortLike, signals: SerialSignals): Promise<void> {
  const { dataTerminalReady, requestToSend } = signals;
  await port.setSignals?.(signals);
  if (dataTerminalReady !== undefined && requestToSend !== undefined) {
    await port.setSignals?.({ dataTerminalReady });
  }
}
