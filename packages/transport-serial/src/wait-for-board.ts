// Finds a board again after a reset, a firmware change or a new cable: by its serial number, whatever its path is now.
import { access, constants } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { UpyError } from "@upykit/core/errors";
import { noPermission } from "./port-errors.js";
import { type ListPortsOptions, type PortFilter, type PortInfo, listPorts } from "./list-ports.js";

/** What {@link waitForBoard} takes. */
export interface WaitForBoardOptions extends ListPortsOptions {
  /** How long to wait, in milliseconds; default 15 s. */
  readonly timeout?: number | undefined;
  /** How often to look, in milliseconds; default 100. */
  readonly interval?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits until a board is there and may be opened, and says where. Ask for `{ serialNumber }`; for a board without
 * one, `{ location }` (the USB socket it is in) is the next best. A board that resets stays listed for a moment:
 * wait for the transport's `closed` before.
 *
 * @throws `no-response` when it did not come in time; `invalid-argument` for a filter that says nothing
 */
export async function waitForBoard(filter: PortFilter, options: WaitForBoardOptions = {}): Promise<PortInfo> {
  const { timeout = 15_000, interval = 100, signal } = options;
  if (typeof filter === "object" && Object.values(filter).every((value) => value === undefined)) {
    const hint = "Take the serialNumber or the location from listPorts().";
    throw new UpyError("invalid-argument", "Which board to wait for is not said", { hint });
  }
  const end = performance.now() + timeout;
  for (;;) {
    signal?.throwIfAborted();
    const ports = await listPorts(filter, options);
    const port = await firstUsable(ports);
    if (port) return port;
    if (performance.now() >= end) throw notBack(filter, timeout, ports);
    await delay(interval, undefined, { signal }).catch(() => undefined);
  }
}

/** udev gives the permission a moment after the port is there. */
async function firstUsable(ports: readonly PortInfo[]): Promise<PortInfo | undefined> {
  for (const port of ports) {
    if (process.platform !== "linux") return port;
    const usable = await access(port.path, constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    );
    if (usable) return port;
  }
  return undefined;
}

function notBack(filter: PortFilter, timeout: number, seen: readonly PortInfo[]): UpyError {
  const which = typeof filter === "function" ? "the board" : `the board with ${JSON.stringify(filter)}`;
  const [port] = seen;
  if (port) return noPermission(port.path);
  const hint = "Is the cable plugged in? In its bootloader a board has other ids.";
  return new UpyError("no-response", `Waited ${timeout} ms for ${which}, in vain`, { hint });
}
