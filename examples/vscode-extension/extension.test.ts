// The extension under plain Node, by require(), on the real serial driver and a real MicroPython. The packages are
// compiled to CommonJS here, as the published ones are, so that no build is needed to test.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Plugin, build } from "esbuild";
import { serveIndex } from "upykit-example-index";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startPtyBoard } from "../../test/support/pty-board.js";
import { hasPty } from "../../test/support/pty.js";
import { available } from "../../packages/transport-serial/test/support.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const serial = createRequire(here("../../packages/transport-serial/package.json"));

/** The driver has a native part that it looks for beside itself, so it stays where it is. */
const nativeDriver: Plugin = {
  name: "native-driver",
  setup: (bundler) => {
    bundler.onResolve({ filter: /^@serialport\/bindings-cpp$/ }, ({ path }) => ({
      path: serial.resolve(path),
      external: true,
    }));
  },
};

interface Seen {
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
    await build({
      entryPoints: [here("extension.js")],
      outfile: join(folder, "extension.cjs"),
      bundle: true,
      platform: "node",
      format: "cjs",
      external: ["vscode"],
      plugins: [nativeDriver],
      tsconfig: here("../../tsconfig.paths.json"),
      logLevel: "error",
    });
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
  const host = spawn(process.execPath, [here("test/host.js"), join(folder, "extension.cjs")], { env });
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
