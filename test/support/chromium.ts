// Headless Chromium for tests, with a fresh page; and the same in a namespace of its own in which /dev/ttyS0 is whatever
// pseudo terminal the test binds to it, so that the browser's real Web Serial can be tested. Not published.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type Page, chromium } from "playwright-core";
import { requirement } from "./requirements.js";

const executable = "/usr/bin/chromium";
const realPort = "/dev/ttyS0";
const flags =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** A running browser. */
export interface TestBrowser extends AsyncDisposable {
  newPage(address: string): Promise<Page>;
  /** Makes a pseudo terminal the browser's serial port; only with `serialFor`. */
  bindPort(path: string): void;
}

/** Why there is no Chromium here, null when there is one. @throws with CI set */
export function missingChromium(): string | null {
  return requirement(existsSync(executable) ? null : noChromium);
}

/** Why real Web Serial cannot be tested here, null when it can. @throws with CI set */
export function missingWebSerial(): string | null {
  return requirement(webSerialObstacle());
}

const noChromium = `no ${executable} (apt-get install chromium)`;

/** It takes root, for a private mount namespace, and a /dev/ttyS0 that the kernel knows, to mount a terminal over. */
function webSerialObstacle(): string | null {
  if (!existsSync(executable)) return noChromium;
  if (process.getuid?.() !== 0) return "real Web Serial is tested as root only";
  if (!existsSync(realPort) || !existsSync("/sys/class/tty/ttyS0"))
    return `no ${realPort} for real Web Serial`;
  const { status } = spawnSync("unshare", ["-m", "true"], { stdio: "ignore" });
  return status === 0 ? null : "no private mount namespaces for real Web Serial (unshare -m, CAP_SYS_ADMIN)";
}

/** Starts Chromium; with `serialFor`, pages of that origin may use the serial port without asking. */
export async function startChromium(options: { readonly serialFor?: string } = {}): Promise<TestBrowser> {
  const folder = mkdtempSync(join(tmpdir(), "upykit-chromium-"));
  const executablePath =
    options.serialFor === undefined ? executable : serialScript(folder, options.serialFor);
  const server = await chromium.launchServer({ executablePath, headless: true, args: flags.split(" ") });
  const browser = await chromium.connect(server.wsEndpoint());
  const { pid } = server.process();
  return {
    newPage: (address) => newPage(browser, address),
    bindPort: (path) => {
      const inside = ["-t", String(pid), "-m"];
      // The one before may be gone by now, and nothing can be mounted over what is gone.
      const command = `umount -l ${realPort} 2>/dev/null; mount --bind ${path} ${realPort}`;
      execFileSync("nsenter", [...inside, "sh", "-c", command]);
    },
    [Symbol.asyncDispose]: async () => {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function newPage(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(`page: ${error.message}`));
  await page.goto(address);
  return page;
}

/** A program that starts Chromium in a mount namespace of its own, with a policy that allows the port. */
function serialScript(folder: string, origin: string): string {
  mkdirSync(join(folder, "etc/policies/managed"), { recursive: true });
  const policy = { SerialAllowAllPortsForUrls: [origin] };
  writeFileSync(join(folder, "etc/policies/managed/serial.json"), JSON.stringify(policy));
  const script = join(folder, "chromium.sh");
  const mount = `mkdir -p /etc/chromium && mount --bind ${folder}/etc /etc/chromium`;
  writeFileSync(
    script,
    `#!/bin/sh\nexec unshare -m --propagation private sh -ec '${mount}; exec ${executable} "$@"' chromium "$@"\n`,
    { mode: 0o755 },
  );
  return script;
}
