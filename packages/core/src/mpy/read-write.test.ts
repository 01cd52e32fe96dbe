import {
  decodeText,
  encodeText,
  type MpyFile,
  type MpyObject,
  type RawCode,
  readMpy,
  readMpyHeader,
  writeMpy,
} from "@upykit/core/mpy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixture, mpyFixtures } from "./fixtures/fixtures.js";

describe("readMpy and writeMpy", () => {
  it.each(mpyFixtures())("give %s back byte for byte", (name) => {
    const bytes = fixture(name);
    expect(writeMpy(readMpy(bytes))).toEqual(bytes);
  });

  it("give any value back", () => {
    fc.assert(
      fc.property(mpyFiles(), (file) => {
        expect(readMpy(writeMpy(file))).toEqual(file);
      }),
    );
  });

  it("read the constants of a module", () => {
    const { objects, qstrs } = readMpy(fixture("constants.mpy"));
    expect(qstrs[0]).toBe("constants.py");
    expect(objects.map((object) => object.type)).toContain("str");
    expect(objects).toContainEqual({ type: "int", value: "123456789012345678901234567890" });
    expect(objects).toContainEqual({ type: "int", value: "-98765432109876543210" });
  });

  it("read the parts of native code", () => {
    const [sumOf] = readMpy(fixture("assembler-armv7m.mpy")).code.children;
    expect(sumOf).toMatchObject({ kind: "asm", argumentCount: 2 });
    const natmod = readMpy(fixture("natmod-x64.mpy")).code;
    expect(natmod.kind).toBe("viper");
    expect(natmod).toHaveProperty("relocations");
  });
});

describe("readMpyHeader", () => {
  it("reads architecture flags", () => {
    expect(readMpyHeader(fixture("native-rv32imc-zba.mpy"))).toEqual({
      implementation: "micropython",
      version: 6,
      subVersion: 3,
      architecture: "rv32imc",
      archFlags: 1,
      smallIntBits: 31,
    });
  });

  it("tells CircuitPython's files by their magic", () => {
    expect(readMpyHeader(fixture("constants-circuitpython.mpy")).implementation).toBe("circuitpython");
  });

  it("reads version 5, whose body readMpy refuses", () => {
    const bytes = Uint8Array.of(0x4d, 5, 3, 31, 32, 0);
    expect(readMpyHeader(bytes)).toMatchObject({ version: 5, architecture: "none", smallIntBits: 31 });
    expect(() => readMpy(bytes)).toThrow(expect.objectContaining({ code: "invalid-mpy" }));
  });

  it.each([
    ["nothing", []],
    ["a source file", [...encodeText("import sys\n")]],
    ["version 9", [0x4d, 9, 0, 31]],
    ["an architecture of the future", [0x4d, 6, 0x3c, 31]],
  ])("refuses %s with a hint", (_, bytes) => {
    const error = expect.objectContaining({
      code: "invalid-mpy",
      hint: expect.any(String) as string,
    }) as Error;
    expect(() => readMpyHeader(Uint8Array.from(bytes))).toThrow(error);
  });
});

describe("decodeText and encodeText", () => {
  it("lose no byte", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(encodeText(decodeText(bytes))).toEqual(bytes);
      }),
    );
  });

  it("agree with TextEncoder on text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
        expect(encodeText(text)).toEqual(new TextEncoder().encode(text));
        expect(decodeText(encodeText(text))).toBe(text);
      }),
    );
  });

  it("write a lone surrogate as MicroPython does", () => {
    expect([...encodeText("\ud800")]).toEqual([0xed, 0xa0, 0x80]);
  });
});

function mpyFiles(): fc.Arbitrary<MpyFile> {
  const header = fc.constant({
    implementation: "micropython",
    version: 6,
    subVersion: 0,
    architecture: "none",
    archFlags: 0,
    smallIntBits: 31,
  } as const);
  const bytecode = (children: fc.Arbitrary<RawCode[]>): fc.Arbitrary<RawCode> =>
    fc.record({ kind: fc.constant("bytecode" as const), data: fc.uint8Array({ maxLength: 300 }), children });
  const leaf = bytecode(fc.constant([]));
  const branch = bytecode(fc.array(leaf, { maxLength: 3 }));
  const code = bytecode(fc.array(branch, { maxLength: 3 }));
  return fc.record({
    header,
    qstrs: fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 200 }),
    objects: fc.array(mpyObjects(), { maxLength: 10 }),
    code,
  });
}

function mpyObjects(): fc.Arbitrary<MpyObject> {
  return fc.letrec<{ object: MpyObject }>((tie) => ({
    object: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom<MpyObject>({ type: "none" }, { type: "ellipsis" }, { type: "fun-table" }),
      fc.record({ type: fc.constantFrom("str" as const, "bytes" as const), value: fc.uint8Array() }),
      fc.record({ type: fc.constant("int" as const), value: fc.bigInt().map(String) }),
      fc.record({ type: fc.constant("tuple" as const), items: fc.array(tie("object"), { maxLength: 4 }) }),
    ),
  })).object;
}
