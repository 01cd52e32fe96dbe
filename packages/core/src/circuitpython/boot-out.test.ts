import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { memoryTarget } from "@upykit/core";
import {
  environmentFromBootOut,
  findFirmware,
  importedLibraries,
  parseBoards,
  parseBootOut,
} from "@upykit/core/circuitpython";
import { explainImports } from "@upykit/core/imports";

interface Sample {
  readonly text: string;
  readonly boardIdLine: string | null;
}

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");
const samples = JSON.parse(fixture("boot-out-samples.json")) as Sample[];
const boards = parseBoards(fixture("boards.json"));

const picoW = `Adafruit CircuitPython 9.2.0 on 2024-10-28; Raspberry Pi Pico W with rp2040\r
Board ID:raspberry_pi_pico_w\r
UID:E66164084331A022\r
MAC:28:CD:C1:00:00:01\r
boot.py sortie :\r
Board ID:not_this_one\r
hello\r
`;

describe("parseBootOut", () => {
  it.each(samples.map((sample) => [sample.text, sample] as const))("reads %s", (_name, sample) => {
    const eol = sample.text.length % 2 === 0 ? "\r\n" : "\n";
    const lines = [sample.text, ...(sample.boardIdLine === null ? [] : [sample.boardIdLine])];
    const bootOut = parseBootOut(lines.join(eol) + eol);
    if (bootOut === null) throw new Error("not recognised");
    const { version, date, boardName, chip, boardId } = bootOut;
    expect(
      `Adafruit CircuitPython ${version} on ${String(date)}; ${String(boardName)} with ${String(chip)}`,
    ).toBe(sample.text);
    expect(boardId).toBe(sample.boardIdLine?.slice("Board ID:".length) ?? null);
    expect(chip).not.toContain(" ");
    expect(bootOut).toMatchObject({
      implementation: "circuitpython",
      uid: null,
      mac: null,
      bootOutput: null,
    });
  });

  it("has all the samples there are", () => {
    expect(samples.length).toBe(33);
  });

  it("reads every line of CircuitPython's, and no further", () => {
    expect(parseBootOut(picoW)).toEqual({
      implementation: "circuitpython",
      version: "9.2.0",
      date: "2024-10-28",
      boardName: "Raspberry Pi Pico W",
      chip: "rp2040",
      boardId: "raspberry_pi_pico_w",
      uid: "E66164084331A022",
      mac: "28:CD:C1:00:00:01",
      bootOutput: "Board ID:not_this_one\nhello\n",
    });
  });

  it("splits a board's name at its last with", () => {
    const line = "Adafruit CircuitPython 9.2.8 on 2025-05-28; Shield with Screen with ESP32S3";
    expect(parseBootOut(line)).toMatchObject({ boardName: "Shield with Screen", chip: "ESP32S3" });
  });

  it("reads what an editor made of the file", () => {
    expect(parseBootOut(`\uFEFF\n${picoW.replaceAll("\r\n", "  \r")}`)).toMatchObject({
      boardId: "raspberry_pi_pico_w",
      mac: "28:CD:C1:00:00:01",
    });
  });

  it.each([
    "",
    "MicroPython v1.28.0 on 2026-01-01; Pico with rp2040",
    "\0".repeat(512),
    "<html>",
    "CircuitPython",
  ])("refuses %j", (text) => {
    expect(parseBootOut(text)).toBeNull();
  });

  test("any text is read or refused", () => {
    const prefix = fc.constantFrom(
      "",
      "Adafruit CircuitPython 9.2.8",
      "Adafruit CircuitPython 9.2.8 on 2025-01-01; ",
    );
    fc.assert(
      fc.property(prefix, fc.string({ unit: "binary", maxLength: 600 }), (start, text) => {
        const bootOut = parseBootOut(start + text);
        if (bootOut !== null) expect(environmentFromBootOut(bootOut).version).toMatch(/^\d+\.\d/u);
      }),
    );
  });
});

describe("environmentFromBootOut", () => {
  const versions = [
    ["3.1.1", 3],
    ["6.3.0", 3],
    ["7.0.0", 5],
    ["8.2.10", 5],
    ["9.0.0-alpha.5", 6],
    ["10.2.1", 6],
  ] as const;

  it.each(versions)("knows what bytecode CircuitPython %s loads", (version, mpy) => {
    const bootOut = parseBootOut(`Adafruit CircuitPython ${version} on 2026-01-01; Some Board with rp2040`);
    if (bootOut === null) throw new Error("not recognised");
    expect(environmentFromBootOut(bootOut)).toMatchObject({
      implementation: "circuitpython",
      version,
      mpy: { version: mpy, architecture: "none", smallIntBits: 31 },
      sysPath: ["", "/", ".frozen", "/lib"],
      machine: "Some Board with rp2040",
      boardId: null,
      frozenModules: null,
      builtinModules: null,
    });
  });

  it("takes frozen and built-in modules from the list of boards", () => {
    const bootOut = { version: "9.2.8", boardName: null, chip: null, boardId: "circuitplayground_express" };
    const environment = environmentFromBootOut(bootOut, { boards });
    expect(environment.frozenModules?.filter((name) => !name.endsWith(".*"))).toEqual([
      "adafruit_circuitplayground",
      "adafruit_hid",
      "adafruit_lis3dh",
      "adafruit_thermistor",
      "neopixel",
    ]);
    expect(environment.builtinModules).toContain("digitalio");
    expect(environment.builtinModules).not.toContain("busio.SPI");
    expect(environmentFromBootOut({ ...bootOut, boardId: null }, { boards }).frozenModules).toBeNull();
    expect(
      environmentFromBootOut({ ...bootOut, boardId: null }, { boards, boardId: "pyportal" }).frozenModules,
    ).toHaveLength(14);
    expect(environmentFromBootOut({ ...bootOut, version: "10.0.0" }, { boards }).frozenModules).toBeNull();
  });
});

describe("a program on a board that cannot be asked", () => {
  const identity = { version: "9.2.8", boardName: null, chip: null, boardId: "circuitplayground_express" };
  const code = "from __future__ import annotations\nimport board, gc, time\nimport nothing\n";
  const missingOf = async (source: string, environment: ReturnType<typeof environmentFromBootOut>) => {
    const target = memoryTarget({ environment, files: { "/code.py": source } });
    const { findings } = await explainImports(target);
    const { missing } = await importedLibraries(target, { bundles: [] });
    expect(missing.map(({ name }) => name)).toEqual(findings.map(({ module }) => module));
    return missing.map(({ name }) => name);
  };

  it("lacks no built-in module, and no module of a frozen library", async () => {
    const withFrozen = `${code}from adafruit_hid.keyboard import Keyboard\n`;
    expect(await missingOf(withFrozen, environmentFromBootOut(identity, { boards }))).toEqual(["nothing"]);
  });

  it("lacks no built-in module where no list of boards is at hand", async () => {
    const withPossible = `${code}import adafruit_bus_device\n`;
    const missing = await missingOf(withPossible, environmentFromBootOut(identity));
    expect(missing).toEqual(["adafruit_bus_device", "nothing"]);
  });
});

describe("parseBoards", () => {
  it("reads the list", () => {
    expect(boards.size).toBe(15);
    expect(boards.get("pybadge_airlift")?.firmware).toEqual([]);
    expect(boards.get("raspberry_pi_pico")?.firmware).toMatchObject([{ version: "9.2.1", isStable: true }]);
  });

  it("finds the nearest firmware", () => {
    const list = parseBoards(
      JSON.stringify([
        { id: "x", versions: ["9.2.1", "9.2.10", "10.0.0-rc.1", "10.0.0"].map((version) => ({ version })) },
      ]),
    );
    const nearest = (version: string) => findFirmware(list, "x", version)?.version ?? null;
    expect(nearest("9.2.1")).toBe("9.2.1");
    expect(nearest("9.2.4")).toBe("9.2.10");
    expect(nearest("9.0.0")).toBe("9.2.10");
    expect(nearest("10.0.3-dirty")).toBe("10.0.0");
    expect(nearest("8.2.10")).toBeNull();
    expect(findFirmware(list, "y", "9.2.1")).toBeNull();
  });

  it.each(["{}", "[{}]", '[{"id":"x","versions":[{"version":9}]}]', "<html>", ""])("refuses %j", (text) => {
    expect(() => parseBoards(text)).toThrow(expect.objectContaining({ code: "invalid-package" }));
  });
});
