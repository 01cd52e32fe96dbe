// A ROMFS image onto a board: query partitions, check the size, write, verify, mount, report.
// The calls of vfs.rom_ioctl are those of `romfs deploy` of mpremote 1.28 (commands.py).

import type { PythonValue } from "@upykit/core/device";
import { UpyError } from "@upykit/core/errors";
import { sha256 } from "@upykit/core/sha256";
import { isCount, maximumUnit, queryRomfs, type RomfsBoard, type RomfsPartition } from "./query-romfs.js";
import { readRomfs } from "./read-romfs.js";
import { completeCode, digestCode, isInUseCode, mountCode, prepareCode } from "./romfs-snippets.js";

/** Options of {@link deployRomfs}. */
export interface DeployRomfsOptions {
  /** Which partition; 0. */
  readonly partition?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DeployRomfsProgress) => void) | undefined;
}

/** Bytes written of all bytes of the image. */
export interface DeployRomfsProgress {
  readonly done: number;
  readonly total: number;
}

/** What {@link deployRomfs} did. */
export interface DeployRomfsReport {
  /** As it was before. */
  readonly partition: RomfsPartition;
  /** Bytes of the image. */
  readonly size: number;
  /** Where it is mounted now: "/rom" for partition 0, "/rom1" for the next. */
  readonly mountPoint: string;
  /** The names in its root. */
  readonly entries: readonly string[];
}

/**
 * Writes an image to a ROMFS partition and mounts it. Nothing is written unless the image is sound and fits. The start
 * of the image, by which it is known, is written last: what fails or is aborted half way leaves no image, never half of one.
 * Code from the partition runs where it is, so the board is reset softly, which forgets all variables, when modules have
 * been imported from there. Lasts as long as erasing takes, up to half a second for each 4 KB.
 * @throws `invalid-package` for a damaged image, `unsupported` without ROMFS, `not-found` for a partition that is not
 *   there, `no-space`, `io-error` when what was written reads back otherwise, `protocol` for answers that make no sense;
 *   what `exec` of the board throws
 */
export async function deployRomfs(
  board: RomfsBoard,
  image: Uint8Array,
  options: DeployRomfsOptions = {},
): Promise<DeployRomfsReport> {
  const content = image.subarray(0, readRomfs(image).size);
  const { signal } = options;
  const partition = choosePartition(await queryRomfs(board, { signal }), options.partition ?? 0);
  checkFit(content.length, partition);
  const mountPoint = partition.id === 0 ? "/rom" : `/rom${partition.id}`;
  if ((await board.evaluate(isInUseCode(mountPoint), { signal })) === true) await board.softReset({ signal });
  await writeImage(board, content, partition, mountPoint, options);
  await verify(board, content, signal);
  await board.exec(mountCode(mountPoint), { signal });
  const entries = await board.evaluate(`__import__('os').listdir('${mountPoint}')`, { signal });
  return {
    partition,
    size: content.length,
    mountPoint,
    entries: Array.isArray(entries) ? entries.map(String) : [],
  };
}

function choosePartition(partitions: readonly RomfsPartition[], id: number): RomfsPartition {
  const partition = partitions.find((one) => one.id === id);
  if (partition !== undefined) return partition;
  throw new UpyError("not-found", `The board has no ROMFS partition ${id}; it has ${partitions.length}.`, {
    hint: "Flash a firmware that reserves a ROMFS partition, or choose one that is there.",
  });
}

function checkFit(size: number, partition: RomfsPartition): void {
  if (size <= partition.size) return;
  throw new UpyError(
    "no-space",
    `The image has ${size} bytes, partition ${partition.id} has ${partition.size}.`,
    {
      hint: "Leave out files, or compile sources to .mpy.",
    },
  );
}

/** Bytes of which writes are multiples, and bytes of a write. */
interface ChunkSizes {
  readonly grain: number;
  readonly chunk: number;
}

/** As much at once as the heap has room for: it holds the literal, its source and what compiling takes. */
function chunkSizes({ blockSize }: RomfsPartition, answer: PythonValue): ChunkSizes {
  const [unit, free] = Array.isArray(answer) ? answer : [];
  if (!isCount(unit, maximumUnit) || !isCount(free)) {
    throw new UpyError("protocol", "The board does not say how its ROMFS partition is written.");
  }
  // A multiple of what the firmware writes at once, and little enough for a small board's memory.
  const grain = blockSize ?? Math.ceil(2048 / Math.max(1, unit)) * Math.max(1, unit);
  const wanted = Math.min(16_384, Math.floor(free / 16));
  return { grain, chunk: Math.max(1, Math.floor(wanted / grain)) * grain };
}

/** Longest silence of a call that erases or reads this many bytes, in milliseconds: half a second for each 4 KB. */
function patience(size: number): number {
  return 15_000 + Math.ceil(size / 4096) * 500;
}

async function writeImage(
  board: RomfsBoard,
  content: Uint8Array,
  partition: RomfsPartition,
  mountPoint: string,
  options: DeployRomfsOptions,
): Promise<void> {
  const { signal } = options;
  const idleTimeout = patience(content.length);
  await board.exec(prepareCode(partition, content.length, mountPoint), { signal, idleTimeout });
  const sizes = chunkSizes(partition, await board.evaluate("_u", { signal }));
  await writeParts(board, content, partition, sizes, options);
  await board.exec(completeCode(partition), { signal });
}

/** The first bytes, by which an image is known, go last. */
async function writeParts(
  board: RomfsBoard,
  content: Uint8Array,
  partition: RomfsPartition,
  { grain, chunk }: ChunkSizes,
  options: DeployRomfsOptions,
): Promise<void> {
  // Loaded when it is asked for, as whoever has a board has it.
  const { quoteBytes } = await import("@upykit/core/device");
  const parts: { offset: number; part: Uint8Array }[] = [];
  for (let offset = grain; offset < content.length; offset += chunk) {
    parts.push({ offset, part: content.subarray(offset, offset + chunk) });
  }
  parts.push({ offset: 0, part: content.subarray(0, grain) });
  let done = 0;
  for (const { offset, part } of parts) {
    const end = Math.ceil(part.length / grain) * grain;
    const padded = new Uint8Array(Math.min(end, partition.size - offset));
    padded.set(part);
    await board.exec(`_w(${offset},${quoteBytes(padded)})`, { signal: options.signal });
    done += part.length;
    options.onProgress?.({ done, total: content.length });
  }
}

/** By hash where the board has one, else by reading all of it back. */
async function verify(
  board: RomfsBoard,
  content: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  await board.exec(digestCode, { signal });
  const idleTimeout = patience(content.length);
  const digest = await board.evaluate(`_h(${content.length})`, { signal, idleTimeout });
  const isSame =
    digest instanceof Uint8Array
      ? hexOf(digest) === (await sha256(content))
      : await readsBack(board, content, signal);
  if (isSame) return;
  await board.exec("_x()", { signal, idleTimeout });
  throw new UpyError("io-error", "What was written to the ROMFS partition reads back otherwise.", {
    hint: "Deploy again; if it happens again, the flash is worn, or something else writes to it.",
  });
}

async function readsBack(
  board: RomfsBoard,
  content: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const size = 1024;
  for (let at = 0; at < content.length; at += size) {
    const wanted = content.subarray(at, at + size);
    const read = await board.evaluate(`bytes(memoryview(_d)[${at}:${at + wanted.length}])`, { signal });
    if (!(read instanceof Uint8Array) || hexOf(read) !== hexOf(wanted)) return false;
  }
  return true;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
