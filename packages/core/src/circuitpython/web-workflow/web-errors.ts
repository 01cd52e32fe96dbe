// What the board's statuses mean, and what to do about them.

import { UpyError } from "../../errors.js";

/** Why nothing can be written: CircuitPython writes only what no computer has. */
const ownedByUsb: string =
  "A computer has the board's CIRCUITPY drive over USB, or the board's own program is writing: eject the drive there " +
  "or power the board from a plain charger, then try again; storage.disable_usb_drive() in boot.py makes that last, " +
  "and CircuitPython 10.0.1 to 10.2 needs it even where no computer is. " +
  "Or install onto the drive itself, from the computer that has it.";

/** The error for a status that is no success. */
export function statusError(status: number, what: string): UpyError {
  const [code, text, hint] = meanings[status] ?? unknown(status);
  return new UpyError(code, `${what}: ${text}.`, { hint });
}

type Meaning = readonly [code: UpyError["code"], text: string, hint: string | undefined];

const meanings: Readonly<Record<number, Meaning>> = {
  401: [
    "access-denied",
    "the board refuses the password",
    "It is CIRCUITPY_WEB_API_PASSWORD in the board's settings.toml, of at most 44 bytes; the board reads it when it is reset.",
  ],
  403: [
    "access-denied",
    "the board has no web workflow password, or does not serve this page's origin",
    "Set CIRCUITPY_WEB_API_PASSWORD in settings.toml and reset the board; in a browser, open the page from http://localhost.",
  ],
  404: ["file-not-found", "it is not there", undefined],
  405: ["unsupported", "the board's web workflow does not do that", "Update CircuitPython."],
  409: ["read-only", "USB has the drive", ownedByUsb],
  412: ["file-exists", "something of that name is there", undefined],
  413: ["no-space", "it does not fit", "Remove files or libraries from the board."],
  417: ["no-space", "it does not fit", "Remove files or libraries from the board."],
  500: [
    "io-error",
    "the board failed to do it",
    "Its file system may be damaged or full; look at its serial console.",
  ],
};

function unknown(status: number): Meaning {
  return [
    "protocol",
    `the answer has HTTP status ${status}`,
    "Check that the address is that of a CircuitPython board, and not of a router or proxy.",
  ];
}
