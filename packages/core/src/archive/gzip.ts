// gzip in and out, with the window in sight: boards with little memory keep 4096 bytes of what they have unpacked, and
// no more. Format: RFC 1952; what sdist_upip.py of micropython-lib 1.9 wrote is zlib's level 9 with 12 window bits.

import { gzip as deflate, Inflate } from "pako";
import { UpyError } from "../errors.js";

/** Bits of the window that a small board has. */
const smallWindowBits = 12;
/** zlib's number for "a gzip wrapper is there", added to the bits. */
const gzipWrapper = 16;
/** A match may reach this far beyond the window before it is noticed: matches are checked once for every output chunk. */
const strictChunk = 256;

/** What {@link gunzip} takes besides the bytes. */
export interface GunzipOptions {
  /** For messages: "foo-1.0.tar.gz". */
  readonly what: string;
  /** Most bytes that may come out. */
  readonly limit: number;
}

/** What was inside, and how it was packed. */
export interface Gunzipped {
  readonly content: Uint8Array;
  /** Bytes of window that unpacking takes: 4096 where a small board can do it, else 32768. */
  readonly window: 4096 | 32768;
}

/** Thrown by the output handler to leave pako in the middle. */
class LimitReached extends Error {}

/**
 * Unpacks a gzip file: with a window of 4 KB as long as that will do.
 * @throws `invalid-package` for what is no gzip file, is damaged or breaks off; `too-large`
 */
export function gunzip(content: Uint8Array, options: GunzipOptions): Gunzipped {
  if (content[0] !== 0x1f || content[1] !== 0x8b) {
    throw new UpyError("invalid-package", `${options.what} is no gzip file`);
  }
  const small = inflate(content, smallWindowBits, options);
  if (typeof small !== "string") return { content: small, window: 4096 };
  if (small !== "invalid distance too far back") throw damaged(small, options);
  const large = inflate(content, 15, options);
  if (typeof large === "string") throw damaged(large, options);
  return { content: large, window: 32768 };
}

/** Packs with a 4 KB window. The bytes depend on `content` alone, and are those of zlib (level 9, 12 window bits). */
export function gzipSmall(content: Uint8Array): Uint8Array {
  return deflate(content, { level: 9, windowBits: smallWindowBits, legacyHash: true });
}

/** The bytes inside, or what zlib has against them. */
function inflate(content: Uint8Array, bits: number, { what, limit }: GunzipOptions): Uint8Array | string {
  const chunkSize = bits === smallWindowBits ? strictChunk : 65_536;
  const inflater = new Inflate({ windowBits: gzipWrapper + bits, chunkSize });
  const output = new Output(Math.min(limit, content.length * 4));
  inflater.onData = (chunk) => {
    if (output.length + chunk.length > limit) throw new LimitReached();
    output.add(chunk);
  };
  inflater.onEnd = (status) => {
    inflater.err = status;
  };
  try {
    inflater.push(content, true);
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    throw new UpyError("too-large", `${what} unpacks to more than ${limit} bytes`, {
      hint: "Raise maxUnpackedSize if you trust this source.",
    });
  }
  return inflater.err === 0 && inflater.ended ? output.bytes() : inflater.msg || "it breaks off";
}

function damaged(problem: string, { what }: GunzipOptions): UpyError {
  const text = problem === "buffer error" ? "it breaks off" : problem;
  return new UpyError("invalid-package", `${what} is damaged: ${text}`, {
    hint: "Download it again; if that does not help, tell the author.",
  });
}

/** Bytes that grow: one buffer, so that many small chunks cost no more than few. */
class Output {
  length = 0;
  #buffer: Uint8Array;

  constructor(capacity: number) {
    this.#buffer = new Uint8Array(Math.max(capacity, 1024));
  }

  add(chunk: Uint8Array): void {
    const needed = this.length + chunk.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, this.length));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.length);
    this.length = needed;
  }

  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.length);
  }
}
