// The README's program is run as it stands there: on the real serial driver, with a real MicroPython behind it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { hasPty } from "./support/pty.js";
import { startPtyBoard } from "./support/pty-board.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(`${root}test/readme-`);
const { argv } = process;

afterEach(() => {
  process.argv = argv;
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

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
