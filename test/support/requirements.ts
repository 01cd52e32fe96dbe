// What tests need besides Node: a build server has to have it all, so that nothing is left out there unseen; elsewhere the
// tests that need it are skipped, with a line that says what is missing. Not published.

const told = new Set<string>();

/**
 * Null when there is nothing missing, else what is: for `test.skipIf(… !== null)`.
 *
 * @throws when something is missing and CI is set
 */
export function requirement(missing: string | null): string | null {
  if (missing === null) return null;
  if (isBuildServer()) throw new Error(`${missing}; with CI set nothing may be missing (see .ci/run)`);
  if (!told.has(missing)) console.warn(`skipped: ${missing}`);
  told.add(missing);
  return missing;
}

function isBuildServer(): boolean {
  return !["", "0", "false", undefined].includes(process.env["CI"]);
}
