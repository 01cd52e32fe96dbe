// @upykit/core/circuitpython: bundles, what circup does, web workflow, boot_out.txt, project bundles.

export type { Archive, ArchiveEntry } from "../archive/archive.js";
export type { BundleExample, BundleLibrary, CircuitPythonBundle } from "../bundles/bundle.js";
