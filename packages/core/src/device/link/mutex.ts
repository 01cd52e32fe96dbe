// One operation at a time: calls queue in order, and a call that is aborted while it waits leaves the queue.

/** A first-come, first-served lock. */
export class Mutex {
  #tail: Promise<void> = Promise.resolve();

  /** Runs `work` once all earlier work is over. Rejects with `signal.reason` when aborted before its turn. */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const release = await this.acquire(signal);
    try {
      return await work();
    } finally {
      release();
    }
  }

  /** Waits for the lock; the answer gives it back. */
  async acquire(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    let release = (): void => undefined;
    const earlier = this.#tail;
    this.#tail = new Promise((resolve) => (release = resolve));
    try {
      await orAborted(earlier, signal);
    } catch (error) {
      void earlier.then(release);
      throw error;
    }
    return release;
  }
}

async function orAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return work;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
