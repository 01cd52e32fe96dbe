// The public entries answered by the sources, for bundlers that tests start: no build is needed to test.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const paths = JSON.parse(readFileSync(`${root}tsconfig.paths.json`, "utf8")) as {
  compilerOptions: { paths: Record<string, [string]> };
};

/** For `resolve.alias` of Vite: each entry by its exact name. */
export const sourceAliases: { find: RegExp; replacement: string }[] = Object.entries(
  paths.compilerOptions.paths,
).map(([name, [file]]) => ({ find: new RegExp(`^${name}$`), replacement: root + file.slice(2) }));
