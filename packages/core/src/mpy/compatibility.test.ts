import type { MpyAbi, MpyArchitecture } from "@upykit/core";
import { acceptedArchitectures, checkCompatibility, type MpyHeader } from "@upykit/core/mpy";
import { describe, expect, it } from "vitest";
import { fixture } from "./fixtures/fixtures.js";

const rp2040: MpyAbi = { version: 6, subVersion: 3, architecture: "armv6m", archFlags: 0, smallIntBits: 31 };
const bytecode: MpyHeader = {
  implementation: "micropython",
  version: 6,
  subVersion: 0,
  architecture: "none",
  archFlags: 0,
  smallIntBits: 31,
};
const native: MpyHeader = { ...bytecode, subVersion: 3, architecture: "armv6m" };

function check(
  header: Uint8Array | Partial<MpyHeader>,
  abi: Partial<MpyAbi> = {},
  implementation = "micropython",
) {
  const mpy = header instanceof Uint8Array ? header : { ...bytecode, ...header };
  return checkCompatibility(mpy, { implementation, mpy: { ...rp2040, ...abi } });
}

describe("checkCompatibility", () => {
  it("accepts files as they come from the compiler", () => {
    expect(check(fixture("sensors.mpy"))).toEqual({ loadable: true });
    expect(check(fixture("native-armv6m.mpy"))).toEqual({ loadable: true });
    expect(check(fixture("constants-circuitpython.mpy"), {}, "circuitpython")).toEqual({ loadable: true });
  });

  it.each<[string, Partial<MpyHeader>, Partial<MpyAbi>]>([
    ["bytecode of any sub-version", { subVersion: 1 }, { subVersion: 3 }],
    ["bytecode on a board without native code", {}, { architecture: "none" }],
    ["fewer small-int bits than the board has", { smallIntBits: 31 }, { smallIntBits: 63 }],
    ["code for a lesser Thumb core", native, { architecture: "armv7emdp" }],
    ["flags that the board has, among others", riscv(1), { architecture: "rv32imc", archFlags: 3 }],
    ["version 5 on a version 5 board", { version: 5, subVersion: 3 }, { version: 5, subVersion: 0 }],
  ])("accepts %s", (_, header, abi) => {
    expect(check(header, abi)).toEqual({ loadable: true });
  });

  it.each<[string, Partial<MpyHeader>, Partial<MpyAbi>]>([
    ["implementation", { implementation: "circuitpython" }, {}],
    ["version", { version: 5 }, {}],
    ["version", {}, { version: 5 }],
    ["sub-version", { ...native, subVersion: 2 }, {}],
    ["small-int-bits", { smallIntBits: 63 }, {}],
    ["no-native-code", native, { architecture: "none" }],
    ["architecture", { ...native, architecture: "armv7m" }, {}],
    ["architecture", { ...native, architecture: "armv6" }, { architecture: "armv7emdp" }],
    ["architecture", { ...native, architecture: "x64" }, { architecture: "x86" }],
    ["arch-flags", riscv(3), { architecture: "rv32imc", archFlags: 1 }],
    ["arch-flags", { ...native, archFlags: 1 }, { archFlags: 1 }],
  ])("refuses for its %s", (reason, header, abi) => {
    const answer = check(header, abi);
    expect(answer).toMatchObject({ loadable: false, reason });
    expect(answer).toHaveProperty("message", expect.stringMatching(/\.$/));
    expect(answer).toHaveProperty("hint", expect.stringMatching(/\.$/));
  });

  it("refuses where the board loads no .mpy files", () => {
    expect(checkCompatibility(bytecode, { implementation: "micropython", mpy: null })).toMatchObject({
      reason: "no-mpy-support",
    });
  });

  it("refuses MicroPython's files on CircuitPython", () => {
    expect(check(fixture("sensors.mpy"), {}, "circuitpython")).toMatchObject({ reason: "implementation" });
  });

  it("throws for what is no .mpy file", () => {
    expect(() => check(new Uint8Array(10))).toThrow(expect.objectContaining({ code: "invalid-mpy" }));
  });
});

describe("acceptedArchitectures", () => {
  it.each<[MpyArchitecture, readonly MpyArchitecture[]]>([
    ["armv7em", ["armv6m", "armv7m", "armv7em"]],
    ["armv6m", ["armv6m"]],
    ["armv6", ["armv6"]],
    ["xtensawin", ["xtensawin"]],
  ])("of %s are %j", (board, accepted) => {
    expect(acceptedArchitectures(board)).toEqual(accepted);
  });
});

function riscv(archFlags: number): MpyHeader {
  return { ...native, architecture: "rv32imc", archFlags };
}
