// What every entry promises: it bundles for a browser without a Node built-in, and importing it does nothing.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Entry {
  /** As a user writes it: "@upykit/core/device". */
  readonly name: string;
  /** The source file behind it. */
  readonly source: string;
  /** May it use Node's built-in modules? */
  readonly node: boolean;
}

interface PackageManifest {
  readonly name: string;
  readonly exports: Record<string, unknown>;
  readonly sideEffects: false | string[];
}

const folders = readdirSync(`${root}packages`);
const entries = folders.flatMap(entriesOf);

function entriesOf(folder: string): Entry[] {
  const manifest = JSON.parse(
    readFileSync(`${root}packages/${folder}/package.json`, "utf8"),
  ) as PackageManifest;
  return Object.keys(manifest.exports)
    .filter((path) => !/\.(json|js)$/.test(path))
    .map((path) => ({
      name: manifest.name + path.slice(1),
      source: sourceOf(`${root}packages/${folder}/src${path.slice(1)}`),
      node: path.startsWith("./node") || folder === "transport-serial",
    }));
}

function sourceOf(path: string): string {
  return existsSync(`${path}.ts`) ? `${path}.ts` : `${path}/index.ts`;
}

/** Notes each Node built-in that a bundle would need, and answers `@upykit/*` from the sources. */
function watchImports(needed: Set<string>): Plugin {
  return {
    name: "watch-imports",
    setup(bundler) {
      bundler.onResolve({ filter: /.*/ }, ({ path }) => {
        const bare = path.replace(/^node:/, "");
        if (path.startsWith("node:") || builtinModules.includes(bare)) {
          needed.add(path);
          return { path, external: true };
        }
        // Also files that are no entries, which the compiler's build takes in.
        const [, folder, rest] = /^@upykit\/([^/]+)(.*)$/.exec(path) ?? [];
        return folder === undefined
          ? undefined
          : { path: sourceOf(`${root}packages/${folder}/src${rest ?? ""}`) };
      });
    },
  };
}

async function bundle(entry: Entry): Promise<{ code: string; builtins: string[] }> {
  const needed = new Set<string>();
  const result = await build({
    entryPoints: [entry.source],
    bundle: true,
    write: false,
    format: "esm",
    platform: entry.node ? "node" : "browser",
    packages: entry.node ? "external" : "bundle",
    external: ["@micropython/*"],
    plugins: entry.node ? [] : [watchImports(needed)],
    logLevel: "silent",
  });
  return { code: result.outputFiles[0]?.text ?? "", builtins: [...needed] };
}

test("every package is MIT, side-effect free, of one scope, and has a README", () => {
  expect(folders.length).toBeGreaterThanOrEqual(5);
  for (const folder of folders) {
    const manifest = JSON.parse(
      readFileSync(`${root}packages/${folder}/package.json`, "utf8"),
    ) as PackageManifest;
    expect(manifest).toMatchObject({
      name: `@upykit/${folder}`,
      license: "MIT",
      type: "module",
    });
    // Nothing has effects but the scripts of workers, which are there to be run.
    const effects = manifest.sideEffects === false ? [] : manifest.sideEffects;
    expect(effects.filter((path) => !/\/worker\.c?js$/.test(path))).toEqual([]);
    expect(existsSync(`${root}packages/${folder}/README.md`), `${folder}/README.md`).toBe(true);
  }
});

describe.each(entries.filter((entry) => !entry.node))("$name", (entry) => {
  test("bundles for the browser without a Node built-in", async () => {
    const { builtins, code } = await bundle(entry);
    expect(builtins).toEqual([]);
    expect(code.length).toBeGreaterThan(500);
  });

  test.skipIf(entry.name.endsWith("/worker"))("does nothing when it is imported", async () => {
    const { code } = await bundle(entry);
    expect(effectsOfImporting(code)).toEqual({ globals: [], listeners: [], requests: 0, output: "" });
  });
});

interface Effects {
  globals: string[];
  listeners: string[];
  requests: number;
  output: string;
}

/** Imports the code in a process of its own and reports what it changed there. */
function effectsOfImporting(code: string): Effects {
  const probe = `
    const before = new Set(Reflect.ownKeys(globalThis));
    const heard = new Set(process.eventNames());
    const handles = process.getActiveResourcesInfo().length;
    await import("data:text/javascript;base64," + process.env.CODE_BASE64);
    // zod keeps its settings in a global of its own; nothing of ours may.
    const globals = Reflect.ownKeys(globalThis).filter((key) => !before.has(key) && key !== "__zod_globalConfig").map(String);
    const listeners = process.eventNames().filter((name) => !heard.has(name)).map(String);
    const requests = Math.max(0, process.getActiveResourcesInfo().length - handles);
    process.stdout.write("\\n" + JSON.stringify({ globals, listeners, requests }));`;
  const printed = execFileSync(process.execPath, ["--input-type=module", "-"], {
    input: probe.replace("process.env.CODE_BASE64", JSON.stringify(Buffer.from(code).toString("base64"))),
    encoding: "utf8",
  });
  const split = printed.lastIndexOf("\n");
  const effects = JSON.parse(printed.slice(split + 1)) as Omit<Effects, "output">;
  return { ...effects, output: printed.slice(0, split) };
}
