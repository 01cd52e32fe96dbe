export { nodeFileSystem, toPosixPath, type NodeFileSystemOptions } from "./node-file-system.js";
