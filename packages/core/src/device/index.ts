/**
 * A board behind any byte transport: its raw REPL, its files, what it is. Start with {@link connectBoard}.
 *
 * @module
 */

export { Board, type SoftResetOptions } from "./board.js";
export { BoardError } from "./board-error.js";
export { connectBoard } from "./connect.js";
export { BoardFileSystem, type BoardWriteOptions } from "./fs/board-file-system.js";
export type { WriteReport } from "./fs/file-writer.js";
export type { BoardCallOptions, BoardTiming, ConnectOptions, ExecOptions } from "./options.js";
export type { BoardProfile } from "./profile.js";
export { parseLiteral, quote, quoteBytes, type PythonValue } from "./values/literal.js";
export { parseTraceback, type Traceback, type TracebackFrame } from "./values/traceback.js";
export type { ReplStream } from "./repl-stream.js";
export type { SerialSignals, Transport } from "../transport/transport.js";
export type { ErrnoFamily } from "./values/errno.js";
export type { FileSnippetVariant } from "./snippets/files.js";
export type { SendEncoding } from "./snippets/send.js";
export type { StorageOwner } from "./storage-owner.js";
