// A resolution to a ROMFS image: the same lockfile that installing takes. Nothing on any board is touched.

import type { DownloadOptions, Environment, LockedFile, Resolution } from "@upykit/core";
import { UpyError } from "@upykit/core/errors";
import { checkCompatibility } from "@upykit/core/mpy";
import { compilingNativeCode, type NativeBackendOption } from "../native/with-native-code.js";
import { buildRomfs, type RomfsOptions } from "./build-romfs.js";
import { readRomfs } from "./read-romfs.js";
import { isDirectory, type RomfsEntry, type RomfsFile } from "./romfs-entry.js";

/** Options of {@link planRomfs}. */
export interface PlanRomfsOptions extends RomfsOptions, DownloadOptions, NativeBackendOption {
  /** The folder of the image that packages go into; "lib". "" is the root. */
  readonly directory?: string | undefined;
  /** Files of one's own, beside the packages. */
  readonly extra?: readonly RomfsEntry[] | undefined;
  /** The board: sources are compiled for it, and `.mpy` files it would not load are an error. */
  readonly environment?: Environment | undefined;
  readonly onProgress?: ((progress: PlanRomfsProgress) => void) | undefined;
}

/** Bytes fetched of all bytes to fetch. */
export interface PlanRomfsProgress {
  readonly path: string;
  readonly done: number;
  readonly total: number;
}

/** What {@link planRomfs} gives: plain data, to be printed, kept or deployed. */
export interface RomfsPlan {
  readonly image: Uint8Array;
  /** What is in the image. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly packages: readonly { readonly name: string; readonly version: string | null }[];
  /** Bytes that the partition would have left; null when its size is not known. */
  readonly free: number | null;
}

/**
 * Fetches the files of a resolution and builds the image.
 * @throws as `fetchContent` and {@link buildRomfs} do; `incompatible-mpy` for files that the board would not load
 */
export async function planRomfs(resolution: Resolution, options: PlanRomfsOptions = {}): Promise<RomfsPlan> {
  const packaged = await fetchFiles(resolution, options);
  const { environment, maximumSize } = options;
  const entries = [...packaged, ...(options.extra ?? [])];
  const image = await compilingNativeCode(forBoard(options), (settings) => buildRomfs(entries, settings));
  const files = readRomfs(image).entries.flatMap((entry) => (isDirectory(entry) ? [] : [entry]));
  if (environment !== undefined) for (const file of files) checkLoadable(file, environment);
  return {
    image,
    files: files.map(({ path, content }) => ({ path, size: content.length })),
    packages: resolution.packages.map(({ name, version }) => ({ name, version })),
    free: maximumSize === undefined ? null : maximumSize - image.length,
  };
}

/** What the environment says about compiling, where the options do not. */
function forBoard(options: PlanRomfsOptions): PlanRomfsOptions {
  const mpy = options.environment?.mpy;
  if (!mpy) return options;
  const { arch = mpy.architecture, smallIntBits = Math.min(mpy.smallIntBits, 31) } = options;
  return { ...options, arch, smallIntBits };
}

async function fetchFiles(resolution: Resolution, options: PlanRomfsOptions): Promise<RomfsFile[]> {
  // Loaded when it is asked for: who freezes or builds an index need not wait for it.
  const { fetchContent } = await import("@upykit/core");
  const locked = distinctFiles(resolution);
  const total = locked.reduce((size, file) => size + file.size, 0);
  const directory = options.directory ?? "lib";
  const files: RomfsFile[] = [];
  let done = 0;
  for (const file of locked) {
    const content = await fetchContent(file, options);
    files.push({ path: pathInImage(file.path, directory), content });
    done += file.size;
    options.onProgress?.({ path: file.path, done, total });
  }
  return files;
}

/** "/x" asks for the root of the file system, which is the image's. */
function pathInImage(path: string, directory: string): string {
  if (path.startsWith("/")) return path.slice(1);
  return directory === "" ? path : `${directory}/${path}`;
}

/** Packages of a mip index have the files of what they require in them: each is there once. */
function distinctFiles(resolution: Resolution): readonly LockedFile[] {
  const files = resolution.packages.flatMap((item) => item.files);
  return [...new Map(files.map((file) => [`${file.sha256} ${file.path}`, file])).values()];
}

function checkLoadable(file: RomfsFile, environment: Environment): void {
  if (!file.path.endsWith(".mpy")) return;
  const answer = checkCompatibility(file.content, environment);
  if (answer.loadable) return;
  throw new UpyError("incompatible-mpy", `${file.path}: ${answer.message}`, { hint: answer.hint });
}
