// Copying and installing onto a board: bytes and round trips on a virtual board (the same on every machine), seconds at
// the speed of a UART, and seconds behind a PTY beside mpremote, each as a whole process, in turn.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryCache, install, mipIndex } from "@upykit/core";
import { connectBoard } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
import { findTool, median, ms, ratio, runProcess, table } from "./report.mjs";

const client = new URL("client.mjs", import.meta.url).pathname;
const KiB = 1024;

export async function run() {
  const index = await serveThreePackages();
  await countsOnVirtualBoard(index.url);
  await secondsOnUart();
  await secondsBehindPty(index.url);
  await index.close();
}

const text = sourceText(200 * KiB);
let turn = 0;

/** Text or random bytes that no earlier run has had. */
function fresh(kind, size) {
  turn++;
  if (kind === "random") return new Uint8Array(randomBytes(size));
  return new TextEncoder().encode(`# ${turn}\n` + text.slice((turn * 997) % 50_000)).slice(0, size);
}

function many(count, size) {
  return Array.from({ length: count }, (_, number) => ({
    path: `/f${number}.py`,
    content: fresh("text", size),
  }));
}

async function countsOnVirtualBoard(index) {
  const virtual = await createVirtualBoard();
  const board = await connectBoard(virtual.transport());
  const rows = [];
  const count = async (what, payload, work) => {
    const before = virtual.stats;
    const started = performance.now();
    await work();
    const took = performance.now() - started;
    const { bytesToBoard, bytesFromBoard, roundTrips } = virtual.stats;
    const out = bytesToBoard - before.bytesToBoard;
    const back = bytesFromBoard - before.bytesFromBoard;
    rows.push([what, payload, out, back, roundTrips - before.roundTrips, ms(took)]);
  };
  const files = many(100, KiB);
  const big = { path: "/big.txt", content: fresh("text", 100 * KiB) };
  const sources = [mipIndex({ url: index })];
  const installThree = () =>
    install(board.target(), ["alpha", "beta", "gamma"], { sources, cache: createMemoryCache() });
  await count("100 KiB of text", 100 * KiB, () => board.fs.writeFiles([big]));
  await count("100 KiB, random", 100 * KiB, () =>
    board.fs.writeFiles([{ path: "/r", content: fresh("random", 100 * KiB) }]),
  );
  await count("100 KiB back", 100 * KiB, () => board.fs.readFile("/big.txt"));
  await count("100 × 1 KiB, new", 100 * KiB, () => board.fs.writeFiles(files));
  await count("100 × 1 KiB, unchanged", 0, () => board.fs.writeFiles(files, { skipUnchanged: true }));
  await count("install 3 packages", 32 * KiB, installThree);
  await count("install them again", 0, installThree);
  await board.close();
  await virtual[Symbol.asyncDispose]();
  console.log("In memory, no limit on the link:\n");
  table(["work", "payload", "bytes to board", "bytes back", "round trips", "time"], rows);
}

async function secondsOnUart() {
  const virtual = await createVirtualBoard();
  const bytesPerSecond = 11_520;
  const board = await connectBoard(virtual.transport({ bytesPerSecond }));
  await board.fs.writeFiles([{ path: "/warm", content: fresh("text", KiB) }]);
  const rows = [];
  for (const kind of ["text", "random"]) {
    const content = fresh(kind, 100 * KiB);
    const started = performance.now();
    await board.fs.writeFiles([{ path: "/x", content }]);
    const seconds = (performance.now() - started) / 1000;
    const share = content.length / bytesPerSecond / seconds;
    rows.push([`100 KiB, ${kind}`, `${seconds.toFixed(2)} s`, `${Math.round(100 * share)} %`]);
  }
  await board.close();
  await virtual[Symbol.asyncDispose]();
  console.log(`\nAt ${bytesPerSecond} B/s (100 % is the wire's own speed without compression):\n`);
  table(["work", "time", "of the wire"], rows);
}

async function secondsBehindPty(index) {
  const mpremote = findTool("mpremote", "MPREMOTE", ["version"]);
  const folder = mkdtempSync(join(tmpdir(), "upykit-bench-"));
  const rows = [];
  for (const job of jobs(folder, index)) {
    const [ours, theirs] = [[], []];
    for (let round = 0; round < 3; round++) {
      ours.push(
        await onBoard(job, (port, args) => runProcess(process.execPath, [client, port, ...args]), "ours"),
      );
      if (mpremote === null) continue;
      theirs.push(
        await onBoard(job, (port, args) => runProcess(mpremote, ["connect", port, ...args]), "theirs"),
      );
    }
    const work = median(ours.map(({ output }) => Number(output)));
    const [whole, they] = [
      median(ours.map(({ took }) => took)),
      theirs.length > 0 ? median(theirs.map(({ took }) => took)) : null,
    ];
    rows.push([job.name, ms(work), ms(whole), ms(they), ratio(they, work), ratio(they, whole)]);
  }
  rmSync(folder, { recursive: true });
  console.log(
    `\nBehind a PTY, whole processes, medians of 3${mpremote === null ? " (no mpremote on this machine)" : ""}:\n`,
  );
  table(["work", "upykit, open to close", "whole process", "mpremote", "ratio", "ratio of processes"], rows);
}

/** What is timed: `prepare` runs before it, on the same board, untimed. */
function jobs(folder, index) {
  const copy = (name, files, { unchanged = false } = {}) => ({
    name,
    setUp: () => write(folder, files()),
    prepare: unchanged,
    ours: ["copy", folder],
    theirs: () => ["cp", ...readdirSync(folder).map((file) => join(folder, file)), ":/lib"],
  });
  const names = ["alpha", "beta", "gamma"];
  const mip = {
    ours: ["install", index, ...names],
    theirs: () => ["mip", "install", "--index", index, ...names],
  };
  const single = (kind) => () => [{ path: "/big.bin", content: fresh(kind, 100 * KiB) }];
  return [
    copy("100 KiB of text, new", single("text")),
    copy("100 KiB, random, new", single("random")),
    copy("100 KiB of text, unchanged", single("text"), { unchanged: true }),
    copy("100 × 1 KiB, new", () => many(100, KiB)),
    copy("100 × 1 KiB, unchanged", () => many(100, KiB), { unchanged: true }),
    { name: "install 3 packages, fresh", setUp: () => undefined, prepare: false, ...mip },
    { name: "install 3 packages, all there", setUp: () => undefined, prepare: true, ...mip },
  ];
}

/** One job on a new board behind a PTY: milliseconds, and what it printed. */
async function onBoard(job, execute, side) {
  job.setUp();
  const child = spawn(process.execPath, [new URL("board-on-pty.mjs", import.meta.url).pathname], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const port = String(await new Promise((resolve) => child.stdout.once("data", resolve))).trim();
  const args = () => (side === "ours" ? job.ours : job.theirs());
  if (job.prepare) await execute(port, args());
  const took = await execute(port, args());
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.stdin.end();
  await ended;
  return took;
}

function write(folder, files) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const { path, content } of files) writeFileSync(join(folder, path), content);
}

/** Three packages of four files, 32 KiB in all, as an index v2 over loopback HTTP. */
async function serveThreePackages() {
  const pages = new Map([["/index.json", JSON.stringify({ v: 2, updated: 0, packages: [] })]]);
  for (const name of ["alpha", "beta", "gamma"]) {
    const hashes = [];
    for (let number = 0; number < 4; number++) {
      const content = fresh("text", Math.floor((32 * KiB) / 12));
      const digest = createHash("sha256").update(content).digest("hex").slice(0, 8);
      pages.set(`/file/${digest.slice(0, 2)}/${digest}`, content);
      hashes.push([`${name}/m${number}.py`, digest]);
    }
    const page = JSON.stringify({ v: 1, version: "1.0", hashes });
    for (const variant of ["py", "6"]) pages.set(`/package/${variant}/${name}/latest.json`, page);
  }
  const server = createServer(({ url }, response) => {
    response.writeHead(pages.has(url) ? 200 : 404);
    response.end(pages.get(url));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** Text as people write it: this project's own sources. */
function sourceText(size) {
  const root = new URL("../packages/core/src/", import.meta.url);
  const names = readdirSync(root, { recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .sort();
  let all = "";
  for (const name of names) if (all.length < size) all += readFileSync(new URL(name, root), "utf8");
  return all.replace(/[^\n -~]/g, "-");
}
