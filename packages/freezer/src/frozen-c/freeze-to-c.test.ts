import { compile } from "@upykit/compiler";
import { type FreezeFile, type FreezeOptions, freezeToC } from "@upykit/freezer";
import { describe, expect, it } from "vitest";
import {
  golden,
  goldenFiles,
  goldenManifest,
  goldenSource,
  goldenText,
  mpyFixture,
} from "../fixtures/golden.js";
import { smallCode, smallMpy } from "../fixtures/small-mpy.js";

const qstrs = goldenText("expected/qstrdefs.preprocessed.h");

/** The golden application, already compiled; paths as the real tools saw them. */
function application(): FreezeFile[] {
  return goldenManifest("app/manifest.py freeze").map(({ kind, source, target }) => {
    if (kind === "freeze-as-str") return { kind: "str", path: target, content: goldenSource(source) };
    const mpy = target.replace(/\.py$/, ".mpy");
    return {
      kind: "mpy",
      path: `build-with-header/frozen_mpy/${mpy}`,
      content: golden(`expected/mpy/${mpy}`),
    };
  });
}

/** The same from sources; the one file that is frozen as it is comes compiled. */
function sources(): FreezeFile[] {
  return goldenManifest("app/manifest.py freeze").map(({ kind, source, target, opt, packageVersion }) => {
    if (kind === "freeze-as-str") return { kind: "str", path: target, content: goldenSource(source) };
    const optimize = (opt ?? undefined) as 0 | 3 | undefined;
    return { kind: "py", path: target, content: goldenSource(source), optimize, version: packageVersion };
  });
}

const plain = (name: string, content = ""): FreezeFile => ({ kind: "py", path: name, content });
const coded = (code: string) =>
  expect.objectContaining({ code, hint: expect.any(String) as string }) as Error;

describe("freezeToC", () => {
  it("writes what makemanifest.py writes", () => {
    const { c, modules } = freezeToC(application(), { qstrs });
    expect(c).toBe(goldenText("expected/frozen_content.c"));
    expect(modules).toContain("greenhouse/sensors.py");
  });

  it("compiles sources on the way", () => {
    const { c } = freezeToC(sources(), { qstrs, buildDirectory: "build-with-header" });
    expect(c).toBe(goldenText("expected/frozen_content.c"));
  });

  it("writes what mpy-tool.py -f writes without a header", () => {
    const files = goldenFiles("expected/mpy").map((name): FreezeFile => {
      return { kind: "mpy", path: `./${name}`, content: golden(`expected/mpy/${name}`) };
    });
    const { c } = freezeToC(files, { withStrings: false });
    expect(c).toBe(goldenText("expected/frozen_mpy_no_header.c"));
  });

  it.each([
    "native-armv6m",
    "native-armv7emsp",
    "native-xtensawin",
    "native-x64",
    "native-rv32imc-zba",
    "assembler-armv7m",
    "loop-circuitpython",
  ])("writes what mpy-tool.py -f writes of %s", (name) => {
    const file: FreezeFile = { kind: "mpy", path: `${name}.mpy`, content: mpyFixture(`${name}.mpy`) };
    const target = name.includes("circuitpython") ? "circuitpython" : "micropython";
    const { c } = freezeToC([file], { withStrings: false, target });
    expect(c).toBe(new TextDecoder().decode(mpyFixture(`${name}.c`)));
  });

  it("holds the sizes that the C file ends with", () => {
    const { c, sizes } = freezeToC(application(), { qstrs });
    expect(c).toContain(`\ntotal: ${sizes.total}\n*/`);
  });

  it("writes what stands for no modules", () => {
    const { c } = freezeToC([{ kind: "str", path: "a.py", content: 'é1"\\\r\n' }]);
    expect(c).toContain('"\\xc3\\xa9" "1\\"\\\\\\r\\n\\0"');
    expect(c).toContain("mp_frozen_mpy_content[] = {NULL};");
  });
});

/** A freeze of one .mpy file. */
const frozen = (content: Uint8Array, options?: FreezeOptions) =>
  freezeToC([{ kind: "mpy", path: "dir/a.mpy", content }], options).c;

describe("freezeToC writes as mpy-tool.py does", () => {
  it("small integers beyond 2^53, which a 64-bit port has", () => {
    const { mpy } = compile("x = 0x3ffffffffffffff1\n", { filename: "a.py", smallIntBits: 63 });
    expect(frozen(mpy)).toContain("LOAD_CONST_SMALL_INT 4611686018427387889\n");
  });

  it("complex numbers that are large in both parts", () => {
    const c = frozen(smallMpy({ objects: [{ type: "complex", value: "(1e+308+1e+308j)" }] }));
    expect(c).toContain("(mp_float_t)1e+308, (mp_float_t)1e+308}");
    expect(c).not.toContain("math.h");
  });
});

describe("freezeToC, where mpy-tool.py fails", () => {
  const special: FreezeFile = { kind: "mpy", path: "special.mpy", content: mpyFixture("special.mpy") };

  it("takes a float beyond single precision for infinite there", () => {
    const { c } = freezeToC([special]);
    expect(c).toContain("(mp_float_t)1e+100};");
    expect(c).toMatch(
      /#elif MICROPY_OBJ_REPR == MICROPY_OBJ_REPR_C\n#define \w+ \(\(mp_rom_obj_t\)\(0x100000002\)\)/,
    );
  });

  it("writes infinite floats as C knows them", () => {
    const { c } = freezeToC([special]);
    expect(c).toContain("#include <math.h>\n");
    expect(c).toContain("(mp_float_t)INFINITY};");
    expect(freezeToC(application()).c).not.toContain("math.h");
  });

  it("keeps apart texts whose C names would be one", () => {
    const { c } = freezeToC([special]);
    const names = /enum \{\n(?<body>[^}]*)\}/.exec(c)?.groups?.["body"]?.match(/MP_QSTR_\w+/g) ?? [];
    expect(new Set(names).size).toBe(names.length);
    expect(c).toContain('"a.b",');
    expect(c).toContain('"a_dot_b",');
    expect(c).toContain('"_lt_module_gt_",');
  });

  it("gives modules C names that are valid and differ", () => {
    const { c } = freezeToC(["my-module.py", "a_b.py", "a/b.py"].map((name) => plain(name)));
    const names = [...c.matchAll(/^static const mp_frozen_module_t (.*) = \{$/gm)].map((match) => match[1]);
    expect(names).toEqual(["frozen_module_my_hyphen_module", "frozen_module_a_b", "frozen_module_a_b2"]);
  });

  it("gives constants C names that differ", () => {
    const { c } = freezeToC([plain("a.py", "x = ((1.5, 2.5),)"), plain("a_0.py", "y = (1.5,)\nz = (2.5,)")]);
    const names = [...c.matchAll(/^static const mp_(?:obj|rom_obj)_\w+ (\w+) =/gm)].map((match) => match[1]);
    expect(names).toContain("const_obj_a_0_02");
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(["x\nint evil;", "x\r", "x\\", "x\\ ", "x??/"])("keeps the name %j within its comment", (name) => {
    const lines = (text: string) =>
      frozen(smallMpy({ qstrs: ["a.py", text], code: smallCode(undefined, 1) })).split(/[\r\n]/);
    expect(lines(name)).toHaveLength(lines("x").length);
    expect(lines(name).filter((line) => line.includes("//") && /(\\|\?\?\/)\s*$/.test(line))).toEqual([]);
  });
});

describe("freezeToC refuses", () => {
  const mpy = (name: string, path = name): FreezeFile => ({ kind: "mpy", path, content: mpyFixture(name) });

  it.each<[string, FreezeFile[], string]>([
    ["two files of one name", [plain("a.py"), plain("a.py")], "conflict"],
    [
      "a module and a text of one name",
      [plain("a.py"), { kind: "str", path: "a.py", content: "" }],
      "conflict",
    ],
    [
      "an .mpy that is found under a name that is taken",
      [mpy("special.mpy"), plain("special.py")],
      "conflict",
    ],
    ["names that are not ASCII", [plain("größe.py")], "invalid-path"],
    ["names that leave the root", [plain("../a.py")], "invalid-path"],
    ["sources that are not called so", [plain("a.txt")], "invalid-path"],
    [
      "damaged files",
      [{ kind: "mpy", path: "a.mpy", content: Uint8Array.of(0x4d, 6, 0, 31, 9) }],
      "invalid-mpy",
    ],
    [
      "files of version 5",
      [{ kind: "mpy", path: "a.mpy", content: Uint8Array.of(0x4d, 5, 0, 31, 9) }],
      "invalid-mpy",
    ],
    ["files for CircuitPython", [mpy("constants-circuitpython.mpy")], "incompatible-mpy"],
    [
      "machine code for two architectures",
      [mpy("native-x64.mpy"), mpy("assembler-armv7m.mpy")],
      "incompatible-mpy",
    ],
    ["machine code with relocations", [mpy("natmod-x64.mpy")], "unsupported"],
    ["names with trigraphs", [plain("a??/.py")], "invalid-path"],
    ...Object.entries({
      "code that is named by no qstr": [smallMpy({ code: smallCode(undefined, 9) }), "invalid-mpy"],
      "code that loads no qstr": [smallMpy({ opcodes: [0x11, 9, 0x63] }), "invalid-mpy"],
      "code that loads no constant": [smallMpy({ opcodes: [0x23, 9, 0x63] }), "invalid-mpy"],
      "numbers that do not end": [
        smallMpy({ opcodes: [0x22, ...Array<number>(20).fill(0x81), 1] }),
        "invalid-mpy",
      ],
      "names that the firmware cannot hold": [smallMpy({ qstrs: ["a.py", "n".repeat(256)] }), "unsupported"],
    } as const).map(([what, [content, code]]): [string, FreezeFile[], string] => {
      return [what, [{ kind: "mpy", path: "a.mpy", content }], code];
    }),
  ])("%s", (_, files, code) => {
    expect(() => freezeToC(files)).toThrow(coded(code));
  });

  it("integers that the target has no room for", () => {
    expect(() => freezeToC([mpy("special.mpy")], { longIntegers: "none" })).toThrow(coded("unsupported"));
    expect(() => freezeToC([mpy("special.mpy")], { longIntegers: "longlong" })).toThrow(coded("unsupported"));
  });

  it("a set of files that lacks a required module", () => {
    const files = [plain("pkg/__init__.py"), plain("pkg/part.py")];
    expect(() => freezeToC(files, { requiredModules: ["pkg", "pkg.part"] })).not.toThrow();
    expect(() => freezeToC(files, { requiredModules: ["pkg.other"] })).toThrow(coded("not-found"));
  });

  it.each(["", "Q(a)\n", "QCFG(BYTES_IN_LEN, 1)", "QCFG(BYTES_IN_LEN, ())\nQCFG(BYTES_IN_HASH, -1)"])(
    "the header %j",
    (header) => {
      expect(() => freezeToC([], { qstrs: header })).toThrow(coded("invalid-argument"));
    },
  );

  it("digits that no port has", () => {
    expect(() => freezeToC([], { mpzDigitSize: 0 as 8 })).toThrow(coded("invalid-argument"));
  });

  it("sources that do not compile, with the file and the line", () => {
    expect(() => freezeToC([plain("bad.py", "x = 1\nx = = 2\n")])).toThrow(
      expect.objectContaining({ code: "syntax-error", line: 2 }),
    );
  });
});
