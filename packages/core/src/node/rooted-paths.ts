// From a target's path to the host's, without ever leaving the directory: not by "..", not through a symbolic link.

import { realpath } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { UpyError } from "../errors.js";
import { errnoOf } from "./map-errno.js";

/** Paths below one directory of the host. */
export class RootedPaths {
  readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  /**
   * The host's path of a target path. Links in its directories are followed, but not out of the root;
   * what stands at the path itself is not looked at. @throws `invalid-path`
   */
  async locate(path: string): Promise<string> {
    const host = join(this.root, ...checkedNames(path));
    if (host !== this.root) await this.#checkInside(dirname(host), path);
    return host;
  }

  /** The same, where the link that may stand at the path itself is followed too. @throws `invalid-path` */
  async locateFollowing(path: string): Promise<string> {
    const host = await this.locate(path);
    if (host !== this.root) await this.#checkInside(host, path);
    return host;
  }

  async #checkInside(host: string, path: string): Promise<void> {
    const root = await nearestRealPath(this.root);
    const real = await nearestRealPath(host);
    if (
      host.length <= this.root.length ||
      real === root ||
      real.startsWith(root.endsWith(sep) ? root : root + sep)
    )
      return;
    throw new UpyError("invalid-path", `${path} leads out of ${this.root} through a symbolic link.`);
  }
}

/** The real path of the nearest ancestor that exists. */
async function nearestRealPath(host: string): Promise<string> {
  try {
    return await realpath(host);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" && errnoOf(error) !== "ENOTDIR") throw error;
    return dirname(host) === host ? host : nearestRealPath(dirname(host));
  }
}

// eslint-disable-next-line no-control-regex
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
