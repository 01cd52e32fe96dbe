/**
 * Web Serial in the browser. Start with {@link requestBoard} and {@link openWebSerial}.
 *
 * @module
 */

export type { OpenWebSerialOptions, SerialPortLike, WebSerialTransport } from "./open-web-serial.js";
export { openWebSerial } from "./open-web-serial.js";
export type { PortEvent, PortIds, RequestBoardOptions, SerialLike } from "./ports.js";
export { boardFilters, grantedPorts, requestBoard, watchPorts } from "./ports.js";
