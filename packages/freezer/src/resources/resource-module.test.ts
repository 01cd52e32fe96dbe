import { resourceModule } from "@upykit/freezer";
import { describe, expect, it } from "vitest";

const text = (content: string) => new TextEncoder().encode(content);

describe("resourceModule", () => {
  it("writes what mpy_bin2res.py writes", () => {
    const files = [
      { path: "data/page.html", content: text("<p class='a'>\r\n\t\"grün\"\\</p>") },
      { path: "empty", content: text("") },
      { path: "it's", content: Uint8Array.of(0, 127, 128, 255) },
    ];
    expect(resourceModule(files)).toBe(
      "R = {\n" +
        "'data/page.html': b'<p class=\\'a\\'>\\r\\n\\t\"gr\\xc3\\xbcn\"\\\\</p>',\n" +
        "'empty': b'',\n" +
        "\"it's\": b'\\x00\\x7f\\x80\\xff',\n" +
        "}\n",
    );
  });

  it("refuses two resources of one name, and paths that leave the package", () => {
    const file = { path: "a", content: text("") };
    expect(() => resourceModule([file, file])).toThrow(expect.objectContaining({ code: "conflict" }));
    expect(() => resourceModule([{ ...file, path: "../a" }])).toThrow(
      expect.objectContaining({ code: "invalid-path" }),
    );
  });
});
