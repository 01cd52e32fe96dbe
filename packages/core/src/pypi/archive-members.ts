// Reads files of a lockfile that are inside a source distribution, when the cache does not have them.

import { UpyError } from "../errors.js";
import type { MemberReader } from "../sources/download.js";
import { readSdist, type Sdist, type SdistLimits } from "./read-sdist.js";

/**
 * Makes a `readMember` for installing from a lockfile with packages of {@link pypiIndex}. Each archive is fetched and
 * unpacked once, and kept as long as the reader is.
 */
export function archiveMembers(limits: SdistLimits = {}): MemberReader {
  const archives = new Map<string, Promise<Sdist | null>>();
  return async ({ archive, member }, download) => {
    if (!/\.(tar\.gz|tgz)$/i.test(archive.replace(/[?#].*$/s, ""))) {
      throw new UpyError("unsupported", `${archive} is no .tar.gz archive`);
    }
    const unpacked = archives.get(archive) ?? unpack(archive, download, limits);
    archives.set(archive, unpacked);
    unpacked.catch(() => archives.delete(archive));
    const files = (await unpacked)?.files ?? [];
    return files.find((file) => file.member === member)?.content ?? null;
  };
}

async function unpack(
  archive: string,
  download: (url: string) => Promise<Uint8Array | null>,
  limits: SdistLimits,
): Promise<Sdist | null> {
  const content = await download(archive);
  return content === null ? null : readSdist(content, { ...limits, what: archive });
}
