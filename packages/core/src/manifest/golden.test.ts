// What the real manifestfile.py says of the same manifests (see fixtures/README.md).
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  evaluateManifest,
  memoryFileSystem,
  type ManifestMode,
  type ManifestResult,
} from "@upykit/core/manifest";
import { nodeFileSystem } from "@upykit/core/node";
import { describe, expect, test } from "vitest";

const folder = fileURLToPath(new URL("fixtures/", import.meta.url));

interface Golden {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly files?: readonly unknown[];
  readonly pypi?: readonly string[];
  readonly error?: string;
}

const read = (name: string): unknown => JSON.parse(readFileSync(folder + name, "utf8"));
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const upstreamMetadata = ({ metadata: { pypiPublish, ...rest } }: ManifestResult) => ({
  ...rest,
  pypi_publish: pypiPublish,
});

describe("the golden manifests", () => {
  const golden = Object.entries(read("freeze/manifests.json") as Record<string, Golden>);
  const root = `${folder}freeze`;

  test("are all there", () => expect(golden).toHaveLength(12));

  test.each(golden)("%s", async (name, expected) => {
    const [path = "", mode = ""] = name.split(" ");
    const variables = { MPY_LIB_DIR: `${root}/lib`, PORT_DIR: `${root}/app`, BOARD_DIR: `${root}/board` };
    const options = { fileSystem: nodeFileSystem(root), variables, mode: mode as ManifestMode };
    const result = await evaluateManifest(`${root}/${path}`, options).catch(messageOf);
    if (typeof result === "string") {
      expect({ error: result.replaceAll(`${root}/`, "") }).toEqual(expected);
      return;
    }
    const files = result.files.map(({ source, target, kind, opt, metadata }) => ({
      source: source.replace(`${root}/`, ""),
      target,
      kind,
      opt,
      packageVersion: metadata.version,
    }));
    expect({ metadata: upstreamMetadata(result), files, pypi: result.pypiDependencies }).toEqual(expected);
  });
});

interface Construct {
  readonly name: string;
  readonly mode: ManifestMode;
  readonly manifest: string;
  readonly files: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string | null>>;
  readonly result: Golden & {
    readonly metas?: readonly unknown[];
    readonly cModules?: readonly string[];
    readonly printed?: string;
  };
}

describe("constructs", () => {
  const { tree, cases } = read("constructs.json") as {
    tree: Record<string, string>;
    cases: readonly Construct[];
  };

  test("are all there", () => expect(cases.length).toBeGreaterThan(180));

  test.each(cases.map((one) => [`${one.name}, ${one.mode}`, one] as const))("%s", async (_, one) => {
    const top = "/project/port/boards/X/manifest.py";
    const texts = Object.entries({ ...tree, ...one.files }).map(
      ([path, text]) => [`/project/${path}`, text] as const,
    );
    const fileSystem = memoryFileSystem({ ...Object.fromEntries(texts), [top]: one.manifest });
    let printed = "";
    const { variables, mode } = one;
    const onPrint = (text: string): string => (printed += text);
    const result = await evaluateManifest(top, { fileSystem, variables, mode, onPrint }).catch(messageOf);
    if (typeof result === "string") {
      expect({ error: result }).toEqual(one.result);
      return;
    }
    const metas = [...new Set(result.files.map(({ metadata }) => metadata))];
    expect({
      metadata: upstreamMetadata(result),
      files: result.files.map(({ source, target, kind, opt, metadata }) => ({
        source,
        target,
        kind,
        opt,
        metadata: metas.indexOf(metadata),
      })),
      pypi: result.pypiDependencies,
      metas: metas.map((metadata) => upstreamMetadata({ ...result, metadata })),
      cModules: result.cModules,
      printed,
    }).toEqual(one.result);
  });
});
