// The web workflow over real sockets, against a server written after the board's own source.

import {
  applyPlan,
  isUpyError,
  planInstall,
  planUninstall,
  type Plan,
  recover,
  uninstall,
  verify,
} from "@upykit/core";
import {
  parseBoards,
  webWorkflow,
  type WebWorkflowOptions,
  type WebWorkflowTarget,
} from "@upykit/core/circuitpython";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { resolutionOf, toBytes } from "../../install/fixtures/packages.js";
import { type CutPoint, type FakeWebBoard, FakeWebWorkflow } from "../fixtures/fake-web-workflow.js";

const boards: FakeWebWorkflow[] = [];

afterEach(async () => {
  for (const board of boards.splice(0)) await board.stop();
});

const noWaiting = { password: "passw0rd", sleep: () => Promise.resolve() } as const;

async function start(board: FakeWebBoard = {}): Promise<{ board: FakeWebWorkflow; host: string }> {
  const fake = new FakeWebWorkflow(board);
  boards.push(fake);
  return { board: fake, host: await fake.start() };
}

async function connect(
  shape: FakeWebBoard = {},
  options: Partial<WebWorkflowOptions> = {},
): Promise<{ board: FakeWebWorkflow; target: WebWorkflowTarget }> {
  const { board, host } = await start(shape);
  return { board, target: await webWorkflow(host, { ...noWaiting, ...options }) };
}

async function failureOf(
  work: Promise<unknown>,
): Promise<{ code: string; hint: string | undefined; message: string }> {
  try {
    await work;
  } catch (error) {
    if (isUpyError(error)) return { code: error.code, hint: error.hint, message: error.message };
    throw error;
  }
  return { code: "none", hint: undefined, message: "" };
}

const packages = resolutionOf({
  one: { files: { "one/__init__.py": "x = 1\n".repeat(200), "one/sub/ä b.py": "y = 2\n" } },
  two: { files: { "two.py": "z = 3\n" } },
});

describe("webWorkflow", () => {
  it.each([1, 2, 4] as const)("installs, verifies and uninstalls with version %i of the API", async (api) => {
    const { board, target } = await connect({ api });
    const { resolution, fetch } = packages;
    await applyPlan(await planInstall(resolution, target, { fetch }), target, { fetch });
    expect(board.tree.snapshot()["/lib/one/__init__.py"]).toBe("x = 1\n".repeat(200));
    expect(await verify(target)).toMatchObject({ ok: true });
    await uninstall(target, ["one", "two"]);
    expect(board.tree.snapshot()).toEqual({});
    expect(board.mostAtOnce).toBe(1);
  });

  it("says what runs on the board", async () => {
    const { target } = await connect({});
    expect(target.about).toMatchObject({ webApiVersion: 4, version: "9.2.8", hostname: "cpy-f57ce8" });
    expect(await target.environment()).toMatchObject({
      implementation: "circuitpython",
      version: "9.2.8",
      mpy: { version: 6 },
      machine: "Adafruit Feather ESP32-S2 TFT with ESP32S2",
      boardId: "adafruit_feather_esp32s2_tft",
      frozenModules: null,
    });
    const list = readFileSync(new URL("../fixtures/boards.json", import.meta.url));
    const known = await connect({}, { boards: parseBoards(list), boardId: "pyportal" });
    expect((await known.target.environment()).frozenModules).toContain("adafruit_esp32spi");
    expect(await target.devices()).toEqual([
      { hostname: "cpy-951032", name: "Other", ip: "192.168.1.235", port: 80 },
    ]);
  });

  it("reads boot_out.txt where the board's own answer is cut off", async () => {
    const { board, host } = await start({ mdns: false });
    board.tree.set(
      "/boot_out.txt",
      Buffer.from("Adafruit CircuitPython 9.2.8 on 2025-05-28; A Board with ESP32S2\nBoard ID:a_board\n"),
    );
    const target = await webWorkflow(host, noWaiting);
    expect(await target.environment()).toMatchObject({ version: "9.2.8", boardId: "a_board" });
  });

  it("answers as other targets do", async () => {
    const { fs } = (await connect()).target;
    await fs.writeFiles([
      { path: "/a.txt", content: toBytes("a") },
      { path: "/d/e/ü 100%.txt", content: new Uint8Array([0, 255, 10, 13]) },
      { path: "/d/empty", content: new Uint8Array(0) },
    ]);
    expect(await fs.walk("/")).toEqual([
      { path: "/a.txt", type: "file", size: 1 },
      { path: "/d", type: "directory", size: 0 },
      { path: "/d/e", type: "directory", size: 0 },
      { path: "/d/e/ü 100%.txt", type: "file", size: 4 },
      { path: "/d/empty", type: "file", size: 0 },
    ]);
    expect(await fs.readFile("/d/e/ü 100%.txt")).toEqual(new Uint8Array([0, 255, 10, 13]));
    expect(await fs.stat(["/A.TXT", "/d", "/none", "/a.txt/x", "/"])).toEqual([
      { path: "/A.TXT", type: "file", size: 1 },
      { path: "/d", type: "directory", size: 0 },
      null,
      null,
      { path: "/", type: "directory", size: 0 },
    ]);
    const [hash, ...nothing] = await fs.hashFiles(["/a.txt", "/d", "/none"]);
    expect(hash).toBe("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
    expect(nothing).toEqual([null, null]);
    expect(await failureOf(fs.list("/none"))).toMatchObject({ code: "file-not-found" });
    expect(await failureOf(fs.list("/a.txt"))).toMatchObject({ code: "not-directory" });
    expect(await failureOf(fs.readFile("/none"))).toMatchObject({ code: "file-not-found" });
    expect(await failureOf(fs.readFile("/d"))).toMatchObject({ code: "is-directory" });
    expect(await failureOf(fs.writeFiles([{ path: "/d", content: toBytes("") }]))).toMatchObject({
      code: "is-directory",
    });
    expect(await failureOf(fs.change([{ type: "mkdir", path: "/a.txt" }]))).toMatchObject({
      code: "not-directory",
    });
    expect(await failureOf(fs.change([{ type: "remove", path: "/d" }]))).toMatchObject({
      code: "is-directory",
    });
    expect(await fs.walk("/none")).toEqual([]);
  });

  it("repeats changes without complaint, and deletes nothing but what it is told", async () => {
    const { board, target } = await connect();
    const { fs } = target;
    await fs.writeFiles(
      ["/a.txt", "/d/b.txt", "/d/keep.txt"].map((path) => ({ path, content: toBytes(path) })),
    );
    const changes = [
      { type: "mkdir", path: "/d/e" },
      { type: "rename", from: "/a.txt", to: "/d/b.txt" },
      { type: "remove", path: "/none" },
      { type: "rmdir", path: "/none" },
      { type: "rmdir", path: "/d" },
    ] as const;
    await fs.change(changes);
    await fs.change(changes);
    expect(board.tree.snapshot()).toEqual({
      "/d": null,
      "/d/b.txt": "/a.txt",
      "/d/e": null,
      "/d/keep.txt": "/d/keep.txt",
    });
    await fs.change([{ type: "rename", from: "/d/keep.txt", to: "/d/KEEP.txt" }]);
    expect(board.tree.snapshot()).toMatchObject({ "/d/KEEP.txt": "/d/keep.txt" });
    await fs.change([{ type: "rmdir", path: "/d/e" }]);
    expect(board.tree.snapshot()).not.toHaveProperty("/d/e");
  });

  it("gives files the caller's time", async () => {
    const { board, target } = await connect({}, { now: () => 1_700_000_000_000 });
    await target.fs.writeFiles([{ path: "/a", content: toBytes("a") }]);
    expect(board.timestamps).toEqual(["1700000000000"]);
  });

  it("refuses names that the board would cut or change", async () => {
    const { fs } = (await connect()).target;
    for (const path of [
      `/${"ä".repeat(60)}`,
      `/${"n".repeat(252)}`,
      "/a?",
      "/a.",
      "/a/../b",
      "a",
      "/\ud800",
    ]) {
      const files = [{ path, content: toBytes("x") }];
      expect((await failureOf(fs.writeFiles(files))).code, path).toBe("invalid-path");
    }
  });

  it("counts space as each version tells it", async () => {
    const spaces = [1, 2, 3, 4].map(async (api) =>
      (await connect({ api: api as 1 })).target.fs.space("/lib"),
    );
    const room = { free: 4096 * 512, total: 4096 * 512, blockSize: 512 };
    expect(await Promise.all(spaces)).toEqual([null, room, room, room]);
    const { target } = await connect();
    expect(await target.fs.space("/sd/x")).toMatchObject({ blockSize: 32768 });
  });
});

describe("a board that USB has", () => {
  it.each([
    [1, { usb: true }],
    [2, { usb: true }],
    [4, { usb: true }],
    [4, { keptForUsb: true }],
  ] as const)("with version %i of the API and %o, is read-only with a hint", async (api, shape) => {
    const { board, target } = await connect({ api, ...shape });
    board.tree.set("/lib", null);
    if (api > 1 && "usb" in shape) expect(await target.fs.space("/")).toMatchObject({ readOnly: true });
    const expected = {
      code: "read-only",
      hint: expect.stringMatching(/eject.*disable_usb_drive/u) as string,
    };
    for (const content of [toBytes("a"), new Uint8Array(5_000)])
      expect(await failureOf(target.fs.writeFiles([{ path: "/lib/a", content }]))).toMatchObject(expected);
    expect(await failureOf(target.fs.change([{ type: "mkdir", path: "/x" }]))).toMatchObject(expected);
    expect(board.tree.snapshot()).toEqual({ "/lib": null });
  });
});

describe("what goes wrong", () => {
  it("is told apart", async () => {
    const wrong = await start();
    expect(await failureOf(webWorkflow(wrong.host, { ...noWaiting, password: "no" }))).toMatchObject({
      code: "access-denied",
      hint: expect.stringContaining("CIRCUITPY_WEB_API_PASSWORD") as string,
    });
    const none = await start({ password: null });
    expect(await failureOf(webWorkflow(none.host, noWaiting))).toMatchObject({ code: "access-denied" });
    const newer = await start({ api: 9 });
    expect(await failureOf(webWorkflow(newer.host, noWaiting))).toMatchObject({ code: "unsupported" });
    const page = await start({ always: "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>" });
    expect(await failureOf(webWorkflow(page.host, noWaiting))).toMatchObject({ code: "protocol" });
    await newer.board.stop();
    expect(await failureOf(webWorkflow(newer.host, noWaiting))).toMatchObject({ code: "no-response" });
    for (const host of ["", "a b", "ftp://x", "x/y", "user:pw@x"]) {
      expect((await failureOf(webWorkflow(host, noWaiting))).code, host).toBe("invalid-argument");
    }
  });

  it.each([2, 4] as const)("is a full board with version %i of the API", async (api) => {
    const { board, target } = await connect({ api, clusters: 10 });
    expect(
      await failureOf(target.fs.writeFiles([{ path: "/a", content: new Uint8Array(6000) }])),
    ).toMatchObject({
      code: "no-space",
    });
    expect(board.tree.snapshot()).toEqual({});
  });

  it.each(["before", "after", "middle"] as const)("is a connection that breaks %s a request", async (at) => {
    const { board, target } = await connect();
    await target.fs.writeFiles([{ path: "/a.txt", content: toBytes("old") }]);
    const count = board.requests.length;
    await target.fs.writeFiles([{ path: "/a.txt", content: toBytes("new") }]);
    const needed = board.requests.length - count;
    for (let request = 0; request < needed; request++) {
      await target.fs.writeFiles([{ path: "/a.txt", content: toBytes("old") }]);
      board.breakAt(request, at);
      await target.fs.writeFiles([{ path: "/a.txt", content: toBytes("new") }]);
      expect(board.tree.snapshot()).toEqual({ "/a.txt": "new" });
    }
    expect(needed).toBeGreaterThan(3);
  });

  it("is no flash that takes longer for a file than a network may be silent", async () => {
    const { board, target } = await connect({ writeTime: 400 }, { idleTimeout: 200, retries: 0 });
    await target.fs.writeFiles([{ path: "/font.bin", content: new Uint8Array(8_000) }]);
    expect(board.tree.snapshot()).toMatchObject({ "/font.bin": expect.any(String) as string });
  });

  it("stops at a signal", async () => {
    const { target } = await connect();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(target.fs.walk("/", { signal })).rejects.toThrow("enough");
    await expect(webWorkflow("127.0.0.1:9", { ...noWaiting, signal })).rejects.toThrow("enough");
  });
});

describe("circuitpython.local", () => {
  /** A fetch for which names of the network are known, as a resolver does. */
  function networkOf(
    hosts: Readonly<Record<string, string>>,
    asked: [string, string | null][],
  ): typeof fetch {
    const answer = async (address: string, init: RequestInit = {}): Promise<Response> => {
      const url = new URL(address);
      const headers = new Headers(init.headers);
      asked.push([url.host, headers.get("authorization")]);
      const goal = hosts[url.host] ?? "127.0.0.1:9";
      const response =
        url.host === "circuitpython.local"
          ? new Response(null, { status: 307, headers: { location: `http://${goal}${url.pathname}` } })
          : await fetch(`http://${goal}${url.pathname}`, init);
      const location = response.headers.get("location");
      if (location === null) return Object.defineProperty(response, "url", { value: address });
      if (init.redirect === "error") throw new TypeError("redirected");
      return answer(location, init);
    };
    return (input, init) => answer(input instanceof Request ? input.url : input.toString(), init);
  }

  it("leads to a board, and the password goes to that board only", async () => {
    const { host } = await start();
    const asked: [string, string | null][] = [];
    const network = networkOf({ "circuitpython.local": "cpy-f57ce8.local", "cpy-f57ce8.local": host }, asked);
    const target = await webWorkflow("circuitpython.local", { ...noWaiting, fetch: network });
    expect(target.origin).toBe("http://cpy-f57ce8.local");
    expect(asked.filter(([, password]) => password !== null).map(([name]) => name)).toEqual([
      "cpy-f57ce8.local",
    ]);
  });

  it("that leads elsewhere gets no password", async () => {
    const { host } = await start();
    const asked: [string, string | null][] = [];
    const network = networkOf({ "circuitpython.local": "evil.example", "evil.example": host }, asked);
    expect(
      await failureOf(webWorkflow("circuitpython.local", { ...noWaiting, fetch: network })),
    ).toMatchObject({
      code: "protocol",
    });
    expect(asked.every(([, password]) => password === null)).toBe(true);
  });
});

describe("a board that loses its power", { timeout: 120_000 }, () => {
  const older = resolutionOf({
    one: { dependencies: ["two"], files: { "one/__init__.py": "x = 1\n", "one/old.py": "old\n" } },
    two: { files: { "two.py": "y = 1\n" } },
  });
  const newer = resolutionOf({
    one: { version: "2", files: { "one/__init__.py": "x = 2\n", "one/sub/new.py": "z\n" } },
  });
  const both = { fetch: (input: Parameters<typeof fetch>[0]) => answerEither(input) };

  async function answerEither(input: Parameters<typeof fetch>[0]): Promise<Response> {
    const response = await older.fetch(input);
    return response.ok ? response : newer.fetch(input);
  }

  interface Scenario {
    readonly isInstalled: boolean;
    readonly plan: (target: WebWorkflowTarget) => Promise<Plan>;
  }

  const scenarios: Record<string, Scenario> = {
    "an install": { isInstalled: false, plan: (target) => planInstall(older.resolution, target, both) },
    "an upgrade": { isInstalled: true, plan: (target) => planInstall(newer.resolution, target, both) },
    "an uninstall": { isInstalled: true, plan: (target) => planUninstall(target, ["one", "two"]) },
  };

  async function prepared({ isInstalled, plan }: Scenario) {
    const { board, target } = await connect({}, { retries: 0 });
    board.tree.set("/code.py", Buffer.from("import one\n"));
    if (isInstalled) await applyPlan(await planInstall(older.resolution, target, both), target, both);
    return { board, target, plan: await plan(target) };
  }

  it.each(
    Object.keys(scenarios).flatMap((name) =>
      (["before", "after", "middle"] as const).map((at) => [name, at] as const),
    ),
  )("in %s, %s any request, is as before or as wanted after recover", async (name, at: CutPoint) => {
    const scenario = scenarios[name];
    if (scenario === undefined) throw new Error("no such scenario");
    const { board, target, plan } = await prepared(scenario);
    const before = board.tree.clone();
    const first = board.requests.length;
    await applyPlan(plan, target, both);
    const requests = board.requests.slice(first);
    const states = [before.snapshot(), board.tree.snapshot()];
    const seen = [0, 0];
    for (const [cut, request] of requests.entries()) {
      if (at === "middle" && !request.startsWith("PUT")) continue;
      board.tree = before.clone();
      board.cutPowerAt(cut, at);
      expect((await failureOf(applyPlan(plan, target, both))).code).toBe("link-lost");
      board.powerOn();
      await recover(target);
      const tree = board.tree.snapshot();
      const state = JSON.stringify(tree) === JSON.stringify(states[1]) ? 1 : 0;
      expect(tree, `cut ${at} ${request}`).toEqual(states[state]);
      seen[state] = (seen[state] ?? 0) + 1;
    }
    if (at === "middle") expect(seen[0]).toBeGreaterThan(1);
    else expect(Math.min(...seen)).toBeGreaterThan(2);
  });
});
