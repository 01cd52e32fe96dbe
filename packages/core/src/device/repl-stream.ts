// The friendly REPL as a pair of streams, for a terminal. While it is open the board does nothing else.

import { UpyError } from "../errors.js";
import type { Session } from "./session.js";

/** The friendly REPL of a board: what it prints, what is typed. */
export interface ReplStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** Gives the board back to exec and fs. Fine to call twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens the friendly REPL, with the banner first, as after Ctrl-B. */
export async function openReplStream(session: Session, signal?: AbortSignal): Promise<ReplStream> {
  const giveBack = await session.lend(signal);
  const stop = new AbortController();
  try {
    await session.repl.enter(signal);
    await session.link.write("\x02", { idle: session.timing.answer, signal });
  } catch (error) {
    giveBack();
    throw error;
  }
  let open = true;
  const close = (): Promise<void> => {
    if (open) {
      open = false;
      stop.abort(new UpyError("link-closed", "The terminal was closed"));
      giveBack();
    }
    return Promise.resolve();
  };
  return {
    readable: output(session, stop.signal),
    writable: input(session, stop.signal),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function output({ link }: Session, stop: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          while (link.received.length === 0) await link.more({ idle: Infinity, signal: stop });
          controller.enqueue(link.received.take(link.received.length));
        } catch (error) {
          if (!stop.aborted) throw error;
          controller.close();
        }
      },
    },
    { highWaterMark: 0 },
  );
}

function input({ link, timing }: Session, stop: AbortSignal): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    async write(chunk) {
      stop.throwIfAborted();
      await link.write(chunk, { idle: timing.idle, signal: stop });
    },
  });
}
