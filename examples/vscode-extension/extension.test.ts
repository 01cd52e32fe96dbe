// The extension under plain Node, by require(), on the real serial driver and a real MicroPython. The packages are built
// to CommonJS as they are published; nothing is bundled, and none of the sources can be reached.
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveIndex } from "upykit-example-index";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { available } from "../../packages/transport-serial/test/support.js";
import { installBuilt } from "../../test/support/built-packages.js";
import { startPtyBoard } from "../../test/support/pty-board.js";
import { hasPty } from "../../test/support/pty.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Seen {
  readonly loaded: string[];
  readonly report?: { readonly written: string[] };
  readonly subscriptions: number;
  readonly picks: { readonly label: string }[];
  readonly messages: string[];
  readonly errors: string[];
  readonly progress: { readonly message: string }[];
}

describe.skipIf(!available("a pseudo terminal", hasPty()))("the extension", () => {
  let folder: string;
  let index: { url: string; close(): Promise<void> };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "upykit-extension-"));
    index = await serveIndex();
    copyFileSync(here("extension.js"), join(folder, "extension.js"));
    await installBuilt(folder, ["core", "transport-serial"]);
  });

  afterAll(async () => {
    await index.close();
    rmSync(folder, { recursive: true });
  });

  test("lists the boards, and installs on the one that is picked", async () => {
    const rig = await startPtyBoard();
    onTestFinished(() => rig[Symbol.asyncDispose]());
    const settings = { ports: [rig.path], index: index.url };
    const seen = await activate(folder, { port: rig.path, wanted: "tinylog", settings });
    expect(seen.errors).toEqual([]);
    const built = ["core/dist/index.cjs", "core/dist/device/index.cjs", "transport-serial/dist/index.cjs"];
    expect(seen.loaded).toEqual(built.map((file) => join("node_modules/@upykit", file)));
    expect(seen.subscriptions).toBe(1);
    expect(seen.picks.map(({ label }) => label)).toContain(rig.path);
    expect(seen.report?.written).toContain("/lib/tinylog.mpy");
    expect(seen.messages).toEqual([expect.stringContaining("tinylog: ")]);
    expect(seen.progress.at(-1)?.message).toBe("100 %");
    expect(await rig.board.fs.has("/lib/tinylog.mpy")).toBe(true);
  });

  test("shows what went wrong, and what to do", async () => {
    const settings = { ports: ["/dev/ttyUSB99"], index: index.url };
    const seen = await activate(folder, { port: "/dev/ttyUSB99", wanted: "tinylog", settings });
    expect(seen.errors).toEqual([expect.stringMatching(/no serial port .*ttyUSB99.*listPorts/)]);
    expect(seen.report).toBeUndefined();
  });
});

/** Runs the extension in a process of its own. */
function activate(folder: string, answers: unknown): Promise<Seen> {
  const env = { ...process.env, FAKE_VSCODE: JSON.stringify(answers) };
  const host = spawn(process.execPath, [here("test/host.js"), join(folder, "extension.js")], { env });
  let output = "";
  let errors = "";
  host.stdout.on("data", (chunk) => (output += String(chunk)));
  host.stderr.on("data", (chunk) => (errors += String(chunk)));
  return new Promise((resolve, reject) => {
    host.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output) as Seen);
      else reject(new Error(`the host ended with ${code}: ${errors}`));
    });
  });
}
