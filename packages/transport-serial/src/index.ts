/**
 * Serial ports of this machine, and of others through `socket://` and `rfc2217://`. Start with {@link listPorts} and
 * {@link openSerial}.
 *
 * @module
 */

export type { DriverPort, SerialBinding, SerialBindingPort } from "./driver.js";
export type { ListPortsOptions, PortFilter, PortInfo } from "./list-ports.js";
export { listPorts } from "./list-ports.js";
export type { OpenSerialOptions, SerialTransport } from "./open-serial.js";
export { openSerial } from "./open-serial.js";
export type { UsbFacts } from "./sysfs-ports.js";
export type { WaitForBoardOptions } from "./wait-for-board.js";
export { waitForBoard } from "./wait-for-board.js";
