// The far end of a link under test: what came in waits here until the test asks for it. Not published.

/** Bytes that came in; `read` takes exact amounts. */
export interface Inbox {
  /** Takes bytes; resolves when there is room for more. */
  readonly push: (bytes: Uint8Array) => Promise<void>;
  read(count: number): Promise<Uint8Array>;
}

/** An inbox that asks the sender to wait at about `room` unread bytes. */
export function createInbox(room = 64 * 1024): Inbox {
  const chunks: Uint8Array[] = [];
  let unread = 0;
  let wake = () => undefined as unknown;
  let relax = () => undefined as unknown;
  const take = (target: Uint8Array, at: number): number => {
    const chunk = chunks[0] ?? new Uint8Array();
    const part = chunk.subarray(0, target.length - at);
    target.set(part, at);
    if (part.length === chunk.length) chunks.shift();
    else chunks[0] = chunk.subarray(part.length);
    unread -= part.length;
    return part.length;
  };
  return {
    push: async (bytes) => {
      chunks.push(bytes.slice());
      unread += bytes.length;
      wake();
      while (unread > room) await new Promise((resolve) => (relax = () => resolve(undefined)));
    },
    read: async (count) => {
      const bytes = new Uint8Array(count);
      for (let at = 0; at < count;) {
        if (chunks.length === 0) await new Promise((resolve) => (wake = () => resolve(undefined)));
        at += take(bytes, at);
        relax();
      }
      return bytes;
    },
  };
}
