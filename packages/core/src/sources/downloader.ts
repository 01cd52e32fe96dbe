// One download for each URL however often it is asked, and not too many at a time.

import { abortable } from "../abortable.js";
import type { DownloadOptions } from "./download.js";
import { downloadUrl, type DownloadHints, type Downloaded } from "./fetch-content.js";

/** Downloads for the length of one call. */
export class Downloader {
  readonly #options: DownloadOptions;
  readonly #answers = new Map<string, Promise<Downloaded | null>>();
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(options: DownloadOptions, concurrency: number) {
    this.#options = options;
    this.#free = concurrency;
  }

  /** What is at `url`, null when nothing is. @throws as {@link downloadUrl} */
  get(url: string, hints: DownloadHints = {}): Promise<Downloaded | null> {
    const known = this.#answers.get(url);
    if (known !== undefined) return known;
    const answer = this.#run(() => downloadUrl(url, this.#options, hints));
    this.#answers.set(url, answer);
    return answer;
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
