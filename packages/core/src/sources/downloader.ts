// One download for each URL however often it is asked, and not too many at a time.

import { abortable } from "../abortable.js";
import { UpyError } from "../errors.js";
import type { DownloadOptions } from "./download.js";
import { downloadUrl, type DownloadHints, type Downloaded } from "./fetch-content.js";

/** Downloads for the length of one call. */
export class Downloader {
  readonly #options: DownloadOptions;
  readonly #answers = new Map<string, Promise<Downloaded | null>>();
  readonly #waiting: (() => void)[] = [];
  readonly #maxBytes: number;
  #free: number;
  #bytes = 0;

  constructor(options: DownloadOptions, limits: { readonly concurrency: number; readonly maxBytes: number }) {
    this.#options = options;
    this.#free = limits.concurrency;
    this.#maxBytes = limits.maxBytes;
  }

  /** What is at `url`, null when nothing is. @throws as {@link downloadUrl}; `too-large` when all together are */
  get(url: string, hints: DownloadHints = {}): Promise<Downloaded | null> {
    const known = this.#answers.get(url);
    if (known !== undefined) return known;
    const answer = this.#run(() => this.#download(url, hints));
    this.#answers.set(url, answer);
    return answer;
  }

  async #download(url: string, hints: DownloadHints): Promise<Downloaded | null> {
    this.#checkTotal();
    const found = await downloadUrl(url, this.#options, hints);
    this.#bytes += found?.content.length ?? 0;
    this.#checkTotal();
    return found;
  }

  #checkTotal(): void {
    if (this.#bytes <= this.#maxBytes) return;
    throw new UpyError("too-large", `all the files together have more than ${this.#maxBytes} bytes`, {
      hint: "Raise maxBytes if that can be; a board that holds so much is not known.",
    });
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await abortable(new Promise<void>((resolve) => this.#waiting.push(resolve)), this.#options.signal);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
