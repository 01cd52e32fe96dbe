/**
 * Packages published as source distributions, for upip and on PyPI. Start with {@link pypiIndex}.
 *
 * @module
 */

export { archiveMembers } from "./archive-members.js";
export { distributionName, moduleName } from "./naming.js";
export { pypiIndex, upipIndexUrls, type PypiIndexOptions } from "./pypi-index.js";
export type { PypiWarning } from "./pypi-warning.js";
export {
  readSdist,
  type ReadSdistOptions,
  type Sdist,
  type SdistFile,
  type SdistLimits,
} from "./read-sdist.js";
