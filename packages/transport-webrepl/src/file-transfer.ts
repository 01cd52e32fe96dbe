// Files over WebREPL's binary frames: no base64 and no Python code to run, so a good deal faster than the REPL.
// One at a time; the board answers nothing else meanwhile.
import { UpyError } from "@upykit/core/errors";
import { ByteQueue } from "./byte-queue.js";
import { decodeAnswer, encodeRequest } from "./file-requests.js";
import type { ReplSocket } from "./repl-socket.js";

/** What the file calls take. */
export interface FileTransferOptions {
  /** Bytes so far; the size is known for `putFile` only. */
  readonly onProgress?:
    ((progress: { readonly done: number; readonly total: number | null }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** As much as goes in one frame; the board reads 512 bytes at a time. */
const frameSize = 4096;

/** WebREPL's file transfer on an open connection. */
export class FileTransfer {
  readonly #socket: ReplSocket;
  readonly #limit: number;
  readonly #answers = new ByteQueue();
  #turn: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  /** `limit`: how long the board may stay silent, in milliseconds. */
  constructor(socket: ReplSocket, limit: number) {
    this.#socket = socket;
    this.#limit = limit;
  }

  /** A binary frame came in. */
  receive(bytes: Uint8Array): void {
    this.#answers.push(bytes);
  }

  /** The link is down. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#answers.fail(error);
  }

  version(options: FileTransferOptions): Promise<string> {
    return this.#inTurn(options, async () => {
      await this.#socket.sendBinary(encodeRequest("version"));
      return (await this.#take(3)).join(".");
    });
  }

  put(path: string, content: Uint8Array, options: FileTransferOptions): Promise<void> {
    return this.#inTurn(options, async () => {
      await this.#socket.sendBinary(encodeRequest("put", path, content.length));
      await this.#expectOk(path);
      // Not to be aborted half way: the board would take what comes next for the rest of the file.
      for (let done = 0; done < content.length;) {
        const part = content.subarray(done, done + frameSize);
        await this.#socket.sendBinary(part);
        done += part.length;
        options.onProgress?.({ done, total: content.length });
      }
      await this.#expectOk(path);
    });
  }

  get(path: string, options: FileTransferOptions): Promise<Uint8Array> {
    return this.#inTurn(options, async () => {
      await this.#socket.sendBinary(encodeRequest("get", path));
      await this.#expectOk(path);
      const parts: Uint8Array[] = [];
      for (let done = 0; ;) {
        await this.#socket.sendBinary(Uint8Array.of(0));
        const [low = 0, high = 0] = await this.#take(2);
        const size = low | (high << 8);
        if (size === 0) break;
        parts.push(await this.#take(size));
        options.onProgress?.({ done: (done += size), total: null });
      }
      await this.#expectOk(path);
      return joined(parts);
    });
  }

  #inTurn<T>(options: FileTransferOptions, run: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(async () => {
      options.signal?.throwIfAborted();
      if (this.#failure) throw this.#failure.error;
      return run().catch((error: unknown) => {
        throw error instanceof UpyError ? error : cutOff(error);
      });
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #expectOk(path: string): Promise<void> {
    const code = decodeAnswer(await this.#take(4));
    if (code !== 0) throw new UpyError("io-error", `The board answers ${code} for ${path}`);
  }

  async #take(count: number): Promise<Uint8Array> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#silent()), this.#limit);
    });
    try {
      return await Promise.race([this.#answers.take(count), silence]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What comes later cannot be told from the answer to another request, so this is the end of file transfer. */
  #silent(): UpyError {
    const hint = "A full file system has this effect, too. Close the link and open it again.";
    const text = `The board did not answer a file request for ${this.#limit} ms`;
    const error = new UpyError("no-response", text, { hint });
    this.fail(error);
    return error;
  }
}

function cutOff(cause: unknown): UpyError {
  return new UpyError("link-lost", "The link was lost during a file transfer", { cause });
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
