// Whether a version is one that was asked for.

/** True when `found` satisfies `wanted`: "1.2.0", "latest", or specifiers like ">=1,<2". */
export function satisfiesVersion(wanted: string, found: string | null): boolean {
  if (wanted === "latest" || wanted === "") return true;
  return found !== null && found === wanted;
}
