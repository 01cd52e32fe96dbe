import type { InstallReport } from "@upykit/core";

/** Runs a command line: `install -p DIR PACKAGE…`. Resolves with the report. */
export function micropip(
  args: readonly string[],
  options?: { print?: (line: string) => void; fetch?: typeof globalThis.fetch },
): Promise<InstallReport>;
