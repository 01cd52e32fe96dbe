// @upykit/core/circuitpython: bundles, what circup does, web workflow, boot_out.txt, project bundles.

export type { Archive, ArchiveEntry } from "../archive/archive.js";
export type { BundleExample, BundleLibrary, CircuitPythonBundle } from "../bundles/bundle.js";

export { type BootOut, parseBootOut } from "./boot-out.js";
export {
  type BootEnvironmentOptions,
  type BootIdentity,
  environmentFromBootOut,
} from "./boot-environment.js";
export {
  type BoardFirmware,
  findFirmware,
  type KnownBoard,
  type KnownBoards,
  parseBoards,
} from "./boards.js";
export { webWorkflow, type WebWorkflowOptions, type WebWorkflowTarget } from "./web-workflow/web-workflow.js";
export type { WebWorkflowDevice, WebWorkflowVersion } from "./web-workflow/answers.js";
export type { WebClientOptions } from "./web-workflow/web-client.js";
