// Which ports the page may use: asking the user for one, those granted before, and what is plugged in and out.
import { UpyError } from "@upykit/core/errors";
import { type BoardFamily, usbBoards } from "@upykit/core/transport";
import type { SerialPortLike } from "./open-web-serial.js";
import { requestError } from "./port-errors.js";

/** As the browser's requestPort() takes it. */
export interface PortIds {
  readonly usbVendorId: number;
  readonly usbProductId?: number;
}

/** What is needed of `navigator.serial`, or of the polyfill in its place. */
export interface SerialLike {
  getPorts(): Promise<SerialPortLike[]>;
  requestPort(options?: { filters?: PortIds[] }): Promise<SerialPortLike>;
  addEventListener?(type: "connect" | "disconnect", listener: (event: Event) => void): void;
  removeEventListener?(type: "connect" | "disconnect", listener: (event: Event) => void): void;
}

/** What {@link requestBoard} takes. */
export interface RequestBoardOptions {
  /** Only boards of these families; default all in `usbBoards`. */
  readonly families?: readonly BoardFamily[] | undefined;
  /** Show every serial port, also those that the table does not know. */
  readonly all?: boolean | undefined;
  /** In place of `navigator.serial`: the WebUSB polyfill on Android. */
  readonly serial?: SerialLike | undefined;
}

/** The filters for requestPort() out of the table of boards. */
export function boardFilters(families?: readonly BoardFamily[]): PortIds[] {
  const rows = usbBoards.filter((board) => families?.includes(board.family) ?? true);
  return rows.flatMap(({ vendorId: usbVendorId, productIds }) =>
    productIds ? productIds.map((usbProductId) => ({ usbVendorId, usbProductId })) : [{ usbVendorId }],
  );
}

/**
 * Lets the user choose a board. To be called from a click.
 *
 * @throws `aborted` the user chose nothing, which is no reason to show an error · `access-denied` not from a click, or not allowed · `unsupported` no Web Serial here
 */
export async function requestBoard(options: RequestBoardOptions = {}): Promise<SerialPortLike> {
  const request = options.all ? {} : { filters: boardFilters(options.families) };
  try {
    return await serialOf(options.serial).requestPort(request);
  } catch (error) {
    throw error instanceof UpyError ? error : requestError(error);
  }
}

/** The ports that the user chose before and that are plugged in. @throws `unsupported` no Web Serial here */
export async function grantedPorts(serial?: SerialLike): Promise<SerialPortLike[]> {
  return serialOf(serial).getPorts();
}

/** A granted port came or went. */
export interface PortEvent {
  readonly type: "connect" | "disconnect";
  readonly port: SerialPortLike;
}

/** Tells of granted ports that are plugged in and out, until the function it returns is called. @throws `unsupported` */
export function watchPorts(listener: (event: PortEvent) => void, serial?: SerialLike): () => void {
  const source = serialOf(serial);
  const hear = (event: Event) => {
    const type = event.type === "connect" ? "connect" : "disconnect";
    listener({ type, port: event.target as unknown as SerialPortLike });
  };
  source.addEventListener?.("connect", hear);
  source.addEventListener?.("disconnect", hear);
  return () => {
    source.removeEventListener?.("connect", hear);
    source.removeEventListener?.("disconnect", hear);
  };
}

function serialOf(serial: SerialLike | undefined): SerialLike {
  const own = (globalThis as { navigator?: { serial?: unknown } }).navigator?.serial;
  if (serial) return serial;
  if (own) return own as SerialLike;
  const hint = "Take Chrome, Edge or Opera on a computer, over HTTPS; on Android, a WebUSB polyfill.";
  throw new UpyError("unsupported", "This browser has no Web Serial", { hint });
}
