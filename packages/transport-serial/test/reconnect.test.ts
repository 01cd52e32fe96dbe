// A board that goes away and comes back: what was under way fails once and clearly, and the same board is found again by
// its serial number, under whatever path it is now. The real driver on pseudo terminals that come and go below a fake
// /sys and /dev, with a real MicroPython behind them.
import { install, mipIndex, recover, verify } from "@upykit/core";
import { type Board, connectBoard } from "@upykit/core/device";
import { type VirtualBoard, createVirtualBoard } from "@upykit/core/testing";
import { openSerial, waitForBoard } from "@upykit/transport-serial";
import { describe, expect, onTestFinished, test } from "vitest";
import { serveIndex } from "../../../examples/index/serve.mjs";
import { type Pty, hasPty, openTestPty } from "../../../test/support/pty.js";
import { type FakeUsb, fakeRoot, plugIn, pullOut } from "./fake-sysfs.js";
import { available } from "./support.js";

const testable = process.platform === "linux" && available("a pseudo terminal", hasPty());

/** A board with a USB plug. */
class UsbBoard {
  #pty: Pty | undefined;
  #usb: FakeUsb | undefined;

  constructor(
    readonly root: string,
    readonly virtual: VirtualBoard,
    readonly serialNumber: string,
  ) {}

  async plugIn(tty: string): Promise<void> {
    const pty = openTestPty();
    if (!pty) throw new Error("no pseudo terminal");
    const link = this.virtual.transport();
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
    const attributes = { idVendor: "2e8a", idProduct: "0005", serial: this.serialNumber };
    this.#usb = { tty, device: `1-${this.serialNumber}`, attributes, terminal: pty.path };
    this.#pty = pty;
    await plugIn(this.root, this.#usb);
  }

  /** The port is gone for the driver at once, from the lists a moment later. */
  async pullOut(): Promise<void> {
    this.#pty?.unplug();
    this.virtual.unplug();
    if (this.#usb) await pullOut(this.root, this.#usb);
  }

  /** A hard reset of a chip that is its own USB: gone, and back under another name. */
  async reset(tty: string): Promise<void> {
    await this.pullOut();
    await this.virtual.reset();
    await this.plugIn(tty);
  }
}

async function usbBoard(root: string, serialNumber: string): Promise<UsbBoard> {
  const virtual = await createVirtualBoard();
  const board = new UsbBoard(root, virtual, serialNumber);
  onTestFinished(async () => {
    await board.pullOut();
    await virtual[Symbol.asyncDispose]();
  });
  return board;
}

/** Finds a board, wherever it is, and connects. */
async function connected(root: string, serialNumber: string): Promise<Board> {
  const { path } = await waitForBoard({ serialNumber }, { root, interval: 5 });
  const board = await connectBoard(await openSerial(path, { root }));
  onTestFinished(() => board.close());
  return board;
}

describe.skipIf(!testable)("a board that comes back", () => {
  test("is found under another path while another board has its old one; what was under way has failed", async () => {
    const root = await fakeRoot([]);
    const [mine, other] = [await usbBoard(root, "1111"), await usbBoard(root, "2222")];
    await mine.plugIn("ttyACM0");
    const first = await connected(root, "1111");
    expect(first.name).toBe(`${root}/dev/ttyACM0`);
    await first.fs.writeFile("/who.py", "name = 'mine'\n");

    const failures: unknown[] = [];
    let gone: Promise<void> | undefined;
    const running = first
      .exec("print('here')\nwhile True: pass", { onOutput: () => void (gone ??= mine.pullOut()) })
      .catch((error: unknown) => failures.push(error));
    const queued = first.exec("print(1)").catch((error: unknown) => failures.push(error));
    await Promise.all([running, queued]);
    await gone;
    for (const failure of failures) expect(failure).toMatchObject({ code: "link-lost" });
    expect(failures).toHaveLength(2);

    const waiting = connected(root, "1111");
    await other.plugIn("ttyACM0");
    await mine.virtual.reset();
    await mine.plugIn("ttyACM1");
    const again = await waiting;
    expect(again.name).toBe(`${root}/dev/ttyACM1`);
    expect(await again.exec("import who\nprint(who.name)")).toBe("mine\r\n");
  });

  test("can finish an install that the reset has cut off", async () => {
    const root = await fakeRoot([]);
    const usb = await usbBoard(root, "1111");
    await usb.plugIn("ttyACM0");
    const index = await serveIndex();
    onTestFinished(() => index.close());
    const sources = [mipIndex({ url: index.url })];
    const first = await connected(root, "1111");
    let back: Promise<void> | undefined;
    const installing = install(first.target(), ["greenhouse", "tinylog"], {
      sources,
      onProgress: ({ type }) => {
        if (type === "write") back ??= usb.reset("ttyACM7");
      },
    });
    await expect(installing).rejects.toMatchObject({ code: "link-lost" });
    await back;

    const again = await connected(root, "1111");
    const target = again.target();
    await recover(target);
    await install(target, ["greenhouse", "tinylog"], { sources });
    expect((await verify(target)).problems).toEqual([]);
    expect(await again.exec("import tinylog\nprint(tinylog.__name__)")).toBe("tinylog\r\n");
  });

  test("is the same one on the same link after a soft reset", async () => {
    const root = await fakeRoot([]);
    const usb = await usbBoard(root, "1111");
    await usb.plugIn("ttyACM0");
    const board = await connected(root, "1111");
    await board.exec("x = 1");
    await board.softReset();
    expect(await board.evaluate("'x' in globals()")).toBe(false);
    expect(await waitForBoard({ serialNumber: "1111" }, { root })).toMatchObject({
      path: `${root}/dev/ttyACM0`,
    });
  });

  test("is the same one on the same link after a hard reset behind a bridge; what was under way has failed", async () => {
    const root = await fakeRoot([]);
    const usb = await usbBoard(root, "1111");
    await usb.plugIn("ttyUSB0");
    const board = await connected(root, "1111");
    await board.exec("x = 1");
    const running = board.exec("print('here')\nwhile True: pass", {
      onOutput: (text) => {
        if (text.includes("here")) void usb.virtual.reset();
      },
      idleTimeout: 500,
    });
    await expect(running).rejects.toMatchObject({ code: "no-response" });
    expect(await board.evaluate("'x' in globals()")).toBe(false);
    expect(await waitForBoard({ serialNumber: "1111" }, { root })).toMatchObject({
      path: `${root}/dev/ttyUSB0`,
    });
  });
});
