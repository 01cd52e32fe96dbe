// Resets a board, or sends it into its bootloader, by the control lines of its serial port. The sequences are those
// of esptool 4.8 (esptool/reset.py) and of MicroPython 1.28 (shared/tinyusb/mp_usbd_cdc.c).
import { UpyError } from "../errors.js";
import type { SerialSignals, Transport } from "./transport.js";
import type { LineWiring } from "./usb-boards.js";

/** What {@link hardReset} and {@link enterBootloader} take. */
export interface ResetOptions {
  /** How the lines are wired; see `findUsbBoard`. Default: `auto-reset`. */
  readonly wiring?: LineWiring | undefined;
  readonly signal?: AbortSignal | undefined;
}

type Step = SerialSignals | { readonly milliseconds: number };

const released: SerialSignals = { dataTerminalReady: false, requestToSend: false };
const resetHeld: SerialSignals = { dataTerminalReady: false, requestToSend: true };
const bootPinHeld: SerialSignals = { dataTerminalReady: true, requestToSend: false };
const both: SerialSignals = { dataTerminalReady: true, requestToSend: true };
const moment: Step = { milliseconds: 100 };

const resets: Partial<Record<LineWiring, readonly Step[]>> = {
  "auto-reset": [resetHeld, moment, released],
  "usb-jtag": [resetHeld, moment, released],
};

const bootloaders: Partial<Record<LineWiring, readonly Step[]>> = {
  "auto-reset": [resetHeld, moment, bootPinHeld, { milliseconds: 50 }, released],
  // Through `both` and not through `released`, which would let the chip run.
  "usb-jtag": [released, moment, bootPinHeld, moment, both, resetHeld, moment, released],
  "cdc-esp32": [resetHeld, moment, bootPinHeld, moment, released],
};

/**
 * Resets the chip as its reset button does. On a board with USB of its own (`usb-jtag`) the link is lost with it.
 *
 * @throws `unsupported` where the wiring or the driver has no such line; `machine.reset()` on the board is the way then.
 */
export async function hardReset(transport: Transport, options: ResetOptions = {}): Promise<void> {
  await play(transport, resets[options.wiring ?? "auto-reset"], options.signal, "machine.reset()");
}

/**
 * Restarts the chip into its bootloader.
 *
 * @throws `unsupported` where the wiring or the driver has no such line; `machine.bootloader()` on the board is the way then.
 */
export async function enterBootloader(transport: Transport, options: ResetOptions = {}): Promise<void> {
  await play(transport, bootloaders[options.wiring ?? "auto-reset"], options.signal, "machine.bootloader()");
}

async function play(
  transport: Transport,
  steps: readonly Step[] | undefined,
  signal: AbortSignal | undefined,
  instead: string,
): Promise<void> {
  if (!steps || !transport.setSignals) {
    const hint = `Run ${instead} on the board, or press its button.`;
    throw new UpyError("unsupported", `${transport.name} has no control lines for that`, { hint });
  }
  signal?.throwIfAborted();
  for (const step of steps) {
    // Not to be aborted half way: that would leave the board held in reset.
    if ("milliseconds" in step) await new Promise((resolve) => setTimeout(resolve, step.milliseconds));
    else await transport.setSignals(step);
  }
}
