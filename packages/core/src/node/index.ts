export { directoryTarget, type DirectoryTargetOptions } from "./directory-target.js";
