// One direction of a link with a speed and a latency. Bytes leave the wire at the moment they would arrive: each slice
// has a due time on a schedule of its own, so that late timers do not add up and the rate holds over any length.

/** Speed and latency of a link. */
export interface WireOptions {
  /** Bytes per second each way (11,520 is 115,200 baud, 8N1); no limit by default. */
  readonly bytesPerSecond?: number | undefined;
  /** Milliseconds that a byte is under way; 0 by default. */
  readonly latency?: number | undefined;
}

type Item = { readonly due: number } & ({ readonly bytes: Uint8Array } | { readonly action: () => void });

/** As far as a sender may be ahead of the wire: the buffer of a serial driver. */
const buffered = 20;
/** A slice takes about so long, so that a long chunk arrives bit by bit. */
const sliceMilliseconds = 1;

/** A wire that carries bytes, and actions that take place between two bytes. */
export class Wire {
  readonly #arrive: (bytes: Uint8Array) => Promise<void> | undefined;
  readonly #perMillisecond: number;
  readonly #latency: number;
  readonly #items: Item[] = [];
  readonly #senders: { at: number; resume: () => void }[] = [];
  #freeAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held = false;
  #isCut = false;

  /** @param arrive - takes bytes at the far end; while its promise is pending, the wire stands still. */
  constructor(options: WireOptions, arrive: (bytes: Uint8Array) => Promise<void> | undefined) {
    this.#arrive = arrive;
    this.#perMillisecond = (options.bytesPerSecond ?? Infinity) / 1000;
    this.#latency = options.latency ?? 0;
  }

  /** True when nothing is under way. */
  get isIdle(): boolean {
    return this.#items.length === 0 && !this.#held;
  }

  get #isInstant(): boolean {
    return this.#perMillisecond === Infinity && this.#latency === 0;
  }

  /** Puts bytes on the wire. The promise, where there is one, says when there is room for more. */
  send(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#isCut) return undefined;
    if (this.isIdle && this.#isInstant && this.#freeAt <= performance.now()) {
      this.#hold(this.#arrive(bytes));
      return this.#room();
    }
    const slice = Math.max(1, Math.floor(this.#perMillisecond * sliceMilliseconds));
    for (let at = 0; at < bytes.length; at += slice) {
      const part = bytes.subarray(at, at + slice);
      this.#items.push({ due: this.#book(part.length / this.#perMillisecond), bytes: part });
    }
    return this.#room();
  }

  /** Does something when all that was sent before has arrived. */
  act(action: () => void): void {
    if (this.#isCut) return;
    this.#items.push({ due: this.#book(0), action });
    this.#run();
  }

  /** Keeps the wire busy with nothing. */
  pause(milliseconds: number): void {
    this.#book(milliseconds);
  }

  /** Forgets what is under way, and carries nothing from now on. */
  cut(): void {
    this.#isCut = true;
    clearTimeout(this.#timer);
    this.#items.length = 0;
    for (const { resume } of this.#senders.splice(0)) resume();
  }

  #book(milliseconds: number): number {
    this.#freeAt = Math.max(this.#freeAt, performance.now()) + milliseconds;
    return this.#freeAt + this.#latency;
  }

  #room(): Promise<void> | undefined {
    this.#run();
    if (this.isIdle) return undefined;
    const at = this.#freeAt + this.#latency - buffered;
    return new Promise((resume) => {
      this.#senders.push({ at, resume });
      this.#run();
    });
  }

  #run(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    while (!this.#held && this.#items[0] !== undefined && this.#items[0].due <= now) this.#deliver(now);
    if (this.#held) return;
    while (this.#senders[0] !== undefined && (this.#senders[0].at <= now || this.#items.length === 0))
      this.#senders.shift()?.resume();
    const next = this.#items[0];
    if (next !== undefined) this.#timer = setTimeout(() => this.#run(), Math.max(0, next.due - now));
  }

  /** Everything that is due, in one piece as far as it is bytes. */
  #deliver(now: number): void {
    const due: Uint8Array[] = [];
    for (let item = this.#items[0]; item !== undefined && item.due <= now; item = this.#items[0]) {
      if ("action" in item) {
        if (due.length > 0) break;
        this.#items.shift();
        item.action();
        return;
      }
      this.#items.shift();
      due.push(item.bytes);
    }
    this.#hold(this.#arrive(joined(due)));
  }

  #hold(waiting: Promise<void> | undefined): void {
    if (waiting === undefined) return;
    this.#held = true;
    void waiting.then(() => {
      this.#held = false;
      this.#run();
    });
  }
}

/** Several chunks as one. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1 && chunks[0]) return chunks[0];
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
