import { type Environment, type LockedFile, type Resolution, sha256Sync } from "@upykit/core";
import { type CompileFunction, planRomfs, readRomfs } from "@upykit/freezer";
import { describe, expect, it } from "vitest";
import { mpyFixture } from "../fixtures/golden.js";

const text = (content: string) => new TextEncoder().encode(content);

const contents = new Map<string, Uint8Array>([
  ["https://index.test/a.py", text("def answer():\n    return 42\n")],
  ["https://index.test/native.mpy", mpyFixture("native-armv6m.mpy")],
]);

function locked(path: string, url: string): LockedFile {
  const content = contents.get(url) ?? text("");
  return { path, url, sha256: sha256Sync(content), size: content.length };
}

const resolution: Resolution = {
  environment: { implementation: "micropython", mpy: 6 },
  roots: [{ package: "tool", requirements: ["tool"] }],
  packages: [
    {
      name: "tool",
      version: "1.0",
      origin: { type: "index", url: "https://index.test" },
      dependencies: [],
      files: [
        locked("tool/__init__.py", "https://index.test/a.py"),
        locked("tool/native.mpy", "https://index.test/native.mpy"),
      ],
    },
  ],
};

const board: Environment = {
  implementation: "micropython",
  version: "1.28.0",
  mpy: { version: 6, subVersion: 3, architecture: "armv6m", archFlags: 0, smallIntBits: 31 },
  sysPath: ["", "/rom", "/rom/lib"],
  platform: "rp2",
  machine: null,
  boardId: null,
  frozenModules: null,
  builtinModules: null,
  heapFree: null,
};

const fetch: typeof globalThis.fetch = (input) => {
  const content = contents.get(input instanceof Request ? input.url : input.toString());
  return Promise.resolve(
    content ? new Response(content.slice().buffer) : new Response(null, { status: 404 }),
  );
};

describe("planRomfs", () => {
  it("builds an image of what a lockfile says", async () => {
    const progress: number[] = [];
    const plan = await planRomfs(resolution, {
      fetch,
      environment: board,
      maximumSize: 4096,
      extra: [{ path: "main.py", content: text("import tool") }],
      onProgress: ({ done }) => progress.push(done),
    });
    expect(plan.files.map((file) => file.path)).toEqual([
      "lib/tool/__init__.mpy",
      "lib/tool/native.mpy",
      "main.mpy",
    ]);
    expect(plan.packages).toEqual([{ name: "tool", version: "1.0" }]);
    expect(plan.free).toBe(4096 - plan.image.length);
    expect(readRomfs(plan.image).size).toBe(plan.image.length);
    expect(progress).toHaveLength(2);
  });

  it("refuses files that the board would not load", async () => {
    const environment = { ...board, mpy: { ...rv32(), smallIntBits: 31 } };
    await expect(planRomfs(resolution, { fetch, environment })).rejects.toMatchObject({
      code: "incompatible-mpy",
    });
    const extra = [{ path: "native.mpy", content: mpyFixture("native-armv6m.mpy") }];
    await expect(
      planRomfs({ ...resolution, packages: [] }, { environment, extra, compile: false }),
    ).rejects.toMatchObject({ code: "incompatible-mpy" });
  });

  it("compiles for the board", async () => {
    const asked: unknown[] = [];
    const compile: CompileFunction = (_, { arch, smallIntBits }) => {
      asked.push({ arch, smallIntBits });
      return { mpy: mpyFixture("native-armv6m.mpy") };
    };
    const small = { ...board, mpy: { ...rv32(), architecture: "armv6m" as const, smallIntBits: 30 } };
    const extra = [{ path: "a.py", content: text("") }];
    const options = { fetch, extra, compile, environment: small };
    await expect(planRomfs({ ...resolution, packages: [] }, options)).rejects.toMatchObject({
      code: "incompatible-mpy", // What this compiler makes counts on larger integers.
    });
    await planRomfs({ ...resolution, packages: [] }, { ...options, environment: board, smallIntBits: 31 });
    expect(asked).toEqual([
      { arch: "armv6m", smallIntBits: 30 },
      { arch: "armv6m", smallIntBits: 31 },
    ]);
  });

  it("refuses contents that are not what was locked, and images that do not fit", async () => {
    const other: typeof globalThis.fetch = () => Promise.resolve(new Response("other"));
    await expect(planRomfs(resolution, { fetch: other })).rejects.toMatchObject({ code: "hash-mismatch" });
    await expect(planRomfs(resolution, { fetch, maximumSize: 100 })).rejects.toMatchObject({
      code: "no-space",
    });
  });
});

function rv32(): NonNullable<Environment["mpy"]> {
  return { version: 6, subVersion: 3, architecture: "rv32imc", archFlags: 0, smallIntBits: 31 };
}
