// Chooses how files are sent: the fastest way that has not failed on this connection. A way that fails is tried once
// more, then given up for good; files that are in place already are not sent again.

import type { FileContent, WriteOptions } from "../../targets/target.js";
import type { BoardProfile } from "../profile.js";
import type { Session } from "../session.js";
import { BoardError } from "../board-error.js";
import { digest } from "./digest.js";
import { isTransferFailure, upload } from "./upload.js";
import { uploadLiterals } from "./upload-literals.js";
import type { UploadPace } from "./upload-room.js";
import type { OutgoingFile } from "./upload-stream.js";

/** What a write did. */
export interface WriteReport {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
}

const MAX_FAILURES = 4;
/** Bytes under way on a link with flow control. */
const FAST_ROOM = 16_384;

type Way = "fast" | "careful" | "literals";

/** Writes files to one board. */
export class FileWriter {
  #way: Way;

  constructor(
    private readonly session: Session,
    private readonly profile: BoardProfile,
  ) {
    this.#way = profile.readsBytes ? "fast" : "literals";
  }

  /** Writes all files, each verified. Paths are checked already. */
  async write(files: readonly FileContent[], options: WriteOptions): Promise<void> {
    const kind = this.profile.snippets.hash;
    let left: readonly OutgoingFile[] = await Promise.all(
      files.map(async (file) => ({ ...file, digest: await digest(file.content, kind) })),
    );
    const progress = new Progress(left, options);
    for (let failures = 0; left.length > 0;) {
      const way = this.#way;
      try {
        await this.#send(way, left, progress, options);
      } catch (error) {
        if (error instanceof BoardError) this.session.repl.leave(); // bytes may be under way to a prompt
        const isDamage = error instanceof BoardError && this.session.mayBeDamage(error);
        if (!(isDamage || isTransferFailure(error)) || options.signal?.aborted) throw error;
        failures++;
        if (failures > MAX_FAILURES) throw error;
        if (failures > 1 || way === "fast") this.#fallDown(way);
      }
      left = left.filter((file) => !progress.finished.has(file));
    }
  }

  async #send(
    way: Way,
    files: readonly OutgoingFile[],
    progress: Progress,
    options: WriteOptions,
  ): Promise<void> {
    const { session, profile } = this;
    progress.begin();
    const common = { profile, signal: options.signal, onFile: progress.onFile, onSent: progress.onSent };
    if (way === "literals") await uploadLiterals(session, files, common);
    else await upload(session, files, { ...common, pace: paceOf(way, session) });
    for (const file of files) progress.onFile(file);
  }

  #fallDown(from: Way): void {
    if (from === "literals") this.session.repl.slowDown();
    this.#way = from === "fast" ? "careful" : "literals";
  }
}

/**
 * The board's input buffer holds two raw paste windows, less the byte that a ring of 256 cannot hold (esp8266); where it
 * does not tell, and after a loss, believe in little: the UART of nrf had 64. Small steps keep a slow wire busy: what is
 * taken but not acknowledged yet cannot be under way.
 */
function paceOf(way: Way, { repl, flowControl, mayHaveFlowControl }: Session): UploadPace {
  const window = way === "careful" ? null : repl.window;
  const step = window === null ? 20 : Math.ceil(window / 8);
  const room = window === null ? 60 : window * 2 - 1;
  if (way === "careful" || !mayHaveFlowControl) return { step, room, most: room };
  return flowControl ? { step: 4096, room: FAST_ROOM, most: FAST_ROOM } : { step, room, most: FAST_ROOM };
}

/** Turns bytes on the wire into progress that never goes back. */
class Progress {
  readonly finished: Set<OutgoingFile> = new Set<OutgoingFile>();
  readonly #total: number;
  #done = 0;
  #settled = 0;
  #base = 0;
  #path: string;

  constructor(
    files: readonly OutgoingFile[],
    private readonly options: WriteOptions,
  ) {
    this.#total = files.reduce((sum, { content }) => sum + content.length, 0);
    this.#path = files[0]?.path ?? "";
  }

  /** Another attempt starts; {@link onSent} counts from here. */
  begin(): void {
    this.#base = this.#settled;
  }

  readonly onSent = (bytes: number): void => {
    this.#report(Math.max(this.#settled, Math.min(this.#base + bytes, this.#total - 1)));
  };

  readonly onFile = (file: OutgoingFile): void => {
    if (this.finished.has(file)) return;
    this.finished.add(file);
    this.#path = file.path;
    this.#settled += file.content.length;
    this.#report(this.#settled);
  };

  #report(done: number): void {
    if (done < this.#done) return;
    this.#done = done;
    this.options.onProgress?.({ path: this.#path, done, total: this.#total });
  }
}
