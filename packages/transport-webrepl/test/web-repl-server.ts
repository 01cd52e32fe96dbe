// A WebREPL server for tests that does what the firmware does, bit for bit: written to extmod/modwebrepl.c and
// extmod/modwebsocket.c of MicroPython 1.28. Its terminal and its files are whatever the test puts behind it.
import type { IncomingMessage } from "node:http";
import { type AddressInfo } from "node:net";
import { type RawData, type WebSocket, WebSocketServer } from "ws";

/** What is behind the server. */
export interface Backend {
  /** Terminal input, as os.dupterm hands it to the REPL; the next frame is looked at when it resolves. */
  terminal(bytes: Uint8Array): void | Promise<void>;
  /** `open(path, "rb").read()`; throws where Python would. */
  readFile(path: string): Uint8Array | Promise<Uint8Array>;
  /** The file is written chunk by chunk and closed at the end. @throws where Python would */
  openForWriting(path: string): OpenFile;
}

/** A file that is open for writing. */
export interface OpenFile {
  write(bytes: Uint8Array): void;
  close(): void | Promise<void>;
}

/** A running server. */
export interface WebReplServer {
  readonly url: string;
  /** How many file operations were done. */
  readonly fileOperations: number;
  /** How many bytes of terminal input have waited at most: what a board with a small buffer has to hold. */
  readonly mostWaiting: number;
  /** Terminal output, in a text frame whatever its bytes are. */
  print(bytes: Uint8Array): void;
  /** The same, but nothing waits for the rest of a character: bytes that are no text. */
  printAsIs(bytes: Uint8Array): void;
  /** Cuts the connection without a word, as a board that resets does. */
  cut(): void;
  /** Stops and goes on reading from the network, as a busy board does. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

const PUT_FILE = 1;
const GET_FILE = 2;
const GET_VER = 3;
const headerSize = 82;

/** Starts a server on a port of its own. */
export async function startWebReplServer(backend: Backend, password = "secret"): Promise<WebReplServer> {
  const server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    skipUTF8Validation: true,
    perMessageDeflate: false,
    verifyClient: ({ req }: { req: IncomingMessage }) => isUnderstood(req.rawHeaders),
  });
  await new Promise<void>((resolve) => server.once("listening", resolve));
  let client: Connection | undefined;
  let operations = 0;
  server.on("connection", (socket) => {
    if (client) {
      socket.terminate();
      return;
    } // "Concurrent WebREPL connection rejected"
    client = new Connection(socket, backend, password, () => operations++);
    socket.on("close", () => (client = undefined));
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get fileOperations() {
      return operations;
    },
    get mostWaiting() {
      return client?.mostWaiting ?? 0;
    },
    print: (bytes) => client?.print(bytes),
    printAsIs: (bytes) => client?.printAsIs(bytes),
    cut: () => client?.socket.terminate(),
    pause: () => client?.socket.pause(),
    resume: () => client?.socket.resume(),
    close: () => {
      client?.socket.terminate();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** server_handshake in webrepl.py of micropython-lib 1.28: it knows the headers in one spelling only. */
function isUnderstood(headers: readonly string[]): boolean {
  const value = (name: string) => headers.find((_, at) => at % 2 === 1 && headers[at - 1] === name) ?? "";
  return (
    value("Sec-WebSocket-Key") !== "" &&
    value("Connection").includes("Upgrade") &&
    value("Upgrade") === "websocket"
  );
}

/** One client: the state of `_webrepl` and of the websocket below it. */
class Connection {
  /** Bytes of terminal input that were there and not looked at, at most. */
  mostWaiting = 0;
  #waiting = 0;
  /** STATE_PASSWD or STATE_NORMAL. */
  #loggedIn = false;
  #entered = "";
  #header: number[] = [];
  #type = 0;
  #dataToReceive = 0;
  #content: Uint8Array = new Uint8Array();
  #sent = 0;
  #file: OpenFile | undefined;
  /** The beginning of a character whose rest is still to come. */
  #unsent: Uint8Array = new Uint8Array();
  /** Everything is done in the order in which it came. */
  #work: Promise<void> = Promise.resolve();

  constructor(
    readonly socket: WebSocket,
    readonly backend: Backend,
    readonly password: string,
    readonly counted: () => void,
  ) {
    socket.on("error", () => undefined);
    socket.on("message", (data, isBinary) => {
      const bytes = bytesOf(data);
      if (!isBinary) this.#receive(bytes.length);
      this.#work = this.#work.then(() => this.#message(bytes, isBinary));
    });
    this.#text("Password: ");
  }

  /**
   * webrepl_write: nothing is forwarded until the password is entered. Each piece that MicroPython writes at once is a
   * frame, so a character is never cut unless the program on the board cuts it; the pieces of the virtual board may be.
   */
  print(bytes: Uint8Array): void {
    if (!this.#loggedIn) return;
    const whole = new Uint8Array([...this.#unsent, ...bytes]);
    const end = whole.length - cutCharacter(whole);
    this.#unsent = whole.subarray(end);
    if (end > 0) this.socket.send(whole.subarray(0, end), { binary: false });
  }

  /** As a program that prints bytes which are no text: nothing waits for the rest of a character. */
  printAsIs(bytes: Uint8Array): void {
    if (this.#loggedIn) this.socket.send(bytes, { binary: false });
  }

  #text(text: string): void {
    this.socket.send(Buffer.from(text, "latin1"), { binary: false });
  }

  async #message(bytes: Uint8Array, isBinary: boolean): Promise<void> {
    if (bytes.length > 0xffff) {
      this.socket.terminate();
      return;
    } // a length of 8 bytes: "unsupported, no way to recover"
    let rest = bytes;
    while (!this.#loggedIn && rest.length > 0) {
      this.#passwordByte(rest[0] ?? 0);
      rest = rest.subarray(1);
      this.#waiting--;
    }
    if (rest.length === 0) return;
    if (!isBinary) {
      await this.backend.terminal(rest);
      this.#waiting -= rest.length;
    } else await this.#binary(rest);
  }

  #receive(count: number): void {
    this.#waiting += count;
    this.mostWaiting = Math.max(this.mostWaiting, this.#waiting);
  }

  #passwordByte(byte: number): void {
    const character = String.fromCharCode(byte);
    if (character !== "\r" && character !== "\n") {
      if (this.#entered.length < 10) this.#entered += character;
    } else if (this.#entered !== this.password) {
      this.#text("\r\nAccess denied\r\n");
      this.socket.terminate(); // read() gave 0, so dupterm closes the stream
    } else {
      this.#loggedIn = true;
      this.#text("\r\nWebREPL connected\r\n>>> ");
    }
  }

  async #binary(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0 && this.socket.readyState === this.socket.OPEN) {
      if (this.#dataToReceive === 0) {
        this.#header.push(rest[0] ?? 0);
        rest = rest.subarray(1);
        if (this.#header.length === headerSize) await this.#request(Uint8Array.from(this.#header.splice(0)));
      } else {
        const part = rest.subarray(0, Math.min(512, this.#dataToReceive));
        rest = rest.subarray(part.length);
        await this.#data(part);
      }
    }
  }

  /** handle_op */
  async #request(header: Uint8Array): Promise<void> {
    const view = new DataView(header.buffer);
    this.#type = view.getUint8(2);
    if (this.#type === GET_VER) {
      this.socket.send(Uint8Array.of(1, 28, 0), { binary: true });
      return;
    }
    const name = header.subarray(18);
    const end = name.indexOf(0);
    const path = new TextDecoder().decode(end < 0 ? name : name.subarray(0, end));
    try {
      if (this.#type === PUT_FILE) this.#file = this.backend.openForWriting(path);
      else this.#content = await this.backend.readFile(path);
    } catch {
      this.socket.terminate();
      return; // an exception in read(): dupterm deactivates and closes the stream
    }
    this.#sent = 0;
    this.#answer();
    this.#dataToReceive = this.#type === PUT_FILE ? view.getUint32(12, true) : 1;
    if (this.#dataToReceive === 0) await this.#finish();
  }

  async #data(bytes: Uint8Array): Promise<void> {
    this.#dataToReceive -= bytes.length;
    if (this.#type === PUT_FILE) {
      try {
        this.#file?.write(bytes);
      } catch {
        this.socket.terminate();
        return;
      }
    } else if (this.#type === GET_FILE && this.#sendChunk() > 0) this.#dataToReceive = 1;
    if (this.#dataToReceive === 0) await this.#finish();
  }

  /** write_file_chunk */
  #sendChunk(): number {
    const part = this.#content.subarray(this.#sent, this.#sent + 256);
    this.#sent += part.length;
    this.socket.send(Uint8Array.of(part.length & 255, part.length >> 8, ...part), { binary: true });
    return part.length;
  }

  /** check_file_op_finished */
  async #finish(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.counted();
    this.#answer();
  }

  #answer(): void {
    this.socket.send(Uint8Array.of(0x57, 0x42, 0, 0), { binary: true });
  }
}

/** How many bytes at the end are the beginning of a UTF-8 character, and no more than that. */
function cutCharacter(bytes: Uint8Array): number {
  for (let count = 1; count <= Math.min(3, bytes.length); count++) {
    const byte = bytes[bytes.length - count] ?? 0;
    if (byte >= 0x80 && byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
    return byte < 0xf8 && length > count ? count : 0;
  }
  return 0;
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return new Uint8Array(Buffer.concat(data));
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data);
}
