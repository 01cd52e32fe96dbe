// How many bytes may be under way to the board: what its input buffer holds, or more once the link has shown that it
// holds the sender back by itself.

import { FASTER_THAN_A_UART } from "../link/speed.js";

/** How much may be under way: the board acknowledges every `step` bytes, at most `room` are not acknowledged. */
export interface UploadPace {
  readonly step: number;
  readonly room: number;
  /** What `room` may become on a link that turns out to be fast. */
  readonly most: number;
}

/** So many bytes are enough to tell the speed of a link. */
const SAMPLE = 2048;

/** Counts the room that is left. */
export class UploadRoom {
  /** Bytes that may be sent now. */
  left: number;
  #most: number;
  #taken = 0;
  readonly #started: number = performance.now();

  constructor(private readonly pace: UploadPace) {
    this.left = pace.room;
    this.#most = pace.room;
  }

  /** The board has taken another step. */
  acknowledge(): void {
    this.left += this.pace.step;
    this.#taken += this.pace.step;
    if (this.#most < this.pace.most && this.#taken >= SAMPLE && this.#isFast()) {
      this.left += this.pace.most - this.#most;
      this.#most = this.pace.most;
    }
  }

  #isFast(): boolean {
    return (this.#taken * 1000) / (performance.now() - this.#started) > FASTER_THAN_A_UART;
  }
}
