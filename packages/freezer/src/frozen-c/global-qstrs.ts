// All qstrs of one freeze: those of the firmware, those of the modules, short string constants. It decides which are
// new, and under which C identifier each goes. Source: GlobalQStrList of tools/mpy-tool.py, MicroPython 1.28.

import { UpyError } from "@upykit/core/errors";
import { encodeText, staticQstrs } from "@upykit/core/mpy";
import { escapeQstr } from "./qstr-escape.js";
import type { FirmwareQstrs } from "./qstr-header.js";

/** String constants of fewer characters than this become qstrs. Source: PERSISTENT_STR_INTERN_THRESHOLD. */
const internThreshold = 25;

/** A qstr that the firmware does not have. */
export interface NewQstr {
  readonly text: string;
  readonly bytes: Uint8Array;
  /** C identifier, less its prefix. */
  readonly ident: string;
}

/** The qstrs of one freeze. */
export class GlobalQstrs {
  readonly firmware: FirmwareQstrs;
  /** Text to C identifier, less its prefix, of all that were added. */
  readonly #idents = new Map<string, string>();
  readonly #new = new Map<string, NewQstr>();

  constructor(firmware: FirmwareQstrs) {
    this.firmware = firmware;
    for (const text of staticQstrs) this.add(text);
  }

  /**
   * Adds a qstr; returns its C identifier without prefix.
   * @throws `unsupported` when it is too long for the firmware
   */
  add(text: string): string {
    const known = this.#idents.get(text);
    if (known !== undefined) return known;
    const ident = this.#freeIdent(text);
    this.#idents.set(text, ident);
    if (!this.firmware.idents.has(ident)) this.#new.set(ident, { text, bytes: this.#bytes(text), ident });
    return ident;
  }

  /** Adds a string constant when it is short enough to be a qstr. */
  addConstant(text: string): void {
    if (text.length < internThreshold || Array.from(text).length < internThreshold) this.add(text);
  }

  /** The identifier of a text that was added, with its prefix. */
  find(text: string): string | undefined {
    const ident = this.#idents.get(text);
    return ident === undefined ? undefined : `MP_QSTR_${ident}`;
  }

  /** What the firmware does not have, sorted by bytes, as a sorted pool has to be. */
  newQstrs(): NewQstr[] {
    return [...this.#new.values()].sort((a, b) => compareBytes(a.bytes, b.bytes));
  }

  #bytes(text: string): Uint8Array {
    const bytes = encodeText(text);
    const most = 256 ** this.firmware.bytesInLength - 1;
    if (bytes.length <= most) return bytes;
    const message = `The name ${text.slice(0, 40)}… has ${bytes.length} bytes, the firmware's names at most ${most}.`;
    throw new UpyError("unsupported", message, {
      hint: "Shorten it, or build the firmware with MICROPY_QSTR_BYTES_IN_LEN 2 and pass its qstr header.",
    });
  }

  /** "a.b" and "a_dot_b" would share an identifier; mpy-tool.py takes one for the other, here the second gets a number. */
  #freeIdent(text: string): string {
    const ident = escapeQstr(text);
    let free = ident;
    for (let number = 2; this.#isTaken(free, text); number++) free = `${ident}__${number}`;
    return free;
  }

  #isTaken(ident: string, text: string): boolean {
    const owner = this.firmware.idents.get(ident) ?? this.#new.get(ident)?.text;
    return owner !== undefined && owner !== text;
  }
}

/** The hash of a qstr, as py/qstr.c computes it. */
export function qstrHash(bytes: Uint8Array, bytesInHash: number): number {
  let hash = 5381;
  for (const byte of bytes) hash = (Math.imul(hash, 33) ^ byte) & 0xffff;
  const masked = bytesInHash === 1 ? hash & 0xff : hash;
  return masked === 0 ? 1 : masked;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
