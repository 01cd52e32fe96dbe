/**
 * Targets, caches and packages on the disk of this machine. Start with {@link directoryTarget}, {@link circuitPythonDrive}
 * or {@link createDiskCache}.
 *
 * @module
 */

export { createDiskCache } from "./disk-cache.js";
export type { LocalPackagesOptions } from "./local-packages.js";
export { localPackages } from "./local-packages.js";
export { readLocalFile } from "./read-local-file.js";
export { directoryTarget, type DirectoryTargetOptions } from "./directory-target.js";
export { nodeFileSystem, toNativePath, toPosixPath, type NodeFileSystemOptions } from "./file-system.js";
export { folderArchive, type FolderArchiveOptions } from "./folder-archive.js";
export { localBundle, type LocalBundleOptions } from "./local-bundle.js";
export { openZip, type OpenZipOptions } from "./open-zip.js";
export { circuitPythonDrive, type CircuitPythonDriveOptions } from "./drive/circuitpython-drive.js";
export type { DriveHost } from "./drive/drive-host.js";
export { findCircuitPythonDrives, type FindDrivesOptions, type FoundDrive } from "./drive/find-drives.js";
export { preventHostDroppings } from "./drive/host-droppings.js";
