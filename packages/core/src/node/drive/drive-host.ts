// What finding a drive asks of the computer, so that Linux, macOS and Windows can each be told to a test anywhere.

import { open, readdir, readlink } from "node:fs/promises";

/** The questions; each is answered with null or nothing where the thing is not there. */
export interface DriveHost {
  readonly platform: string;
  /** The start of a text file. */
  readText(path: string): Promise<string | null>;
  /** Names in a directory, sorted. */
  list(path: string): Promise<readonly string[]>;
  /** Where a symbolic link leads, as it says itself. */
  readLink(path: string): Promise<string | null>;
  /** What a program prints. */
  run(program: string, args: readonly string[]): Promise<string | null>;
}

/** This computer. */
export const thisHost: DriveHost = {
  platform: process.platform,
  readText: (path) => orNull(readStart(path)),
  list: async (path) => ((await orNull(readdir(path))) ?? []).sort(),
  readLink: (path) => orNull(readlink(path)),
  run: async (program, args) => {
    // Loaded when a program is run: few that look for drives have to.
    const { execFile } = await import("node:child_process");
    return new Promise((resolve) => {
      execFile(program, [...args], { timeout: 10_000, windowsHide: true }, (error, output) => {
        resolve(error === null ? output : null);
      });
    });
  },
};

const longestText = 1_000_000;

/** Files of /proc have no size: it is read until it ends. */
async function readStart(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const chunks: Uint8Array[] = [];
    for (let size = 0; size < longestText;) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(65_536));
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
    const decoder = new TextDecoder();
    return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
  } finally {
    await file.close();
  }
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch {
    return null;
  }
}
