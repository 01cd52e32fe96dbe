// The way in: from a transport to a board that has proved to be one.

import { Board } from "./board.js";
import type { ConnectOptions } from "./options.js";
import { Session } from "./session.js";
import type { Transport } from "../transport/transport.js";

/**
 * Interrupts whatever runs on the board, enters the raw REPL and finds out what the board can do.
 * When this fails the transport is left open, for the caller to close.
 * @throws `no-response` when nothing answers, `protocol` when what answers is no raw REPL
 */
export async function connectBoard(transport: Transport, options: ConnectOptions = {}): Promise<Board> {
  const session = new Session(transport, options);
  const profile = await session.profile(options.signal);
  return new Board(session, profile);
}
