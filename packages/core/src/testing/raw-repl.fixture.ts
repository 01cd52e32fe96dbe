// A minimal raw REPL client for the tests of this folder, which must not depend on the board protocol they serve.
import type { Transport } from "../transport/transport.js";

export class RawRepl {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #received = "";

  constructor(transport: Transport) {
    this.#reader = transport.readable.getReader();
    this.#writer = transport.writable.getWriter();
  }

  async sendBytes(bytes: Uint8Array): Promise<void> {
    await this.#writer.write(bytes);
  }

  async send(text: string): Promise<void> {
    await this.sendBytes(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  }

  /** Reads up to and with `end`; returns what came before it. */
  async until(end: string): Promise<string> {
    let at = this.#received.indexOf(end);
    while (at < 0) {
      await this.#more();
      at = this.#received.indexOf(end);
    }
    return this.#take(at + end.length).slice(0, at);
  }

  async take(count: number): Promise<string> {
    while (this.#received.length < count) await this.#more();
    return this.#take(count);
  }

  /** Ctrl-C, until the code that runs has taken it. */
  async interrupt(): Promise<void> {
    await this.send("\x03");
  }

  async enter(): Promise<void> {
    await this.send("\r\x03\x03\x01");
    await this.until("raw REPL; CTRL-B to exit\r\n>");
  }

  /** Runs code; returns what it printed. */
  async exec(code: string): Promise<string> {
    await this.send(`${code}\x04`);
    await this.until("OK");
    return this.#result();
  }

  /** Runs code through raw paste. */
  async paste(code: string): Promise<string> {
    await this.send("\x05A\x01");
    const [r, ok, low = "", high = ""] = await this.take(4);
    if (r !== "R" || ok !== "\x01")
      throw new Error(`no raw paste: ${JSON.stringify(r)} ${JSON.stringify(ok)}`);
    const window = low.charCodeAt(0) + 256 * high.charCodeAt(0);
    let left = window;
    for (let at = 0; at < code.length;) {
      while (left === 0 || this.#received.length > 0) {
        if ((await this.take(1)) !== "\x01") throw new Error("flow control");
        left += window;
      }
      await this.send(code.slice(at, at + left));
      const sent = Math.min(left, code.length - at);
      at += sent;
      left -= sent;
    }
    await this.send("\x04");
    await this.until("\x04");
    return this.#result();
  }

  async #result(): Promise<string> {
    const output = await this.until("\x04");
    const error = await this.until("\x04>");
    if (error !== "") throw new Error(error);
    return output;
  }

  #take(count: number): string {
    const taken = this.#received.slice(0, count);
    this.#received = this.#received.slice(count);
    return taken;
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#reader.read();
    if (done) throw new Error(`the link ended after ${JSON.stringify(this.#received.slice(-200))}`);
    for (const byte of value) this.#received += String.fromCharCode(byte);
  }
}
