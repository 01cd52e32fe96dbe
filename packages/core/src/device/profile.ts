// What one board can do, made by one probe. Differences between boards are looked up here, not asked for all over.

import { UpyError } from "../errors.js";
import type { ErrnoFamily } from "./values/errno.js";
import { parseLiteral, type PythonValue } from "./values/literal.js";
import type { FileSnippetVariant } from "./snippets/files.js";
import type { SendEncoding } from "./snippets/send.js";

/** What a board can do. */
export interface BoardProfile {
  /** "micropython", "circuitpython"; "" when it does not tell. */
  readonly implementation: string;
  /** Whose numbers its OSErrors carry. */
  readonly errnoFamily: ErrnoFamily;
  /** False on the micro:bit: names only, no directories, no rename. */
  readonly hasDirectories: boolean;
  readonly canRename: boolean;
  readonly canTellSpace: boolean;
  /** Listing and hashing helpers that fit. */
  readonly snippets: FileSnippetVariant;
  /** Whether a program on the board can read bytes from the link. */
  readonly readsBytes: boolean;
  /**
   * Whether its firmware takes more from the link than it has room for: then no link holds the sender back. So do stm32 (1.12
   * to 1.28: ports/stm32/usbd_cdc_interface.c), nrf and esp32 before 1.24 (usb_cdc.c, usb.c), zephyr, and every UART.
   */
  readonly losesBytes: boolean;
  /** Whether it can take a whole snippet at once, and has the memory for it. */
  readonly readsSource: boolean;
  /** The best ways to get bytes into a literal and out of a program. */
  readonly literal: "base64" | "hex" | "repr";
  readonly send: SendEncoding;
  /** The best one of those that print lines of text. */
  readonly textSend: Exclude<SendEncoding, "raw">;
  /** Whether it has `deflate`. */
  readonly inflates: boolean;
  /** Free bytes of heap when probed; null when unknown. */
  readonly heapFree: number | null;
  /** Most bytes of source to send at once. */
  readonly sourceLimit: number;
  /** Bytes of contents to handle at once: a power of two. */
  readonly blockSize: number;
}

/** So much free heap holds the text of our largest snippet and what is compiled from it many times over. */
const ROOM_FOR_SOURCE = 48 * 1024;

/** Reads the answer of the probe. @throws `protocol` when it is none */
export function parseProfile(text: string): BoardProfile {
  const answer = asList(parseLiteral(text.trim()));
  const [implementation, errno, os, hashlib, binascii, deflate, stdin, stdout, heap, platform] = answer;
  const osHas = flags(os, ["ilistdir", "stat", "rename", "mkdir", "statvfs"] as const);
  const codec = flags(binascii, ["crc32", "a2b", "b2a", "unhexlify", "hexlify"] as const);
  const heapFree = typeof heap === "number" ? heap : null;
  const hasDirectories = osHas.stat && osHas.mkdir;
  return {
    implementation: typeof implementation === "string" ? implementation : "",
    errnoFamily: errno === 44 ? "wasi" : "posix",
    hasDirectories,
    canRename: osHas.rename,
    canTellSpace: osHas.statvfs,
    snippets: {
      listing: hasDirectories ? (osHas.ilistdir ? "ilistdir" : "listdir") : "flat",
      hash: flags(hashlib, ["sha256"] as const).sha256 ? "sha256" : codec.crc32 ? "crc32" : "sum",
    },
    readsBytes: flags(stdin, ["buffer", "readinto"] as const).readinto && hasDirectories,
    losesBytes: typeof platform === "string" && /^(pyboard|nrf|esp|zephyr)/.test(platform),
    readsSource:
      flags(stdin, ["buffer", "readinto"] as const).buffer &&
      (heapFree ?? 0) >= ROOM_FOR_SOURCE &&
      implementation !== "circuitpython",
    literal: codec.a2b ? "base64" : codec.unhexlify ? "hex" : "repr",
    send: bestSend(implementation === "circuitpython", flags(stdout, ["buffer"] as const).buffer, codec),
    textSend: bestTextSend(codec),
    inflates: flags(deflate, ["DeflateIO"] as const).DeflateIO,
    heapFree,
    sourceLimit: Math.min(8192, Math.max(256, Math.floor((heapFree ?? 16_384) / 10))),
    blockSize: powerOfTwo((heapFree ?? 16_384) / 12, 256, 16_384),
  };
}

/** What the board can do over a link that only text survives on. */
export function inText(profile: BoardProfile): BoardProfile {
  const send = profile.send === "raw" ? profile.textSend : profile.send;
  return { ...profile, readsBytes: false, send };
}

/** CircuitPython may set the window title between any two bytes: only lines can be told apart from that. */
function bestSend(hasTitles: boolean, hasBuffer: boolean, codec: Codec): SendEncoding {
  return hasBuffer && !hasTitles ? "raw" : bestTextSend(codec);
}

interface Codec {
  readonly b2a: boolean;
  readonly hexlify: boolean;
}

function bestTextSend(codec: Codec): "base64" | "hex" | "repr" {
  if (codec.b2a) return "base64";
  return codec.hexlify ? "hex" : "repr";
}

function asList(value: PythonValue): PythonValue[] {
  if (Array.isArray(value)) return value;
  throw new UpyError("protocol", "The board answered the probe with something else than a list");
}

function flags<const Name extends string>(
  text: PythonValue | undefined,
  names: readonly Name[],
): Record<Name, boolean> {
  const digits = typeof text === "string" ? text : "";
  return Object.fromEntries(names.map((name, index) => [name, digits[index] === "1"])) as Record<
    Name,
    boolean
  >;
}

function powerOfTwo(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, 2 ** Math.floor(Math.log2(value))));
}
