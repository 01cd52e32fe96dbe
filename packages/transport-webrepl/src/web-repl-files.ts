// A board's file system with the contents sent by WebREPL's file transfer. Everything else, and whatever the transfer
// cannot do (long names, a board without directories), goes the way it came from.
import {
  type FileContent,
  type TargetFileSystem,
  type TreeChange,
  UpyError,
  type WriteOptions,
  sha256,
} from "@upykit/core";
import type { WebReplTransport } from "./open-web-repl.js";

const partSuffix = ".part";
const longestName = 63;

/**
 * The file system of a board on a WebREPL, with its contents sent in binary frames: on an ESP32 several times as fast as
 * through the REPL. As there, a file is written beside its place, verified by hash and moved.
 *
 * Use it as the `fs` of the target: `install({ ...board.target(), fs: webReplFiles(board.fs, transport) }, …)`.
 */
export function webReplFiles(fs: TargetFileSystem, transport: WebReplTransport): TargetFileSystem {
  return {
    hasDirectories: fs.hasDirectories,
    list: (path, options) => fs.list(path, options),
    walk: (path, options) => fs.walk(path, options),
    stat: (paths, options) => fs.stat(paths, options),
    hashFiles: (paths, options) => fs.hashFiles(paths, options),
    change: (changes, options) => fs.change(changes, options),
    space: (path, options) => fs.space(path, options),
    readFile: async (path, options) => {
      const [entry] = await fs.stat([path], options);
      // A file that is not there would cost the connection.
      if (entry?.type !== "file" || !fits(path)) return fs.readFile(path, options);
      return transport.getFile(path, { signal: options?.signal });
    },
    writeFiles: async (files, options = {}) => {
      const able = fs.hasDirectories && files.every(({ path }) => fits(path + partSuffix));
      if (able) await put(fs, transport, files, options);
      else await fs.writeFiles(files, options);
    },
  };
}

async function put(
  fs: TargetFileSystem,
  transport: WebReplTransport,
  files: readonly FileContent[],
  options: WriteOptions,
): Promise<void> {
  const total = files.reduce((sum, { content }) => sum + content.length, 0);
  await checkSpace(fs, files, total, options);
  const parents = [...new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf("/"))))].filter(Boolean);
  await fs.change(
    parents.map((path): TreeChange => ({ type: "mkdir", path })),
    options,
  );
  const parts = files.map(({ path }) => path + partSuffix);
  try {
    let before = 0;
    for (const { path, content } of files) {
      const onProgress = ({ done }: { done: number }) =>
        options.onProgress?.({ path, done: before + done, total });
      await transport.putFile(path + partSuffix, content, { signal: options.signal, onProgress });
      before += content.length;
    }
    await checkHashes(fs, files, parts, options);
  } catch (error) {
    await fs.change(parts.map((path): TreeChange => ({ type: "remove", path }))).catch(() => undefined);
    throw error;
  }
  await fs.change(
    files.map(({ path }): TreeChange => ({ type: "rename", from: path + partSuffix, to: path })),
  );
}

/** A full board says nothing over WebREPL, so it is asked before. */
async function checkSpace(
  fs: TargetFileSystem,
  files: readonly FileContent[],
  total: number,
  options: WriteOptions,
): Promise<void> {
  const space = await fs.space(files[0]?.path ?? "/", options);
  if (!space || total <= space.free) return;
  throw new UpyError("no-space", `${total} bytes are to be written, ${space.free} are free`);
}

async function checkHashes(
  fs: TargetFileSystem,
  files: readonly FileContent[],
  parts: readonly string[],
  options: WriteOptions,
): Promise<void> {
  const found = await fs.hashFiles(parts, options);
  for (const [index, { path, content }] of files.entries()) {
    if (found[index] === (await sha256(content))) continue;
    throw new UpyError("hash-mismatch", `${path} did not arrive as it was sent`);
  }
}

function fits(path: string): boolean {
  return new TextEncoder().encode(path).length <= longestName;
}
