export type { FileTransferOptions } from "./file-transfer.js";
export type { OpenWebReplOptions, WebReplTransport } from "./open-web-repl.js";
export { openWebRepl } from "./open-web-repl.js";
export type { ConnectReplSocket, ReplSocket, ReplSocketEvents } from "./repl-socket.js";
export { webReplFiles } from "./web-repl-files.js";
