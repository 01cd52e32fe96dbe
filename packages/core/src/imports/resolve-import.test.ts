import { type ImportEnvironment, resolveImport } from "@upykit/core";
import { describe, expect, it } from "vitest";

const micropython: ImportEnvironment = {
  implementation: "micropython",
  sysPath: ["", ".frozen", "/lib"],
  frozenModules: ["asyncio", "asyncio.core", "neopixel"],
  builtinModules: ["micropython", "sys", "time", "json"],
};

describe("resolveImport", () => {
  it("searches sys.path in its order", () => {
    const files = ["/foo.mpy", "/lib/foo.py", "/lib/neopixel.py", "/bar.py"];
    expect(resolveImport("foo", files, micropython)).toEqual({
      found: { type: "module", path: "/foo.mpy" },
      hidden: [{ type: "module", path: "/lib/foo.py" }],
    });
    expect(resolveImport("neopixel", files, micropython)).toEqual({
      found: { type: "frozen", name: "neopixel", isPackage: false },
      hidden: [{ type: "module", path: "/lib/neopixel.py" }],
    });
    expect(resolveImport("nothing", files, micropython)).toEqual({ found: null, hidden: [] });
  });

  it("takes a directory before .py before .mpy", () => {
    const files = ["/lib/foo.mpy", "/lib/foo.py", "/lib/foo/"];
    expect(resolveImport("foo", files, micropython)).toEqual({
      found: { type: "package", path: "/lib/foo", init: null, hiddenInit: null },
      hidden: [
        { type: "module", path: "/lib/foo.py" },
        { type: "module", path: "/lib/foo.mpy" },
      ],
    });
  });

  it("takes a file before a directory without __init__ on CircuitPython", () => {
    const files = ["/lib/foo.mpy", "/lib/foo/data.bin", "/lib/bar.py", "/lib/bar/__init__.mpy"];
    const circuitpython = {
      ...micropython,
      implementation: "circuitpython",
      sysPath: ["", "/", ".frozen", "/lib"],
    };
    expect(resolveImport("foo", files, circuitpython).found).toEqual({
      type: "module",
      path: "/lib/foo.mpy",
    });
    expect(resolveImport("bar", files, circuitpython).found).toMatchObject({
      type: "package",
      path: "/lib/bar",
    });
  });

  it("lets no file replace a built-in module, but for the extensible ones", () => {
    const files = ["/lib/micropython.py", "/lib/json.py", "/lib/ujson.py"];
    expect(resolveImport("micropython", files, micropython)).toEqual({
      found: { type: "builtin", name: "micropython" },
      hidden: [{ type: "module", path: "/lib/micropython.py" }],
    });
    expect(resolveImport("json", files, micropython)).toEqual({
      found: { type: "module", path: "/lib/json.py" },
      hidden: [{ type: "builtin", name: "json" }],
    });
    expect(resolveImport("ujson", files, micropython).found).toEqual({ type: "builtin", name: "ujson" });
  });

  it("looks for submodules in the package that was found, and nowhere else", () => {
    const files = [
      "/foo/__init__.py",
      "/lib/foo/sub.py",
      "/foo/__init__.mpy",
      "/foo/a/b.mpy",
      "/lib/asyncio/extra.py",
    ];
    expect(resolveImport("foo", files, micropython).found).toEqual({
      type: "package",
      path: "/foo",
      init: "/foo/__init__.py",
      hiddenInit: "/foo/__init__.mpy",
    });
    expect(resolveImport("foo.sub", files, micropython).found).toBeNull();
    expect(resolveImport("foo.a.b", files, micropython).found).toEqual({
      type: "module",
      path: "/foo/a/b.mpy",
    });
    expect(resolveImport("asyncio.core", files, micropython).found).toMatchObject({ type: "frozen" });
    expect(resolveImport("asyncio.extra", files, micropython).found).toBeNull();
  });

  it("searches the only directory of a board without sys.path", () => {
    expect(resolveImport("foo", ["/foo.py"], { ...micropython, sysPath: [] }).found).toEqual({
      type: "module",
      path: "/foo.py",
    });
  });

  it("knows that CircuitPython before 10.3 takes any directory first", () => {
    const files = ["/lib/foo.mpy", "/lib/foo/data.bin"];
    const loads = (version: string | null) =>
      resolveImport("foo", files, { ...micropython, implementation: "circuitpython", version }).found?.type;
    expect(["9.2.8", "10.2.1", "10.3.0-alpha.4", "11.0.0", null].map(loads)).toEqual([
      "package",
      "package",
      "module",
      "module",
      "module",
    ]);
  });

  it("knows which built-in modules CircuitPython lets files replace", () => {
    const files = ["/lib/json.py", "/lib/time.py", "/lib/ujson.py"];
    const environment = { ...micropython, implementation: "circuitpython" };
    const jsonWith = (version: string) =>
      resolveImport("json", files, { ...environment, version }).found?.type;
    expect(["8.2.10", "9.2.8", "10.0.3"].map(jsonWith)).toEqual(["builtin", "module", "module"]);
    expect(resolveImport("time", files, environment).found?.type).toBe("builtin");
    expect(resolveImport("ujson", files, environment).found?.type).toBe("module");
    const known = { ...environment, builtinModules: ["ulab", "adafruit_bus_device"] };
    expect(resolveImport("ulab.numpy", [], known).found?.type).toBe("builtin");
    expect(resolveImport("adafruit_bus_device.i2c_device", [], known).found?.type).toBe("builtin");
    expect(resolveImport("adafruit_bus_device.other", [], known).found).toBeNull();
  });

  it("knows the names that built-in modules had", () => {
    const old = { ...micropython, builtinModules: ["utime", "usocket", "sys"] };
    expect(resolveImport("time", [], old).found).toEqual({ type: "builtin", name: "time" });
    expect(resolveImport("time", ["/lib/time.py"], old).found?.type).toBe("module");
    expect(resolveImport("utime", ["/lib/utime.py"], old).found?.type).toBe("builtin");
    expect(resolveImport("usys", [], old).found?.type).toBe("builtin");
    expect(resolveImport("umath", [], old).found).toBeNull();
  });

  it("counts from the working directory, and each directory once", () => {
    const files = ["/work/foo.py", "/foo.py", "/work/near/bar.py"];
    const environment = { ...micropython, sysPath: ["", "near", "/", "/work/"], workingDirectory: "/work" };
    expect(resolveImport("foo", files, environment)).toEqual({
      found: { type: "module", path: "/work/foo.py" },
      hidden: [{ type: "module", path: "/foo.py" }],
    });
    expect(resolveImport("bar", files, environment).found).toEqual({
      type: "module",
      path: "/work/near/bar.py",
    });
  });

  it("takes a frozen library of unknown contents for one that has everything", () => {
    const environment = { ...micropython, frozenModules: ["adafruit_hid", "adafruit_hid.*"] };
    expect(resolveImport("adafruit_hid.keyboard", [], environment).found).toMatchObject({ type: "frozen" });
    expect(resolveImport("adafruit", [], environment).found).toBeNull();
  });

  it("finds frozen modules where MicroPython before 1.18 had them", () => {
    const environment = { ...micropython, sysPath: ["", "/lib"] };
    const files = ["/neopixel.py", "/lib/neopixel.py"];
    expect(resolveImport("neopixel", files, { ...environment, version: "1.17" }).found?.type).toBe("frozen");
    expect(resolveImport("neopixel", files, { ...environment, version: "1.18" }).found?.type).toBe("module");
  });
});
