// What upykit does in the board benchmark, as a process of its own, as mpremote is one:
//   client.mjs PORT copy FOLDER | read PATH | install INDEX NAME …
// Prints the milliseconds from opening the port to closing it: what the work costs a tool that runs already.
import { readdirSync, readFileSync } from "node:fs";
import { createMemoryCache, install, mipIndex } from "@upykit/core";
import { connectBoard } from "@upykit/core/device";
import { openSerial } from "@upykit/transport-serial";

const [port, job, ...args] = process.argv.slice(2);
const started = performance.now();
const board = await connectBoard(await openSerial(port));
await { copy, read, install: installAll }[job](...args);
await board.close();
console.log(performance.now() - started);

async function copy(folder) {
  const names = readdirSync(folder);
  const files = names.map((name) => ({
    path: `/lib/${name}`,
    content: new Uint8Array(readFileSync(`${folder}/${name}`)),
  }));
  await board.fs.writeFiles(files, { skipUnchanged: true });
}

async function read(path) {
  await board.fs.readFile(path);
}

async function installAll(index, ...names) {
  await install(board.target(), names, { sources: [mipIndex({ url: index })], cache: createMemoryCache() });
}
