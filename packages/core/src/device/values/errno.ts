// What an OSError of a board means, whatever it calls it: a number of its own family, a name, or a sentence.
// Numbers: py/mperrno.h (MicroPython 1.28, Linux's), wasi/api.h (emscripten), negated numbers of old littlefs.

import type { UpyErrorCode } from "../../errors.js";

/** Whose error numbers a board uses. Probed: the number that a missing file gives. */
export type ErrnoFamily = "posix" | "wasi";

const codes: Readonly<Record<string, UpyErrorCode>> = {
  ENOENT: "file-not-found",
  EEXIST: "file-exists",
  EISDIR: "is-directory",
  ENOTDIR: "not-directory",
  ENOTEMPTY: "not-empty",
  ENOSPC: "no-space",
  EFBIG: "no-space",
  EROFS: "read-only",
  EACCES: "access-denied",
  EPERM: "access-denied",
  ENOMEM: "out-of-memory",
  EIO: "io-error",
  EINVAL: "io-error",
  ENODEV: "file-not-found",
  ENAMETOOLONG: "invalid-path",
};

const numbers: Readonly<Record<ErrnoFamily, Readonly<Record<number, string>>>> = {
  posix: {
    1: "EPERM",
    2: "ENOENT",
    5: "EIO",
    12: "ENOMEM",
    13: "EACCES",
    17: "EEXIST",
    19: "ENODEV",
    20: "ENOTDIR",
    21: "EISDIR",
    22: "EINVAL",
    27: "EFBIG",
    28: "ENOSPC",
    30: "EROFS",
    36: "ENAMETOOLONG",
    39: "ENOTEMPTY",
    66: "ENOTEMPTY",
  },
  wasi: {
    2: "EACCES",
    20: "EEXIST",
    22: "EFBIG",
    28: "EINVAL",
    29: "EIO",
    31: "EISDIR",
    37: "ENAMETOOLONG",
    43: "ENODEV",
    44: "ENOENT",
    48: "ENOMEM",
    51: "ENOSPC",
    54: "ENOTDIR",
    55: "ENOTEMPTY",
    63: "EPERM",
    69: "EROFS",
  },
};

/** Sentences of boards without names for numbers, of CircuitPython and of the micro:bit. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/file not found|no such file/i, "ENOENT"],
  [/file exists|already exists/i, "EEXIST"],
  [/is a directory/i, "EISDIR"],
  [/not a directory/i, "ENOTDIR"],
  [/not empty/i, "ENOTEMPTY"],
  [/no (more )?(storage )?space|disk full|filesystem full/i, "ENOSPC"],
  [/read-?only/i, "EROFS"],
  [/permission denied|access/i, "EACCES"],
  [/input\/output error/i, "EIO"],
];

/** The errno name ("ENOENT") that an OSError's message stands for; null when it tells none. */
export function errnoName(message: string, family: ErrnoFamily): string | null {
  const number = /^(?:\[Errno |\()?(-?\d+)/.exec(message)?.[1];
  const known = number === undefined ? undefined : numbers[family][Math.abs(Number(number))];
  if (known !== undefined) return known;
  const name = /\bE[A-Z]{2,}\b/.exec(message)?.[0];
  if (name !== undefined) return name;
  return sentences.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}

/** The code for an errno name; `io-error` for a name that has none of its own. */
export function errnoCode(name: string): UpyErrorCode {
  return codes[name] ?? "io-error";
}
