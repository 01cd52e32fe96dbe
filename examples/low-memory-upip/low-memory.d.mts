import type { InstallOptions, InstallReport } from "@upykit/core";
import type { FrozenContent } from "@upykit/freezer";

/** `upip install -p DIRECTORY PACKAGE…`. */
export function crossInstall(
  directory: string,
  packages: readonly string[],
  options?: InstallOptions,
): Promise<InstallReport>;
/** The frozen_content.c of a directory of modules, as `make` in a port makes it. */
export function freezeDirectory(directory: string): Promise<FrozenContent>;
/** A ROMFS image of the same modules, compiled, below "lib". */
export function romfsOfDirectory(directory: string): Promise<Uint8Array>;
