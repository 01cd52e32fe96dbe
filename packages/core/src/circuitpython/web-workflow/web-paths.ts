// Target paths as the web workflow takes them: percent-encoded, below /fs, within the board's buffers of 256 bytes.

import { UpyError } from "../../errors.js";
import { checkFatPath } from "../fat-names.js";

/** The longest request path or header value that the board does not cut off silently. */
const longest = 254;

/** "/lib/a b.py" as "/fs/lib/a%20b.py". @throws `invalid-path` */
export function toFilePath(path: string): string {
  checkFatPath(path);
  const encoded = `/fs${path.split("/").map(encodeName).join("/")}`;
  if (encoded.length < longest) return encoded;
  throw new UpyError("invalid-path", `${path} is too long for the board's web workflow.`, {
    hint: `It takes ${longest} bytes, with each letter outside of ASCII counted as six or more.`,
  });
}

/** A directory's path, with the "/" at its end that tells it from a file's. @throws `invalid-path` */
export function toDirectoryPath(path: string): string {
  return path === "/" ? "/fs/" : `${toFilePath(path)}/`;
}

function encodeName(name: string): string {
  try {
    return encodeURIComponent(name).replace(
      /['()!*]/gu,
      (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  } catch (cause) {
    throw new UpyError("invalid-path", `${JSON.stringify(name)} is not Unicode text.`, { cause });
  }
}
