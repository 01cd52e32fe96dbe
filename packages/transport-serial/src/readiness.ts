// Waits until a file can be read or written, by the poller of @serialport/bindings-cpp 13.0.1 (dist/poller.js,
// src/poller.cpp), which must not be asked for one after the other: each call forgets what was waited for before, so that
// a write that waits never goes on when bytes come in meanwhile, and what it once waited for it goes on polling for ever.

/** What is used of the driver's poller. */
export interface Poller {
  /** Watches for exactly these events from now on; none for 0. */
  poll(events: number): void;
  on(event: "readable" | "writable", listener: (error: Error | null) => void): void;
}

/** What can be waited for, with the numbers that libuv has for it. */
const flags = { readable: 1, writable: 2 } as const;

type Event = keyof typeof flags;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** One reader and one writer of a file, each of which may wait. */
export class Readiness {
  readonly #poller: Poller;
  readonly #waiters = new Map<Event, Waiter>();

  constructor(poller: Poller) {
    this.#poller = poller;
    poller.on("readable", (error) => this.#happened("readable", error));
    poller.on("writable", (error) => this.#happened("writable", error));
  }

  /** Rejects when the port is closed meanwhile. */
  wait(event: Event): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.set(event, { resolve, reject });
      this.#watch();
    });
  }

  /** Lets a wait fail; whether there was one. */
  cancel(event: Event, error: Error): boolean {
    const waiter = this.#waiters.get(event);
    if (!waiter) return false;
    this.#waiters.delete(event);
    this.#watch();
    waiter.reject(error);
    return true;
  }

  #happened(event: Event, error: Error | null): void {
    const waiter = this.#waiters.get(event);
    this.#waiters.delete(event);
    // The poller calls from native code that does not run promise callbacks afterwards: they would wait for whatever the
    // process does next. The event loop's next phase is soon enough.
    if (waiter) setImmediate(() => (error ? waiter.reject(error) : waiter.resolve()));
    if (!error) this.#watch(); // after an error there is nothing to watch any more
  }

  #watch(): void {
    let events = 0;
    for (const event of this.#waiters.keys()) events |= flags[event];
    this.#poller.poll(events);
  }
}
