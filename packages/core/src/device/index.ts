export type { Wire, WireEvents } from "./create-transport.js";
export { createTransport } from "./create-transport.js";
export type { ResetOptions } from "./reset-lines.js";
export { enterBootloader, hardReset } from "./reset-lines.js";
export type { SerialSignals, Transport } from "./transport.js";
export type { BoardFamily, LineWiring, UsbBoard } from "./usb-boards.js";
export { findUsbBoard, usbBoards } from "./usb-boards.js";
