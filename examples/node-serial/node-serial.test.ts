import { serveIndex } from "upykit-example-index";
import { expect, onTestFinished, test } from "vitest";
import { startPtyBoard } from "../../test/support/pty-board.js";
import { hasPty } from "../../test/support/pty.js";
import { available } from "../../packages/transport-serial/test/support.js";
import { choosePort, describePorts, installAndRun } from "./node-serial.mjs";

test.skipIf(!available("a pseudo terminal", hasPty()))(
  "installs on the board at a port and runs code",
  async () => {
    const rig = await startPtyBoard();
    onTestFinished(() => rig[Symbol.asyncDispose]());
    const index = await serveIndex();
    onTestFinished(() => index.close());
    const printed: string[] = [];
    const code = "import tinylog\nprint(tinylog.__name__)";
    await installAndRun({
      port: rig.path,
      packages: ["tinylog"],
      run: code,
      index: index.url,
      print: (text) => printed.push(text),
    });
    expect(printed[0]).toContain(`${rig.path}: micropython`);
    expect(printed).toContain("written 100 %");
    expect(printed.at(-1)).toBe("tinylog");
    expect(await rig.board.fs.has("/lib/tinylog.mpy")).toBe(true);
  },
);

test("lists the ports there are, and asks when it cannot choose", async () => {
  expect((await describePorts()).length).toBeGreaterThan(0);
  const unknown = {
    path: "/dev/ttyAMA0",
    stablePath: undefined,
    vendorId: undefined,
    productId: undefined,
    serialNumber: undefined,
    manufacturer: undefined,
    product: undefined,
    location: undefined,
    family: undefined,
    wiring: undefined,
  };
  const pico = {
    ...unknown,
    path: "/dev/ttyACM0",
    product: "Board in FS mode",
    serialNumber: "E66",
    family: "rp2",
  } as const;
  expect(await describePorts([unknown, pico])).toEqual([
    "PORT          BOARD  NAME              SERIAL NUMBER",
    "/dev/ttyACM0  rp2    Board in FS mode  E66",
    "/dev/ttyAMA0  ?",
  ]);
  expect(await describePorts([])).toEqual([expect.stringContaining("No serial port")]);
  expect(await choosePort("/dev/ttyACM7")).toBe("/dev/ttyACM7");
});
