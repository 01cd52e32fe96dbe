import type { IndexBuild } from "@upykit/freezer";

/** Builds the index of a folder of packages in another folder, or what has changed since the last time. */
export function publish(packages: string, output: string): Promise<IndexBuild>;
/** Serves a folder on this machine until `close()`. */
export function serve(folder: string, port?: number): Promise<{ url: string; close(): Promise<void> }>;
