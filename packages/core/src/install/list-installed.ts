// What is installed, as the record says.

import type { Target } from "../targets/target.js";
import type { RootOptions } from "./options.js";
import type { InstallRecord } from "./record.js";
import { surveyTarget } from "./survey.js";

/** What {@link listInstalled} tells of a root. */
export interface InstalledPackages extends Omit<InstallRecord, "version"> {
  /** The install root it is about. */
  readonly root: string;
}

/**
 * What is installed on `target`, by its record; two round trips.
 * @throws `interrupted-install`, `invalid-record`
 */
export async function listInstalled(target: Target, options: RootOptions = {}): Promise<InstalledPackages> {
  const { root, record } = await surveyTarget(target, options);
  return { root, roots: record.roots, packages: record.packages, directories: record.directories };
}
