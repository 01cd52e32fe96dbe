// Throughput of each link: 1 MiB to a board and back over it, as a share of what the bare link moves and of what the same
// board takes in memory. The far end is a process of its own, so that it costs the host nothing. All are measured in turn,
// again and again, and the best of each is shown: whatever else the machine does can only make it slower.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createVirtualBoard } from "@upykit/core/testing";
import { openSerial } from "@upykit/transport-serial";
import { webReplFiles } from "@upykit/transport-webrepl";
import { openWebRepl } from "@upykit/transport-webrepl/node";
import { openWebSerial } from "@upykit/transport-webserial";
import { build } from "esbuild";
import { loadTypeScript } from "./load-typescript.mjs";
import { bareMeter, boardMeter } from "./measure-link.mjs";
import { ms, table } from "./report.mjs";

const rounds = 6;
const password = { password: "secret" };

/** Each way to a board: its name, and how to open a meter for one of its ends. */
const links = [
  { name: "memory", open: async (end) => (end === "board" ? boardMeter(await inMemory()) : null) },
  { name: "PTY", open: async (end) => meterOf(end, await openSerial(await farEnd("pty", end))) },
  { name: "TCP", open: async (end) => meterOf(end, await openSerial(await farEnd("tcp", end))) },
  { name: "RFC 2217, ser2net on a PTY", open: openRfc2217, needs: hasSer2net },
  { name: "Web Serial, port of the same shape", open: openPortObject },
  { name: "Web Serial, Chromium on a PTY", open: openChromium, needs: hasWebSerial },
  { name: "WebREPL", open: async (end) => meterOf(end, await webRepl(end)) },
  { name: "WebREPL, webReplFiles", open: openWebReplFiles },
];

const cleanUps = [];

export async function run() {
  try {
    const meters = [];
    for (const { name, open, needs } of links) {
      if (needs && !(await needs())) console.log(`${name}: not on this machine\n`);
      else meters.push({ name, bare: await open("sink"), board: await open("board") });
    }
    const best = new Map(meters.map(({ name }) => [name, { bare: none(), board: none() }]));
    for (let round = 0; round < rounds; round++) {
      for (const meter of meters) {
        for (const end of ["bare", "board"]) await keepBest(best.get(meter.name)[end], meter[end]);
      }
    }
    print(best);
    for (const { bare, board } of meters) await Promise.all([bare?.close(), board.close()]);
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

function print(best) {
  const memory = best.get("memory").board;
  const rows = [...best].map(([name, { bare, board }]) => [
    name,
    both(bare, ms),
    both(board, ms),
    `${share(bare.write, board.write)} / ${share(bare.read, board.read)}`,
    `${share(memory.write, board.write)} / ${share(memory.read, board.read)}`,
    share(memory.write + memory.read, board.write + board.read),
  ]);
  const head = [
    "1 MiB written / read",
    "bare link",
    "board",
    "share of the link",
    "share of memory",
    "both ways",
  ];
  table(head, rows);
}

const none = () => ({ write: Infinity, read: Infinity });

async function keepBest(best, meter) {
  if (!meter) return;
  const { write, read } = await meter.measure();
  best.write = Math.min(best.write, write);
  best.read = Math.min(best.read, read);
}

function meterOf(end, transport) {
  return end === "sink" ? bareMeter(transport) : boardMeter(transport);
}

async function inMemory() {
  const virtual = await createVirtualBoard();
  cleanUps.push(() => virtual[Symbol.asyncDispose]());
  return virtual.transport();
}

/** The path of a far end in a process of its own. */
async function farEnd(link, end) {
  const file = new URL("link-end.mjs", import.meta.url).pathname;
  const child = spawn(process.execPath, [file, link, end], { stdio: ["pipe", "pipe", "inherit"] });
  cleanUps.push(() => child.stdin.end());
  return new Promise((resolve, reject) => {
    child.stdout.once("data", (chunk) => resolve(String(chunk).trim()));
    child.once("exit", (code) => reject(new Error(`link-end.mjs ended with ${code}`)));
  });
}

async function hasSer2net() {
  const { hasProgram } = await loadTypeScript("packages/transport-serial/test/support.ts");
  return hasProgram("ser2net");
}

async function openRfc2217(end) {
  const { startSer2net } = await loadTypeScript("packages/transport-serial/test/ser2net-server.ts");
  const server = await startSer2net(await farEnd("pty", end));
  cleanUps.push(() => server.stop());
  return meterOf(end, await openSerial(server.url));
}

/** A SerialPort made by hand with the board in memory behind it: what the transport itself costs. */
async function openPortObject(end) {
  if (end === "sink") return null;
  const { FakeSerialPort } = await loadTypeScript("packages/transport-webserial/test/fake-serial-port.ts");
  const { readable, writable } = await inMemory();
  const port = new FakeSerialPort((send) => {
    void readable.pipeTo(new WritableStream({ write: send })).catch(() => undefined);
    const writer = writable.getWriter();
    return { write: (bytes) => writer.write(bytes) };
  });
  return boardMeter(await openWebSerial(port));
}

async function webRepl(end) {
  return openWebRepl(await farEnd("webrepl", end), password);
}

async function openWebReplFiles(end) {
  return end === "sink" ? null : boardMeter(await webRepl(end), webReplFiles);
}

async function hasWebSerial() {
  const { missingWebSerial } = await loadTypeScript("test/support/chromium.ts");
  return missingWebSerial() === null;
}

/** A browser for each end: it has one serial port. */
async function openChromium(end) {
  const { startChromium } = await loadTypeScript("test/support/chromium.ts");
  const { serveFolder } = await loadTypeScript("test/support/static-server.ts");
  const folder = mkdtempSync(join(tmpdir(), "upykit-bench-"));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  await build({
    entryPoints: [new URL("web-serial-page.mjs", import.meta.url).pathname],
    outfile: join(folder, "page.js"),
    bundle: true,
    format: "esm",
    logLevel: "error",
  });
  writeFileSync(join(folder, "index.html"), '<!doctype html><script type="module" src="/page.js"></script>');
  const site = await serveFolder(folder);
  cleanUps.push(() => site[Symbol.asyncDispose]());
  const browser = await startChromium({ serialFor: site.origin });
  cleanUps.push(() => browser[Symbol.asyncDispose]());
  browser.bindPort(await farEnd("pty", end));
  const page = await browser.newPage(site.origin);
  await page.evaluate((name) => globalThis.openMeter(name), end);
  return {
    measure: () => page.evaluate(() => globalThis.measureOnce()),
    close: () => page.evaluate(() => globalThis.closeMeter()),
  };
}

function both({ write, read }, format) {
  return write === Infinity ? "–" : `${format(write)} / ${format(read)}`;
}

function share(best, actual) {
  return best === Infinity ? "–" : `${Math.round((100 * best) / actual)} %`;
}
