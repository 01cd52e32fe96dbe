/**
 * MicroPython's WebREPL over WebSocket, in browsers and Node. Start with {@link openWebRepl}.
 *
 * @module
 */

export type { FileTransferOptions } from "./file-transfer.js";
export type { OpenWebReplOptions, WebReplTransport } from "./open-web-repl.js";
export { openWebRepl } from "./open-web-repl.js";
export type { ConnectReplSocket, ReplSocket, ReplSocketEvents } from "./repl-socket.js";
export { webReplFiles } from "./web-repl-files.js";
