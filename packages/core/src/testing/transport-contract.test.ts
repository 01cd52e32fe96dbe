import { describe, test } from "vitest";
import { type Transport } from "@upykit/core/transport";
import { createInbox } from "../../../../test/support/inbox.js";
import { createMemoryTransport, createVirtualBoard, describeTransport } from "@upykit/core/testing";

describeTransport(
  "the memory transport",
  () => {
    let link = createMemoryTransport();
    let inbox = createInbox();
    return {
      open() {
        link = createMemoryTransport();
        inbox = createInbox();
        const { push } = inbox;
        void link.peer.readable
          .pipeTo(new WritableStream({ write: (bytes) => push(bytes) }))
          .catch(() => undefined);
        return Promise.resolve(link.transport);
      },
      peer: {
        write: (bytes) => withWriter(link.peer, bytes),
        read: (count) => inbox.read(count),
        unplug: () => link.unplug(),
      },
    };
  },
  { describe, test },
);

describeTransport("the virtual board's transport", virtualBoardFixture, { describe, test });

/** The board's end is driven by a program on the board, which takes its orders from a file. */
async function virtualBoardFixture() {
  const program = `
import sys, os, time, micropython
micropython.kbd_intr(-1)
while True:
    try:
        order = open('/order', 'rb').read()
    except OSError:
        time.sleep_ms(1)
        continue
    os.remove('/order')
    if order[0] == 119:
        sys.stdout.buffer.write(order[1:])
        data = b''
    else:
        data = sys.stdin.buffer.read(int(order[1:]))
    with open('/part', 'wb') as file:
        file.write(data)
    os.rename('/part', '/answer')
`;
  const board = await createVirtualBoard({ files: { "/main.py": program } });
  const order = async (bytes: Uint8Array) => {
    await board.fs.write("/order", bytes);
    while (!(await board.fs.has("/answer")));
    const answer = await board.fs.read("/answer");
    await board.fs.remove("/answer");
    return answer;
  };
  return {
    open: () => Promise.resolve(board.transport()),
    peer: {
      async write(bytes: Uint8Array) {
        await order(new Uint8Array([119, ...bytes]));
      },
      read: (count: number) => order(new TextEncoder().encode(`r${count}`)),
      unplug: () => board.unplug(),
    },
    dispose: () => board[Symbol.asyncDispose](),
  };
}

async function withWriter(transport: Transport, bytes: Uint8Array): Promise<void> {
  const writer = transport.writable.getWriter();
  await writer.write(bytes);
  writer.releaseLock();
}
