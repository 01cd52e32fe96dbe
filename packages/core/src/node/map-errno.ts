// From what Node's file system throws to a UpyError. The only place that knows errno names.

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
  ELOOP: "invalid-path",
  ENAMETOOLONG: "invalid-path",
  EINVAL: "invalid-path",
};

/** The errno name of what Node threw, "" for anything else. */
export function errnoOf(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

/** What Node's file system threw about `path`, as a UpyError; anything that is none of its errors as it is. */
export function fileError(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (errno === "" || error instanceof UpyError) return error;
  const message = `${path}: ${error instanceof Error ? error.message : errno}`;
  return new UpyError(codes[errno] ?? "io-error", message, { cause: error });
}
