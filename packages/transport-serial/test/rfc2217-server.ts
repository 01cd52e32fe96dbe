// An RFC 2217 server for tests, written from the RFC and apart from the client: a TCP server that passes bytes to a
// peer, doubles 255, negotiates options and keeps the settings that it was told. As unkind as real ones: DTR and RTS are
// not answered (esptool 5, esp_rfc2217_server/esp_port_manager.py), and a speed that a UART cannot do is answered with
// the one that stays.
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";

/** A TCP server with a serial port behind it that the test plays. */
export interface NetworkPort {
  readonly port: number;
  /** What the client set, in order: "baud 115200", "control 8". */
  readonly settings: string[];
  /** Sends to the client, as the board would. */
  send(bytes: Uint8Array): void;
  /** Bytes that the client sent to the board. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Sends as it is, not escaped. */
  sendRaw(...bytes: number[]): void;
  pause(): void;
  resume(): void;
  /** Hangs up. */
  drop(): void;
  close(): Promise<void>;
}

/** How the server speaks: bytes only, RFC 2217, or Telnet without com port control. */
export type ServerKind = "raw" | "rfc2217" | "telnet";

/** Starts a server on a port of its own. */
export async function startNetworkPort(kind: ServerKind): Promise<NetworkPort> {
  const sockets = new Set<Socket>();
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  const settings: string[] = [];
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    const emit = (bytes: Uint8Array) => listeners.forEach((listener) => listener(bytes));
    const parser = new ServerSide(socket, kind, settings, emit);
    socket.on("data", (chunk) => (kind === "raw" ? emit(new Uint8Array(chunk)) : parser.take(chunk)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const each = (action: (socket: Socket) => void) => sockets.forEach(action);
  return {
    port: (server.address() as AddressInfo).port,
    settings,
    send: (bytes) => each((socket) => socket.write(kind === "raw" ? bytes : doubled(bytes))),
    sendRaw: (...bytes) => each((socket) => socket.write(Uint8Array.from(bytes))),
    onData: (listener) => void listeners.push(listener),
    pause: () => each((socket) => socket.pause()),
    resume: () => each((socket) => socket.resume()),
    drop: () => each((socket) => socket.destroy()),
    close: async () => {
      each((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function doubled(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes].flatMap((byte) => (byte === 255 ? [255, 255] : [byte])));
}

class ServerSide {
  #pending = new Uint8Array();

  constructor(
    readonly socket: Socket,
    readonly kind: ServerKind,
    readonly settings: string[],
    readonly emit: (bytes: Uint8Array) => void,
  ) {}

  take(chunk: Uint8Array): void {
    const input = new Uint8Array([...this.#pending, ...chunk]);
    const data: number[] = [];
    let at = 0;
    while (at < input.length) {
      const used = this.#step(input, at, data);
      if (used === 0) break;
      at += used;
    }
    this.#pending = input.slice(at);
    if (data.length > 0) this.emit(Uint8Array.from(data));
  }

  /** How many bytes were used; 0 when more are needed. */
  #step(input: Uint8Array, at: number, data: number[]): number {
    const [first, second, third] = [input[at] ?? 0, input[at + 1], input[at + 2]];
    if (first !== 255) {
      data.push(first);
      return 1;
    }
    if (second === undefined) return 0;
    if (second === 255) {
      data.push(255);
      return 2;
    }
    if (second === 250) return this.#subnegotiation(input, at + 2);
    if (second < 251) return 2;
    if (third === undefined) return 0;
    this.#answerOption(second, third);
    return 3;
  }

  #answerOption(verb: number, option: number): void {
    const supported = option === 0 || option === 3 || (option === 44 && this.kind === "rfc2217");
    if (verb === 251) this.socket.write(Uint8Array.of(255, supported ? 253 : 254, option)); // WILL: DO or DONT
    if (verb === 253) this.socket.write(Uint8Array.of(255, supported && option !== 44 ? 251 : 252, option)); // DO
  }

  #subnegotiation(input: Uint8Array, start: number): number {
    const payload: number[] = [];
    for (let at = start; at < input.length; at++) {
      const byte = input[at] ?? 0;
      if (byte !== 255) payload.push(byte);
      else if (input[at + 1] === 255) payload.push(input[++at] ?? 0);
      else if (input[at + 1] === 240) {
        this.#setting(payload);
        return at + 4 - start;
      }
    }
    return 0;
  }

  #setting([option, command = 0, ...value]: number[]): void {
    if (option !== 44) return;
    const names = ["signature", "baud", "data bits", "parity", "stop bits", "control"];
    const number = value.reduce((sum, byte) => sum * 256 + byte, 0);
    this.settings.push(`${names[command] ?? command} ${number}`);
    if (command === 5 && [8, 9, 11, 12].includes(number)) return;
    const set = command === 1 && number > 3_000_000 ? [0, 1, 0xc2, 0] : value;
    const answer = set.flatMap((byte) => (byte === 255 ? [255, 255] : [byte]));
    this.socket.write(Uint8Array.of(255, 250, 44, command + 100, ...answer, 255, 240));
  }
}
