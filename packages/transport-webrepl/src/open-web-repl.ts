// A board's WebREPL as a transport: WebSocket, password, then the terminal in text frames and files in binary ones.
// Follows extmod/modwebrepl.c, extmod/modwebsocket.c and micropython-lib's webrepl.py, MicroPython 1.28.
import { UpyError } from "@upykit/core/errors";
import { type Transport, type Wire, type WireEvents, createTransport } from "@upykit/core/transport";
import { FileTransfer, type FileTransferOptions } from "./file-transfer.js";
import { Login, notWebRepl } from "./login.js";
import { type ConnectReplSocket, type ReplSocket, connectWebSocket, notConnectable } from "./repl-socket.js";
import { TerminalInput } from "./terminal-input.js";

/** What {@link openWebRepl} takes. */
export interface OpenWebReplOptions {
  /** As set with `import webrepl_setup` on the board. */
  readonly password: string;
  /** How long the board may take for each answer, in milliseconds; default 10 s. */
  readonly timeout?: number | undefined;
  /** How to connect; default by the WebSocket of the platform. */
  readonly connect?: ConnectReplSocket | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A WebREPL as a transport, with its file transfer. */
export interface WebReplTransport extends Transport {
  /** The firmware's version, like "1.28.0". */
  version(options?: FileTransferOptions): Promise<string>;
  /**
   * Writes a file, in its place and not atomically. A full file system makes the board fall silent (`no-response`).
   *
   * @throws `invalid-path` for a name of more than 63 bytes
   */
  putFile(path: string, content: Uint8Array, options?: FileTransferOptions): Promise<void>;
  /** Reads a file. It must be there: when it is not, MicroPython ends the connection (`link-lost`). */
  getFile(path: string, options?: FileTransferOptions): Promise<Uint8Array>;
}

const defaultTimeout = 10_000;

/**
 * Connects to "ws://192.168.4.1:8266" and logs in. One client at a time: a board with another one hangs up.
 *
 * In a browser only text gets through, both ways: the transport is `textOnly`, and `connectBoard` does without raw paste
 * and raw bytes. An HTTPS page may not connect at all (boards have no TLS). In Node, take `openWebRepl` of
 * `@upykit/transport-webrepl/node`: boards do not understand the handshake of Node's own WebSocket.
 *
 * @throws `access-denied` the password is wrong, or an HTTPS page · `network` no connection · `no-response` not a
 *   WebREPL · `invalid-argument` not an address · `unsupported` no WebSocket here
 */
export async function openWebRepl(url: string, options: OpenWebReplOptions): Promise<WebReplTransport> {
  options.signal?.throwIfAborted();
  if (/[\r\n]/.test(options.password)) throw new UpyError("invalid-argument", "A password is one line");
  const session = started(url, options);
  try {
    await within(session.login.finished, url, options);
  } catch (error) {
    await session.transport.close();
    throw error;
  }
  return session.transport;
}

function started(url: string, options: OpenWebReplOptions): Session {
  try {
    return new Session(url, options);
  } catch (error) {
    throw notConnectable(url, error);
  }
}

class Session {
  readonly login: Login;
  readonly transport: WebReplTransport;
  readonly #socket: ReplSocket;
  readonly #files: FileTransfer;

  constructor(url: string, options: OpenWebReplOptions) {
    const { connect = connectWebSocket, timeout = defaultTimeout } = options;
    this.login = new Login(url, options.password);
    let events: WireEvents | undefined;
    this.#socket = connect(url, {
      text: (bytes) => events?.push(this.login.done ? bytes : this.login.receive(bytes, this.#socket)),
      binary: (bytes) => this.#files.receive(bytes),
      end: (cause) => {
        this.login.fail(cause);
        events?.lose(cause);
      },
    });
    this.#files = new FileTransfer(this.#socket, timeout);
    const terminal = createTransport(url, (given) => {
      events = given;
      return wireOf(this.#socket, new TerminalInput(this.#socket, this.#files));
    });
    void terminal.closed.then((error) => this.#files.fail(error ?? closedHere(url)));
    this.transport = {
      ...terminal,
      flowControl: false, // not for a program that reads its input: see terminal-input.ts
      textOnly: this.#socket.textOnly,
      ...fileCalls(this.#files),
    };
  }
}

function fileCalls(files: FileTransfer): Pick<WebReplTransport, "version" | "putFile" | "getFile"> {
  return {
    version: (options = {}) => files.version(options),
    putFile: (path, content, options = {}) => files.put(path, content, options),
    getFile: (path, options = {}) => files.get(path, options),
  };
}

function wireOf(socket: ReplSocket, input: TerminalInput): Wire {
  return {
    write: (bytes) => input.write(bytes),
    pause: () => socket.pause?.(),
    resume: () => socket.resume?.(),
    close: () => {
      socket.close();
      return Promise.resolve();
    },
  };
}

/** Waits for the login, but not for ever. */
async function within(login: Promise<void>, url: string, options: OpenWebReplOptions): Promise<void> {
  const { signal, timeout = defaultTimeout } = options;
  let giveUp: () => void = () => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const trouble = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(notWebRepl(url)), timeout);
    giveUp = () => reject(signal?.reason as Error);
    signal?.addEventListener("abort", giveUp, { once: true });
  });
  try {
    await Promise.race([login, trouble]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

function closedHere(url: string): UpyError {
  return new UpyError("link-closed", `The link to ${url} is closed`, { hint: "Open it again." });
}
