// Watches that the drive is still the one it was, and says what its errors mean: unplugged, read-only, not ours to write.

import { stat } from "node:fs/promises";
import { type UpyErrorCode, isUpyError, UpyError } from "../../errors.js";
import type { TargetCallOptions } from "../../targets/target.js";
import { errnoOf, mapErrno } from "../map-errno.js";

/** Errors of a device that is no longer there. */
const lostErrnos: ReadonlySet<string> = new Set([
  "EIO",
  "ENODEV",
  "ENXIO",
  "ENOTCONN",
  "ESTALE",
  "ECONNABORTED",
  "UNKNOWN",
]);

const hints: Partial<Record<UpyErrorCode, string>> = {
  "read-only":
    "The board keeps the drive for its own program (storage.remount or storage.disable_usb_drive in boot.py), or the " +
    "computer found it damaged: look at boot.py, plug the board in again, or hold its button at the start for safe mode.",
  "access-denied": "The drive is mounted for another user, or it is not writable by this program.",
  "no-space": "Remove files from the drive, and empty its trash folder if it has one.",
};

/** One mounted drive, recognised by its device number. */
export class DriveGuard {
  readonly #root: string;
  #device: number | null = null;

  constructor(root: string) {
    this.#root = root;
  }

  /** Does something on the drive. @throws `link-lost` where the drive went away, else the file codes */
  async run<T>(path: string, options: TargetCallOptions | undefined, action: () => Promise<T>): Promise<T> {
    options?.signal?.throwIfAborted();
    await this.checkThere();
    try {
      return await action();
    } catch (error) {
      throw await this.#explain(error, path);
    }
  }

  /** @throws `file-not-found` when no drive was ever there, `link-lost` when it is another one or gone */
  async checkThere(): Promise<void> {
    const device = await this.#deviceNow();
    if (this.#device === null && device === null) {
      throw new UpyError("file-not-found", `No drive is mounted at ${this.#root}.`, {
        hint: "Call findCircuitPythonDrives for what there is; press the board's reset button if it is not listed.",
      });
    }
    if (device === null || (this.#device !== null && device !== this.#device)) throw this.#lost();
    this.#device = device;
  }

  async #deviceNow(): Promise<number | null> {
    const found = await stat(this.#root).catch(() => null);
    return found?.isDirectory() === true ? found.dev : null;
  }

  async #explain(error: unknown, path: string): Promise<unknown> {
    const errno = errnoOf(isUpyError(error) ? error.cause : error) ?? "";
    const isGone = errno !== "" && (await this.#deviceNow()) !== this.#device;
    if (isGone || lostErrnos.has(errno)) return this.#lost(error);
    const mapped = mapErrno(error, path);
    if (!isUpyError(mapped) || mapped.hint !== undefined) return mapped;
    return new UpyError(mapped.code, mapped.message, { hint: hints[mapped.code], cause: mapped.cause });
  }

  #lost(cause?: unknown): UpyError {
    return new UpyError("link-lost", `The drive ${this.#root} went away.`, {
      hint: "Plug the board in again; an install that was cut short is finished or undone by recover.",
      cause,
    });
  }
}
