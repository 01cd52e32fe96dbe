// The first exchange on a WebREPL: "Password: ", the password, "WebREPL connected" or "Access denied".
import { UpyError } from "@upykit/core/errors";
import type { ReplSocket } from "./repl-socket.js";

const prompt = "Password: ";
const connected = "\r\nWebREPL connected\r\n>>> ";
const denied = "\r\nAccess denied\r\n";
/** A server that sends this much without a prompt is something else. */
const longestGreeting = 4096;

/** Logs in; takes the bytes of the terminal until it has. */
export class Login {
  readonly finished: Promise<void>;
  done = false;
  readonly #url: string;
  readonly #password: string;
  #seen = "";
  #asked = false;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(url: string, password: string) {
    this.#url = url;
    this.#password = password;
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.finished.catch(() => undefined);
  }

  /** Takes terminal bytes, answers the prompt; what follows the login belongs to the terminal and is returned. */
  receive(bytes: Uint8Array, socket: ReplSocket): Uint8Array {
    this.#seen += String.fromCharCode(...bytes);
    if (!this.#asked && this.#seen.endsWith(prompt)) {
      this.#asked = true;
      socket
        .sendText(new TextEncoder().encode(`${this.#password}\r`))
        .catch((error: unknown) => this.fail(error));
    }
    if (this.#seen.includes(denied)) this.#reject(wrongPassword(this.#url));
    else if (this.#seen.length > longestGreeting) this.#reject(notWebRepl(this.#url));
    const end = this.#seen.indexOf(connected);
    if (end < 0) return new Uint8Array();
    this.done = true;
    this.#resolve();
    const rest = this.#seen.slice(end + connected.length);
    return Uint8Array.from(rest, (character) => character.charCodeAt(0));
  }

  /** The connection ended before. */
  fail(cause: unknown): void {
    if (cause instanceof UpyError && cause.code === "network") this.#reject(cause);
    this.#reject(this.#asked ? cutOff(this.#url, cause) : noConnection(this.#url, cause));
  }
}

/** What to say when nothing came in time. */
export function notWebRepl(url: string): UpyError {
  const hint = "Was webrepl.start() called on the board? The port is 8266 by default.";
  return new UpyError("no-response", `There is no WebREPL at ${url}`, { hint });
}

function wrongPassword(url: string): UpyError {
  const hint = "It is set by import webrepl_setup on the board, and has 4 to 9 characters.";
  return new UpyError("access-denied", `The WebREPL at ${url} does not take this password`, { hint });
}

function noConnection(url: string, cause: unknown): UpyError {
  const hint =
    "Is the board in this network, was webrepl.start() called, and is no other client connected? Its port is 8266.";
  return new UpyError("network", `Cannot connect to ${url}`, { hint, cause });
}

function cutOff(url: string, cause: unknown): UpyError {
  return new UpyError("link-lost", `${url} hung up during the login`, { cause });
}
