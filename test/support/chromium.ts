// Headless Chromium for tests, with a fresh page; and the same in a namespace of its own in which /dev/ttyS0 is whatever
// pseudo terminal the test binds to it, so that the browser's real Web Serial can be tested. Not published.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type Page, chromium } from "playwright-core";

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

/** Why there is no Chromium here, null when there is one. With CI=true a missing one is an error. */
export function missingChromium(): string | null {
  return existsSync(executable) ? null : missing(`no ${executable} (apt-get install chromium)`, true);
}

/**
 * Why real Web Serial cannot be tested here, null when it can. It takes root, for the private mount namespace, and a
 * /dev/ttyS0 that the kernel knows: a machine without them is skipped on a runner too, since none can be installed.
 */
export function missingWebSerial(): string | null {
  if (missingChromium() !== null) return missing("no Chromium", true);
  if (process.getuid?.() !== 0) return missing("real Web Serial takes root", false);
  if (!existsSync(realPort) || !existsSync("/sys/class/tty/ttyS0")) return missing(`no ${realPort}`, false);
  try {
    execFileSync("unshare", ["-m", "true"], { stdio: "ignore" });
    return null;
  } catch {
    return missing("no private mount namespaces here", false);
  }
}

function missing(reason: string, installable: boolean): string {
  if (installable && process.env["CI"] === "true") throw new Error(reason);
  console.warn(`skipped: ${reason}`);
  return reason;
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
