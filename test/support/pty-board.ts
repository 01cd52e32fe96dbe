// The virtual board behind a pseudo terminal, so that a real serial driver can open it.
import { type VirtualBoard, createVirtualBoard } from "@upykit/core/testing";
import { type Pty, openTestPty } from "./pty.js";

/** A board at the end of a cable. */
export interface PtyBoard extends AsyncDisposable {
  readonly board: VirtualBoard;
  readonly pty: Pty;
  readonly path: string;
}

/** Starts a board and puts it behind a pseudo terminal. */
export async function startPtyBoard(): Promise<PtyBoard> {
  const pty = openTestPty();
  if (!pty) throw new Error("no pseudo terminal here");
  const board = await createVirtualBoard();
  const link = board.transport();
  const toBoard = link.writable.getWriter();
  pty.onData((bytes) => {
    pty.pause();
    void toBoard.write(bytes).then(
      () => pty.resume(),
      () => undefined,
    );
  });
  void link.readable
    .pipeTo(new WritableStream({ write: (bytes) => pty.write(bytes) }))
    .catch(() => undefined);
  return {
    board,
    pty,
    path: pty.path,
    [Symbol.asyncDispose]: async () => {
      pty.unplug();
      await board[Symbol.asyncDispose]();
    },
  };
}
