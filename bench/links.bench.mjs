// Throughput of each link: 1 MiB to a board and back over it, as a share of what the bare link moves and of what the same
// board takes in memory. The far end is a process of its own, so that it costs the host nothing.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { connectBoard } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
import { openSerial } from "@upykit/transport-serial";
import { ms, table, timed } from "./report.mjs";

const size = 1024 * 1024;

export async function run() {
  const memory = await boardInMemory();
  const rows = [["memory", "–", "–", ms(memory.write), ms(memory.read), "–", "100 %", "100 %"]];
  for (const link of ["pty", "tcp"]) {
    const bare = await withEnd(link, "sink", bareLink);
    const board = await withEnd(link, "board", (path) => boardOver(() => openSerial(path)));
    rows.push([
      link,
      ms(bare.write),
      ms(bare.read),
      ms(board.write),
      ms(board.read),
      `${share(bare.write, board.write)} / ${share(bare.read, board.read)}`,
      share(memory.write, board.write),
      share(memory.read, board.read),
    ]);
  }
  const head = [
    "link",
    "bare: 1 MiB there",
    "back",
    "board: 1 MiB written",
    "read",
    "share of the link",
    "written, of memory",
    "read, of memory",
  ];
  table(head, rows);
}

async function boardInMemory() {
  const virtual = await createVirtualBoard();
  try {
    return await boardOver(() => virtual.transport());
  } finally {
    await virtual[Symbol.asyncDispose]();
  }
}

/** Medians of writing and reading a file that is new each time, in milliseconds. */
async function boardOver(open) {
  const board = await connectBoard(await open());
  const write = await timed(() =>
    board.fs.writeFiles([{ path: "/big.bin", content: new Uint8Array(randomBytes(size)) }]),
  );
  const read = await timed(() => board.fs.readFile("/big.bin"));
  await board.close();
  return { write, read };
}

/** The same for bytes that nobody looks at. */
async function bareLink(path) {
  const transport = await openSerial(path);
  const writer = transport.writable.getWriter();
  const reader = transport.readable.getReader();
  const request = new Uint8Array(size + 4);
  new DataView(request.buffer).setUint32(0, size, true);
  const take = async (count) => {
    for (let left = count; left > 0;) left -= (await reader.read()).value.length;
  };
  const reads = [];
  const round = async () => {
    await writer.write(request);
    const { value } = await reader.read();
    const started = performance.now();
    await take(size + 1 - value.length);
    reads.push(performance.now() - started);
  };
  const whole = await timed(round);
  await transport.close();
  const read = reads.sort((a, b) => a - b)[Math.floor(reads.length / 2)];
  return { write: whole - read, read };
}

async function withEnd(link, end, work) {
  const child = spawn(process.execPath, [new URL("link-end.mjs", import.meta.url).pathname, link, end], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const path = await new Promise((resolve, reject) => {
      child.stdout.once("data", (chunk) => resolve(String(chunk).trim()));
      child.once("exit", (code) => reject(new Error(`link-end.mjs ended with ${code}`)));
    });
    return await work(path);
  } finally {
    child.stdin.end();
  }
}

function share(best, actual) {
  return `${Math.round((100 * best) / actual)} %`;
}
