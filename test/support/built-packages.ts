// Packages as they are published, for tests of the CommonJS way in: built by tsup with their own configuration into a
// node_modules folder apart, so that plain Node resolves them by their package.json, and no build of the workspace is
// needed, used or disturbed. Not published.
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Options, build } from "tsup";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Manifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

/** Builds the CommonJS half of packages of this workspace, given by their folders, into `folder`/node_modules. */
export async function installBuilt(folder: string, packages: readonly string[]): Promise<void> {
  await Promise.all(packages.map((name) => installOne(folder, join(root, "packages", name))));
}

async function installOne(folder: string, source: string): Promise<void> {
  const text = readFileSync(join(source, "package.json"), "utf8");
  const manifest = JSON.parse(text) as Manifest;
  const place = join(folder, "node_modules", manifest.name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "package.json"), text);
  linkDependencies(join(source, "node_modules"), join(place, "node_modules"));
  const { default: options } = (await import(join(source, "tsup.config.ts"))) as { default: Options };
  await build({
    ...options,
    config: false,
    entry: absolute(options.entry as Record<string, string>, source),
    outDir: join(place, "dist"),
    format: "cjs",
    dts: false,
    sourcemap: false,
    silent: true,
    tsconfig: join(source, "tsconfig.build.json"),
    external: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
  });
}

/** All but the packages of this workspace, which are found beside it. */
function linkDependencies(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name !== "@upykit" && !name.startsWith(".")) symlinkSync(join(from, name), join(to, name));
  }
}

function absolute(entry: Record<string, string>, source: string): Record<string, string> {
  return Object.fromEntries(Object.entries(entry).map(([name, file]) => [name, join(source, file)]));
}
