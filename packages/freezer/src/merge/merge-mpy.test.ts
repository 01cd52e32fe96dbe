import { dump, mergeMpy } from "@upykit/freezer";
import { formatDisassembly, formatHexDump, inspect } from "@upykit/core/mpy";
import { describe, expect, it } from "vitest";
import { golden } from "../fixtures/golden.js";

const parts = ["units", "tinyjson", "greenhouse/sensors"].map((name) => golden(`expected/mpy/${name}.mpy`));
const circuitPython = new Uint8Array(parts[0] ?? []).with(0, 0x43);

describe("mergeMpy", () => {
  it("writes what mpy-tool.py --merge writes", () => {
    expect(mergeMpy(parts)).toEqual(golden("expected/merged.mpy"));
  });

  it("keeps line numbers where it is asked to", () => {
    const lines = (content: Uint8Array) =>
      inspect(content).code.children.map((child) => child.lines.length > 1);
    expect(lines(mergeMpy(parts))).toEqual([true, false, false]);
    expect(lines(mergeMpy(parts, { keepLineInfo: true }))).toEqual([true, true, false]); // sensors was compiled with -O3
  });

  it("gives a single file back", () => {
    expect(mergeMpy(parts.slice(0, 1))).toEqual(parts[0]);
  });

  it("refuses files of two implementations", () => {
    expect(() => mergeMpy([...parts, circuitPython])).toThrow(
      expect.objectContaining({ code: "incompatible-mpy" }),
    );
  });

  it("refuses nothing at all, and what is damaged", () => {
    expect(() => mergeMpy([])).toThrow(expect.objectContaining({ code: "invalid-argument" }));
    expect(() => mergeMpy([new Uint8Array(4)])).toThrow(expect.objectContaining({ code: "invalid-mpy" }));
  });
});

describe("dump", () => {
  it("gives hex dump and disassembly of a merged file", () => {
    const content = golden("expected/merged.mpy");
    const text = dump([{ path: "merged.mpy", content }]);
    expect(text).toBe(`${formatHexDump(content)}\n${formatDisassembly(content, { path: "merged.mpy" })}`);
    expect(text).toContain("children: [<module>, <module>, <module>]");
  });
});
