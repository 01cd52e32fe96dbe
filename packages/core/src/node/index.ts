export { createDiskCache } from "./disk-cache.js";
export type { LocalPackagesOptions } from "./local-packages.js";
export { localPackages } from "./local-packages.js";
export { readLocalFile } from "./read-local-file.js";
export { directoryTarget, type DirectoryTargetOptions } from "./directory-target.js";
export { nodeFileSystem, toNativePath, toPosixPath, type NodeFileSystemOptions } from "./node-file-system.js";
export { folderArchive, type FolderArchiveOptions } from "./folder-archive.js";
export { localBundle, type LocalBundleOptions } from "./local-bundle.js";
export { openZip, type OpenZipOptions } from "./open-zip.js";
