/**
 * What a link to a board is, for those who write their own. Start with {@link createTransport}.
 *
 * @module
 */

export { createTransport, type Wire, type WireEvents } from "./create-transport.js";
export { enterBootloader, hardReset, type ResetOptions } from "./reset-lines.js";
export type { SerialSignals, Transport } from "./transport.js";
export { findUsbBoard, usbBoards, type BoardFamily, type LineWiring, type UsbBoard } from "./usb-boards.js";
