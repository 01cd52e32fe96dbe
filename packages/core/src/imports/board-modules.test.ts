import { readFileSync } from "node:fs";
import { isUpyError, memoryTarget } from "@upykit/core";
import { explainImports, findBoardModules, withBoardModules } from "@upykit/core/imports";
import { describe, expect, it } from "vitest";

const data: unknown = JSON.parse(readFileSync(new URL("fixtures/boards.json", import.meta.url), "utf8"));

describe("findBoardModules", () => {
  it("knows what is frozen and built in", () => {
    const modules = findBoardModules(data, "circuitplayground_express", "9.2.1");
    expect(modules?.frozenModules).toEqual(
      expect.arrayContaining(["adafruit_hid", "adafruit_hid.*", "neopixel"]),
    );
    expect(modules?.builtinModules).toEqual(expect.arrayContaining(["gc", "sys", "digitalio", "busio"]));
    expect(modules?.builtinModules).not.toContain("busio.SPI");
    expect(findBoardModules(data, "raspberry_pi_pico", "9.2.1")?.frozenModules).toEqual([]);
  });

  it("takes the nearest version of the same major", () => {
    expect(findBoardModules(data, "raspberry_pi_pico", "9.0.4")?.version).toMatch(/^9\./u);
    expect(findBoardModules(data, "raspberry_pi_pico", "8.2.6")).toBeNull();
    expect(findBoardModules(data, "nobody", "9.2.1")).toBeNull();
    expect(findBoardModules(data, "raspberry_pi_pico", null)).not.toBeNull();
  });

  it("refuses data of another form", () => {
    for (const bad of [null, {}, [{ id: 1 }], "x"]) {
      expect(() => findBoardModules(bad, "a", null)).toThrow(
        expect.toSatisfy((error) => isUpyError(error, "invalid-package")),
      );
    }
  });

  it("lets the doctor see what a drive cannot tell", async () => {
    const files = {
      "/code.py": "import gc, board, neopixel\nfrom adafruit_hid.keyboard import Keyboard\n",
      "/lib/neopixel.py": "",
    };
    const target = memoryTarget({
      files,
      environment: {
        implementation: "circuitpython",
        version: "9.2.1",
        mpy: null,
        sysPath: ["", "/", ".frozen", "/lib"],
      },
    });
    const plain = await target.environment();
    const modules = findBoardModules(data, "circuitplayground_express", "9.2.1");
    if (modules === null) throw new Error("no data");
    const environment = withBoardModules(plain, modules);
    const codes = async (known: typeof plain) =>
      (await explainImports(target, { environment: known })).findings.map(
        ({ code, module }) => `${code} ${module ?? ""}`,
      );
    expect(await codes(environment)).toEqual(["frozen-already neopixel"]);
    expect(await codes(plain)).toContain("missing-module adafruit_hid");
  });
});
