// What buildIndex writes, read back by mipIndex and installed.
import { type Environment, install, memoryTarget, mipIndex, resolve } from "@upykit/core";
import { readMpy } from "@upykit/core/mpy";
import { circuitPythonBytecode } from "@upykit/freezer";
import { describe, expect, it } from "vitest";
import { golden } from "../fixtures/golden.js";
import { indexUrl, serveGoldenIndex } from "../fixtures/served-index.js";

const bytecode = [{ key: "6", target: "micropython" as const }, circuitPythonBytecode];
const sources = [mipIndex({ url: indexUrl })];
const circuitPython: Partial<Environment> = {
  implementation: "circuitpython",
  version: "10.2.1",
  mpy: { version: 6, subVersion: 3, architecture: "none", archFlags: 0, smallIntBits: 31 },
};

describe("mipIndex reads what buildIndex wrote:", () => {
  it("MicroPython gets the .mpy files of mpy-cross", async () => {
    const { fetch } = await serveGoldenIndex();
    const target = memoryTarget();
    await install(target, ["greenhouse>=0.3,<1"], { sources, fetch });
    const installed = target.snapshot();
    expect(installed.get("/lib/greenhouse/sensors.mpy")).toEqual(
      golden("expected/mpy/greenhouse/sensors.mpy"),
    );
    expect(installed.get("/lib/units.mpy")).toEqual(golden("expected/mpy/units.mpy"));
  });

  it("sources where they are asked for, with the version they are tagged with", async () => {
    const { fetch } = await serveGoldenIndex();
    const target = memoryTarget();
    await install(target, ["units==1.2.0"], { sources, fetch, mpy: "never" });
    expect(new TextDecoder().decode(target.snapshot().get("/lib/units.py") ?? undefined)).toContain(
      "__version__ = '1.2.0'",
    );
  });

  it("CircuitPython gets its own bytecode where the index has it", async () => {
    const { fetch } = await serveGoldenIndex({ bytecode });
    const target = memoryTarget({ environment: circuitPython });
    await install(target, ["greenhouse", "beacon>=1.0"], { sources, fetch });
    const installed = target.snapshot();
    for (const path of ["/lib/greenhouse/sensors.mpy", "/lib/units.mpy", "/lib/beacon/__init__.mpy"]) {
      expect(readMpy(installed.get(path) ?? new Uint8Array()).header.implementation, path).toBe(
        "circuitpython",
      );
    }
  });

  it("and sources where it has not", async () => {
    const { fetch } = await serveGoldenIndex();
    const target = memoryTarget({ environment: circuitPython });
    await install(target, ["units"], { sources, fetch });
    expect([...target.snapshot().keys()]).toContain("/lib/units.py");
  });

  it("micropython-lib's own index, which has none of it, is not asked for it", async () => {
    const requests: string[] = [];
    const fetch: typeof globalThis.fetch = (input) => {
      requests.push(input instanceof Request ? input.url : input.toString());
      return Promise.resolve(new Response(null, { status: 404 }));
    };
    const environment = { ...(await memoryTarget().environment()), ...circuitPython };
    const asked = resolve(["units"], { sources: [mipIndex()], fetch, environment });
    await expect(asked).rejects.toMatchObject({ code: "not-found" });
    expect(requests.map((url) => url.replace(/^.*\/package\//, ""))).toEqual(["py/units/latest.json"]);
  });
});
