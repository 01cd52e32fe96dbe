// From a target's path to the host's, without ever leaving the directory: not by "..", not through a symbolic link.

import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { UpyError } from "../errors.js";
import { errnoOf } from "./map-errno.js";

/**
 * Paths below one directory of the host. Links are followed at once: names that were just listed are in the system's
 * memory, and an install asks so often that the trips to the thread pool would cost more than everything else.
 */
export class RootedPaths {
  readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  /**
   * The host's path of a target path. Links in its directories are followed, but not out of the root;
   * what stands at the path itself is not looked at. @throws `invalid-path`
   */
  locate(path: string): string {
    const host = this.#hostOf(path);
    if (host !== this.root) this.#checkInside(dirname(host), path);
    return host;
  }

  /** The same, where the link that may stand at the path itself is followed too. @throws `invalid-path` */
  locateFollowing(path: string): string {
    const host = this.#hostOf(path);
    if (host !== this.root) this.#checkInside(host, path);
    return host;
  }

  #hostOf(path: string): string {
    return join(this.root, ...checkedNames(path));
  }

  #checkInside(host: string, path: string): void {
    const root = nearestRealPath(this.root);
    const real = nearestRealPath(host);
    if (
      host.length <= this.root.length ||
      real === root ||
      real.startsWith(root.endsWith(sep) ? root : root + sep)
    )
      return;
    throw new UpyError("invalid-path", `${path} leads out of ${this.root} through a symbolic link.`);
  }
}

/** The real path of the nearest ancestor that exists. What is missing is asked for first, which makes no error of it. */
function nearestRealPath(host: string): string {
  const parent = dirname(host);
  if (parent !== host && !existsSync(host)) return nearestRealPath(parent);
  try {
    return realpathSync.native(host);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" && errnoOf(error) !== "ENOTDIR") throw error;
    return parent === host ? host : nearestRealPath(parent);
  }
}

// eslint-disable-next-line no-control-regex -- Windows forbids control characters
const forbidden = process.platform === "win32" ? /[\u0000-\u001f\\:*?"<>|]/u : /\u0000/u;

function checkedNames(path: string): string[] {
  if (!path.startsWith("/") || forbidden.test(path)) throw invalidPath(path);
  const names = path.split("/").filter((name) => name !== "");
  if (names.some((name) => name === "." || name === "..")) throw invalidPath(path);
  return names;
}

function invalidPath(path: string): UpyError {
  return new UpyError("invalid-path", `${JSON.stringify(path)} is not a path in a target.`);
}
