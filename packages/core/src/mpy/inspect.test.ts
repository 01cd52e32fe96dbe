import { formatDisassembly, formatHexDump, inspect } from "@upykit/core/mpy";
import { describe, expect, it } from "vitest";
import { fixture, fixtureText } from "./fixtures/fixtures.js";

const dumped = ["native-rv32imc-zba", "native-armv7emsp", "assembler-armv7m", "natmod-x64", "tables"];

describe("formatDisassembly", () => {
  it.each(dumped)("prints %s as mpy-tool.py -d does", (name) => {
    const text = formatDisassembly(fixture(`${name}.mpy`), { path: `${name}.mpy` });
    expect(text).toBe(fixtureText(`${name}.disassembly.txt`));
  });

  it("names the file after its source when it is not told", () => {
    expect(formatDisassembly(fixture("sensors.mpy"))).toBe(fixtureText("sensors.disassembly.txt"));
  });
});

describe("formatHexDump", () => {
  it.each([...dumped, "sensors"])("prints %s as mpy-tool.py -x does", (name) => {
    expect(formatHexDump(fixture(`${name}.mpy`))).toBe(fixtureText(`${name}.hex.txt`));
  });
});

describe("inspect", () => {
  it("gives the tree of functions with their arguments", () => {
    const { code, sourceFile } = inspect(fixture("constants.mpy"));
    expect(sourceFile).toBe("constants.py");
    expect(code.name).toBe("<module>");
    const [closure, task] = code.children;
    expect(closure).toMatchObject({ name: "closure", arguments: ["first", "second"] });
    expect(task?.children.map((child) => child.name)).toEqual(["<listcomp>"]);
  });

  it("gives each instruction its source line", () => {
    const { code } = inspect(fixture("constants.mpy"));
    const lineOf = (qstr: string) =>
      code.instructions.find((one) => one.qstr === qstr && one.name === "STORE_NAME")?.line;
    expect(lineOf("LARGE")).toBe(3);
    expect(lineOf("LONE")).toBe(8);
    expect(lineOf("closure")).toBe(12);
    expect(lineOf("task")).toBe(19);
  });

  it("resolves jumps to offsets at which instructions start", () => {
    const [, task] = inspect(fixture("constants.mpy")).code.children;
    const offsets = task?.instructions.map((one) => one.offset);
    const targets = task?.instructions.flatMap((one) => one.target ?? []) ?? [];
    expect(targets).not.toHaveLength(0);
    expect(offsets).toEqual(expect.arrayContaining(targets));
  });

  it("tells the constants that instructions load", () => {
    const { code } = inspect(fixture("tables.mpy"));
    const loaded = code.instructions.flatMap((one) => one.object?.type ?? []);
    expect(loaded).toContain("tuple");
  });

  it("tells sizes: what the file has, and more in RAM than in flash", () => {
    const { sizes } = inspect(fixture("sensors.mpy"));
    expect(sizes.file).toBe(fixture("sensors.mpy").length);
    expect(sizes.ram).toBeGreaterThan(sizes.flash);
  });

  it("refuses bytecode that names what is not there", () => {
    const bytes = fixture("sensors.mpy");
    const importName = bytes.findIndex((byte, at) => byte === 0x1b && bytes[at + 1] === 2);
    bytes[importName + 1] = 0x7f;
    expect(() => inspect(bytes)).toThrow(expect.objectContaining({ code: "invalid-mpy" }));
  });
});
