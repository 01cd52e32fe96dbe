// A manifest.py to frozen_content.c or to a ROMFS image in one call: evaluate, read, freeze.

import {
  evaluateManifest,
  type EvaluateManifestOptions,
  type ManifestFileContent,
  type ManifestResult,
  readManifestFiles,
} from "@upykit/core/manifest";
import type { FreezeFile } from "../files/freeze-file.js";
import { freezeToC, type FreezeOptions, type FrozenContent } from "../frozen-c/freeze-to-c.js";
import { compilingNativeCode, type NativeBackendOption } from "../native/with-native-code.js";
import { buildRomfs, compileEntries, type RomfsOptions } from "../romfs/build-romfs.js";
import type { RomfsEntry } from "../romfs/romfs-entry.js";
import { romfsEntries } from "./romfs-entries.js";

/** Options of {@link freezeManifest}: where and how to evaluate, and how to freeze. */
export interface FreezeManifestOptions
  extends Omit<EvaluateManifestOptions, "mode">, FreezeOptions, NativeBackendOption {
  /** Files frozen beside those of the manifest. */
  readonly extra?: readonly FreezeFile[] | undefined;
}

/** What {@link freezeManifest} gives: also what the manifest says, with its warnings. */
export interface FrozenManifest extends FrozenContent {
  readonly manifest: ManifestResult;
}

/**
 * Freezes what manifests name: the bytes that `makemanifest.py` 1.28 writes for the same manifests, `qstrs` and
 * `buildDirectory`.
 * @throws ManifestError, also for files that cannot be frozen, with the line that names them; `syntax-error`; what
 *   {@link freezeToC} throws; there is no partial result
 */
export async function freezeManifest(
  path: string | readonly string[],
  options: FreezeManifestOptions,
): Promise<FrozenManifest> {
  const { manifest, files } = await readManifest(path, options);
  const all = [...files, ...(options.extra ?? [])];
  const frozen = await compilingNativeCode(options, (settings) => freezeToC(all, settings));
  return { ...frozen, manifest };
}

/** Options of {@link buildManifestRomfs}: where and how to evaluate, and how to build. */
export interface ManifestRomfsOptions
  extends Omit<EvaluateManifestOptions, "mode">, RomfsOptions, NativeBackendOption {
  /** The folder of the image that modules go into; "lib", which boards import from. "" is the root. */
  readonly directory?: string | undefined;
  /** Files in the image beside those of the manifest, by their paths from the image's root; compiled as those are. */
  readonly extra?: readonly RomfsEntry[] | undefined;
}

/** What {@link buildManifestRomfs} gives. */
export interface ManifestRomfs {
  readonly image: Uint8Array;
  readonly manifest: ManifestResult;
}

/**
 * A ROMFS image of what manifests name: the same modules, compiled with the same levels and `__version__`, without a
 * toolchain. What is frozen as text stays a source.
 * @throws ManifestError; `syntax-error`; what {@link buildRomfs} throws
 */
export async function buildManifestRomfs(
  path: string | readonly string[],
  options: ManifestRomfsOptions,
): Promise<ManifestRomfs> {
  const { manifest, files } = await readManifest(path, options);
  const image = await compilingNativeCode(options, (settings) => {
    const entries = romfsEntries(files, options.directory ?? "lib", settings);
    const extra = compileEntries(options.extra ?? [], settings);
    return buildRomfs([...entries, ...extra], { ...settings, compile: false });
  });
  return { image, manifest };
}

async function readManifest(
  path: string | readonly string[],
  options: Omit<EvaluateManifestOptions, "mode">,
): Promise<{ manifest: ManifestResult; files: ManifestFileContent[] }> {
  const manifest = await evaluateManifest(path, { ...options, mode: "freeze" });
  return { manifest, files: await readManifestFiles(manifest, options) };
}
