// The limits of an evaluation. Every statement and expression costs a step, every sized value its size, so that no
// manifest can run forever or fill the memory.

import { Refused } from "./exceptions.js";

/** How far a manifest may go. The real ones stay below a hundredth of each. */
export interface ManifestLimits {
  /** Statements and expressions evaluated, file system calls included. Default 1,000,000. */
  readonly steps?: number | undefined;
  /** Items of a list, characters of a text. Default 1,000,000. */
  readonly size?: number | undefined;
  /** Calls and the code they run, inside each other: 2 for each function or manifest in another. Default 100. */
  readonly depth?: number | undefined;
}

/** Characters or items that cost as much as one step. */
const SIZE_PER_STEP = 16;

/** Counts what an evaluation uses. */
export class Meter {
  private steps = 0;
  private depth = 0;
  private readonly maxSteps: number;
  private readonly maxSize: number;
  private readonly maxDepth: number;

  constructor(limits: ManifestLimits) {
    this.maxSteps = limits.steps ?? 1_000_000;
    this.maxSize = limits.size ?? 1_000_000;
    this.maxDepth = limits.depth ?? 100;
  }

  /** One more step, or `count`. @throws Refused `too-large` */
  step(count = 1): void {
    this.steps += count;
    if (this.steps > this.maxSteps) throw tooLarge(`more than ${this.maxSteps} steps`);
  }

  /** Work on this many characters or items. @throws Refused `too-large` */
  spend(size: number): void {
    this.step(size / SIZE_PER_STEP);
  }

  /** A text is about to be searched, hashed or copied; other values cost nothing here. @throws Refused `too-large` */
  look(value: unknown): void {
    if (typeof value === "string" && value.length > SIZE_PER_STEP) this.spend(4 * value.length);
  }

  /** A value of this many characters or items is about to be made. @throws Refused `too-large` */
  size(size: number | bigint): void {
    if (size > this.maxSize) throw tooLarge(`a value of more than ${this.maxSize} characters or items`);
    this.step(Number(size) / SIZE_PER_STEP);
  }

  /** A file of this many bytes was read. @throws Refused `too-large`, with its path */
  file(path: string, size: number): void {
    if (size <= this.maxSize) {
      this.size(size);
      return;
    }
    const what = `the file ${path} has ${size} bytes; manifests have ${this.maxSize} at most`;
    throw new Refused("too-large", what, "See `limits`, where it is meant to be that large.");
  }

  /** Pass on a text, once counted. */
  text(text: string): string {
    this.size(text.length);
    return text;
  }

  /** One level deeper; `leave` must follow. @throws Refused `too-large` */
  enter(): void {
    if (this.depth >= this.maxDepth) throw tooLarge(`calls and includes more than ${this.maxDepth} deep`);
    this.depth++;
  }

  leave(): void {
    this.depth--;
  }
}

function tooLarge(what: string): Refused {
  return new Refused(
    "too-large",
    `the manifest asks for ${what}`,
    "It may loop or recurse without an end; see `limits`.",
  );
}
