// Sends files to the receiver on the board, never more than its input buffer holds.

import { UpyError, isUpyError } from "../../errors.js";
import type { Link, Patience } from "../link/link.js";
import { byteOutsideTitles } from "../repl/titles.js";
import type { BoardProfile } from "../profile.js";
import { inflateImports, receiveSnippet } from "../snippets/receive.js";
import type { Session } from "../session.js";
import { digestLength } from "./digest.js";
import { snippetsFor, TEMPORARY } from "./snippet-set.js";
import { type UploadPace, UploadRoom } from "./upload-room.js";
import { type OutgoingFile, WireBlocks } from "./upload-stream.js";

/** What an upload takes. */
export interface UploadOptions {
  readonly profile: BoardProfile;
  readonly pace: UploadPace;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of records handed over so far. */
  readonly onSent?: ((done: number) => void) | undefined;
  /** A file is verified and in its place. */
  readonly onFile?: ((file: OutgoingFile) => void) | undefined;
}

/** Uploads files in one exec. @throws `hash-mismatch`, `protocol`, `no-response` when this way does not work here */
export async function upload(
  session: Session,
  files: readonly OutgoingFile[],
  options: UploadOptions,
): Promise<void> {
  const { profile, pace, signal } = options;
  const code = receiverCode(profile, pace);
  const makeBlocks = (): WireBlocks =>
    new WireBlocks(files, { blockSize: profile.blockSize, deflate: profile.inflates });
  let arrived = 0;
  let blocks: WireBlocks | undefined = makeBlocks();
  const talk = (link: Link): Promise<void> => {
    const fresh = blocks ?? makeBlocks();
    blocks = undefined;
    return send(link, files, {
      ...options,
      blocks: fresh,
      patience: { idle: 2 * session.timing.answer, signal }, // a flash that tidies up takes its time
      onFile: (file) => {
        arrived++;
        options.onFile?.(file);
      },
    });
  };
  await session.run(code, { signal, profile, talk, about: () => files[arrived]?.path });
  // A damaged record may look like the end mark.
  if (arrived < files.length)
    throw new UpyError("protocol", `${session.name} took ${arrived} of ${files.length} files`);
}

function receiverCode(profile: BoardProfile, { step }: UploadPace): string {
  const { base, hash, move, number } = snippetsFor(profile);
  const receiver = receiveSnippet
    .replace("WBITS", String(Math.max(8, Math.log2(profile.blockSize))))
    .replace("TEMPORARY", `'/${TEMPORARY}'`)
    .replace("ENOSPC", String(number.ENOSPC));
  const inflate = profile.inflates ? inflateImports : "";
  return [base, hash, move, inflate, receiver, `R(${step},${digestLength(profile.snippets.hash)})`].join(
    "\n",
  );
}

interface SendOptions extends UploadOptions {
  readonly blocks: WireBlocks;
  readonly patience: Patience;
}

async function send(link: Link, files: readonly OutgoingFile[], options: SendOptions): Promise<void> {
  const { blocks, pace, patience } = options;
  const room = new UploadRoom(pace);
  const answers = new Answers(link, files, { ...options, onTaken: () => room.acknowledge() });
  for (let block = await blocks.next(); block !== undefined; block = await blocks.next()) {
    for (let at = 0; at < block.bytes.length;) {
      while (room.left === 0 || link.received.length > 0) {
        await answers.next();
        if (answers.over) return;
      }
      const piece = block.bytes.subarray(at, at + room.left);
      await link.write(piece, patience);
      room.left -= piece.length;
      at += piece.length;
    }
    options.onSent?.(block.done);
  }
  while (!answers.complete && !answers.over) await answers.next();
}

/** Reads what the receiver says. */
class Answers {
  /** The program on the board has ended before its time; its error is still to be read. */
  over = false;
  #files = 0;

  constructor(
    private readonly link: Link,
    private readonly files: readonly OutgoingFile[],
    private readonly options: SendOptions & { readonly onTaken: () => void },
  ) {}

  get complete(): boolean {
    return this.#files === this.files.length;
  }

  /** Takes one answer. */
  async next(): Promise<void> {
    const byte = await byteOutsideTitles(this.link, this.options.patience);
    const char = String.fromCharCode(byte);
    if (char === "A") this.options.onTaken();
    else if (char === "F") this.#onFile();
    else if (char === "M") throw this.#mismatch();
    else if (byte === 4) this.#onEnd();
    else if (!".\r\n".includes(char))
      throw new UpyError("protocol", `The receiver on the board said byte ${byte}`);
  }

  #onFile(): void {
    const file = this.files[this.#files++];
    if (file) this.options.onFile?.(file);
  }

  #onEnd(): void {
    this.link.received.unshift(Uint8Array.of(4));
    this.over = true;
  }

  #mismatch(): UpyError {
    const path = this.files[this.#files]?.path ?? "a file";
    return new UpyError("hash-mismatch", `${path} did not arrive on the board as it was sent`, {
      hint: "The link loses or changes bytes, or the board's storage is failing.",
    });
  }
}

/** True for failures that another way of sending may not have. */
export function isTransferFailure(error: unknown): boolean {
  return (
    isUpyError(error, "hash-mismatch") || isUpyError(error, "protocol") || isUpyError(error, "no-response")
  );
}
