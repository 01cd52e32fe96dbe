// Downloads the archive of a version, and holds it against what the index promised.

import { UpyError } from "../errors.js";
import { sha256 } from "../sha256.js";
import type { SourceContext } from "../sources/source.js";
import type { ChosenVersion } from "./choose-version.js";
import type { FoundProject } from "./find-project.js";

/** An archive as it came. */
export interface FetchedArchive {
  readonly url: string;
  /** For messages. */
  readonly what: string;
  readonly content: Uint8Array;
}

/** The archive. @throws `not-found`, `hash-mismatch`, `invalid-package`, and what downloads throw */
export async function fetchArchive(
  found: FoundProject,
  { version, file }: ChosenVersion,
  context: SourceContext,
): Promise<FetchedArchive> {
  const url = addressOf(file.url, found);
  const what = `${found.name} ${version} (${url})`;
  const content = await context.download(url, { immutable: file.sha256 !== null, hash: file.sha256 });
  if (content === null) {
    throw new UpyError(
      "not-found",
      `nothing is at ${url}, where the archive of ${found.name} ${version} should be`,
      {
        hint: `The index ${found.indexUrl} names a file that is not there.`,
      },
    );
  }
  if (file.sha256 !== null && (await sha256(content)) !== file.sha256) {
    throw new UpyError("hash-mismatch", `${what} is not what the index promised (expected ${file.sha256})`, {
      hint: "The index or the server is damaged, or somebody changed the file on its way.",
    });
  }
  if (file.size !== null && file.size !== content.length) {
    throw new UpyError(
      "hash-mismatch",
      `${what} has ${content.length} bytes, where the index promised ${file.size}`,
    );
  }
  return { url, what, content };
}

/** A remote index names no files on this machine. */
function addressOf(url: string, { jsonUrl, name, indexUrl }: FoundProject): string {
  const address = URL.canParse(url, jsonUrl) ? new URL(url, jsonUrl) : null;
  const schemes = jsonUrl.startsWith("file:") ? ["http:", "https:", "file:"] : ["http:", "https:"];
  if (address !== null && schemes.includes(address.protocol)) {
    address.hash = "";
    return address.href;
  }
  throw new UpyError(
    "invalid-package",
    `${name} of the index ${indexUrl}: ${JSON.stringify(url.slice(0, 120))} is not the address of a file`,
  );
}
