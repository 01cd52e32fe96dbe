// The README's program is run as it stands there: on the real serial driver, with a real MicroPython behind it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { hasPty } from "./support/pty.js";
import { startPtyBoard } from "./support/pty-board.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(`${root}test/readme-`);
const { argv } = process;

afterEach(() => {
  process.argv = argv;
  vi.restoreAllMocks();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function programOf(markdown: string, name: string): string {
  const block = new RegExp(`\`\`\`js\\n(// ${name}:.*?)\`\`\``, "s").exec(markdown)?.[1];
  if (block === undefined) throw new Error(`the README has no program ${name}`);
  return block;
}

async function serve(pages: Record<string, string>): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const page = pages[request.url ?? ""];
    response.writeHead(page === undefined ? 404 : 200).end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test.skipIf(!hasPty())("the ten lines install a package", async () => {
  const program = programOf(readFileSync(`${root}README.md`, "utf8"), "install.mjs");
  expect(program.split("\n").filter((line) => /^[^/]/.test(line)).length).toBeLessThanOrEqual(10);
  const { server, url } = await serve({
    "/package.json": JSON.stringify({ urls: [["hello.py", "hello.py"]], version: "2.1" }),
    "/hello.py": "print('hello')\n",
  });
  await using board = await startPtyBoard();
  const lines: unknown[][] = [];
  vi.spyOn(console, "log").mockImplementation((...line) => void lines.push(line));
  writeFileSync(`${folder}/install.mjs`, program);
  process.argv = ["node", "install.mjs", board.path, `${url}/package.json`];
  await import(`${folder}/install.mjs`);
  server.close();
  expect(lines.at(-1)).toMatchObject([[{ version: "2.1" }], ["/lib/hello.py"]]);
  const [, done, total] = lines.findLast(([type]) => type === "write") ?? [];
  expect(done).toBeGreaterThan(0);
  expect(done).toBe(total);
  expect(await board.board.fs.readText("/lib/hello.py")).toBe("print('hello')\n");
});

test("the lines for CircuitPython install what code.py imports", async () => {
  const program = programOf(readFileSync(`${root}README.md`, "utf8"), "circuitpython.mjs");
  const { buildBundle } = (await import(`${root}examples/circuitpython/build-bundle.mjs`)) as {
    buildBundle: (folder: string, release: { tag: string; versions: Record<string, string> }) => void;
  };
  const versions = { garden_probe: "1.5.2", garden_scale: "1.1.0", garden_light: "0.3.0" };
  buildBundle(`${folder}/downloads`, { tag: "20260101", versions });
  mkdirSync(`${folder}/drive`);
  writeFileSync(`${folder}/drive/code.py`, "import garden_light\n");
  writeFileSync(`${folder}/drive/main.py`, "");
  const bootOut =
    "Adafruit CircuitPython 10.0.3 on 2025-10-17; Raspberry Pi Pico with rp2040\r\nBoard ID:raspberry_pi_pico\r\n";
  writeFileSync(`${folder}/drive/boot_out.txt`, bootOut);
  const lines: unknown[][] = [];
  vi.spyOn(console, "log").mockImplementation((...line) => void lines.push(line));
  writeFileSync(`${folder}/circuitpython.mjs`, program);
  process.argv = ["node", "circuitpython.mjs", `${folder}/drive`, `${folder}/downloads`];
  await import(`${folder}/circuitpython.mjs`);
  expect(lines).toMatchObject([[["/lib/garden_light.mpy"], [{ code: "never-started" }]]]);
  expect(readdirSync(`${folder}/drive/lib`)).toContain("garden_light.mpy");
});
