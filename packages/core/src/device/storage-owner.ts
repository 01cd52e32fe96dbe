// Who may write a CircuitPython board's file system: its own code, or the computer that has its drive.
// Source: shared-bindings/storage and shared-module/storage/__init__.c of CircuitPython 10.2.

import { UpyError } from "../errors.js";
import type { Session } from "./session.js";

/**
 * Who may write a board's files. `board`: its code, and so this connection. `computer`: the one that has the CIRCUITPY
 * drive over USB. `nobody`: the board's code may not, though no computer has the drive; `takeStorage` changes that.
 */
export type StorageOwner = "board" | "computer" | "nobody";

/**
 * Prints whether the root is read-only for code, and whether a computer is there; nothing where that cannot be asked.
 * Before CircuitPython 8, a file system says so only by its refusal of any change, of what is not there too.
 */
const ownerSnippet = `try:
 import storage,supervisor
 try:r=storage.getmount('/').readonly
 except AttributeError:
  import os
  r=0
  try:os.rename('/.upykit-no','/.upykit-no')
  except OSError as e:r=e.args[0]==30
 print(1 if r else 0,1 if supervisor.runtime.usb_connected else 0)
except (ImportError,AttributeError):pass`;

const takeSnippet = `import storage
try:
 storage.remount('/',readonly=False)
 print(1)
except RuntimeError:print(0)`;

/** Who may write; a board that is not CircuitPython owns its files. */
export async function askStorageOwner(
  session: Session,
  signal: AbortSignal | undefined,
): Promise<StorageOwner> {
  // Elsewhere `storage` would be a file of the user's, run for nothing.
  if ((await session.profile(signal)).implementation !== "circuitpython") return "board";
  const [, readOnly, connected] =
    /([01]) ([01])/u.exec(await session.runText(ownerSnippet, { signal })) ?? [];
  if (readOnly !== "1") return "board";
  return connected === "1" ? "computer" : "nobody";
}

/** Lets the board's code write until the next reset. @throws `read-only` while a computer has the drive */
export async function remountStorage(session: Session, signal: AbortSignal | undefined): Promise<void> {
  if ((await askStorageOwner(session, signal)) === "board") return;
  if ((await session.runText(takeSnippet, { signal })).includes("1")) return;
  throw new UpyError("read-only", `A computer has the drive of the board on ${session.name}.`, {
    hint: hintFor("computer"),
  });
}

/** What to do so that this connection can write. */
export function hintFor(owner: StorageOwner): string | undefined {
  if (owner === "computer")
    return (
      "The computer has the CIRCUITPY drive: install onto the drive itself, or eject it there and call " +
      'board.takeStorage(); storage.remount("/", readonly=False) or storage.disable_usb_drive() in boot.py makes that last.'
    );
  if (owner === "nobody")
    return "Call board.takeStorage(), which lets the board's code write until the next reset.";
  return undefined;
}
