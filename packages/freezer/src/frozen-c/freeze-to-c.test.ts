import { type FreezeFile, freezeToC } from "@upykit/freezer";
import { describe, expect, it } from "vitest";
import { golden, goldenFiles, goldenManifest, goldenText } from "../fixtures/golden.js";

const qstrs = goldenText("expected/qstrdefs.preprocessed.h");

/** The golden application, already compiled; paths as the real tools saw them. */
function application(): FreezeFile[] {
  return goldenManifest("app/manifest.py freeze").map(({ kind, source, target }) => {
    if (kind === "freeze-as-str") return { kind: "str", path: target, content: golden(source) };
    const mpy = target.replace(/\.py$/, ".mpy");
    return {
      kind: "mpy",
      path: `build-with-header/frozen_mpy/${mpy}`,
      content: golden(`expected/mpy/${mpy}`),
    };
  });
}

describe("freezeToC", () => {
  it("writes what makemanifest.py writes", () => {
    const { c, modules } = freezeToC(application(), { qstrs });
    expect(c).toBe(goldenText("expected/frozen_content.c"));
    expect(modules).toContain("greenhouse/sensors.py");
  });

  it("writes what mpy-tool.py -f writes without a header", () => {
    const files = goldenFiles("expected/mpy").map((name): FreezeFile => {
      return { kind: "mpy", path: `./${name}`, content: golden(`expected/mpy/${name}`) };
    });
    const { c } = freezeToC(files, { withStrings: false });
    expect(c).toBe(goldenText("expected/frozen_mpy_no_header.c"));
  });
});
