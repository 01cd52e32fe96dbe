// Sends terminal input no faster than the board takes it. ESP32 and ESP8266 move what comes in to a buffer of some 256
// bytes and drop the rest without a word (mp_os_dupterm_notify in extmod/modos.c, MicroPython 1.28); TCP knows nothing of it.
import type { FileTransfer } from "./file-transfer.js";
import type { ReplSocket } from "./repl-socket.js";

/** One frame of terminal input. */
const frameSize = 120;
/** Bytes that may be under way: less than the smallest buffer, 256 bytes on an ESP8266. */
const room = 240;

/**
 * The terminal's input. Its frames have no acknowledgement of their own, but the board works off all frames in order:
 * when it has answered a request for its version, it has moved the terminal input before that to its buffer, and a prompt
 * empties that before it looks for more. A program on the board may not: whoever feeds one has to have it answer.
 */
export class TerminalInput {
  readonly #socket: ReplSocket;
  readonly #files: FileTransfer;
  #underWay = 0;

  constructor(socket: ReplSocket, files: FileTransfer) {
    this.#socket = socket;
    this.#files = files;
  }

  /** Resolves when all is sent, which may be before the board has taken the last of it. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += frameSize) {
      const frame = bytes.subarray(at, at + frameSize);
      if (this.#underWay + frame.length > room) await this.#allTaken();
      await this.#socket.sendText(frame);
      this.#underWay += frame.length;
    }
  }

  async #allTaken(): Promise<void> {
    // After a file transfer that failed there are no more answers: then it goes on unasked.
    await this.#files.version({}).catch(() => undefined);
    this.#underWay = 0;
  }
}
