// Node's file errors as UpyErrors. The one place of ./node that knows errno for caches and local packages.

import { UpyError, type UpyErrorCode } from "../errors.js";

const codes: Readonly<Record<string, UpyErrorCode>> = {
  ENOENT: "file-not-found",
  EEXIST: "file-exists",
  EISDIR: "is-directory",
  ENOTDIR: "not-directory",
  ENOTEMPTY: "not-empty",
  ENOSPC: "no-space",
  EDQUOT: "no-space",
  EROFS: "read-only",
  EACCES: "access-denied",
  EPERM: "access-denied",
};

/** Node's error code, like "ENOENT"; null when `error` is none of Node's. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/** A UpyError for an error of `node:fs`; what is none of Node's passes unchanged. */
export function mapErrno(error: unknown, what: string): unknown {
  const errno = errnoOf(error);
  if (errno === null || error instanceof UpyError) return error;
  return new UpyError(
    codes[errno] ?? "io-error",
    `${what}: ${error instanceof Error ? error.message : errno}`,
    { cause: error },
  );
}
