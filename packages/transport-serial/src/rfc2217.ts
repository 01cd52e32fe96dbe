// The client side of RFC 2217 (Telnet com port control): a serial port behind TCP, with its speed and control lines.
// Proven against ser2net and pyserial's server, on which esptool's esp_rfc2217_server is built.
import type { Socket } from "node:net";
import { UpyError } from "@upykit/core/errors";
import { type SerialSignals, type WireEvents, createTransport } from "@upykit/core/transport";
import type { OpenPort } from "./serial-port.js";
import { type NetworkOptions, type NetworkPlace, connectTo, socketWire } from "./socket.js";
import {
  TelnetDecoder,
  type TelnetItem,
  type Verb,
  encodeOption,
  encodeSubnegotiation,
  escapeData,
} from "./telnet.js";

const BINARY = 0;
const SUPPRESS_GO_AHEAD = 3;
const COM_PORT = 44;

/** Com port commands, as the client sends them; the server answers with 100 more. */
const commands = { baudRate: 1, dataSize: 2, parity: 3, stopSize: 4, control: 5 } as const;
const SUSPEND = 108;
const RESUME = 109;

/** Values of the control command that switch a line on or off. */
const control = {
  noFlowControl: 1,
  breakOn: 5,
  breakOff: 6,
  dtrOn: 8,
  dtrOff: 9,
  rtsOn: 11,
  rtsOff: 12,
} as const;

/** Opens a port of an RFC 2217 server. @throws `network`, `no-response`, `unsupported` */
export async function openRfc2217(
  place: NetworkPlace,
  options: NetworkOptions & { readonly baudRate: number },
): Promise<OpenPort> {
  const { signal, connectTimeout: limit = 10_000 } = options;
  const session = new Session(place, await connectTo(place, options), limit);
  const transport = createTransport(place.name, (events) => session.wire(events));
  const stop = () => void transport.close();
  signal?.addEventListener("abort", stop);
  try {
    await session.negotiate();
    await session.setFraming(options.baudRate);
  } catch (error) {
    await transport.close();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  return { transport, setBaudRate: (baudRate) => session.setBaudRate(baudRate) };
}

interface Waiter {
  readonly accepts: (item: TelnetItem) => boolean;
  readonly resolve: (item: TelnetItem) => void;
}

class Session {
  readonly #place: NetworkPlace;
  readonly #socket: Socket;
  readonly #limit: number;
  readonly #decoder = new TelnetDecoder();
  /** Options on this side (`do`/`dont` of the server) and on the server's (`will`/`wont`), as agreed so far. */
  readonly #agreed = new Map<string, boolean>();
  readonly #waiters = new Set<Waiter>();
  /** Set while the server asks this side to hold its data back. */
  #gate: { readonly open: Promise<void>; readonly resolve: () => void } | undefined;
  #order: Promise<unknown> = Promise.resolve();

  constructor(place: NetworkPlace, socket: Socket, limit: number) {
    this.#place = place;
    this.#socket = socket;
    this.#limit = limit;
  }

  wire(events: WireEvents) {
    const wire = socketWire(this.#socket, {
      push: (chunk) => {
        for (const item of this.#decoder.decode(chunk)) this.#take(item, events);
      },
      lose: events.lose,
    });
    return {
      ...wire,
      write: async (bytes: Uint8Array) => {
        await this.#gate?.open;
        await wire.write(escapeData(bytes));
      },
      setSignals: (signals: SerialSignals) => this.#setSignals(signals),
    };
  }

  /** Both ways binary, and the com port option. */
  async negotiate(): Promise<void> {
    const asked: [Verb, number][] = [
      ["will", COM_PORT],
      ["will", BINARY],
      ["do", BINARY],
      ["will", SUPPRESS_GO_AHEAD],
      ["do", SUPPRESS_GO_AHEAD],
    ];
    const settled = this.#until(() => ["do 44", "do 0", "will 0"].every((key) => this.#agreed.has(key)));
    for (const [verb, option] of asked) this.#socket.write(encodeOption(verb, option));
    await settled;
    if (this.#agreed.get("do 44") && this.#agreed.get("do 0") && this.#agreed.get("will 0")) return;
    const hint = "Open it as socket:// if it passes bytes on as they are.";
    throw new UpyError("unsupported", `${this.#place.name} does not speak RFC 2217`, { hint });
  }

  /** The speed, and 8 data bits, no parity, one stop bit, no flow control. */
  async setFraming(baudRate: number): Promise<void> {
    await this.setBaudRate(baudRate);
    await this.#command(commands.dataSize, Uint8Array.of(8));
    await this.#command(commands.parity, Uint8Array.of(1));
    await this.#command(commands.stopSize, Uint8Array.of(1));
    this.#control([control.noFlowControl]);
  }

  async setBaudRate(baudRate: number): Promise<void> {
    const value = new Uint8Array(4);
    new DataView(value.buffer).setUint32(0, baudRate);
    await this.#command(commands.baudRate, value);
  }

  /**
   * What rises goes before what falls, RTS first: esp_rfc2217_server takes DTR on before RTS off for the wish for the
   * bootloader, and RTS off alone for a reset.
   */
  #setSignals({ dataTerminalReady: dtr, requestToSend: rts, break: brk }: SerialSignals): Promise<void> {
    const rising = [rts && control.rtsOn, dtr && control.dtrOn, brk && control.breakOn];
    const falling = [
      rts === false && control.rtsOff,
      dtr === false && control.dtrOff,
      brk === false && control.breakOff,
    ];
    this.#control([...rising, ...falling].filter((value) => typeof value === "number"));
    return Promise.resolve();
  }

  /** Not to be waited for: esp_rfc2217_server carries these out without an answer. */
  #control(values: readonly number[]): void {
    const requests = values.map((value) =>
      encodeSubnegotiation(COM_PORT, Uint8Array.of(commands.control, value)),
    );
    this.#socket.write(Buffer.concat(requests));
  }

  /** Sends a command when the one before is answered, and waits for its answer. @throws `unsupported` for another value */
  #command(command: number, value: Uint8Array): Promise<void> {
    const run = async () => {
      const answered = this.#until(
        (item) =>
          item.type === "subnegotiation" && item.option === COM_PORT && item.payload[0] === command + 100,
      );
      this.#socket.write(encodeSubnegotiation(COM_PORT, Uint8Array.of(command, ...value)));
      const answer = await answered;
      if (answer.type !== "subnegotiation") return;
      if (value.some((byte, index) => answer.payload[index + 1] !== byte)) throw this.#refused(command);
    };
    const done = this.#order.then(run);
    this.#order = done.catch(() => undefined);
    return done;
  }

  #take(item: TelnetItem, events: WireEvents): void {
    if (item.type === "data") events.push(item.bytes);
    else if (item.type === "option") this.#option(item.verb, item.option);
    else if (item.option === COM_PORT) this.#flow(item.payload[0]);
    for (const waiter of this.#waiters) if (waiter.accepts(item)) waiter.resolve(item);
  }

  #flow(command: number | undefined): void {
    if (command === SUSPEND) this.#gate ??= newGate();
    if (command !== RESUME) return;
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  /** Notes what was agreed, and declines what was not asked for. An answer is never answered: that would not end. */
  #option(verb: Verb, option: number): void {
    const about = verb === "do" || verb === "dont" ? "do" : "will";
    const key = `${about} ${option}`;
    const on = verb === about;
    const known = [BINARY, SUPPRESS_GO_AHEAD].includes(option) || key === "do 44";
    if (on && !known && !this.#agreed.has(key)) {
      this.#socket.write(encodeOption(about === "do" ? "wont" : "dont", option));
    }
    this.#agreed.set(key, on);
  }

  /** Resolves at the item that is accepted. @throws `no-response` when none comes in time, `link-lost` */
  async #until(accepts: (item: TelnetItem) => boolean): Promise<TelnetItem> {
    const cleanUp: (() => void)[] = [];
    try {
      return await new Promise<TelnetItem>((resolve, reject) => {
        const waiter: Waiter = { accepts, resolve };
        const timer = setTimeout(() => reject(this.#silent()), this.#limit);
        const gone = () => reject(new UpyError("link-lost", `The link to ${this.#place.name} was lost`));
        if (this.#socket.destroyed) gone();
        this.#waiters.add(waiter);
        this.#socket.once("close", gone);
        cleanUp.push(
          () => this.#waiters.delete(waiter),
          () => clearTimeout(timer),
        );
        cleanUp.push(() => void this.#socket.off("close", gone));
      });
    } finally {
      for (const undo of cleanUp) undo();
    }
  }

  #refused(command: number): UpyError {
    const what =
      command === commands.baudRate ? "speed" : "framing of 8 data bits, no parity and one stop bit";
    const hint = "The server says that it set another one.";
    return new UpyError("unsupported", `${this.#place.name} does not take this ${what}`, { hint });
  }

  #silent(): UpyError {
    const hint = "Is it an RFC 2217 server? Open it as socket:// if it passes bytes on as they are.";
    return new UpyError("no-response", `${this.#place.name} does not answer as RFC 2217 asks`, { hint });
  }
}

function newGate(): { open: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const open = new Promise<void>((done) => (resolve = done));
  return { open, resolve };
}
