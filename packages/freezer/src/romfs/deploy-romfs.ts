// A ROMFS image onto a board: query partitions, check the size, write, verify, mount, report.
// The calls of vfs.rom_ioctl are those of mpremote 1.28 (commands.py) and docs/library/vfs.rst of MicroPython 1.28.

import { UpyError } from "@upykit/core";
import { quoteBytes } from "@upykit/core/device";
import { checkPartition, queryRomfs, type RomfsBoard, type RomfsPartition } from "./query-romfs.js";
import { readRomfs } from "./read-romfs.js";
import { checkMounted, mountCode, prepareCode, verifyCode } from "./romfs-snippets.js";

/** Options of {@link deployRomfs}. */
export interface DeployRomfsOptions {
  /** Which partition; 0. */
  readonly partition?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DeployProgress) => void) | undefined;
}

/** Bytes written of all bytes of the image. */
export interface DeployProgress {
  readonly done: number;
  readonly total: number;
}

/** What {@link deployRomfs} did. */
export interface DeployReport {
  readonly partition: RomfsPartition;
  /** Bytes of the image. */
  readonly size: number;
  /** Where it is mounted now: "/rom" for partition 0, "/rom1" for the next. */
  readonly mountPoint: string;
  /** What the mounted root holds. */
  readonly entries: readonly string[];
}

/**
 * Writes an image to a ROMFS partition and mounts it. Nothing is written unless the image is sound and fits. When it
 * fails or is aborted after that, the partition holds no valid image, and nothing is mounted there.
 * @throws `invalid-package` for a damaged image, `unsupported` without ROMFS, `invalid-argument` for a partition that
 *   is not there, `no-space`, `io-error` when what was written reads back otherwise
 */
export async function deployRomfs(
  board: RomfsBoard,
  image: Uint8Array,
  options: DeployRomfsOptions = {},
): Promise<DeployReport> {
  const content = image.subarray(0, readRomfs(image).size);
  const { signal } = options;
  const partition = checkPartition(await queryRomfs(board, { signal }), options.partition ?? 0, content.length);
  const mountPoint = partition.id === 0 ? "/rom" : `/rom${partition.id}`;
  const unit = Number(await lastValue(board, prepareCode(partition, content.length, mountPoint), signal));
  await writeImage(board, partition, content, chunkSize(partition, unit), options);
  await verify(board, content, signal);
  const entries = checkMounted(await lastValue(board, mountCode(mountPoint), signal));
  return { partition, size: content.length, mountPoint, entries };
}

/** A multiple of what the driver writes at once, and what a small board has the memory for. */
function chunkSize(partition: RomfsPartition, unit: number): number {
  const preferred = 2048;
  if (partition.blockSize !== null) return Math.min(preferred, partition.blockSize);
  return unit > 0 ? Math.ceil(preferred / unit) * unit : preferred;
}

async function writeImage(
  board: RomfsBoard,
  partition: RomfsPartition,
  content: Uint8Array,
  size: number,
  options: DeployRomfsOptions,
): Promise<void> {
  const total = content.length;
  for (let offset = 0; offset < total; offset += size) {
    const chunk = new Uint8Array(size);
    chunk.set(content.subarray(offset, offset + size));
    await board.exec(`_write(${offset}, ${quoteBytes(chunk)})`, { signal: options.signal });
    options.onProgress?.({ done: Math.min(total, offset + size), total });
  }
  if (partition.blockSize === null) await board.exec("_complete()", { signal: options.signal });
}

/** Reads back in pieces, and compares each by hash where the board has one. */
async function verify(board: RomfsBoard, content: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
  await board.exec(verifyCode, { signal });
  const size = 1024;
  const sums = await lastValue(board, `print([_sum(i, min(i + ${size}, ${content.length})) for i in range(0, ${content.length}, ${size})])`, signal, true);
  const wanted: number[] = [];
  for (let at = 0; at < content.length; at += size) wanted.push(adler(content.subarray(at, at + size)));
  const isSame = Array.isArray(sums) && sums.length === wanted.length && wanted.every((sum, at) => sum === sums[at]);
  if (isSame) return;
  throw new UpyError("io-error", "What was written to the ROMFS partition reads back otherwise.", {
    hint: "Deploy again; if it happens again, the flash is worn or another program writes to it.",
  });
}
