// Reads `file:` URLs for calls that may: a lockfile with local packages, and an index in a folder.

import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { UpyError } from "../errors.js";
import type { FileReader } from "../sources/download.js";
import { errnoOf, mapErrno } from "./map-errno.js";

/** What a `file:` URL names, null when nothing is there. For `readFile` of DownloadOptions. @throws `too-large`, `access-denied`, `io-error`, `is-directory` */
export const readLocalFile: FileReader = async (url, { maxFileSize, signal }) => {
  signal?.throwIfAborted();
  return readPath(pathOf(url), maxFileSize);
};

/** The file at a path, null when nothing is there. */
export async function readPath(path: string, maxFileSize: number): Promise<Uint8Array | null> {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    if (size > maxFileSize) {
      throw new UpyError("too-large", `${path} is larger than ${maxFileSize} bytes`, {
        hint: "Raise maxFileSize.",
      });
    }
    return new Uint8Array(await file.readFile());
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR") return null;
    throw mapErrno(error, path) as Error;
  }
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new UpyError("unsupported", `${url} names no file on this machine`, { cause });
  }
}
