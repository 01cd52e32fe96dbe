import { compile } from "@upykit/compiler";
import { connectBoard } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
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

  it("leaves numbers as they are, which a 64-bit port has up to 2^62", () => {
    const { mpy } = compile("x = 0x3ffffffffffffff1\n", { filename: "a.py", smallIntBits: 63 });
    const merged = mergeMpy([...parts, mpy]);
    expect(dump([{ path: "a.mpy", content: merged }])).toContain(
      "  22:bf:ff:ff:ff:ff:ff:ff:ff:71 LOAD_CONST_SMALL_INT 4611686018427387889\n",
    );
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

describe("a merged file", () => {
  // Each jump out of the `try` is an UNWIND_JUMP, which mpy-tool.py 1.28 sends one byte too far when it merges.
  const unwinding = `
def walk():
    out = []
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            out.append(i)
        finally:
            out.append(name)
    return out
print(walk())
`;
  const long = `
def pick(x):
    ${Array.from({ length: 60 }, (_, at) => `if x == ${at}: return 'value ${at}'`).join("\n    ")}
print(pick(59), pick(60))
`;

  it("runs each part in turn on a board, with names and jumps in their new places", async () => {
    const sources = ["name = 'f'\nprint('first')", unwinding, long];
    const merged = mergeMpy(sources.map((source, at) => compile(source, { filename: `part${at}.py` }).mpy));
    await using virtual = await createVirtualBoard();
    await using board = await connectBoard(virtual.transport());
    await board.fs.writeFiles([{ path: "/merged.mpy", content: merged }]);
    const printed = await board.exec("import sys\nsys.path[:] = ['/']\nimport merged");
    expect(printed.split(/\r?\n/)).toEqual(["first", "[0, 'f', 'f', 2, 'f', 'f']", "value 59 None", ""]);
  });
});
